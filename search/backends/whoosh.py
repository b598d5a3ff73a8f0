"""The second keyword engine: Whoosh, pure Python, for where no tantivy wheel fits and for the tests to compare with."""

import io
import pickle  # nosec B403 - nothing is unpickled but by _OwnClasses
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh import query as recipes
from whoosh.codec import whoosh2, whoosh3
from whoosh.fields import KEYWORD, NUMERIC, TEXT, Schema
from whoosh.filedb import structfile
from whoosh.formats import Positions
from whoosh.index import create_in, open_dir
from whoosh.scoring import BM25F

from search.arrays import Mask, Rows, Scores
from search.ports import (
    FIELD_WEIGHTS,
    POSITIONED,
    KeywordDocument,
    KeywordIndex,
    KeywordQuery,
    Runs,
    WeightedTerm,
)
from search.query.fields import NOTHING_DECLARED, Declared, filter_fields, filter_values, number_of
from search.query.model import Filters
from search.query.ranges import sortable, sortable_bounds

_MEMORY_MB = 256
_UNPICKLED = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "int"),
        ("builtins", "set"),
        ("_codecs", "encode"),
        ("collections", "defaultdict"),
        ("re", "_compile"),
        (__name__, "_Places"),
        ("whoosh.analysis.analyzers", "CompositeAnalyzer"),
        ("whoosh.analysis.filters", "LowercaseFilter"),
        ("whoosh.analysis.filters", "StopFilter"),
        ("whoosh.analysis.tokenizers", "IDTokenizer"),
        ("whoosh.analysis.tokenizers", "RegexTokenizer"),
        ("whoosh.codec.whoosh3", "W3Codec"),
        ("whoosh.codec.whoosh3", "W3Segment"),
        ("whoosh.fields", "KEYWORD"),
        ("whoosh.fields", "NUMERIC"),
        ("whoosh.fields", "Schema"),
        ("whoosh.fields", "TEXT"),
        ("whoosh.formats", "Existence"),
        ("whoosh.formats", "Frequency"),
    }
)
"""All that an index of this schema consists of, as its pickles name it.

_Places is named by this module, so neither may have another name or place without another FORMAT.
"""
_OLD_NAMES = {"__builtin__": "builtins"}
_OLD_TYPES = {"long": "int"}


class _OwnClasses(pickle.Unpickler):
    """Reads a pickle that holds nothing but what an index consists of."""

    def find_class(self, module: str, name: str) -> Any:
        """A class of _UNPICKLED. Raises UnpicklingError for any other name: it could be anything that runs."""
        asked = (_OLD_NAMES.get(module, module), _OLD_TYPES.get(name, name))
        if asked not in _UNPICKLED:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an index")
        return super().find_class(*asked)


def _loads(written: bytes) -> Any:
    return _OwnClasses(io.BytesIO(written)).load()


def _load(file: Any) -> Any:
    return _OwnClasses(file).load()


def _guard_unpickling() -> None:
    """Let Whoosh read every pickle by way of _OwnClasses: it reads them in these modules."""
    whoosh_index.pickle = SimpleNamespace(loads=_loads, dumps=pickle.dumps, PicklingError=pickle.PicklingError)
    structfile.load = _load
    whoosh2.loads = whoosh3.loads = _loads


_guard_unpickling()


class WhooshFormat:
    """Writes and opens a Whoosh index of one segment, whose document numbers are the rows."""

    name = "whoosh"

    def estimates_lengths(self, documents: int) -> bool:  # noqa: ARG002 - the port has it
        """It counts every term."""
        return False

    def write(self, folder: Path, documents: Iterable[KeywordDocument], declared: Declared = NOTHING_DECLARED) -> None:
        """Write the documents; the n-th becomes row n. `declared` are the archive's own fields."""
        writer = create_in(str(folder), _schema(declared)).writer(limitmb=_MEMORY_MB)
        for document in documents:
            fields: dict[str, object] = {
                name: values for name, values in filter_values(document.article, declared).items() if values
            }
            for name, kind in declared.items():
                if kind != "keyword" and (number := number_of(document.article, name)) is not None:
                    fields[name] = sortable(number)
            if document.article.published is not None:
                fields["published"] = document.article.published
            for name, runs in document.runs.items():
                fields[name] = runs if name in POSITIONED else [term for run in runs for term in run]
            writer.add_document(**fields)
        writer.commit(optimize=True)

    def open(self, folder: Path) -> KeywordIndex:
        """Open what `write` wrote."""
        return WhooshIndex(folder)


class WhooshIndex:
    """Answers from a Whoosh index, one thread at a time: its readers share file positions."""

    def __init__(self, folder: Path) -> None:
        self._index = open_dir(str(folder), readonly=True)
        self._searcher = self._index.searcher(weighting=BM25F(B=0.75, K1=1.2))
        self._size = int(self._searcher.doc_count_all())
        self._lock = Lock()

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best matching and admitted rows, best first, with their BM25 scores."""
        with self._lock:
            weights, scores = self._weigh(query)
            matching = (weights >= query.minimum_should_match) & (scores > 0) & self._admitted(filters)
        rows = np.flatnonzero(matching)
        found = scores[rows].astype(np.float32)
        order = np.lexsort((rows, -found))[:limit]
        return rows[order], found[order]

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The BM25 score of each of these rows, 0 where it contains no word."""
        with self._lock:
            return self._weigh(query)[1][rows].astype(np.float32)

    def in_order(self, terms: tuple[str, ...], field: str) -> Rows:
        """Every row where the terms stand one right behind the other."""
        with self._lock:
            places = [self._places(term, field) for term in terms]
        found = [
            row
            for row in sorted(set.intersection(*(set(of_term) for of_term in places)))
            if set.intersection(*({place - step for place in of[row]} for step, of in enumerate(places)))
        ]
        return np.array(found, dtype=np.int64)

    def near(self, first: str, second: str, distance: int, field: str) -> Rows:
        """Every row where the two terms stand so many places apart at most."""
        with self._lock:
            ones, others = self._places(first, field), self._places(second, field)
        found = [
            row
            for row in sorted(set(ones) & set(others))
            if any(abs(one - other) <= distance for one in ones[row] for other in others[row])
        ]
        return np.array(found, dtype=np.int64)

    def _places(self, term: str, field: str) -> dict[int, list[int]]:
        """By row, where a term stands in a field."""
        matcher = recipes.Term(field, term).matcher(self._searcher)
        places = {}
        while matcher.is_active():
            places[int(matcher.id())] = matcher.value_as("positions")
            matcher.next()
        return places

    def close(self) -> None:
        """Let go of every file."""
        self._searcher.close()
        self._index.close()

    def _weigh(self, query: KeywordQuery) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """For every row, the weight of the words it contains, and its score."""
        weights = np.zeros(self._size, dtype=np.int64)
        scores = np.zeros(self._size, dtype=np.float64)
        for term in dict.fromkeys(term for word in query.words for term in word.terms):
            for field, weight in FIELD_WEIGHTS.items():
                rows, term_scores = self._postings(term, field)
                scores[rows] += weight * term_scores
        for word in query.words:
            weights[self._containing(word)] += word.clause_weight
        return weights, scores

    def _containing(self, word: WeightedTerm, field: str = "text") -> Mask:
        contains = np.zeros(self._size, dtype=np.bool_)
        for term in word.terms:
            contains[self._postings(term, field)[0]] = True
        return contains

    def _postings(self, term: str, field: str = "text") -> tuple[Rows, NDArray[np.float64]]:
        matcher = recipes.Term(field, term).matcher(self._searcher)
        rows, scores = [], []
        while matcher.is_active():
            rows.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return np.array(rows, dtype=np.int64), np.array(scores, dtype=np.float64)

    def _admitted(self, filters: Filters) -> Mask:
        masks = [np.ones(self._size, dtype=np.bool_)]
        for field, choice in filters.choices.items():
            if choice.include:
                masks.append(self._bearing(field, choice.include))
            if choice.exclude:
                masks.append(~self._bearing(field, choice.exclude))
        if filters.since is not None or filters.until is not None:
            within = recipes.NumericRange("published", filters.since, filters.until, endexcl=True)
            masks.append(self._mask(within))
        return reduce(np.logical_and, masks)

    def _bearing(self, field: str, values: tuple[str, ...]) -> Mask:
        if field not in self._index.schema:  # another generation declares it: no article here has a value
            return np.zeros(self._size, dtype=np.bool_)
        if isinstance(self._index.schema[field], NUMERIC):
            return self._mask(recipes.Or([recipes.NumericRange(field, *sortable_bounds(value)) for value in values]))
        return self._mask(recipes.Or([recipes.Term(field, value.casefold()) for value in values]))

    def _mask(self, recipe: recipes.Query) -> Mask:
        mask = np.zeros(self._size, dtype=np.bool_)
        mask[list(recipe.docs(self._searcher))] = True
        return mask


class _Places(Positions):  # type: ignore[misc]
    """Where the terms of runs stand, one place left empty between two runs; little-endian int32 in a posting."""

    def word_values(self, value: Runs, _: object, **__: object) -> Iterator[tuple[str, int, float, bytes]]:
        places: dict[str, list[int]] = {}
        at = 0
        for run in value:
            for term in run:
                places.setdefault(term, []).append(at)
                at += 1
            at += 1
        for term, own in places.items():
            yield term, len(own), float(len(own)), self.encode(own)

    def encode(self, own: list[int]) -> bytes:
        return np.array([len(own), *own], dtype="<i4").tobytes()

    def decode_positions(self, posting: bytes) -> list[int]:
        places: list[int] = np.frombuffer(posting, dtype="<i4")[1:].tolist()
        return places

    def decode_frequency(self, posting: bytes) -> int:
        return int.from_bytes(posting[:4], "little")


def _schema(declared: Declared) -> Schema:
    filters = {
        name: KEYWORD() if field.kind == "keyword" else NUMERIC(int, bits=64, signed=True)
        for name, field in filter_fields(declared).items()
    }
    words = {field: TEXT(phrase=False) for field in FIELD_WEIGHTS}
    for field in POSITIONED:
        words[field].format = _Places()
    return Schema(**words, published=NUMERIC(int, bits=64, signed=True), **filters)
