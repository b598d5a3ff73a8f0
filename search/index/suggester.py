"""Suggestions: values of keyword fields (sources, tags, authors …) and titles in which a word begins as typed.

Every place where a word begins is in one array, in the order of what follows there (a suffix array over words:
Manber, Myers, "Suffix Arrays", 1993, doi:10.1137/0222058), so two binary searches find all that a beginning fits.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.analysis.characters import MARK, UNSPACED, composed, fold
from search.arrays import Mask, loaded

SORTED_BY = 64
"""How many bytes of what follows decide the order; a longer beginning is compared whole among what fits so far."""
_SILENT = re.compile("['’ʼ`´‘′.,\u00ad]")
_LATER, _FOREIGN = 1 << 40, 1 << 41

Numbers = NDArray[np.int64]


TITLE = "title"
"""The kind of a suggestion that is an article; that of any other is the name of a field."""


class Name(msgspec.Struct, frozen=True):
    """A value of a field, how many articles have it, and the value of its filter."""

    kind: str
    """The name of the field."""
    text: str
    value: str
    count: int


class Suggested(Struct, frozen=True):
    """What begins as typed: names, most borne first, and the rows of titles."""

    names: tuple[Name, ...]
    rows: tuple[int, ...]


def folded(text: str) -> str:
    """The text as beginnings are compared: words in small letters, one blank apart, without accents on Latin letters.

    Apostrophes, full stops and commas are silent: `об'єкт` is `обєкт`, `U.S.` is `us`. Where a script puts no blank
    between words, each of its characters is one.
    """
    unspaced, word = _patterns()
    parted = unspaced.sub(r" \g<0> ", _SILENT.sub("", composed(text)))
    small = " ".join(map(fold, parted.split()))
    return " ".join(word.findall(small))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A character of a script without blanks, and a word; compiled when the first beginning is compared."""
    return re.compile(rf"[{UNSPACED}][{MARK}]*"), re.compile(rf"[\w+#&%{MARK}]+")


class Suggester:
    """The names and titles of one generation, asked by how they begin. Safe to ask from several threads."""

    def __init__(
        self, names: Sequence[Name], rows: Numbers, cyrillic: Mask, keys: bytes, entries: Numbers, starts: Numbers
    ) -> None:
        """Entries are the names, most borne first, then the titles of `rows`, newest first; `cyrillic` is of titles.

        `keys` holds their folded texts, `entries` where each begins there, `starts` where every word does, sorted.
        """
        self._names = names
        self._rows = rows
        self._keys = keys
        self._starts = starts
        self._owner = np.searchsorted(entries, starts, side="right") - 1
        self._inside = starts != entries[self._owner]
        self._cyrillic = cyrillic

    def suggest(
        self,
        text: str,
        groups: Numbers,
        limit: int,
        visible: Mask | None = None,
        is_borne: Callable[[str, str], bool] = lambda _, __: True,
    ) -> Suggested:
        """At most `limit` names and titles in which a word begins with the text.

        First names, by how many articles have them, and then titles: those in the letters of the text before others,
        newest first; each before those that do not begin with the text themselves. Titles have half of the places,
        if there are so many. `groups` gives each row the number that it shares with its twins: twins come once.
        `visible` are the rows that may be shown, None for all; `is_borne` says whether one of them has the value of a
        field.
        """
        key = folded(text).encode()
        if not key or limit < 1:
            return Suggested((), ())
        fitting = self._fitting(key)
        owner, inside = self._owner[fitting], self._inside[fitting]
        own = owner < len(self._names)
        names = self._borne(np.sort(owner[own] + _LATER * inside[own]), limit, is_borne)
        titles = owner[~own] - len(self._names)
        shown = np.ones(len(titles), dtype=np.bool_) if visible is None else visible[self._rows[titles]]
        foreign = self._cyrillic[titles] != is_cyrillic(text)
        order = np.sort((titles + _LATER * inside[~own] + _FOREIGN * foreign)[shown])
        rows = self._once(order, groups, limit)
        first = names[: limit - min(len(rows), limit // 2)]
        return Suggested(tuple(self._names[name] for name in first), tuple(rows[: limit - len(first)]))

    def _fitting(self, key: bytes) -> slice | Numbers:
        """The places among the starts where the text goes on with the key."""
        near = _Following(self._keys, self._starts, min(len(key), SORTED_BY))
        first = bisect_left(near, key[:SORTED_BY])
        last = bisect_left(near, True, lo=first, key=lambda following: following > key[:SORTED_BY])
        if len(key) <= SORTED_BY:
            return slice(first, last)
        whole = [place for place in range(first, last) if self._keys.startswith(key, int(self._starts[place]))]
        return np.array(whole, dtype=np.int64)

    def _borne(self, order: Numbers, limit: int, is_borne: Callable[[str, str], bool]) -> list[int]:
        """The first of these names that are borne, each once."""
        found: dict[int, None] = {}
        for place in order.tolist():
            name = place % _LATER
            if name not in found and is_borne(self._names[name].kind, self._names[name].value):
                found[name] = None
                if len(found) == limit:
                    break
        return list(found)

    def _once(self, order: Numbers, groups: Numbers, limit: int) -> list[int]:
        """The rows of the first of these titles, one of each group of twins."""
        rows: dict[int, int] = {}
        for place in order.tolist():
            row = int(self._rows[place % _LATER])
            rows.setdefault(int(groups[row]), row)
            if len(rows) == limit:
                break
        return list(rows.values())


class _Following(Sequence[bytes]):
    """The bytes that follow each start, computed on first use."""

    def __init__(self, keys: bytes, starts: Numbers, length: int) -> None:
        self._keys, self._starts, self._length = keys, starts, length

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]
        start = int(self._starts[place])
        return self._keys[start : start + self._length]


def is_cyrillic(text: str) -> bool:
    """Whether most of the letters of a text are Cyrillic."""
    if text.isascii():
        return False
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum("\u0400" <= letter <= "\u052f" for letter in letters) > len(letters)


def open_suggestions(folder: Path) -> Suggester:
    """Open what `search.index.suggestions_writer` wrote."""
    arrays = [loaded(folder / f"{name}.npy") for name in ("rows", "cyrillic", "entries", "starts")]
    rows, cyrillic, entries, starts = arrays
    names = msgspec.json.decode((folder / "names.json").read_bytes(), type=list[Name])
    return Suggester(names, rows, cyrillic, (folder / "keys.txt").read_bytes(), entries, starts)
