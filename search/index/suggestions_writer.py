"""Suggestions on their way to disk: written anew, or out of those of the generation before.

Words are in the order of what follows them, whatever stands elsewhere. So those of titles that stayed keep their order,
and only the others are put in order and in between.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from search.arrays import Rows, loaded
from search.index.suggester import SORTED_BY, Name, folded, is_cyrillic

_WORD = re.compile(rb"[^ \n]+")
_GONE = -1
_FILES = ("rows", "cyrillic", "entries", "starts")


class _Written(NamedTuple):
    """What is written: the keys of names and titles, and of titles their rows and whether they are Cyrillic."""

    names: Sequence[Name]
    keys: list[bytes]
    rows: Rows
    cyrillic: NDArray[np.bool_]

    @property
    def entries(self) -> Rows:
        """Where each key begins, and where another would, (keys + 1,)."""
        return np.cumsum([0, *(len(key) + 1 for key in self.keys)], dtype=np.int64)


class _Before(NamedTuple):
    """What an earlier generation has."""

    keys: bytes
    rows: Rows
    cyrillic: NDArray[np.bool_]
    entries: Rows
    starts: NDArray[np.int32]


def write_suggestions(folder: Path, names: Sequence[Name], titles: Sequence[tuple[int, str]]) -> None:
    """Write what may be suggested into an empty folder: names, most borne first, and titles by row, newest first."""
    written = _Written(
        names,
        [folded(name.text).encode() for name in names] + [folded(title).encode() for _, title in titles],
        np.array([row for row, _ in titles], dtype=np.int64),
        np.array([is_cyrillic(title) for _, title in titles], dtype=np.bool_),
    )
    joined = b"\n".join(written.keys)
    _write(folder, written, joined, _ordered(joined))


def update_suggestions(
    folder: Path,
    before: Path,
    names: Sequence[Name],
    order: Rows,
    source: Rows,
    titles: Callable[[Rows], Sequence[str]],
) -> None:
    """Write what `write_suggestions` would, out of what it wrote `before`.

    `order` are the rows, newest first; `source` is the row that each article had before, -1 for a new one, (articles,).
    `titles` gives the titles of new ones.
    """
    old = _opened(before)
    of_row = np.full(len(old.rows) + 1, _GONE, dtype=np.int64)
    of_row[old.rows] = np.arange(len(old.rows)) + len(old.entries) - len(old.rows)
    entry = of_row[source[order]]  # of none, the last
    came, stayed = np.flatnonzero(entry == _GONE), np.flatnonzero(entry != _GONE)
    fresh = titles(order[came])
    cyrillic = np.zeros(len(order), dtype=np.bool_)
    cyrillic[stayed] = old.cyrillic[entry[stayed] - (len(old.entries) - len(old.rows))]
    cyrillic[came] = [is_cyrillic(title) for title in fresh]
    ends = np.append(old.entries[1:] - 1, len(old.keys))
    keys = [b""] * len(order)
    bounds = (each[entry[stayed]].tolist() for each in (old.entries, ends))
    for place, begin, end in zip(stayed.tolist(), *bounds, strict=True):
        keys[place] = old.keys[begin:end]
    for place, title in zip(came.tolist(), fresh, strict=True):
        keys[place] = folded(title).encode()
    written = _Written(names, [folded(name.text).encode() for name in names] + keys, order, cyrillic)
    joined = b"\n".join(written.keys)
    moved = _moved(old, entry, written)
    if moved is None:
        starts = _ordered(joined)
    else:
        new = np.concatenate([np.arange(len(names)), came + len(names)])
        starts = _merged(joined, moved, _starts_of(written, new))
    _write(folder, written, joined, starts)


def _opened(folder: Path) -> _Before:
    arrays = [loaded(folder / f"{name}.npy") for name in _FILES]
    return _Before((folder / "keys.txt").read_bytes(), *arrays)


def _moved(old: _Before, entry: Rows, written: _Written) -> Rows | None:
    """The starts of words of titles that stayed, in their order; None where those titles are in another order now."""
    stayed = np.flatnonzero(entry != _GONE)
    if np.any(np.diff(entry[stayed]) < 0):
        return None
    now = np.full(len(old.entries) + 1, _GONE, dtype=np.int64)
    now[entry[stayed]] = stayed + len(written.names)
    owner = np.searchsorted(old.entries, old.starts, side="right") - 1
    kept = now[owner] != _GONE
    owner = owner[kept]
    moved: Rows = written.entries[now[owner]] + (old.starts[kept] - old.entries[owner])
    return moved


def _starts_of(written: _Written, entries: Rows) -> list[int]:
    """Where the words of these entries begin."""
    begins = written.entries[entries].tolist()
    keys = (written.keys[entry] for entry in entries.tolist())
    return [begin + word.start() for begin, key in zip(begins, keys, strict=True) for word in _WORD.finditer(key)]


def _merged(joined: bytes, ordered: Rows, others: list[int]) -> Rows:
    """The starts that are in order, with others in between."""
    key = _sorting(joined)
    others.sort(key=key)
    places = [bisect_left(ordered, key(start), key=key) for start in others]
    return np.insert(ordered, places, others)


def _ordered(joined: bytes) -> Rows:
    """Where each word begins, in the order of what follows there up to the end of its line.

    Those that begin with the same two bytes are sorted together: a key for each of all of them would take gigabytes.
    """
    starts = np.fromiter((match.start() for match in _WORD.finditer(joined)), dtype=np.int64)
    letters = np.frombuffer(joined + b"\n", dtype=np.uint8).astype(np.uint16)
    second = letters[starts + 1]
    first_two = letters[starts] << 8 | np.where(second == ord("\n"), 0, second).astype(np.uint16)
    order = np.argsort(first_two, kind="stable")
    starts, bounds = starts[order], np.flatnonzero(np.diff(first_two[order])) + 1
    for some in np.split(starts, bounds) if len(starts) else ():
        some[:] = sorted(some.tolist(), key=_sorting(joined))
    return starts


def _sorting(joined: bytes) -> Callable[[int], tuple[bytes, int]]:
    """The key of a start."""
    return lambda start: (joined[start : start + SORTED_BY].split(b"\n", 1)[0], start)


def _write(folder: Path, written: _Written, joined: bytes, starts: Rows) -> None:
    (folder / "names.json").write_bytes(msgspec.json.encode(written.names))
    (folder / "keys.txt").write_bytes(joined)
    arrays: list[NDArray[Any]] = [written.rows, written.cyrillic, written.entries[:-1], starts.astype(np.int32)]
    for name, values in zip(_FILES, arrays, strict=True):
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
