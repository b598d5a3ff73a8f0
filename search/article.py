"""What is searched: an article, its times in UTC milliseconds, its stretches in code points."""

from datetime import UTC, datetime
from typing import NewType

import msgspec

Millis = NewType("Millis", int)
"""A moment in milliseconds since 1970-01-01T00:00:00Z; whole seconds would lose articles at filter edges."""

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


def iso(moment: int) -> str:
    """A moment in the one form that Lede writes: UTC, seconds, and milliseconds where there are any."""
    whole = datetime.fromtimestamp(moment // 1000, UTC).replace(tzinfo=None).isoformat()  # strftime writes year 1 as 1
    fraction = f".{moment % 1000:03d}" if moment % 1000 else ""
    return f"{whole}{fraction}Z"
