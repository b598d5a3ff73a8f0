"""reStructuredText, AsciiDoc, Org, Textile, and texts without a known markup that carry the fields of an article.

A plain text without fields is an article only in an archive of plain texts.
"""

import re
from collections.abc import Iterable, Mapping

from indexer.content.conventions import with_defaults
from indexer.content.document import Document, Found, Markup, Omitted, SourceFile
from indexer.content.field_blocks import day_of_folder, kirby_fields, kirby_words
from indexer.content.front_matter import FrontMatter, rest_fields
from indexer.content.ikiwiki import ikiwiki_page
from indexer.content.light_markup import asciidoc_markdown, rest_markdown
from indexer.content.org import org_fields, org_markdown
from indexer.content.org_outline import ExportRules, export_rules, exported
from indexer.content.org_subtrees import has_subtrees, org_subtrees
from indexer.content.repository_files import KEPT, lies_among_kept, why_kept_from_readers
from indexer.content.sphinx import sphinx_fields
from indexer.content.textile import textile_markdown
from indexer.content.wiki_pages import wiki_page
from indexer.content.wire_texts import wire_text
from indexer.readers.flatpress import flatpress_fields
from indexer.readers.items import item_digest
from indexer.readers.markdown import head_of
from indexer.readers.movable_type import is_movable_type, movable_type_documents


class RestReader:
    """Reads reStructuredText; a .txt only where it has the fields of an article, at its head or beside it."""

    name = "reStructuredText"
    suffixes = frozenset({".rst", ".rest", ".txt"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        text, found = head_of(file)
        if file.path.lower().endswith(".txt") and is_movable_type(text):
            yield from movable_type_documents(file, text)
            return
        if file.path.lower().endswith(".txt") and (entry := flatpress_fields(text, file.path)):
            yield _document(file, found, *entry)
            return
        if file.path.lower().endswith(".txt") and (page := wire_text(text) or wiki_page(text, file.path)):
            yield _without_state(file, found, *page)
            return
        if file.path.lower().endswith(".txt") and (page := kirby_fields(text)):
            yield _kirby_document(file, *page)
            return
        fields, body = found.fields, found.body
        if not fields and not file.path.lower().endswith(".txt"):
            stated = sphinx_fields(body)
            head = rest_fields(body)
            fields, body = {**stated, **head.fields}, head.body
        if "[[!" in body and not file.path.lower().endswith(".txt"):
            stated, body = ikiwiki_page(body)
            fields = {**stated, **fields}
        if not fields and file.path.lower().endswith(".txt"):
            kept = why_kept_from_readers(file.path) if file.plain else ""
            if file.plain and not kept and _LETTERS.search(body):
                yield Document(path=file.path, fields={}, body=body, markup="text", problems=found.problems,
                               file_language=file.language)  # fmt: skip
                return
            yield Omitted(file.path, kept or "text without the fields of an article")
            return
        if not found.fields and lies_among_kept(file.path):
            yield Omitted(file.path, KEPT)
            return
        text = rest_markdown(body)
        if not text.strip() and ".. toctree::" in body:
            yield Omitted(file.path, "section page")
            return
        yield _document(file, found, fields, text)


class AsciiDocReader:
    """Reads AsciiDoc under a front matter, or with its own title and attributes."""

    name = "AsciiDoc"
    suffixes = frozenset({".adoc", ".asciidoc", ".asc"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        fields, body = (found.fields, found.body) if found.fields else _header(found.body)
        yield _document(file, found, fields, asciidoc_markdown(body))


class TextileReader:
    """Reads Textile under a front matter, as older sites of Jekyll have it."""

    name = "Textile"
    suffixes = frozenset({".textile"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        yield _document(file, found, found.fields, textile_markdown(found.body))


class OrgReader:
    """Reads an Org file as one article, or each of its subtrees that has a name to be exported by."""

    name = "Org"
    suffixes = frozenset({".org"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file. Hugo reads a front matter of any other form there too."""
        _, found = head_of(file)
        fields, body = org_fields(found.body)
        rules = export_rules(found.body)
        if has_subtrees(found.body, rules):
            yield from _subtrees(file, found, fields, rules)
            return
        if rules.leaves_out_file():
            yield Omitted(file.path, "not published")
            return
        joined = with_defaults(found.fields, fields) if found.fields else fields
        yield _document(file, found, joined, org_markdown(exported(body, rules), rules))


def _without_state(file: SourceFile, found: FrontMatter, fields: dict[str, object], body: str) -> Found:
    """A text of a wire or a wiki, which has no state of its own: where it lies may tell that it is kept back."""
    if kept := why_kept_from_readers(file.path):
        return Omitted(file.path, kept)
    return _document(file, found, fields, body)


def _subtrees(file: SourceFile, found: FrontMatter, fields: dict[str, object], rules: ExportRules) -> Iterable[Found]:
    """An article for each subtree; what the file says of all of them holds where they say nothing."""
    own = fields.pop("tags", None)
    tags = tuple(map(str, own)) if isinstance(own, list) else ()
    shared = {key: value for key, value in fields.items() if key not in ("title", "slug", "date")}
    for subtree in org_subtrees(found.body, rules, tags):
        said = with_defaults(subtree.fields, shared)
        yield Document(
            path=file.path,
            fields=said,
            body=org_markdown(subtree.text, rules),
            markup="markdown",
            item=subtree.name,
            line=subtree.line,
            problems=found.problems,
            digest=item_digest(file, {**said, "text": subtree.text}),
            file_language=file.language,
        )


def _document(file: SourceFile, found: FrontMatter, fields: Mapping[str, object], body: str) -> Document:
    """The article of a file: its fields, and its text as Markdown; `found` is what stands in front of it."""
    return Document(
        path=file.path,
        fields=fields,
        body=body,
        markup="markdown",
        front=found.written,
        problems=found.problems,
        file_language=file.language,
    )


def _kirby_document(file: SourceFile, fields: dict[str, object], body: str) -> Found:
    """One of Kirby's pages; what stands beside a picture says something of the picture alone."""
    if _BESIDE_PICTURE.search(file.path):
        return Omitted(file.path, "fields of an attachment")
    day = day_of_folder(file.path)
    stated = with_defaults(fields, {"date": day} if day else {})
    body = kirby_words(body)
    markup: Markup = "html" if body.lstrip().startswith("<") else "markdown"
    return Document(path=file.path, fields=stated, body=body, markup=markup, file_language=file.language)


def _header(text: str) -> tuple[dict[str, object], str]:
    """The title, author and revision lines and attributes at the head of a text, and what stands behind the lines."""
    fields: dict[str, object] = {}
    lines = text.split("\n")
    at = 0
    for at, line in enumerate(lines[:_MOST_HEADER]):
        if line.startswith("= ") and "title" not in fields:
            fields["title"] = line[2:].strip()
        elif line.startswith(":") and line.count(":") >= 2:
            name, value = line[1:].split(":", 1)
            fields["date" if name == "revdate" else _OF_GENERATOR.sub("", name)] = value.strip()
        elif (written := _by_line(line)) and "title" in fields and lines[at - 1].startswith("= "):
            fields["author"] = written
        elif (revision := _REVISION.fullmatch(line)) and "author" in fields:
            fields.setdefault("date", revision[1])
        elif line and not line.startswith("//") and fields:
            break
        else:
            continue
    else:
        at += 1
    title = [line for line in lines[:at] if line.startswith(("= ", ":", "//")) or not line]
    return fields, "\n".join([*title, *lines[at:]])


def _by_line(line: str) -> list[str]:
    """The authors that a line names as AsciiDoc has them: `Jane Doe <jane@news.example>; John Roe`."""
    parts = [part.strip() for part in line.split(";")]
    found = [_AUTHOR.fullmatch(part) for part in parts]
    return [one[1].strip() for one in found if one] if line and all(found) else []


_AUTHOR = re.compile(r"([^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){0,3})(?: <[^<>]{1,200}>)?")
_REVISION = re.compile(r"(?:v?[\d.]+,? ?)?(\d{4}-\d{2}-\d{2})(?::.*)?")
_OF_GENERATOR = re.compile(r"^(?:jbake|page|awestruct)-(?=\w)")
"""What stands before the attributes that are meant for JBake, for Antora and Jekyll, and for Awestruct."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_MOST_HEADER = 60
_BESIDE_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|pdf|mp[34]|docx?|zip)\.(?:[a-z]{2}\.)?txt$", re.IGNORECASE
)
