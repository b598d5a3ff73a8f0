"""Markdown and MDX, under any front matter or none."""

from collections.abc import Iterable, Mapping

from indexer.content.companions import given_to
from indexer.content.conventions import Fields, with_defaults
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Markup, Omitted, Problem, SourceFile
from indexer.content.franklin import franklin_text
from indexer.content.front_matter import FrontMatter, front_matter
from indexer.content.hackmd import hackmd_note
from indexer.content.head_tags import head_fields
from indexer.content.htmly import htmly_fields
from indexer.content.ikiwiki import ikiwiki_page, with_label_last
from indexer.content.js_metadata import exported_fields
from indexer.content.other_heads import listed_head
from indexer.content.readwise import readwise_note
from indexer.content.repository_files import KEPT, lies_among_kept
from indexer.content.sphinx import myst_post
from indexer.readers.items import text_of, text_of_any_field


class MarkdownReader:
    """Reads a file as one article."""

    name = "Markdown"
    suffixes = frozenset(
        ".dj .djot .md .markdown .mdx .mdown .mkd .mkdn .mkdown .mdwn .mdoc .mdc .mdtext .qmd .rmd .smd .svx"
        " .text".split()
    )
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        fields = found.fields
        if "export" in found.body and (exported := exported_fields(found.body)):
            fields = {**exported, **fields}
        body, markup = found.body, _markup(file.path)
        if "extends" in fields and "section" in fields:  # Jigsaw: the part of a template that the text fills
            fields = {key: value for key, value in fields.items() if key != "section"}
        if "head" in fields or "meta" in fields:
            fields = with_defaults(fields, head_fields(fields))
        if "_" in file.path and (placed := htmly_fields(file.path)):
            fields = with_defaults(fields, placed)
        fields, body = _said_in_text(found.form, fields, body)
        if file.path.endswith(".mdwn"):
            body = with_label_last(body)
        if fields and not body.strip():  # the text may stand in a field, as flat-file systems keep it
            body, markup = text_of(Fields(fields))
            body, markup = (body, markup) if body else (text_of_any_field(fields), "markdown")
        if str(fields.get("ms.topic", "")) == "include":
            yield Omitted(file.path, "part of other pages")
            return
        if not fields and lies_among_kept(file.path):
            yield Omitted(file.path, KEPT)
            return
        yield Document(
            path=file.path,
            fields=fields,
            body=body,
            markup=markup,
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


def _said_in_text(form: str, fields: Mapping[str, object], body: str) -> tuple[Mapping[str, object], str]:
    """The fields with those that marks in the text state, as some systems have them, and the text without the marks."""
    if "jupyter" in fields and (listed := listed_head(body.lstrip())):
        stated, end = listed
        fields, body = {**stated, **fields}, body.lstrip()[end:]
    if form == "franklin":
        body = franklin_text(body)
    if "###### " in body or "hackmd-github" in body:
        stated, body = hackmd_note(body)
        fields = {**stated, **fields}
    if "![rw-book-cover]" in body:
        stated, body = readwise_note(body)
        fields = with_defaults(fields, stated)
    if "[[!" in body:
        stated, body = ikiwiki_page(body)
        fields = {**stated, **fields}
    if "{post}" in body:
        stated, body = myst_post(body)
        fields = {**stated, **fields}
    return fields, body


def _markup(path: str) -> Markup:
    return "mdx" if path.lower().endswith((".mdx", ".svx")) else "markdown"


def _first_change(before: str, after: str) -> int:
    """The first line, counted from 1, in which two texts of as many lines differ."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    return next((number for number, (one, other) in enumerate(pairs, 1) if one != other), 1)


def head_of(file: SourceFile) -> tuple[str, FrontMatter]:
    """The text of a file and its front matter, fields of a file beside it included."""
    text, guessed = decoded(file.content)
    written, text = text, repaired(text)
    found = front_matter(text)
    problems = found.problems
    if text is not written and text != written:
        problems = (*problems, Problem("mojibake", _first_change(written, text), "was saved in a wrong encoding"))
    if guessed:
        problems = (*problems, Problem("guessed-encoding", 1, f"is not UTF-8; it was read as {guessed}"))
    fields = found.fields
    if file.beside:
        fields = with_defaults(fields, given_to(file).fields)
    if fields is found.fields and problems is found.problems:
        return text, found
    return text, FrontMatter(fields, found.body, found.body_line, found.form, found.written, problems)
