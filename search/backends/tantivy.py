"""The default keyword engine: tantivy, with the terms that search.analysis made.

k1 = 1.2 and b = 0.75 are fixed in tantivy; the weights of the fields stand in search.documents.
"""

import os
import shutil
import time
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import numpy as np
import tantivy
from tantivy import Occur, Query

from search.arrays import Rows, Scores
from search.backends.tantivy_files import GONE, SEGMENTS, described, register, rows_by_number
from search.ports import (
    FIELD_WEIGHTS,
    DocumentsOf,
    KeywordDocument,
    KeywordIndex,
    KeywordQuery,
    WeightedTerm,
)
from search.query.fields import NOTHING_DECLARED, Declared
from search.query.model import FieldFilter, Filters
from search.query.ranges import sortable_bounds

_LINKS = "lede-keyword-"
_BESIDE = 16
"""How many more than wanted are fetched at first: seldom do so many score as the last one."""
_OPENED_LONG_AGO = 600
"""Seconds after which a folder of links was left behind: it is needed for milliseconds."""


class TantivyFormat:
    """Writes and opens a tantivy index."""

    name = "tantivy"

    def estimates_lengths(self, documents: int) -> bool:
        """It does for segments that were merged of others: from a document in each of these on."""
        return documents >= SEGMENTS

    def write(self, folder: Path, documents: Iterable[KeywordDocument], declared: Declared = NOTHING_DECLARED) -> None:
        """Write the documents; the n-th becomes row n. `declared` are the archive's own fields."""
        from search.backends.tantivy_writer import write_index  # an index that is only asked does without

        write_index(folder, documents, declared)

    def update(
        self,
        folder: Path,
        before: Path,
        now: Rows,
        size: int,
        documents: DocumentsOf,
        declared: Declared = NOTHING_DECLARED,
    ) -> bool:
        """Write what `write` would, out of an index that is left as it is; False, and nothing, where that cannot be."""
        from search.backends.tantivy_writer import update_index

        return update_index(folder, before, now, size, documents, declared)

    def open(self, folder: Path) -> KeywordIndex:
        """Open what `write` wrote."""
        return TantivyIndex(folder)


class TantivyIndex:
    """Answers from a tantivy index. tantivy's searchers are safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        # tantivy takes a lock in the folder it opens. A generation is never written to, and its reader may not have
        # the right to, so it opens a folder of links in its place; once its files are mapped, the links can go.
        _clear_away_links()
        with TemporaryDirectory(prefix=_LINKS, dir=_scratch(), ignore_cleanup_errors=True) as links:
            for file in folder.resolve().iterdir():
                Path(links, file.name).symlink_to(file)
            index = tantivy.Index.open(links)
            index.config_reader("manual")  # nothing of a generation ever changes: no thread needs to watch it
            register(index)
            self._schema = index.schema
            self._kinds = _kinds(folder)
            self._row_of = rows_by_number(folder)
            self._searcher: tantivy.Searcher | None = index.searcher()

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best matching and admitted rows, best first, with their BM25 scores."""
        most = min(limit, self._open.num_docs)
        if not query.words or not most:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        recipe = self._recipe(query, filters)
        rows, scores = self._found(recipe, most) if self._row_of is None else self._with_equals(recipe, most)
        order = np.lexsort((rows, -scores))[:most]
        return rows[order], scores[order]

    def _with_equals(self, recipe: Query, most: int) -> tuple[Rows, Scores]:
        """The best, and all others that score as the last of them: documents stand in another order than rows."""
        asked = min(most + _BESIDE, self._open.num_docs)
        rows, scores = self._found(recipe, asked)
        while len(rows) == asked < self._open.num_docs and scores[-1] == scores[most - 1]:
            asked = min(2 * asked, self._open.num_docs)
            rows, scores = self._found(recipe, asked)
        return rows, scores

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The BM25 score of each of these rows, 0 where it contains no word."""
        if not query.words or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        # One query a row: a set of terms walks through the whole dictionary, three times as slow for 120 rows.
        numbers = rows if self._row_of is None else self._numbers[rows]
        each = [(Occur.Should, Query.term_query(self._schema, "row", number)) for number in numbers.tolist()]
        among = _unscored(Query.boolean_query(each))
        found, scores = self._found(
            Query.boolean_query([(Occur.Must, among), (Occur.Should, self._scored(query))]), len(rows)
        )
        by_row = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_row.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)

    def in_order(self, terms: tuple[str, ...], field: str) -> Rows:
        """Every row where the terms stand one right behind the other."""
        return self._rows(Query.phrase_query(self._schema, field, list(terms)))

    def near(self, first: str, second: str, distance: int, field: str) -> Rows:
        """Every row where the two terms stand so many places apart at most."""
        if first == second:
            return self._rows(self._term(first, field))
        # tantivy's slop counts by how many places the terms are moved: neighbours by none, turned round by two.
        turned = ([first, second], [second, first])
        phrases = [Query.phrase_query(self._schema, field, terms, distance - 1) for terms in turned]
        return self._rows(Query.boolean_query([(Occur.Should, phrase) for phrase in phrases]))

    def _rows(self, recipe: Query) -> Rows:
        """Every row that a recipe matches, ascending."""
        most = self._open.num_docs
        return np.sort(self._found(_unscored(recipe), most)[0]) if most else np.zeros(0, dtype=np.int64)

    def _found(self, recipe: Query, limit: int) -> tuple[Rows, Scores]:
        hits = self._open.search(recipe, limit=limit, count=False).hits
        numbers = self._open.fast_field_values("row", [address for _, address in hits])
        rows = np.array(numbers, dtype=np.int64)
        if self._row_of is not None:
            rows = self._row_of[rows].astype(np.int64)
        return rows, np.array([score for score, _ in hits], dtype=np.float32)

    @cached_property
    def _numbers(self) -> Rows:
        """The number of the document of each row, where it is not the row itself, (rows,)."""
        assert self._row_of is not None  # noqa: S101 - whoever asks has seen to it  # nosec B101
        there = np.flatnonzero(self._row_of != GONE)
        numbers = np.zeros(len(there), dtype=np.int64)
        numbers[self._row_of[there]] = there
        return numbers

    def close(self) -> None:
        """Let go of the searcher, and with it of the mapped files."""
        self._searcher = None

    @property
    def _open(self) -> tantivy.Searcher:
        if self._searcher is None:
            raise ValueError("This keyword index is closed.")
        return self._searcher

    def _recipe(self, query: KeywordQuery, filters: Filters) -> Query:
        matching = [(Occur.Must, self._scored(query))]
        if query.minimum_should_match > min(word.clause_weight for word in query.words):
            matching.append((Occur.Must, _unscored(self._enough(query.words, query.minimum_should_match))))
        return Query.boolean_query([*matching, *self._filters(filters)])

    def _scored(self, query: KeywordQuery) -> Query:
        terms = dict.fromkeys(term for word in query.words for term in word.terms)
        fields = [(field, weight) for field, weight in FIELD_WEIGHTS.items() if field != "text"]
        return Query.boolean_query(
            [(Occur.Should, self._term(term)) for term in terms]
            + [
                (Occur.Should, Query.boost_query(self._term(term, field), weight))
                for term in terms
                for field, weight in fields
            ]
        )

    def _enough(self, words: tuple[WeightedTerm, ...], enough: int) -> Query:
        """Words whose weights add up to enough: a word of weight 3 is asked for three times."""
        clauses = [
            (Occur.Should, _unscored(self._any(word.terms))) for word in words for _ in range(word.clause_weight)
        ]
        return Query.boolean_query(clauses, minimum_number_should_match=enough)

    def _filters(self, filters: Filters) -> list[tuple[Occur, Query]]:
        clauses = []
        for field, choice in filters.choices.items():
            clauses += self._choice(field, choice)
        if filters.since is not None or filters.until is not None:
            within = Query.range_query(
                self._schema,
                "published",
                tantivy.FieldType.Integer,
                lower_bound=filters.since,
                upper_bound=filters.until,
                include_upper=filters.until is None,  # tantivy: an open end counts as inclusive
            )
            clauses.append((Occur.Must, _unscored(within)))
        return clauses

    def _choice(self, field: str, choice: FieldFilter) -> list[tuple[Occur, Query]]:
        if field not in self._kinds:  # another generation declares it: no article here has a value
            return [(Occur.Must, Query.empty_query())] if choice.include else []
        clauses = []
        if choice.include:
            clauses.append((Occur.Must, _unscored(self._values(field, choice.include))))
        if choice.exclude:
            clauses.append((Occur.MustNot, self._values(field, choice.exclude)))
        return clauses

    def _values(self, field: str, values: tuple[str, ...]) -> Query:
        if self._kinds[field] != "text":
            return Query.boolean_query([(Occur.Should, self._range(field, value)) for value in values])
        return Query.term_set_query(self._schema, field, [value.casefold() for value in values])

    def _range(self, field: str, kept: str) -> Query:
        low, high = sortable_bounds(kept)
        return Query.range_query(self._schema, field, tantivy.FieldType.Integer, low, high)

    def _any(self, terms: tuple[str, ...], field: str = "text") -> Query:
        if len(terms) == 1:
            return self._term(terms[0], field)
        return Query.boolean_query([(Occur.Should, self._term(term, field)) for term in terms])

    def _term(self, term: str, field: str = "text") -> Query:
        return Query.term_query(self._schema, field, term, index_option="freq")


def _clear_away_links() -> None:
    """Remove the folders of links that processes left which were killed while they opened an index."""
    for left in Path(_scratch()).glob(f"{_LINKS}*"):
        try:
            if time.time() - left.lstat().st_mtime > _OPENED_LONG_AGO:
                shutil.rmtree(left)
        except OSError:
            continue  # another's, or just gone


def _scratch() -> str:
    """Where the links stand for a moment.

    tempfile tries a folder out with a file of four bytes before it names it; a run killed that moment leaves it behind
    under a name that nobody knows.
    """
    folder = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - mkdtemp makes the names in it  # nosec B108
    return folder if os.access(folder, os.W_OK) else gettempdir()


def _kinds(folder: Path) -> dict[str, str]:
    """The type of each field, as tantivy's own description of an index says it: `text` or `i64`."""
    return {field.name: field.type for field in described(folder).schema}


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
