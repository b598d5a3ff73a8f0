"""The seams behind which a second thing already stands. Every sentence here is a contract test.

A *row* is an article's number in its generation, from 0, in the order of ids. A *view* is a stretch of an article
with a vector of its own; vector n belongs to view n.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.documents import KeywordDocument
from search.keywords import KeywordQuery
from search.query import Filters

Rows = NDArray[np.int64]
"""Rows or views, (count,)."""
Scores = NDArray[np.float32]
"""One score a row or view, (count,)."""
Mask = NDArray[np.bool_]
"""True where a row or view is admitted, (all,)."""
Matrix = NDArray[np.float32]
"""One unit vector a line, (count, dimension)."""


class KeywordIndex(Protocol):
    """Articles ranked by words. Safe to ask from several threads."""

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best rows that match the query and that the filters admit, best first; rows of one score ascend.

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


class KeywordFormat(Protocol):
    """Writes a keyword index into an empty folder, and opens it again without changing a byte."""

    name: str

    def write(self, folder: Path, documents: Iterable[KeywordDocument]) -> None:
        """Write the documents; the n-th becomes row n."""

    def open(self, folder: Path) -> KeywordIndex:
        """Open what `write` wrote."""


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

    def write(self, folder: Path, vectors: Matrix) -> None:
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
