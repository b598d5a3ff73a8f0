"""XML: exports of WordPress and MediaWiki, feeds, news items of agencies, and what else has articles in it."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from indexer.content.beneath import open_source
from indexer.content.document import Found, SourceFile, UnfitError
from indexer.readers.feeds import feed_documents
from indexer.readers.iptc_xml import iptc_documents
from indexer.readers.mediawiki import mediawiki_documents
from indexer.readers.own_xml import own_documents
from indexer.readers.wordpress import wordpress_documents

_LOOKED_AT = 65_536
_WORDPRESS = re.compile(r"xmlns:wp=|<wp:wxr_version|wordpress\.org/export/")
_IPTC = re.compile(r"<(?:\w+:)?(?:nitf|newsItem|newsMessage|NewsML)[\s>]")
_MEDIAWIKI = re.compile(r"<mediawiki[\s>]")
_FEED = re.compile(
    r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]|<(?:\w+:)?entry\s[^<>]{0,500}[\"']http://www\.w3\.org/2005/Atom[\"']"
)
"""The root of a feed, or of a file for each entry."""


class XmlReader:
    """Reads exports, feeds and news items."""

    name = "XML"
    suffixes = frozenset({".xml", ".rss", ".atom", ".wxr", ".rdf", ".nitf", ".newsml"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each post, entry or news item. Raises UnfitError for what is no well-formed export."""
        with open_source(file) as opened:
            yield from _documents(file, opened)


def _documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    head = opened.read(_LOOKED_AT)
    opened.seek(0)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    if "<!ENTITY" in text:
        raise UnfitError("declares entities, which are not read: they can stand for more than memory holds")
    if _WORDPRESS.search(text):
        yield from wordpress_documents(file, opened)
    elif _FEED.search(text):
        yield from feed_documents(file, opened)
    elif _IPTC.search(text):
        yield from iptc_documents(file, opened)
    elif _MEDIAWIKI.search(text):
        yield from mediawiki_documents(file, opened, text)
    else:
        yield from own_documents(file, opened)
