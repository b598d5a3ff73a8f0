"""What is asked: a query is a recipe, complete and legal from the moment it exists."""

from dataclasses import dataclass, field
from enum import StrEnum

from search.article import Millis
from search.errors import PageTooDeepError, RequestError

MAX_TEXT = 2_000
"""Characters of text in one query."""
MAX_LIMIT = 100
"""Hits on one page."""
MAX_DEPTH = 1_000
"""The deepest hit that offset and limit may reach; deeper pages go by cursor."""

MAX_SEARCHES = 20
"""Searches in one request."""
MAX_SUGGESTIONS = 20
"""Suggestions for one beginning."""


class Mode(StrEnum):
    """Which rankings answer."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


class Sort(StrEnum):
    """In which order the result set is shown."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Facet(StrEnum):
    """What a result set can be counted by."""

    SOURCE = "source"
    TAG = "tag"
    SENTIMENT = "sentiment"
    LANGUAGE = "language"
    CATEGORY = "category"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of one field: any of `wanted` (or anything, if empty), and none of `refused`. Letter case is ignored."""

    wanted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.refused)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are admitted; all parts must hold. Times are [since, until) in milliseconds UTC."""

    source: Choice = Choice()
    tag: Choice = Choice()
    sentiment: Choice = Choice()
    language: Choice = Choice()
    since: Millis | None = None
    until: Millis | None = None

    def __bool__(self) -> bool:
        choices = self.source or self.tag or self.sentiment or self.language
        return bool(choices) or self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Query:
    """One question. Raises RequestError when it could not be answered as it stands."""

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    offset: int = 0
    facets: tuple[Facet, ...] = ()
    explain: bool = False
    time: bool = True
    """Whether a time that the text names prefers articles of that time."""
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise RequestError(
                f"The text has {len(self.text):,} characters; {MAX_TEXT:,} is the limit.",
                "Ask with fewer words.",
                field="q",
            )
        if not self.text.strip() and not self.filters:
            raise RequestError(
                "There is nothing to search for: no text and no filter.",
                "Give some words, or a filter such as source, tag or from.",
                field="q",
            )
        if not 0 <= self.limit <= MAX_LIMIT:
            raise RequestError(f"limit is {self.limit}.", f"Ask for 0 to {MAX_LIMIT} hits.", field="limit")
        if self.offset < 0:
            raise RequestError(f"offset is {self.offset}.", "Count hits from 0.", field="offset")
        if self.offset + self.limit > MAX_DEPTH:
            raise PageTooDeepError(
                f"offset + limit is {self.offset + self.limit:,}; {MAX_DEPTH:,} is the limit.",
                "Narrow the search with a filter or a date.",
                field="offset",
            )
