"""Markdown and MDX, under any front matter or none."""

from collections.abc import Iterable

from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Problem, SourceFile
from indexer.content.front_matter import FrontMatter, front_matter, nikola_fields


class MarkdownReader:
    """Reads a file as one article."""

    name = "Markdown"
    suffixes = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mkdn", ".mdwn", ".text"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        yield Document(
            path=file.path,
            fields=found.fields,
            body=found.body,
            markup="mdx" if file.path.lower().endswith(".mdx") else "markdown",
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


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
        fields = {**nikola_fields(repaired(decoded(file.beside)[0])), **fields}
    if fields is found.fields and problems is found.problems:
        return text, found
    return text, FrontMatter(fields, found.body, found.body_line, found.form, found.written, problems)
