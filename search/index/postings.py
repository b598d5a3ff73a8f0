"""Postings: the words of the archive, and the rows that contain them.

The same for every keyword engine: an engine scores, these arrays decide what matches. Words have numbers in the order
of their UTF-8 bytes; `articles[starts[n]:starts[n + 1]]` are the articles that contain word n, twice their row,
and one more where their title contains it. Files are mapped into memory: opening them reads nothing.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.arrays import Mask, Rows, Scores, distinct, mapped
from search.ports import KeywordQuery
from search.tracing import stage

TERMS, ENDS, STARTS, ARTICLES = "terms.txt", "ends.npy", "starts.npy", "articles.npy"
"""The files: the words, where each ends, where its articles begin, and the articles."""
_LONGEST_KEPT = 40
"""Longer words are looked up each time, so that what is remembered is bounded in bytes."""
_REMEMBERED = 100_000


class _Terms:
    """The words themselves, by number."""

    def __init__(self, folder: Path) -> None:
        self._terms = (folder / TERMS).read_bytes()
        self._ends = mapped(folder / ENDS)

    def __len__(self) -> int:
        return len(self._ends)

    def written(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) + 1 if number else 0
        return self._terms[start : int(self._ends[number])]

    def stretch(self, numbers: range) -> list[str]:
        if not numbers:
            return []
        start = int(self._ends[numbers.start - 1]) + 1 if numbers.start else 0
        return self._terms[start : int(self._ends[numbers.stop - 1])].decode().split("\n")

    def place(self, wanted: bytes) -> int:
        """How many words come before this one."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.written(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def number(self, term: str) -> int | None:
        """The number of a word; None if no article contains it."""
        wanted = term.encode()
        place = self.place(wanted)
        return place if place < len(self) and self.written(place) == wanted else None


class Coverage(NamedTuple):
    """What each article has of the words of a query, (articles,) each."""

    weights: NDArray[np.int32]
    """The clause weights of the words that it contains."""
    words: NDArray[np.int32]
    """How many of the words it contains."""
    rarity: Scores
    """The idf of the words that it contains."""
    in_title: Scores
    """The idf of the words that its title contains."""

    def plus(self, other: "Coverage") -> "Coverage":
        """Both added up."""
        return Coverage(
            self.weights + other.weights,
            self.words + other.words,
            self.rarity + other.rarity,
            self.in_title + other.in_title,
        )


class Postings:
    """The words of one generation. Safe to ask from several threads."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.size = articles
        """How many articles there are."""
        self._terms = _Terms(folder)
        self._starts = mapped(folder / STARTS)
        self._articles = mapped(folder / ARTICLES)
        # A cache of a method of its own would keep this object alive, and its files mapped, long after its generation.
        self._number = lru_cache(_REMEMBERED)(self._terms.number)

    def __len__(self) -> int:
        """How many words the archive knows."""
        return len(self._terms)

    def number(self, term: str) -> int | None:
        """The number of a word; None if no article contains it. Long words are not remembered."""
        return self._number(term) if len(term) <= _LONGEST_KEPT else self._terms.number(term)

    def term(self, number: int) -> str:
        """The word with that number."""
        return self._terms.written(number).decode()

    def terms(self, numbers: range) -> list[str]:
        """The words with these numbers, each one more than the one before."""
        return self._terms.stretch(numbers)

    def numbers(self) -> dict[str, int]:
        """The number of every word, for callers that need most of them."""
        return {term: number for number, term in enumerate(self.terms(range(len(self))))}

    def starting_with(self, prefix: str) -> range:
        """The numbers of the words that begin so."""
        first = self._terms.place(prefix.encode())
        return range(first, self._terms.place(prefix.encode() + b"\xff"))

    def rows_starting_with(self, prefix: str, title: bool = False) -> Rows:
        """The articles that contain a word that begins so, ascending; with `title`, in their title."""
        numbers = self.starting_with(prefix)
        found = self._articles[self._starts[numbers.start] : self._starts[numbers.stop]]
        rows: Rows = distinct(((found[found & 1 == 1] if title else found) >> 1).astype(np.int64))
        return rows

    def commonest(self, prefix: str, limit: int) -> list[str]:
        """Of the words that begin so, those that most articles contain; of equals, those that come first."""
        numbers = self.starting_with(prefix)
        counts = np.diff(self._starts[numbers.start : numbers.stop + 1])
        return [self.term(numbers[place]) for place in np.argsort(-counts, kind="stable")[:limit].tolist()]

    def frequency(self, terms: Iterable[str]) -> int:
        """How many articles contain any of these words, in any field."""
        numbers = [number for number in map(self.number, terms) if number is not None]
        if len(numbers) == 1:
            return int(self._starts[numbers[0] + 1] - self._starts[numbers[0]])
        return len(self.rows(terms))

    def rows(self, terms: Iterable[str], title: bool = False) -> Rows:
        """The articles that contain any of these words, ascending; with `title`, in their title."""
        lists = [self._list(number) for number in map(self.number, terms) if number is not None]
        return _union([_titled(entries) if title else entries >> 1 for entries in lists])

    def _rows_and_titled(self, terms: Iterable[str]) -> tuple[Rows, Rows]:
        """The articles that contain any of these words, and those that have one in their title; both ascending."""
        lists = [self._list(number) for number in map(self.number, terms) if number is not None]
        return _union([entries >> 1 for entries in lists]), _union([_titled(entries) for entries in lists])

    def rows_of(self, number: int) -> Rows:
        """The articles that contain the word with that number, ascending."""
        return self._list(number) >> 1

    @property
    def frequencies(self) -> Rows:
        """How many articles contain each word, (words,)."""
        return np.diff(self._starts)

    def contains_any(self, rows: Rows, numbers: Iterable[int]) -> Mask:
        """Which of these articles contain any of the words with these numbers."""
        found = np.zeros(len(rows), dtype=np.bool_)
        entries = (rows << 1).astype(np.int32)  # of the kind that is searched: nothing is copied
        for number in numbers:
            containing = self._articles[self._starts[number] : self._starts[number + 1]]
            places = np.minimum(containing.searchsorted(entries), len(containing) - 1)
            found |= containing[places] >> 1 == rows
        return found

    @stage("words")
    def matching(self, query: KeywordQuery) -> Rows:
        """The articles whose words weigh enough, ascending."""
        weights = np.zeros(self.size, dtype=np.int32)
        contains = np.zeros(self.size, dtype=np.bool_)
        for word in query.words:
            rows = self.rows(word.terms)
            weights[rows] += word.clause_weight
            contains[rows] = True
        return np.flatnonzero(contains & (weights >= query.minimum_should_match))

    @stage("words")
    def coverage(self, query: KeywordQuery) -> "Coverage":
        """What every article has of the query's words, by one pass over their lists."""
        weights, words = (np.zeros(self.size, dtype=np.int32) for _ in range(2))
        rarity, in_title = (np.zeros(self.size, dtype=np.float32) for _ in range(2))
        for word in query.words:
            rows, titled = self._rows_and_titled(word.terms)
            weights[rows] += word.clause_weight
            words[rows] += 1
            rarity[rows] += np.float32(word.idf)
            in_title[titled] += np.float32(word.idf)
        return Coverage(weights, words, rarity, in_title)

    def sum_idf(self, query: KeywordQuery, rows: Rows, title: bool = False) -> Scores:
        """The rarity of the query's words that each of these articles contains; with `title`, in its title."""
        rarity = np.zeros(self.size, dtype=np.float32)
        for word in query.words:
            rarity[self.rows(word.terms, title)] += np.float32(word.idf)
        chosen: Scores = rarity[rows]
        return chosen

    def _list(self, number: int) -> NDArray[np.int64]:
        return self._articles[self._starts[number] : self._starts[number + 1]].astype(np.int64)


def _titled(entries: Rows) -> Rows:
    """Of the entries of a word the articles that have it in their title."""
    rows: Rows = entries[entries & 1 == 1] >> 1
    return rows


def _union(lists: Sequence[Rows]) -> Rows:
    """The articles of any of these lists, which ascend."""
    if len(lists) < 2:
        return lists[0] if lists else np.zeros(0, dtype=np.int64)
    return distinct(np.concatenate(lists))
