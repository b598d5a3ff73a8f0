"""Ports: the interfaces between Lede and its adapters. Contract tests check every sentence here.

A *row* is an article's number in its generation, from 0, in the order of ids. A *view* is a stretch of an article
with a vector of its own; vector n belongs to view n.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from msgspec import Struct
from msgspec.structs import replace

from search.arrays import Mask, Matrix, Numbers, Rows, Scores
from search.article import Article
from search.messages import Message
from search.query.fields import NOTHING_DECLARED, Declared
from search.query.model import Filters, Query
from search.results import (
    ArticleAddresses,
    Build,
    Contribution,
    Count,
    EngineStatus,
    FacetValues,
    Hit,
    Reading,
    Results,
    StoredArticle,
    Suggestions,
    Timeline,
    Total,
)
from search.similarity import COSINES, SimilarityScale
from search.times import Millis

if TYPE_CHECKING:  # what only a build needs
    from search.spill import Lines

FIELD_WEIGHTS = {"text": 1.0, "title": 0.3, "description": 0.1, "tags": 0.1}
"""What each field's BM25 score counts for, in both engines."""


POSITIONED = ("text", "title")
"""The fields that know where their terms stand."""


Runs = list[Sequence[str]]
"""Terms that stand one behind the other, and others that do: no phrase reaches from one run into the next."""


class KeywordDocument(Struct, frozen=True):
    """An article as a keyword index reads it: the terms of each field of FIELD_WEIGHTS, and itself for the filters.

    A field has a run a text, and behind them one for each one-piece form. A phrase may go on from one sentence of the
    text to the next: where sentences end is a guess ("U.S. Treasury").
    """

    article: Article
    runs: Mapping[str, Runs]


class WeightedTerm(Struct, frozen=True):
    """One word of a question: the terms that stand for it, any of which will do, and its weight in the decision."""

    text: str
    terms: tuple[str, ...]
    clause_weight: int = 1
    idf: float = 1.0
    """Its BM25 idf."""
    frequency: int = 1
    """How many articles contain it."""


class KeywordQuery(Struct, frozen=True):
    """An article matches when it contains a word, and the weights of those it contains add up to `enough`."""

    words: tuple[WeightedTerm, ...]
    minimum_should_match: int

    @property
    def any(self) -> "KeywordQuery":
        """The same words, any of which is enough."""
        return KeywordQuery(tuple(replace(word, clause_weight=1) for word in self.words), 1)

    @property
    def idf(self) -> float:
        """The idf of all the words together: what a score is measured by. Greater than 0 where there are words."""
        return sum(word.idf for word in self.words)


class Engine(Protocol):
    """Everything that can be asked of an archive. Safe to ask from several threads.

    Every method but `declared`, `status`, `refresh` and `close` raises IndexUnusableError where no generation can be
    opened. A query with a cursor is answered from the cursor's generation, else from the served one.
    """

    def search(self, query: Query) -> Results:
        """The answer to a query."""

    def edition(self, query: Query) -> Hashable | None:
        """What the answer to a query depends on besides it; None where it depends on the very moment."""

    def searches(self, queries: Sequence[Query]) -> list[Results]:
        """The answers to several queries, all from one generation. Raises RequestError for cursors of several."""

    def iterate(self, query: Query) -> AbstractContextManager[Iterator[Hit]]:
        """Every hit of a query's result set from its page on, in order; the generation stays open meanwhile."""

    def timeline(self, query: Query) -> Timeline:
        """How the result set of a query is spread over time."""

    def overview(self, query: Query, moments: Sequence[Millis] = ()) -> tuple[Results, Timeline]:
        """The answer to a query, and the spread of the same result set over time, with its counts since moments."""

    def similar(self, article_id: str, query: Query) -> Results:
        """The articles nearest to an article. `query` gives page and filters. Raises ArticleNotFoundError."""

    def article(self, article_id: str) -> StoredArticle:
        """One article. Raises ArticleNotFoundError."""

    def read(self, article_id: str, query: Query | None = None) -> Reading:
        """An article as somebody reads it; `query` is what it was found by. Raises ArticleNotFoundError."""

    def addresses(self, first: int, limit: int) -> ArticleAddresses:
        """So many of the articles that readers may see, from the `first` on, counted from 0, in the order of ids."""

    def values(self, query: Query, of: str, text: str, limit: int) -> FacetValues:
        """The values of a facet that contain a text, counted in a query's result set, whatever its page."""

    def suggest(self, text: str, limit: int) -> Suggestions:
        """At most `limit` names (sources, tags, authors …) and titles of which a word begins with a text."""

    def declared(self) -> Declared:
        """The fields that the served archive declares; a generation is opened for it, and none where none can be."""

    def status(self) -> EngineStatus:
        """What answers just now; nothing is opened and nobody is waited for."""

    def history(self) -> list[Build]:
        """The builds that are still kept, newest first."""

    def refresh(self) -> None:
        """Answer from the newest generation from now on. Raises IndexUnusableError where none can be opened."""

    def follow(self, told: Callable[[], Message | None]) -> None:
        """Keep to what is open: another process opens newer generations, and `told` gives why it cannot."""

    def warm(self) -> list[str]:
        """Load the models before a query waits for them; gives what cannot serve, and why."""

    def close(self) -> None:
        """Let go of what is open, once nobody uses it."""


class Candidates(Struct, frozen=True):
    """The features of the articles that may be shown first, (candidates,) each; None where a signal takes no part."""

    words: Numbers | None
    """BM25 score over the idf of the query's words."""
    coverage: Numbers | None
    """The share of that idf which the candidate contains, 0 to 1."""
    related: Numbers | None
    """The share of that idf which the candidate has by related words, 0 to 1."""
    meaning: Numbers | None
    """Similarity, -1 to 1; 0 where there is no vector."""
    time: Numbers | None
    """How well its time fits the one that the query names, 0 to 1."""
    heads: Matrix
    """The vector of each head, (candidates, dimension), 0 where there is none."""
    headed: Mask
    """Which candidates have a head's vector."""
    matched: Mask
    """Which candidates were found by words."""
    lexical_weight: float = 1.0
    """What words count for in this question: 1 on average, less where meaning is sure."""
    signal_weights: Mapping[str, float] = {}
    """What signals count for, by name, where the model has other weights than the measured ones."""
    scale: SimilarityScale = COSINES
    """What the cosines of the heads mean."""


class Pool(Struct, frozen=True):
    """Which articles may be shown first, by their keys: the best by words and the best by meaning."""

    keys: Rows
    """All of them, ascending."""
    by_words: Rows
    """Those that words found, best first."""
    rows: Rows
    """Of each of these the row that scored best: of translations, the one that contains the words."""
    scores: Scores
    """Its BM25 score."""
    by_meaning: Rows
    """Those that meaning found, nearest first."""


class ArticleFeatures(Struct, frozen=True):
    """What tells how likely each of some articles is an answer, (articles,) each; None where it takes no part."""

    rows: Rows
    groups: Rows
    """The number that an article shares with its translations."""
    first: Scores
    """The score by similarity, words and time alone."""
    similarity: Scores | None
    """Where an article has no vector, what its words let suppose."""
    coverage: Scores | None
    """The share of the idf of the query's words that it contains, 0 to 1."""
    in_title: Scores | None
    """The share of that idf which its title contains, 0 to 1."""
    related: Numbers | None
    """The share of that idf which it has by related words, 0 to 1."""
    heads: Matrix
    """The vector of each head, (articles, dimension), 0 where there is none or meaning takes no part."""
    headed: Mask
    best_similarity: float
    """Of all articles of the archive."""
    best_coverage: float
    """Of all articles of the archive, also where words take no part."""
    scale: SimilarityScale = COSINES
    """What the cosines of the heads mean."""


Found = TypeVar("Found")
"""A match set, as the retriever that made it keeps it: rows in memory, or a query to a cluster."""


class Retriever(Protocol[Found]):
    """What one interpreted question retrieves from an index. Deciding is left to whoever asks.

    A *key* is the number by which an answer counts an article: translations that are folded share one. A match set
    holds the result set and, for the ranking, what words and meaning found.
    """

    def considered(self) -> ArticleFeatures:
        """The features of the first articles of the whole archive by `first`, one row each, best first."""

    def features(self, rows: Rows) -> ArticleFeatures:
        """The same of any rows."""

    def groups(self, rows: Rows) -> Rows:
        """The number that each row shares with its translations."""

    def contains(self, word: WeightedTerm, rows: Rows) -> Mask:
        """Which of these rows contain the word, (rows,)."""

    def everything(self) -> Found:
        """The match set of a listing: every article, before any filter."""

    def candidates(self) -> Found:
        """What words match or meaning finds near; the result set is all of it. Before any filter."""

    def likely(self, groups: Rows) -> Found:
        """The candidates; the result set is what contains every word, and all articles of these groups."""

    def above_floor(self) -> Found:
        """The candidates; the result set is what contains every word or is nearer than the floor.

        Where meaning cannot tell, it is what contains enough of the words.
        """

    def admitted(self, found: Found) -> Found:
        """What of it the filters and the condition of the query admit."""

    def pool(self, found: Found) -> Pool:
        """The best by words and by meaning, of each a constant number, whatever the page."""

    def features_of(self, found: Found, pool: Pool) -> Candidates:
        """The features of every candidate of the pool, also of those that only words or only meaning found."""

    def answers(self, found: Found, keys: Rows) -> Mask:
        """Which of these keys are of the result set, (keys,)."""

    def behind(self, found: Found, pool: Pool) -> Rows:
        """The keys of the result set that are not in the pool: by words, then by nearness, then by key."""

    def by_time(self, found: Found, oldest: bool) -> Rows:
        """The keys of the result set by time, undated ones last, those of one time by key."""

    def once_a_story(self, keys: Rows) -> Rows:
        """Of each story the key that comes first."""

    def texts(self, found: Found, keys: Rows) -> list[str]:
        """What a reranker reads of each article: its title and nearest passage, else how it begins."""

    def nearest(self, most: int) -> Rows:
        """The keys of the first articles by `first` that the filters admit, each translation's article once."""

    def total(self, found: Found, wider: Found) -> Total:
        """The size of the result set, and how many more `wider` has."""

    def facet(self, of: str, found: Found, most: int) -> tuple[Count, ...]:
        """The `most` frequent values of a facet; `found` is what was found before any filter."""

    def timeline(self, found: Found) -> Timeline:
        """How the result set is spread over time."""

    def counts_since(self, every: Found, moments: Sequence[Millis]) -> tuple[int, ...]:
        """What the result set would count from each of these moments on, without the dates of the filters."""

    def still_shown(self, keys: Rows) -> Rows:
        """Those of the keys whose articles were not withdrawn meanwhile."""

    def hits(
        self, found: Found, keys: Rows, contributions: Mapping[int, tuple[Contribution, ...]]
    ) -> tuple[Rows, tuple[Hit, ...]]:
        """The rows and the hits of these keys, in the order given, each with what ranked it."""


class ArticleStore(Protocol):
    """The articles of one generation, by row. Safe to ask from several threads."""

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for; without `texts`, theirs are empty."""

    def row(self, article_id: str) -> int | None:
        """The row of the article with that id."""

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""

    def touched(self, rows: Sequence[int]) -> list[tuple[str, Millis | None]]:
        """The ids of these rows in the order of rows, each with the time of its update, else of its publication."""

    def near_ids(self, article_id: str, limit: int = 3) -> list[str]:
        """Ids that contain the last part of this one: what was probably meant."""

    def body_html(self, row: int) -> str:
        """The body of that row's article as allow-listed HTML; empty where its reader gave none."""

    def close(self) -> None:
        """Let go of every file."""


class KeywordIndex(Protocol):
    """Articles ranked by words. Safe to ask from several threads."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best rows that match the query and that the filters admit, best first; rows of one score ascend.

        A field that was not declared when the index was written has no value in any row.

        Every engine finds the same rows; scores, and with them the order, are the engine's own. A smaller limit gives
        the beginning of the same list. A query without words matches nothing.
        """

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The engine's score of each of these rows, whether it matches or not; 0 where it contains no word."""

    def in_order(self, terms: tuple[str, ...], field: str) -> Rows:
        """Every row where the terms, two or more, stand one right behind the other in a run of a field, ascending.

        The field must be one of POSITIONED, here and for `near`.
        """

    def near(self, first: str, second: str, distance: int, field: str) -> Rows:
        """Every row where the two terms stand so many places apart at most, in either order, ascending.

        Neighbours are one place apart; between two runs there is one empty place.
        """

    def close(self) -> None:
        """Let go of every file. The index answers nothing afterwards."""


DocumentsOf = Callable[[Rows], Iterable[KeywordDocument]]
"""Gives the documents of some rows, which ascend."""


class KeywordFormat(Protocol):
    """Writes a keyword index into an empty folder, and opens it again without changing a byte."""

    name: str

    def estimates_lengths(self, documents: int) -> bool:
        """Whether an index of so many documents scores by mean lengths that it estimates of lengths kept in a byte."""

    def write(self, folder: Path, documents: Iterable[KeywordDocument], declared: Declared = NOTHING_DECLARED) -> None:
        """Write the documents; the n-th becomes row n. `declared` are the archive's own fields."""

    def open(self, folder: Path) -> KeywordIndex:
        """Open what `write` wrote."""


@runtime_checkable
class UpdatableKeywordFormat(Protocol):
    """Writes a keyword index out of an earlier one too: a format may be able to."""

    def update(
        self,
        folder: Path,
        before: Path,
        now: Rows,
        size: int,
        documents: DocumentsOf,
        declared: Declared = NOTHING_DECLARED,
    ) -> bool:
        """Write what `write` would, out of an index that is left as it is; False, and nothing, where that cannot be.

        `now` says which row each row of `before` is from now on, -1 for none, (rows before,); the others of the `size`
        rows are new. `documents` gives those of some rows, which ascend; rows that are kept may be among them.
        """


class VectorIndex(Protocol):
    """Views compared by the inner product of unit vectors. Safe to ask from several threads."""

    size: int
    dimension: int

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view to the vector, (size,); the same whatever else is asked.

        To within 0.01 for vectors of 64 numbers or more.
        """

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector, exactly."""

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""

    def close(self) -> None:
        """Let go of every file. The index answers nothing afterwards."""


class VectorFormat(Protocol):
    """Writes a vector index into an empty folder, and opens it again without changing a byte."""

    name: str

    def write(self, folder: Path, vectors: "Lines") -> None:
        """Write the unit vectors; the n-th becomes view n."""

    def open(self, folder: Path) -> VectorIndex:
        """Open what `write` wrote."""


class Embedder(Protocol):
    """Texts to unit vectors. Equal fingerprints promise equal vectors."""

    fingerprint: str
    dimension: int
    max_tokens: int

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a document, (texts, dimension). Text beyond max_tokens is not read."""

    def embed_query(self, text: str) -> Scores:
        """The unit vector of a query, (dimension,); for many models the same as a document's."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of its max_tokens each text takes, the model's own marks not counted."""


class Reranker(Protocol):
    """Texts judged beside a question, both read at once. Safe to ask from several threads."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the query, 0 to 1, (texts,). Raises ModelError where it cannot tell."""
