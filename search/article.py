"""What is searched: an article, its times in UTC milliseconds, its stretches in code points."""

import msgspec

from search.times import Millis

Span = tuple[int, int]
"""A stretch of text, [start, end), counted in code points."""


class Source(msgspec.Struct, frozen=True):
    """Who published an article: a stable key and a name to show."""

    key: str
    name: str


def base_language(tag: str) -> str:
    """The language of a tag without its script and region, in small letters: `pt-BR` is `pt`."""
    return tag.replace("_", "-").split("-", 1)[0].lower()


CustomValue = list[str] | float | int
"""The values of a declared field: keywords, a number, or a date in milliseconds UTC."""


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article as read from its file. `text` is the body without its markup; `headings` are spans of `text`."""

    id: str
    path: str
    title: str
    text: str
    description: str = ""
    published: Millis | None = None
    updated: Millis | None = None
    expires: Millis | None = None
    """From this moment on the article is hidden."""
    language: str = ""
    """A language tag, with its region where the article says one: `en`, `pt-BR`."""
    source: Source | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sentiment: str = ""
    image: str = ""
    thumbnail: str = ""
    """The cover in a small size, where the file names one."""
    url: str = ""
    """The article's own address (canonical or permalink) as it was written; empty where it says none."""
    slug: str = ""
    """The part of the article's address that names it."""
    external_id: str = ""
    headings: tuple[Span, ...] = ()
    custom: dict[str, CustomValue] = {}
    """By name, the values of the fields that `[fields.custom]` declares."""

    @property
    def base_language(self) -> str:
        """The language without its region: `pt-BR` is `pt`."""
        return base_language(self.language)

    @property
    def category(self) -> str:
        """The first category, or an empty text."""
        return self.categories[0] if self.categories else ""
