"""Parts of a tantivy index on their way to disk: each becomes one segment without deleted documents.

The statistics of BM25 count documents that were deleted until their segment is merged with others, and the binding has
no call for that. tantivy merges by itself what its policy takes for eight segments of about one size. So a part is
written in so many commits; one that is brought up to date gets its new documents in one commit fewer, after its large
segment was declared a small one. What belongs to which part does not matter to scores: tantivy adds up the counts of
all segments.
"""

import errno
import os
import shutil
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import tantivy

from search.arrays import Rows
from search.backends.tantivy_files import (
    META,
    SEGMENTS,
    TOKENIZER,
    PartPlan,
    described,
    description,
    planned,
    register,
    segment_files,
    write_numbers,
)
from search.ports import FIELD_WEIGHTS, POSITIONED, DocumentsOf, KeywordDocument
from search.query.fields import Declared, filter_fields, filter_values, number_of
from search.query.ranges import sortable

_HEAP = 256_000_000
_SMALL_HEAP = 15_000_000
"""The least that tantivy takes: deleting needs none."""
_SEGMENT = 16_000
"""Documents of one commit. From 16,817 on the policy takes a segment for a larger one than those of 10,000 or fewer."""
_WORDS = 8_000_000
"""Words of one commit. tantivy parts by itself what does not fit into the heap, and knows nothing of our commits."""
_PART = "part-"
_NOBODY = -1
"""The number of a document that is deleted at once."""
_PAUSES = (0.01, 0.1, 1.0)
"""Seconds between attempts to remove a folder."""


def write_index(folder: Path, documents: Iterable[KeywordDocument], declared: Declared) -> None:
    """Write an index into an empty folder; the n-th document becomes row n."""
    parts: list[_Part] = []
    last = deque[KeywordDocument]()  # what ends the last part in as many commits as it lacks
    for document in documents:
        last.append(document)
        if len(last) > SEGMENTS:
            _part_with_room(parts, folder, declared).add(last.popleft())
    part = _part_with_room(parts, folder, declared)
    few = not part.added and len(last) < SEGMENTS  # so few are always written anew
    if few:
        for document in last:
            part.add(document)
        part.end()
    else:
        part.fill(last, len(last))
    if not few and all(_is_whole(one.folder, one.added) for one in parts):
        numbers = [np.arange(one.first, one.first + one.added) for one in parts]
        write_numbers(folder, np.concatenate(numbers).astype(np.int32), numbers)
    _join(folder, [one.folder for one in parts])


def update_index(folder: Path, before: Path, now: Rows, size: int, documents: DocumentsOf, declared: Declared) -> bool:
    """Write into an empty folder what `write_index` would; False, with the folder empty, where that cannot be."""
    plan = planned(before, now, size)
    if plan is None or any(len(one.written) > (SEGMENTS - 1) * _SEGMENT for one in plan.parts):
        return False
    folders = [folder / f"{_PART}{place}" for place in range(len(plan.parts))]
    for part, one in zip(folders, plan.parts, strict=True):
        part.mkdir()
        _bring_up(part, before, one, documents, declared)
        if not _is_whole(part, len(one.kept) + len(one.written)):
            for left in folders:
                shutil.rmtree(left, ignore_errors=True)
            return False
    own = [np.concatenate([one.kept, one.first + np.arange(len(one.written))]) for one in plan.parts]
    write_numbers(folder, plan.rows, own)
    _join(folder, folders)
    return True


class _Part:
    """One part on its way to disk: documents under adjacent numbers, behind what stands in its folder."""

    def __init__(self, folder: Path, index: tantivy.Index, declared: Declared, first: int, segments: int = 0) -> None:
        """`first` is the number of its first document, `segments` how many there are already."""
        self.folder, self.first = folder, first
        self.added = 0
        """How many documents were added."""
        self._declared = declared
        self._segments, self._pending, self._words = segments, 0, 0
        self._writer = _opened(index, _HEAP)

    @property
    def is_full(self) -> bool:
        """Whether it has as many segments as are merged into one."""
        return self._segments >= SEGMENTS

    def add(self, document: KeywordDocument) -> None:
        """Add a document; a segment ends where it has enough."""
        self._put(document)
        if self._pending >= _SEGMENT or self._words >= _WORDS:
            self._commit()

    def fill(self, documents: Iterable[KeywordDocument], count: int) -> None:
        """Add so many documents in as many commits as lead to a merge, and end."""
        commits = max(1, SEGMENTS - self._segments)
        ends = set(np.cumsum([len(part) for part in np.array_split(np.arange(count), commits)]).tolist())
        for place, document in enumerate(documents, 1):
            self._put(document)
            if place in ends:
                self._commit()
        self.end()

    def end(self) -> None:
        """Write all there is, merge what is merged, and let go of the folder."""
        if self._pending:
            self._writer.commit()
        _close(self._writer, self.folder)
        del self._writer

    def _put(self, document: KeywordDocument) -> None:
        self._writer.add_document(_document(self.first + self.added, document, self._declared))
        self.added += 1
        self._pending += 1
        self._words += sum(map(len, document.runs["text"]))

    def _commit(self) -> None:
        """End a segment, with a document besides that is deleted at once.

        Of a segment with deleted documents tantivy estimates how many words there are, of another it knows it. All must
        be estimated, so that the outcome does not depend on what came when.
        """
        nobody = tantivy.Document()
        nobody.add_integer("row", _NOBODY)
        self._writer.add_document(nobody)
        self._writer.delete_documents_by_term("row", _NOBODY)
        self._writer.commit()
        self._segments += 1
        self._pending = self._words = 0


def _part_with_room(parts: list[_Part], folder: Path, declared: Declared) -> _Part:
    """The last of the parts, or a new one behind it where that is full and so ends."""
    if parts and not parts[-1].is_full:
        return parts[-1]
    if parts:
        parts[-1].end()
    first = parts[-1].first + parts[-1].added if parts else 0
    own = folder / f"{_PART}{len(parts)}"
    own.mkdir()
    parts.append(_Part(own, tantivy.Index(_schema(declared), path=str(own)), declared, first))
    return parts[-1]


def _bring_up(folder: Path, before: Path, plan: PartPlan, documents: DocumentsOf, declared: Declared) -> None:
    """Write one part of an index into an empty folder, out of one of the index before."""
    if plan.part is None:
        index, segments = tantivy.Index(_schema(declared), path=str(folder)), 0
    else:
        _take_over(folder, before, plan.part, lasting=not len(plan.written))
        if not len(plan.written):
            return
        _delete(folder, plan.deleted)
        _declare_small(folder)
        index, segments = tantivy.Index.open(str(folder)), 1
    _Part(folder, index, declared, plan.first, segments).fill(documents(plan.written), len(plan.written))


def _take_over(folder: Path, before: Path, part: int, *, lasting: bool) -> None:
    """Put one segment of an index into a folder as an index of its own.

    What does not last is linked where that can be: it is read, merged and removed.
    """
    segment = described(before).segments[part]
    for file in segment_files(before, segment.segment_id):
        if lasting:
            shutil.copyfile(file, folder / file.name)
            continue
        try:
            os.link(file, folder / file.name)
        except OSError:  # another file system, or one without links
            shutil.copyfile(file, folder / file.name)
    written = description(before)
    (folder / META).write_bytes(msgspec.json.encode(written | {"segments": [written["segments"][part]]}))


def _delete(folder: Path, numbers: Rows) -> None:
    writer = _opened(tantivy.Index.open(str(folder)), _SMALL_HEAP)
    for number in numbers.tolist():
        writer.delete_documents_by_term("row", number)
    writer.commit()
    _close(writer, folder)


def _declare_small(folder: Path) -> None:
    """Tell tantivy's policy that of each segment next to nothing is left. It merges what is there all the same.

    The policy goes by how many documents were deleted, as META says it; a merge goes by the list of them, a file of its
    own.
    """
    written = description(folder)
    for segment in written["segments"]:
        if segment["deletes"]:
            segment["deletes"]["num_deleted_docs"] = segment["max_doc"] - 1
    (folder / META).write_bytes(msgspec.json.encode(written))


def _is_whole(folder: Path, documents: int) -> bool:
    """Whether a part is one segment of so many documents, none of them deleted."""
    return [(one.max_doc, one.deletes) for one in described(folder).segments] == [(documents, None)]


def _join(folder: Path, parts: Sequence[Path]) -> None:
    """Make one index of several, each in a folder below, which go."""
    written = [description(part) for part in parts]
    for part, own in zip(parts, written, strict=True):
        for segment in own["segments"]:
            for file in segment_files(part, segment["segment_id"]):
                file.rename(folder / file.name)
        _remove(part)
    segments = [segment for own in written for segment in own["segments"]]
    (folder / META).write_bytes(msgspec.json.encode(written[0] | {"segments": segments}))


def _remove(folder: Path) -> None:
    """Remove a folder. A thread of tantivy's that ends behind its writer may still put a file in, or take one out."""
    for pause in _PAUSES:
        try:
            shutil.rmtree(folder)
            return
        except OSError as wrong:
            if wrong.errno not in (errno.ENOTEMPTY, errno.ENOENT):
                raise
            time.sleep(pause)
    shutil.rmtree(folder)


def _opened(index: tantivy.Index, heap: int) -> tantivy.IndexWriter:
    register(index)
    return index.writer(heap, 1)


def _close(writer: tantivy.IndexWriter, folder: Path) -> None:
    """Wait for merges; the locks are let go of with the writer, and mean nothing in a generation."""
    writer.wait_merging_threads()
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


def _schema(declared: Declared) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in FIELD_WEIGHTS:
        option = "position" if field in POSITIONED else "freq"
        builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option=option)
    for name, own in filter_fields(declared).items():
        if own.kind == "keyword":
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        else:
            builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_integer_field("row", indexed=True, fast=True)
    return builder.build()


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
