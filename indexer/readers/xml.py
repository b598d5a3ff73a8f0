"""XML: exports of WordPress and MediaWiki, feeds, news items of agencies, JATS, TEI, and what else holds articles."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.parsers import expat  # nosec B407 - it reads no further than to the first element

from indexer.content.beneath import open_source
from indexer.content.document import Document, Found, SourceFile, UnfitError
from indexer.readers.bounds import BoundedStream
from indexer.readers.feeds import EmptyFeedError, feed_documents
from indexer.readers.iptc_xml import iptc_documents
from indexer.readers.mediawiki import mediawiki_documents
from indexer.readers.own_xml import own_documents
from indexer.readers.scholarly_xml import jats_documents, tei_documents
from indexer.readers.wordpress import wordpress_documents

_LOOKED_AT = 65_536
_MOST_BEFORE_ROOT = 16_000_000
_NO_MARKUP = re.compile(r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>|\Z)|<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)")
"""What stands in texts and comments tells nothing of a file."""
_RSS = re.compile(r"<rss\s[^<>]{1,9999}+>")
_WORDPRESS = re.compile(r"xmlns:wp=|wordpress\.org/export/")
_IPTC = re.compile(r"<(?:\w+:)?(?:nitf|newsItem|newsMessage|NewsML)[\s>]")
_MEDIAWIKI = re.compile(r"<mediawiki[\s>]")
_JATS = re.compile(r"<(?:\w{1,20}:)?article-meta[\s>]")
_TEI = re.compile(r"<(?:\w{1,20}:)?teiHeader[\s>]")
_FEED = re.compile(
    r"<(?:\w+:)?(?:rss|feed|RDF)[\s>]|<(?:\w+:)?entry\s[^<>]{0,500}[\"']http://www\.w3\.org/2005/Atom[\"']"
)
"""The root of a feed, or of a file for each entry."""


class XmlReader:
    """Reads exports, feeds and news items."""

    name = "XML"
    suffixes = frozenset({".xml", ".rss", ".atom", ".wxr", ".rdf", ".nitf", ".newsml", ".enex"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each post, entry or news item. Raises UnfitError for what is no well-formed export."""
        with open_source(file) as opened:
            yield from _documents(file, opened)


def _documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    head = opened.read(_LOOKED_AT)
    opened.seek(0)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    markup = _NO_MARKUP.sub("", text)
    _see_to_entities(opened)
    opened.seek(0)
    rss = _RSS.search(markup)
    if "<wp:wxr_version" in markup or (rss and _WORDPRESS.search(rss[0])):
        yield from wordpress_documents(file, opened)
    elif _FEED.search(markup):
        yield from _of_feed(file, opened)
    elif _IPTC.search(markup):
        yield from iptc_documents(file, opened)
    elif _MEDIAWIKI.search(markup):
        yield from mediawiki_documents(file, opened, text)
    elif _JATS.search(markup):
        yield from jats_documents(file, opened)
    elif _TEI.search(markup):
        yield from tei_documents(file, opened)
    else:
        yield from own_documents(file, opened)


def _see_to_entities(opened: BinaryIO) -> None:
    """Refuse a file that declares entities before its first element, as expat reads it. Raises UnfitError."""
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    parser.StartElementHandler = _begin_root
    stream = BoundedStream(opened, _MOST_BEFORE_ROOT)
    try:
        while piece := stream.read(_LOOKED_AT):
            parser.Parse(piece)
    except _RootBegunError:
        return
    except (expat.ExpatError, LookupError, ValueError):  # what is no XML is told where it is read
        return


class _RootBegunError(Exception):
    """The first element begins: no entity is declared behind it."""


def _begin_root(*_: object) -> None:
    raise _RootBegunError


def _refuse_entity(*_: object) -> None:
    raise UnfitError("declares entities, which are not read: they can stand for more than memory holds")


def _of_feed(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """The entries of a feed; the articles of a file of one's own that only has an element of that name."""
    entries = iter(feed_documents(file, opened))
    try:
        first = next(entries, None)
    except EmptyFeedError as empty:
        opened.seek(0)
        try:
            own = list(own_documents(file, opened))
        except UnfitError:
            raise empty from None
        if not any(isinstance(one, Document) for one in own):
            raise empty
        yield from own
        return
    if first is not None:
        yield first
        yield from entries
