"""Feeds read by feedparser in time that grows with their length.

feedparser looks for each attribute of a tag among all others, for each category among those before it, for each name
space among all declared ones, and for an address in an author's name from each of its letters: a feed of 80 KB took a
quarter of a minute. It has no public place for bounds, so its two parsers are overridden;
tests/indexer/readers/test_growth.py says what must be there in another version.
"""

from functools import cache
from itertools import islice
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl  # of what was parsed already  # nosec B406

from indexer.content.extras import needed

_MOST_ATTRIBUTES = 200
_MOST_SPACES = 200
_MOST_TAGS = 200
"""Categories of one entry, as many as an article has tags."""
_LONGEST_NAME = 500
"""Letters of an author's name and address."""


def parse_feed(content: bytes) -> Any:
    """What a feed says, as feedparser tells it. Raises MissingExtraError."""
    feedparser = needed("feedparser", "RSS and Atom files")
    _bound(feedparser.api)
    return feedparser.parse(content, resolve_relative_uris=False, sanitize_html=False)


@cache
def _bound(api: Any) -> None:
    """Exchange the parsers that feedparser makes for each feed, once."""
    for name in ("StrictFeedParser", "LooseFeedParser"):
        setattr(api, name, _bounded(getattr(api, name)))


def _bounded(parser: Any) -> type:
    class Bounded(parser):  # type: ignore[misc]  # the library has no types
        def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - named by SAX
            if len(attrs) > _MOST_ATTRIBUTES:
                kept = dict(islice(attrs.items(), _MOST_ATTRIBUTES))
                attrs = AttributesNSImpl(kept, {one: attrs.getQNameByName(one) for one in kept})
            super().startElementNS(name, qname, attrs)

        def track_namespace(self, prefix: Any, uri: Any) -> None:
            if len(self.namespaces_in_use) < _MOST_SPACES:
                super().track_namespace(prefix, uri)

        def _add_tag(self, term: Any, scheme: Any, label: Any) -> None:
            if len(self._get_context().get("tags", ())) < _MOST_TAGS:
                super()._add_tag(term, scheme, label)

        def _sync_author_detail(self, key: str = "author") -> None:
            context = self._get_context()
            if len(context.get(key) or "") > _LONGEST_NAME:
                context[key] = context[key][:_LONGEST_NAME]
            super()._sync_author_detail(key)

    return Bounded
