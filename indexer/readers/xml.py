"""XML: a WordPress export, or an RSS or Atom feed; anything else is passed over."""

import re
from collections.abc import Iterable
from pathlib import Path

from indexer.content.document import Found, Omitted, SourceFile, UnfitError
from indexer.readers.feeds import feed_documents
from indexer.readers.wordpress import wordpress_documents

_LOOKED_AT = 65_536
_WORDPRESS = re.compile(r"xmlns:wp=|<wp:wxr_version|wordpress\.org/export/")
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")


class XmlReader:
    """Reads exports and feeds."""

    name = "XML"
    suffixes = frozenset({".xml", ".rss", ".atom", ".wxr", ".rdf"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each post or entry. Raises UnfitError for what is no well-formed export."""
        path = Path(file.location)
        with path.open("rb") as opened:
            head = opened.read(_LOOKED_AT)
        text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
        if "<!ENTITY" in text:
            raise UnfitError("declares entities, which are not read: they can stand for more than memory holds")
        if _WORDPRESS.search(text):
            yield from wordpress_documents(file, path)
        elif _FEED.search(text):
            yield from feed_documents(file, path)
        else:
            yield Omitted(file.path, "XML without articles")
