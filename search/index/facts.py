"""Facts of articles: all that columns and suggestions need of them, as arrays in the order of rows.

So of articles that were there before nothing is read again: their facts move to the rows that they have now.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.arrays import Numbers, Rows, ranges
from search.article import Article
from search.index.columns import NEVER, UNDATED
from search.query.fields import Declared, FilterField, filter_fields, number_of
from search.times import Millis

Pair = tuple[str, str]
"""A value and its label, or an empty text."""


class Said(NamedTuple):
    """What articles say of one field."""

    pairs: list[Pair]
    """In the order in which they are met."""
    places: NDArray[np.int32]
    """Which of the pairs each article says, those of one article behind those of the other."""
    counts: Rows
    """How many each says, (articles,)."""

    @property
    def owners(self) -> Rows:
        """The row that each of `places` belongs to."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def moved(self, source: Rows, others: "Said") -> "Said":
        """What is said by articles that have a `source` here, and by the others, in their order, where it is -1."""
        stay = source >= 0
        counts = np.empty(len(source), dtype=np.int64)
        counts[stay], counts[~stay] = self.counts[source[stay]], others.counts
        begins = np.cumsum(counts) - counts
        pairs = {pair: place for place, pair in enumerate(self.pairs)}
        place_of = [pairs.setdefault(pair, len(pairs)) for pair in others.pairs]
        places = np.empty(int(counts.sum()), dtype=np.int32)
        were = (np.cumsum(self.counts) - self.counts)[source[stay]]
        places[ranges(begins[stay], counts[stay])] = self.places[ranges(were, counts[stay])]
        places[ranges(begins[~stay], counts[~stay])] = np.array(place_of, dtype=np.int32)[others.places]
        return _as_met(list(pairs), places, counts)


class Facts(NamedTuple):
    """What is known of articles: (articles,) each."""

    published: Rows
    """UNDATED where an article does not say."""
    expires: Rows
    numbers: Mapping[str, Numbers]
    """By declared field, NaN for none."""
    said: Mapping[str, Said]
    """By keyword field."""

    def moved(self, source: Rows, others: "Facts") -> "Facts":
        """The facts of articles that have a `source` here, and of the others, in their order, where it is -1."""
        return Facts(
            moved(self.published, source, others.published),
            moved(self.expires, source, others.expires),
            {name: moved(numbers, source, others.numbers[name]) for name, numbers in self.numbers.items()},
            {name: said.moved(source, others.said[name]) for name, said in self.said.items()},
        )


def moved(values: NDArray[Any], source: Rows, others: NDArray[Any]) -> NDArray[Any]:
    """The values of rows that have a `source` here, and the others, in their order, where it is -1."""
    found: NDArray[Any] = np.empty(len(source), dtype=values.dtype)
    stay = source >= 0
    found[stay], found[~stay] = values[source[stay]], others
    return found


class FactsBuilder:
    """Takes one article after another, in the order of rows; their texts are not looked at."""

    def __init__(self, declared: Declared) -> None:
        """`declared` are the archive's own fields."""
        fields = filter_fields(declared).values()
        self._said = {one.name: _SaidBuilder(one) for one in fields if one.kind == "keyword"}
        self._numbers = {one.name: array("d") for one in fields if one.kind != "keyword"}
        self._published, self._expires = array("q"), array("q")

    def add(self, article: Article) -> None:
        """The article of the next row."""
        self._published.append(_time(article.published, UNDATED))
        self._expires.append(_time(article.expires, NEVER))
        for said in self._said.values():
            said.add(article)
        for name, numbers in self._numbers.items():
            number = number_of(article, name)
            numbers.append(np.nan if number is None else number)

    def facts(self) -> Facts:
        """The facts of all articles so far."""
        return Facts(
            np.array(self._published, dtype=np.int64),
            np.array(self._expires, dtype=np.int64),
            {name: np.array(numbers, dtype=np.float64) for name, numbers in self._numbers.items()},
            {name: said.said() for name, said in self._said.items()},
        )


class _SaidBuilder:
    def __init__(self, field: FilterField) -> None:
        self._field = field
        self._pairs: dict[Pair, int] = {}
        self._places, self._counts = array("i"), array("i")

    def add(self, article: Article) -> None:
        values: Sequence[str] = self._field.values(article)
        labels: Iterable[str] = self._field.labels(article) if self._field.labels else repeat("")
        own = {self._pairs.setdefault(pair, len(self._pairs)): None for pair in zip(values, labels) if pair[0]}  # noqa: B905
        self._places.extend(own)
        self._counts.append(len(own))

    def said(self) -> Said:
        return Said(list(self._pairs), np.array(self._places, dtype=np.int32), np.array(self._counts, dtype=np.int64))


def _as_met(pairs: Sequence[Pair], places: NDArray[np.int32], counts: Rows) -> Said:
    """The same with the pairs in the order in which they are met, and without those that nobody says."""
    first = np.full(len(pairs), len(places), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]  # of several, what is written last stays: the first one
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(places))]
    place = np.zeros(len(pairs), dtype=np.int32)
    place[order] = np.arange(len(order))
    return Said([pairs[number] for number in order.tolist()], place[places], counts)


def _time(moment: Millis | None, missing: int) -> int:
    return missing if moment is None else moment
