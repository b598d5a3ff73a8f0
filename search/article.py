"""What is searched: an article, its times in UTC milliseconds, its stretches in code points."""

import msgspec

from search.times import Millis

Span = tuple[int, int]
"""A stretch of text, [start, end), counted in code points."""


class Source(msgspec.Struct, frozen=True):
    """Who published an article: a stable key and a name to show."""

    key: str
    name: str


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article as read from its file. `text` is the body without its markup; `headings` are spans of `text`."""

    id: str
    path: str
    title: str
    text: str
    description: str = ""
    published: Millis | None = None
    updated: Millis | None = None
    language: str = ""
    source: Source | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    sentiment: str = ""
    image: str = ""
    external_id: str = ""
    headings: tuple[Span, ...] = ()
