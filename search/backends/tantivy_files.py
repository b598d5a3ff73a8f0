"""Files of a tantivy index: which segments it has, which row each document is, and how both are brought up to date.

An index consists of parts, one segment each. A document has a number that lasts as long as it does, for rows move
whenever articles come and go.
"""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import tantivy
from numpy.typing import NDArray

from search.arrays import Rows, loaded, within

META = "meta.json"
"""tantivy's own description of an index."""
ROWS = "rows.npy"
"""The row of each document by its number, GONE for one that is gone; missing: its number."""
PARTS = "parts.npy"
"""The part of each document by its number, in the order of the segments; missing: there is one."""
GONE = -1
SEGMENTS = 8
"""Segments of about one size that tantivy merges into one when it commits, as its LogMergePolicy has it."""
_SPARSE = 4
"""How many times more numbers than documents there may be."""
_LARGEST = 1 << 18
"""Documents of a part that takes no more of those that come."""
TOKENIZER = "lede"
_NOTHING = np.zeros(0, dtype=np.int64)


class Segment(msgspec.Struct):
    """One segment, as tantivy describes it."""

    segment_id: str
    max_doc: int
    deletes: object = None


class _Field(msgspec.Struct):
    name: str
    type: str


class Described(msgspec.Struct):
    """An index, as tantivy describes it."""

    schema: list[_Field]
    segments: list[Segment] = []


class PartPlan(NamedTuple):
    """How one part is brought up to date."""

    part: int | None
    """Which of the parts of before; None for a new one."""
    kept: Rows
    """The numbers of the documents that stay as they are."""
    deleted: Rows
    """The numbers of the documents that go."""
    written: Rows
    """The rows of those that come, ascending."""
    first: int
    """The number of the first of them; the others follow."""


class Plan(NamedTuple):
    """How an index is brought up to date."""

    parts: list[PartPlan]
    rows: NDArray[np.int32]
    """The row of each number from then on."""


def register(index: tantivy.Index) -> None:
    """The terms are made by search.analysis; all that is left to tantivy is to part them at the blanks."""
    index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def described(folder: Path) -> Described:
    """What tantivy says of the index in a folder."""
    return msgspec.json.decode((folder / META).read_bytes(), type=Described)


def description(folder: Path) -> dict[str, Any]:
    """The same as it is written, to write another."""
    found: dict[str, Any] = msgspec.json.decode((folder / META).read_bytes())
    return found


def segment_files(folder: Path, segment: str) -> list[Path]:
    """The files of a segment, by its id."""
    return sorted(folder.glob(f"{segment.replace('-', '')}.*"))


def write_numbers(folder: Path, rows: NDArray[np.int32], parts: Sequence[Rows]) -> None:
    """Write the row of each number; `parts` gives the numbers of each part, in the order of the segments."""
    np.save(folder / ROWS, rows)
    if len(parts) > 1:
        of_number = np.zeros(len(rows), dtype=np.int16)
        for place, numbers in enumerate(parts):
            of_number[numbers] = place
        np.save(folder / PARTS, of_number)


def rows_by_number(folder: Path) -> NDArray[np.int32] | None:
    """The row of each document by its number, GONE for one that is gone; None where numbers are rows."""
    path = folder / ROWS
    return loaded(path) if path.exists() else None


def numbers_by_part(folder: Path, rows: NDArray[np.int32]) -> list[Rows]:
    """The numbers of the documents of each part that are there, ascending; `rows` is what `rows_by_number` gave."""
    there = np.flatnonzero(rows != GONE)
    path = folder / PARTS
    if not path.exists():
        return [there]
    of_number: NDArray[np.int16] = loaded(path)
    order = np.argsort(of_number[there], kind="stable")
    bounds = np.searchsorted(of_number[there][order], np.arange(len(described(folder).segments) + 1))
    return [there[order[first:last]] for first, last in pairwise(bounds.tolist())]


def planned(before: Path, now: Rows, size: int) -> Plan | None:
    """What must be done to an index to have `size` documents; None where it is written anew.

    `now` says which row each row of before is from now on, GONE for none. What comes goes to one part, the smallest of
    those from which something goes; the other parts stay as they are, or are cleared of what went.
    """
    known = rows_by_number(before)
    if known is None or min(size, len(now)) < SEGMENTS:
        return None
    numbers = numbers_by_part(before, known)
    segments = [(one.max_doc, one.deletes) for one in described(before).segments]
    if segments != [(len(own), None) for own in numbers] or sum(map(len, numbers)) != len(now):
        return None
    rows = known.astype(np.int64)
    there = np.flatnonzero(rows != GONE)
    rows[there] = now[rows[there]]
    came = np.ones(size, dtype=np.bool_)
    came[rows[rows != GONE]] = False
    parts = _parted(numbers, rows, np.flatnonzero(came))
    total = len(known) + sum(len(one.written) for one in parts)
    if total > _SPARSE * size or not any(len(one.kept) for one in parts):
        return None
    after = np.concatenate([rows, np.full(total - len(rows), GONE, dtype=np.int64)])
    for one in parts:
        after[one.deleted] = GONE
        after[one.first : one.first + len(one.written)] = one.written
    return Plan(parts, after.astype(np.int32))


def _parted(numbers: Sequence[Rows], rows: Rows, came: Rows) -> list[PartPlan]:
    """What each part loses and gets. `rows` gives the new row of each number, `came` are the rows that are new.

    To be merged a part needs new documents, so some of its own are written anew where too few come. A part of which
    little is left is given up, and all of its documents are written anew.
    """
    stay, go = zip(*((own[rows[own] != GONE], own[rows[own] == GONE]) for own in numbers), strict=True)
    held = [place for place, own in enumerate(stay) if len(own) >= SEGMENTS]
    came = np.concatenate([came, *(rows[stay[place]] for place in range(len(numbers)) if place not in held)])
    receiver = _receiver({place: len(stay[place]) for place in held}, {p for p in held if len(go[p])}, len(came))
    parts, first = [], len(rows)
    for place in held:
        own = np.sort(came) if place == receiver else _NOTHING
        again = _again(stay[place], len(own), touched=place == receiver or len(go[place]) > 0, gone=len(go[place]))
        written = np.sort(np.concatenate([own, rows[again]]))
        deleted = np.sort(np.concatenate([go[place], again]))
        kept = stay[place][~within(stay[place], again)]
        parts.append(PartPlan(place, kept, deleted, written, first))
        first += len(written)
    if receiver is None and len(came):
        parts.append(PartPlan(None, _NOTHING, _NOTHING, np.sort(came), first))
    return parts


def _receiver(sizes: Mapping[int, int], touched: Set[int], count: int) -> int | None:
    """The part that takes so many new documents; None for a new one, or where there is nothing to take."""
    if not count or not sizes:
        return None
    for among in (touched, sizes.keys()):
        smallest = min(among, key=lambda place: (sizes[place], place), default=None)
        if smallest is not None and (sizes[smallest] + count <= _LARGEST or count < SEGMENTS):
            return smallest
    return None


def _again(stay: Rows, count: int, *, touched: bool, gone: int) -> Rows:
    """The documents of a part that are written anew besides so many that come; `gone` is how many it loses."""
    if not touched:
        return _NOTHING
    lacking = max(0, SEGMENTS - 1 - count)
    return stay[: max(lacking, 0 if gone else 1)]  # with none deleted, tantivy would not take the part for a small one
