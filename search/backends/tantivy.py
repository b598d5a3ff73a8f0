"""The default keyword engine: tantivy, with the terms that search.analysis made.

k1 = 1.2 and b = 0.75 are fixed in tantivy; the weights of the fields stand in search.documents.
"""

import os
import shutil
import time
from collections import deque
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import NamedTuple

import msgspec
import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from search.arrays import Rows, Scores
from search.ports import (
    FIELD_WEIGHTS,
    POSITIONED,
    DocumentsOf,
    KeywordDocument,
    KeywordIndex,
    KeywordQuery,
    WeightedTerm,
)
from search.query.fields import NOTHING_DECLARED, Declared, filter_fields, filter_values, number_of
from search.query.model import FieldFilter, Filters
from search.query.ranges import sortable, sortable_bounds

_HEAP = 256_000_000
_TOKENIZER = "lede"
_LINKS = "lede-keyword-"
_ROWS = "rows.npy"
"""The row of each document by the number that it was written with, -1 for one that is gone; missing: its number."""
_GONE = -1
_NOBODY = -1
"""The number of a document that is deleted at once."""
_SEGMENTS = 8
"""Segments of about one size that tantivy merges into one when it commits, as its LogMergePolicy has it."""
_MOST = 16_000
"""Documents of a segment that counts as of one size with the smallest; from 16,817 on it does not."""
_SPARSE = 4
"""How many times more numbers than documents there may be."""
_OPENED_LONG_AGO = 600
"""Seconds after which a folder of links was left behind: it is needed for milliseconds."""


class TantivyFormat:
    """Writes and opens a tantivy index."""

    name = "tantivy"

    def estimates_lengths(self, documents: int) -> bool:
        """Whether one segment is merged out of several: from a document in each on, and as long as they are small."""
        return _SEGMENTS <= documents <= _MOST

    def write(self, folder: Path, documents: Iterable[KeywordDocument], declared: Declared = NOTHING_DECLARED) -> None:
        """Write the documents; the n-th becomes row n. `declared` are the archive's own fields.

        Of as few as can be brought up to date later, the last are parted and merged as `update` does it: so tantivy
        estimates the mean lengths of the fields from the same numbers, and scores are the same.
        """
        writer = _Writer(tantivy.Index(_schema(declared), path=str(folder)), declared)
        last = deque[KeywordDocument]()
        for document in documents:
            last.append(document)
            if len(last) >= _SEGMENTS:
                writer.add(writer.added, last.popleft())
        if self.estimates_lengths(writer.added + len(last)):
            np.save(folder / _ROWS, np.arange(writer.added + len(last), dtype=np.int32))
            writer.commit()
            writer.part(writer.added, last, len(last))
        else:
            for document in last:
                writer.add(writer.added, document)
        writer.end(folder)

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

        The statistics of BM25 count documents that were deleted until their segment is merged with others. tantivy
        merges as many small segments as _SEGMENTS, so the new documents are parted among one fewer; the outcome is one
        segment without deleted ones, or none of it is kept.
        """
        plan = _planned(before, now, size)
        if plan is None:
            return False
        for file in before.iterdir():
            if file.name != _ROWS:
                shutil.copyfile(file, folder / file.name)
        writer = _Writer(tantivy.Index.open(str(folder)), declared)
        for number in plan.deleted.tolist():
            writer.delete(number)
        writer.part(plan.first, documents(plan.written), len(plan.written))
        writer.end(folder)
        np.save(folder / _ROWS, plan.rows)
        segments = _described(folder).segments
        if [(one.max_doc, one.deletes) for one in segments] == [(plan.size, None)]:
            return True
        for file in folder.iterdir():
            file.unlink()
        return False

    def open(self, folder: Path) -> KeywordIndex:
        """Open what `write` wrote."""
        return TantivyIndex(folder)


class _Writer:
    """Adds documents to an index, each under a number."""

    def __init__(self, index: tantivy.Index, declared: Declared) -> None:
        _register(index)
        self._writer = index.writer(_HEAP, 1)
        self._declared = declared
        self._committed = -1
        self.added = 0
        """How many documents were added."""

    def add(self, number: int, document: KeywordDocument) -> None:
        self._writer.add_document(_document(number, document, self._declared))
        self.added += 1

    def delete(self, number: int) -> None:
        self._writer.delete_documents_by_term("row", number)

    def part(self, first: int, documents: Iterable[KeywordDocument], count: int) -> None:
        """Add so many documents, numbered from the first on, in one segment fewer than are merged.

        Each segment has a document besides that is deleted at once: of a segment with deleted ones tantivy estimates
        how many words there are, of another it knows it. All must be estimated to give the same whatever came when.
        """
        ends = np.cumsum([len(part) for part in np.array_split(np.arange(count), _SEGMENTS - 1)]).tolist()
        for place, document in enumerate(documents, 1):
            self.add(first + place - 1, document)
            if place in ends:
                self.commit()

    def commit(self) -> None:
        """End a segment, with a document besides that is deleted at once."""
        nobody = tantivy.Document()
        nobody.add_integer("row", _NOBODY)
        self._writer.add_document(nobody)
        self.delete(_NOBODY)
        self._writer.commit()
        self._committed = self.added

    def end(self, folder: Path) -> None:
        """Write all there is, merge what is merged, and let go of the folder."""
        if self._committed != self.added:
            self._writer.commit()
        self._writer.wait_merging_threads()
        del self._writer
        for lock in folder.glob(".tantivy-*.lock"):
            lock.unlink()


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
            _register(index)
            self._schema = index.schema
            self._kinds = _kinds(folder)
            self._row_of = _rows_by_number(folder)
            self._searcher: tantivy.Searcher | None = index.searcher()

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best matching and admitted rows, best first, with their BM25 scores."""
        most = min(limit, self._open.num_docs)
        if not query.words or not most:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        recipe = self._recipe(query, filters)
        rows, scores = self._found(recipe, most)
        if self._row_of is not None:
            rows, scores = self._with_equals(recipe, rows, scores, most)
        order = np.lexsort((rows, -scores))[:most]
        return rows[order], scores[order]

    def _with_equals(self, recipe: Query, rows: Rows, scores: Scores, most: int) -> tuple[Rows, Scores]:
        """The best, and all others that score as the last of them: documents stand in another order than rows."""
        asked = most
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
        there = np.flatnonzero(self._row_of != _GONE)
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
    return {field.name: field.type for field in _described(folder).schema}


def _described(folder: Path) -> "_Described":
    return msgspec.json.decode((folder / "meta.json").read_bytes(), type=_Described)


class _DescribedField(msgspec.Struct):
    name: str
    type: str


class _DescribedSegment(msgspec.Struct):
    max_doc: int
    deletes: object = None


class _Described(msgspec.Struct):
    schema: list[_DescribedField]
    segments: list[_DescribedSegment] = []


class _Plan(NamedTuple):
    """How an index is brought up to date."""

    deleted: Rows
    """The numbers of the documents that go."""
    written: Rows
    """The rows of those that come, ascending."""
    first: int
    """The number of the first of them."""
    rows: NDArray[np.int32]
    """The row of each number from then on."""
    size: int
    """How many documents there are then."""


def _planned(before: Path, now: Rows, size: int) -> _Plan | None:
    """What must be done to an index; None where it is written anew: it is too large, or too much of it changes."""
    known = _rows_by_number(before)
    rows = np.arange(len(now)) if known is None else known.astype(np.int64)
    there = np.flatnonzero(rows != _GONE)
    segments = [(one.max_doc, one.deletes) for one in _described(before).segments]
    if (
        known is None
        or segments != [(len(now), None)]
        or len(there) != len(now)
        or not _SEGMENTS <= max(len(now), size) <= _MOST
    ):
        return None
    rows[there] = now[rows[there]]
    new = np.ones(size, dtype=np.bool_)
    new[rows[rows != _GONE]] = False
    lacking = max(0, _SEGMENTS - 1 - np.count_nonzero(new))
    new[np.flatnonzero(~new)[:lacking]] = True  # a segment needs a document: some are written anew for that
    rows[there] = np.where(new[rows[there]], _GONE, rows[there])
    written = np.flatnonzero(new)
    if not _SEGMENTS - 1 <= len(written) < size or len(rows) + len(written) > _SPARSE * size:
        return None  # of the old segment a document must be left, or there is none to merge with
    return _Plan(
        deleted=there[rows[there] == _GONE],
        written=written,
        first=len(rows),
        rows=np.concatenate([rows, written]).astype(np.int32),
        size=size,
    )


def _rows_by_number(folder: Path) -> NDArray[np.int32] | None:
    """The row of each document by its number, -1 for one that is gone; None where numbers are rows."""
    path = folder / _ROWS
    return np.load(path, allow_pickle=False) if path.exists() else None


def _schema(declared: Declared) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in FIELD_WEIGHTS:
        option = "position" if field in POSITIONED else "freq"
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option=option)
    for name, own in filter_fields(declared).items():
        if own.kind == "keyword":
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        else:
            builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_integer_field("row", indexed=True, fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    """The terms are made by search.analysis; all that is left to tantivy is to part them at the blanks."""
    index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def _document(row: int, document: KeywordDocument, declared: Declared) -> tantivy.Document:
    written = tantivy.Document()
    for field, runs in document.runs.items():
        for run in runs:  # tantivy leaves one place empty between two values of a field
            written.add_text(field, " ".join(run))
    for field, values in filter_values(document.article, declared).items():
        for value in values:
            written.add_text(field, value)
    for name, kind in declared.items():
        if kind != "keyword" and (number := number_of(document.article, name)) is not None:
            written.add_integer(name, sortable(number))
    if document.article.published is not None:
        written.add_integer("published", document.article.published)
    written.add_integer("row", row)
    return written


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
