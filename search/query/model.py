"""The query: a value that is complete and legal from the moment it exists."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from search.errors import PageTooDeepError, RequestError
from search.messages import say
from search.times import Millis

MAX_TEXT = 2_000
"""Characters of text in one query."""
MAX_LIMIT = 100
"""Hits on one page."""
MAX_DEPTH = 1_000
"""The deepest hit that offset and limit may reach; deeper pages go by cursor."""

MAX_FILTER_VALUES = 50
"""Values of one filter in one query."""
MAX_VALUE = 200
"""Characters of one of them."""

MAX_SEARCHES = 20
"""Searches in one request."""
MAX_SUGGESTIONS = 20
"""Suggestions for one beginning."""
MAX_VALUES = 100
"""Values of a facet in one answer."""


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


class Fold(StrEnum):
    """What counts as one answer, besides an article and its twins."""

    NONE = "none"
    STORY = "story"


class Strictness(StrEnum):
    """How likely an article must be an answer to be in the result set."""

    STRICT = "strict"
    NORMAL = "normal"
    WIDE = "wide"


class FieldFilter(Struct, frozen=True):
    """Values of one field: any of `include` (or anything, if empty), and none of `exclude`. Letter case is ignored."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def joined(self, other: "FieldFilter") -> "FieldFilter":
        """Any of what either includes, none of what either excludes."""
        both = ((*self.include, *other.include), (*self.exclude, *other.exclude))
        return FieldFilter(*(tuple(dict.fromkeys(values)) for values in both))


_NO_CHOICE = FieldFilter()


class Filters:
    """Which articles are admitted; all parts must hold. Times are [since, until) in milliseconds UTC.

    The choices of fields are given and read by the fields' names; a field without a choice has an empty one.
    """

    __slots__ = ("choices", "since", "until")

    def __init__(self, *, since: Millis | None = None, until: Millis | None = None, **choices: FieldFilter) -> None:
        self.choices: dict[str, FieldFilter] = {name: choices[name] for name in sorted(choices) if choices[name]}
        """By field, where there is a choice."""
        self.since = since
        self.until = until

    def __getitem__(self, field: str) -> FieldFilter:
        return self.choices.get(field, _NO_CHOICE)

    @property
    def language(self) -> FieldFilter:
        """The choice of languages: with one, twins are not folded."""
        return self["language"]

    def __bool__(self) -> bool:
        return bool(self.choices) or self.since is not None or self.until is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filters) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"Filters{self._values()!r}"

    def _values(self) -> tuple[object, ...]:
        return (*self.choices.items(), self.since, self.until)

    def replaced(self, **changes: Any) -> "Filters":
        """These filters with other choices, or another `since` or `until`."""
        return Filters(**{**self.choices, "since": self.since, "until": self.until, **changes})

    def joined(self, other: "Filters") -> "Filters":
        """Both: values of one field are any of, as of a parameter given twice; a range is what two ranges share."""
        sinces = [moment for moment in (self.since, other.since) if moment is not None]
        untils = [moment for moment in (self.until, other.until) if moment is not None]
        names = {**self.choices, **other.choices}
        joined = {name: self[name].joined(other[name]) for name in names}
        return Filters(since=max(sinces, default=None), until=min(untils, default=None), **joined)


class Phrase(Struct, frozen=True):
    """Words, as typed, adjacent in a field; with `within`, each at most that many places from the next."""

    text: str
    field: str = "text"
    within: int = 0
    exact: bool = False
    """Whether the very form is meant, and no inflection of it; then the text is one word."""


class Prefix(Struct, frozen=True):
    """Any word of a field that begins like this."""

    text: str
    field: str = "text"
    likely: tuple[str, ...] = ()
    """The words that were probably begun, which rank what was found; empty where all do."""


class Near(Struct, frozen=True):
    """One of the first phrases and one of the second, at most `distance` places apart, in either order.

    Of longer phrases the last word of the first and the first word of the second count.
    """

    first: tuple[Phrase, ...]
    second: tuple[Phrase, ...]
    distance: int


class FilterClause(Struct, frozen=True):
    """What filters admit, inside a larger condition."""

    filters: Filters


class AllOf(Struct, frozen=True):
    """Every part holds."""

    parts: "tuple[Condition, ...]"


class AnyOf(Struct, frozen=True):
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


class Not(Struct, frozen=True):
    """The part does not hold."""

    part: "Condition"


Condition = Phrase | Prefix | Near | FilterClause | AllOf | AnyOf | Not


def positive_leaves(condition: Condition | None) -> Iterator[Phrase | Prefix]:
    """The phrases and prefixes that a condition looks for, in order; those it excludes left out."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from positive_leaves(part)
        case Near(first, second):
            yield from (*first, *second)
        case Phrase() | Prefix():
            yield condition
        case _:
            return


def negative_leaves(condition: Condition | None) -> Iterator[Phrase | Prefix]:
    """The phrases and prefixes that a condition excludes, in order."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from negative_leaves(part)
        case Not(part):
            yield from positive_leaves(part)
        case _:
            return


class ParsedText(Struct, frozen=True):
    """What a typed text asks besides its filters."""

    plain: str
    """The words outside every operator: enough of them must occur."""
    said: str
    """All words that are looked for, in the order typed: what is embedded."""
    condition: Condition | None = None
    """What every hit must satisfy, in whatever mode."""
    notes: tuple[str, ...] = ()
    """What could not be taken as it was typed."""


class Cursor(Struct, frozen=True):
    """A place in one list: the number of hits before it, of one query and one generation."""

    place: int
    generation: str
    now: datetime
    """What ages and named times count back from, on every page of the list."""
    mode: Mode
    """What answered when the list was begun: less than was asked for where meaning could not serve."""
    query: bytes
    """The digest of the query (search.query.cursor)."""
    signature: bytes
    """What the index's key makes of all that; not seen to yet."""


class Query(Struct, frozen=True):
    """One question. Raises RequestError for one that cannot be answered."""

    text: str = ""
    filters: Filters = Filters()
    mode: Mode = Mode.HYBRID
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()
    explain: bool = False
    time: bool = True
    """Whether a time that the text names prefers articles of that time."""
    zone: str = "UTC"
    fold: Fold = Fold.NONE
    """Whether articles on one event answer as one: the best of them."""
    strictness: Strictness = Strictness.NORMAL
    """How likely an answer must be."""
    min_confidence: float | None = None
    """The least confidence of an answer that does not contain all that was asked, instead of a strictness; 0 to 1."""
    alpha: float | None = None
    """What meaning counts for beside words, 0 to 1; None for the measured balance, which 0.5 is too."""
    typed: ParsedText | None = None
    """How the text was read, where it was typed in the query language; else all of it is plain words."""
    fields: tuple[str, ...] = ()
    """What each hit shall hold, dotted names for parts of it; empty for everything."""
    cursor: Cursor | None = None
    """Where the page begins, instead of an offset."""
    correct: bool = True
    """Whether words that were surely mistyped are put right; else the text is answered as it was typed."""
    prefix: bool = False
    """Whether the last word is unfinished, as while somebody types."""
    reader_language: str = ""
    """The language in which a list without a text shows articles that have several; the answer is else the same."""
    spoken: str = ""
    """The language of the text as typed, where a correction wrote a name of it in other letters; else empty."""
    now: datetime | None = None
    """What relative times count back from; None where there are none, and for the engine's clock."""

    def __eq__(self, other: object) -> bool:
        """Whether the same is asked, whenever it is: `now` makes no other query of it."""
        return isinstance(other, Query) and self._asked() == other._asked()

    def __hash__(self) -> int:
        return hash(self._asked())

    def _asked(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name != "now")

    @property
    def first(self) -> int:
        """How many hits come before the page."""
        return self.offset if self.cursor is None else self.cursor.place

    @property
    def parsed(self) -> ParsedText:
        """What the text asks."""
        return self.typed or ParsedText(self.text, self.text)

    def wants(self, *names: str) -> bool:
        """Whether a hit shall hold any of these, or a part of one."""
        return not self.fields or any(field.split(".")[0] in names for field in self.fields)

    @property
    def lists(self) -> bool:
        """Whether no words are looked for: what the filters and the condition admit is listed by time."""
        return not self.parsed.said.strip() and bool(self.filters or self.parsed.condition or not self.text.strip())

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise RequestError(
                say("text-too-long", length=f"{len(self.text):,}", most=f"{MAX_TEXT:,}"),
                say("fewer-words"),
                field="q",
            )
        if not 0 <= self.limit <= MAX_LIMIT:
            raise RequestError(
                say("is-value", field="limit", value=self.limit), say("ask-hits", most=MAX_LIMIT), field="limit"
            )
        if self.offset < 0:
            raise RequestError(say("is-value", field="offset", value=self.offset), say("count-from-0"), field="offset")
        if self.cursor is not None and self.offset:
            raise RequestError(say("two-places"), say("give-one"), field="cursor")
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            wrong = say("is-value", field="min_confidence", value=self.min_confidence)
            raise RequestError(wrong, say("give-share"), field="min_confidence")
        if self.alpha is not None and not 0 <= self.alpha <= 1:
            raise RequestError(say("is-value", field="alpha", value=self.alpha), say("give-alpha"), field="alpha")
        if self.offset + self.limit > MAX_DEPTH:
            raise PageTooDeepError(
                say("too-deep", value=f"{self.offset + self.limit:,}", most=f"{MAX_DEPTH:,}"),
                say("go-deeper"),
                field="offset",
            )
