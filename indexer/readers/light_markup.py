"""reStructuredText, AsciiDoc, and texts without a known markup that carry the fields of an article."""

from collections.abc import Iterable

from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.front_matter import rest_fields
from indexer.content.light_markup import asciidoc_markdown, rest_markdown
from indexer.readers.markdown import head_of


class RestReader:
    """Reads reStructuredText; a .txt only where it has the fields of an article, at its head or beside it."""

    name = "reStructuredText"
    suffixes = frozenset({".rst", ".rest", ".txt"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        fields, body = found.fields, found.body
        if not fields and not file.path.lower().endswith(".txt"):
            head = rest_fields(body)
            fields, body = head.fields, head.body
        if not fields and file.path.lower().endswith(".txt"):
            yield Omitted(file.path, "text without the fields of an article")
            return
        yield Document(
            path=file.path,
            fields=fields,
            body=rest_markdown(body),
            markup="markdown",
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


class AsciiDocReader:
    """Reads AsciiDoc under a front matter, or with its own title and attributes."""

    name = "AsciiDoc"
    suffixes = frozenset({".adoc", ".asciidoc", ".asc"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        _, found = head_of(file)
        fields = found.fields or _attributes(found.body)
        yield Document(
            path=file.path,
            fields=fields,
            body=asciidoc_markdown(found.body),
            markup="markdown",
            front=found.written,
            problems=found.problems,
            file_language=file.language,
        )


def _attributes(text: str) -> dict[str, object]:
    """The title, and the attributes under it: `:author: …`, `:revdate: …`."""
    fields: dict[str, object] = {}
    for line in text.split("\n", 60)[:60]:
        if line.startswith("= ") and "title" not in fields:
            fields["title"] = line[2:].strip()
        elif line.startswith(":") and line.count(":") >= 2:
            name, value = line[1:].split(":", 1)
            fields["date" if name == "revdate" else name] = value.strip()
        elif line and not line.startswith("//") and fields:
            break
    return fields
