"""What is answered: hits with the shares that ranked them, and what is true of the whole result set."""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct, field

from search.article import Article, base_language
from search.query.model import Mode, Query
from search.times import Millis, Time


class Signal(StrEnum):
    """What can add to a hit's score, or order hits that no score orders (docs/explanation/how-hits-are-ranked.md)."""

    KEYWORD = "keyword"
    """BM25 over the idf of the query's words."""
    COVERAGE = "coverage"
    """The share of that idf which the article contains."""
    RELATED = "related"
    """The share of that idf which it has by words that mean nearly the same."""
    SEMANTIC = "semantic"
    """Its similarity to the query."""
    TIME = "time"
    """How well it fits the time that the query names."""
    LIKENESS = "likeness"
    """Its similarity to the best hits."""
    NEIGHBOURS = "neighbours"
    """How much better its nearest neighbours score."""
    SUPPOSED = "supposed"
    """All that meaning adds, imputed for an article without a vector."""
    RERANKER = "reranker"
    """What a cross-encoder says."""
    ORDER_OF_WORDS = "order of words"
    """Adds nothing: the hit stands behind those that are scored."""
    ORDER_OF_TIME = "order of time"
    """Adds nothing: hits are sorted by time."""


class Contribution(Struct, frozen=True):
    """What one ranking adds to a hit: its rank there from 1 (None: not found), its score there, its share."""

    ranking: str
    """A `Signal`."""
    rank: int | None
    score: float | None
    share: float


class Passage(Struct, frozen=True):
    """A passage of an article's text, [start, end) in code points."""

    text: str
    start: int
    end: int


class Twin(Struct, frozen=True):
    """The same article in another language."""

    id: str
    language: str


class Matched(Struct, frozen=True):
    """Words asked for, as they were asked, and the part of an article that contains them.

    The part is title, description, tags, authors or text; a word is named with the first part that contains it.
    """

    field: str
    words: tuple[str, ...]


class Highlight(Struct, frozen=True):
    """Title and description as HTML-escaped text, with `<mark>` around the words that were asked for."""

    title: str
    description: str


class StoryMember(Struct, frozen=True):
    """Another article of the result set on the same event."""

    id: str
    title: str
    source: str
    published: Millis | None


class Story(Struct, frozen=True):
    """What a hit stands for where stories fold: how many articles, from how many sources, and the other ones.

    The others are in the order of their times, the first MOST_TOLD of them.
    """

    articles: int
    sources: int
    others: tuple[StoryMember, ...]


class Hit(Struct, frozen=True):
    """An article that answers. Its score is the sum of its contributions' shares."""

    article: Article
    score: float
    contributions: tuple[Contribution, ...]
    snippet: str
    snippet_marks: str | None = None
    """What the marks of the snippet stand for: `words`, or `meaning` where all of it is one mark."""
    highlight: Highlight = Highlight("", "")
    matched: tuple[Matched, ...] = ()
    age_days: int | None = None
    """Whole days since it was published, where time took part in the order."""
    passage: Passage | None = None
    twins: tuple[Twin, ...] = ()
    confidence: float | None = None
    """How likely it is an answer, 0 to 1; None where that is not known."""
    story: Story | None = None
    """Where stories fold, and this hit stands for several articles."""


class Count(Struct, frozen=True):
    """How many articles of the result set bear a value, and whether the filters chose it."""

    value: str
    count: int
    selected: bool = False
    name: str = ""


class Total(Struct, frozen=True):
    """The size of the result set, and how many of it were found by words and by meaning (some by both)."""

    value: int
    keyword: int
    semantic: int
    weaker: int = 0
    """How many more articles the widest threshold lets in."""
    exact: bool = True
    """False where `value` counts what is known, and there may be more: some articles were not compared."""
    semantic_exact: bool = True
    """The same of `semantic`."""

    @property
    def relation(self) -> str:
        """`eq` where every number is exact; `gte` where one of them may be greater."""
        return "eq" if self.exact and self.semantic_exact else "gte"

    @property
    def value_relation(self) -> str:
        """The same of `value` alone."""
        return "eq" if self.exact else "gte"


class Corrected(Struct, frozen=True):
    """A text with words that were surely mistyped, and the text that was answered in its place."""

    typed: str
    answered: str


class Results(Struct, frozen=True, eq=False):
    """The answer to one query, from one generation. Two are equal whatever time they took."""

    query: Query
    hits: tuple[Hit, ...]
    total: Total
    mode: Mode
    generation: str
    articles: int
    facets: dict[str, tuple[Count, ...]] = field(default_factory=dict)
    near: tuple[Hit, ...] = ()
    """Where the result set is empty, the nearest articles: no hits, and counted nowhere."""
    degraded: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    unknown_words: tuple[str, ...] = ()
    did_you_mean: str | None = None
    """The text with the words that were maybe mistyped put right; offered, not applied."""
    did_you_mean_total: int | None = None
    """How many articles that text finds, where the text as it was answered finds none; else None."""
    corrected: Corrected | None = None
    """The text as it was typed, and as it was answered, where words of it were surely mistyped."""
    understood: tuple[str, ...] = ()
    time: Time | None = None
    """The time that the text names, where it took part in the ranking."""
    sources: tuple[str, ...] = ()
    """Words of the text that were read as names of sources, as they stand there."""
    next: str | None = None
    """The cursor of the page behind this one; None where there is none."""
    took_ms: float = 0.0
    """Milliseconds that the engine took."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Results) and all(
            getattr(self, name) == getattr(other, name) for name in self.__struct_fields__ if name != "took_ms"
        )

    __hash__ = None  # type: ignore[assignment]


class FacetValues(Struct, frozen=True):
    """The values of a facet that contain a text, counted; how many there are in all; from one generation."""

    facet: str
    text: str
    values: tuple[Count, ...]
    found: int
    generation: str
    articles: int


class Suggestion(Struct, frozen=True):
    """What somebody may be about to type, and what to ask for then.

    `kind` is the name of a field, or `title`; `value` is the value of that filter, or the article's id;
    `count` says how many articles bear it.
    """

    text: str
    kind: str
    value: str
    count: int
    language: str = ""


class Suggestions(Struct, frozen=True):
    """What begins as typed: names of sources, tags, authors …, most borne first, then titles, newest first."""

    q: str
    suggestions: tuple[Suggestion, ...]
    generation: str
    articles: int


class Step(StrEnum):
    """How long a period is. Weeks begin on Mondays."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


class Period(Struct, frozen=True):
    """The articles of [since, until), in milliseconds UTC; how many bear each sentiment, "" for none.

    A story of which one article is glad and another is not counts under both sentiments, and once in `count`.
    """

    since: Millis
    until: Millis
    count: int
    sentiments: dict[str, int]


class Timeline(Struct, frozen=True):
    """Every period from the first dated article to the last, empty ones included, and how many articles say no date."""

    step: Step
    periods: tuple[Period, ...]
    undated: int
    since: tuple[int, ...] = ()
    """For each moment asked about, what the result set would count from it on, without the dates of the filters."""


class StoredArticle(Struct, frozen=True):
    """One article as the served generation keeps it."""

    article: Article
    twins: tuple[Twin, ...]
    generation: str


Place = tuple[int, int, str]
"""Where a word stands, [start, end) in code points, and the term it was asked for by."""


class Reading(Struct, frozen=True):
    """An article and what a reading page shows beside it."""

    article: Article
    twins: tuple[Twin, ...]
    story: tuple[StoryMember, ...]
    """Other articles on the same event, oldest first, one a translation group."""
    story_size: int
    """How many others there are; `story` may hold fewer."""
    body_html: str
    """Allow-listed HTML; empty where the generation holds none."""
    generation: str
    find: Callable[[str], list[Place]]
    """The words of a text that the query asks for: [start, end) in code points, and the term."""


class ArticleAddress(Struct, frozen=True):
    """An article that readers may see, and when it was updated or published last."""

    id: str
    touched: Millis | None


class ArticleAddresses(Struct, frozen=True):
    """Some of the articles that readers may see, in the order of ids, and how many there are in all."""

    total: int
    articles: list[ArticleAddress]


class RejectedFile(Struct, frozen=True):
    """A file that could not become an article: where, and why."""

    path: str
    line: int
    why: str


class ServedGeneration(Struct, frozen=True):
    """What is known of the generation that answers."""

    name: str
    built: str
    """ISO 8601, UTC."""
    articles: int
    passages: int
    languages: dict[str, int]
    """Articles by language; an empty name where none is said."""
    rejected: tuple[RejectedFile, ...]
    drafts: int
    keyword_engine: str
    model: str
    model_languages: tuple[str, ...]

    @property
    def unknown_to_model(self) -> list[str]:
        """The languages of articles that the model does not read."""
        return sorted(tag for tag in self.languages if base_language(tag) not in self.model_languages)


class EngineStatus(Struct, frozen=True):
    """What answers, and why not what should."""

    generation: ServedGeneration | None
    """None where nothing can be opened."""
    last_error: str | None
    """Why the newest generation is not the one that answers, and what to do; None when it is."""


class Build(Struct, frozen=True):
    """A generation that is still kept: when it was built, its articles, and what it changed, where that is known."""

    name: str
    built: str
    articles: int
    rejected: int
    added: int | None = None
    changed: int | None = None
    removed: int | None = None
