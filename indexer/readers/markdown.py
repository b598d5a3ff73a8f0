"""Markdown and MDX, under any front matter or none."""

from collections.abc import Iterable

from indexer.content.companions import given_to
from indexer.content.conventions import Fields, with_defaults
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Markup, Problem, SourceFile
from indexer.content.front_matter import FrontMatter, front_matter
from indexer.content.js_metadata import exported_fields
from indexer.readers.items import text_of


class MarkdownReader:
    """Reads a file as one article."""

    name = "Markdown"
    suffixes = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mkdn", ".mdwn", ".text"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        fields = found.fields
        if "export" in found.body and (exported := exported_fields(found.body)):
            fields = {**exported, **fields}
        body, markup = found.body, _markup(file.path)
        if fields and not body.strip():  # the text may stand in a field, as flat-file systems keep it
            body, markup = text_of(Fields(fields))
        yield Document(
            path=file.path,
            fields=fields,
            body=body,
            markup=markup,
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


def _markup(path: str) -> Markup:
    return "mdx" if path.lower().endswith(".mdx") else "markdown"


def head_of(file: SourceFile) -> tuple[str, FrontMatter]:
    """The text of a file and its front matter, fields of a file beside it included."""
    text, guessed = decoded(file.content)
    text = repaired(text)
    found = front_matter(text)
    problems = found.problems
    if guessed:
        problems = (*problems, Problem("guessed-encoding", 1, f"is not UTF-8; it was read as {guessed}"))
    fields = found.fields
    if file.beside:
        fields = with_defaults(fields, given_to(file).fields)
    if fields is found.fields and problems is found.problems:
        return text, found
    return text, FrontMatter(fields, found.body, found.body_line, found.form, found.written, problems)
