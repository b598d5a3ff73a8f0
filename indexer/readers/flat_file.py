"""Lektor's pages: a folder each, with the fields in `contents.lr`."""

from collections.abc import Iterable

from indexer.content.conventions import Fields
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.field_blocks import lektor_fields
from indexer.content.languages import language_tag
from indexer.content.values import truth


class LektorReader:
    """Reads a folder's `contents.lr`, or `contents+uk.lr`, as one article."""

    name = "Lektor"
    suffixes = frozenset({".lr"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file; an attachment's fields are an omission."""
        name = file.path.rsplit("/", 1)[-1]
        if not name.startswith("contents"):
            yield Omitted(file.path, "fields of an attachment")
            return
        fields, body = lektor_fields(repaired(decoded(file.content)[0]))
        if truth(fields.get("_hidden")):
            fields["draft"] = True
        if not body.strip() and Fields(fields).first("published") is None:
            yield Omitted(file.path, "section page")
            return
        alternative = name[len("contents+") : -len(".lr")] if name.startswith("contents+") else ""
        yield Document(
            path=file.path,
            fields=fields,
            body=body,
            markup="markdown",
            file_language=language_tag(alternative) or file.language,
        )
