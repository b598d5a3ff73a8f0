"""Files of an agency's wire that have an ending of their own."""

from collections.abc import Iterable, Mapping

from indexer.content.decoding import decoded
from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.repository_files import KEPT, lies_among_kept
from indexer.content.wire_texts import wire_text


class WireReader:
    """Reads a text in ANPA 1312 or IPTC 7901; one in plain text is read by the reader of those."""

    name = "newswire"
    suffixes = frozenset({".anpa", ".tst"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file."""
        if lies_among_kept(file.path):
            yield Omitted(file.path, KEPT)
            return
        item = wire_text(decoded(file.content)[0])
        yield of_wire(file, *item) if item else Omitted(file.path, "text without the fields of an article")


def of_wire(file: SourceFile, fields: Mapping[str, object], body: str) -> Document:
    """The article that a text of an agency is."""
    return Document(path=file.path, fields=fields, body=body, markup="text", file_language=file.language)
