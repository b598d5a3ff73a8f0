"""The values of one filter field, as codes over rows."""

from collections.abc import Iterable
from datetime import tzinfo
from functools import cached_property
from itertools import zip_longest

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Mask, Rows, ranges

NO_VALUE = -1
"""The code of a row without a value."""


class FieldValues(Struct, frozen=True):
    """The meaning of a field's codes, (codes,) each."""

    values: list[str]
    labels: list[str]
    """What each value is called where people read it; empty where values are shown as they are."""


class FieldColumn(Struct, frozen=True, dict=True):
    """One field over all rows. Row r has the codes `codes[starts[r]:starts[r + 1]]`, or `codes[r]` without `starts`."""

    known: FieldValues
    codes: NDArray[np.int32]
    """(rows,) with NO_VALUE for none, or (values of all rows,)."""
    starts: NDArray[np.int64] | None
    """(rows + 1,) where a row may have several values."""
    borne: Mask | None = None
    """Which values some row has, (codes,); None for all of them."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.codes) if self.starts is None else len(self.starts) - 1

    def has_any(self, values: Iterable[str]) -> Mask:
        """Which rows have any of these values, letter case ignored, (rows,)."""
        wanted = {code for value in values for code in self._codes.get(value.casefold(), ())}
        found = np.zeros(len(self.codes), dtype=np.bool_)
        for code in wanted:  # quicker than np.isin for a few
            found |= self.codes == code
        if self.starts is None:
            return found
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[np.searchsorted(self.starts, np.flatnonzero(found), side="right") - 1] = True
        return mask

    def restricted(self, visible: Mask) -> "FieldColumn":
        """The same without the values of hidden rows, (rows,): none of theirs is known that no other row has."""
        shown = visible if self.starts is None else np.repeat(visible, np.diff(self.starts))
        codes = np.where(shown, self.codes, NO_VALUE).astype(np.int32)
        borne = np.zeros(len(self.known.values) + 1, dtype=np.bool_)
        borne[codes] = True
        return FieldColumn(self.known, codes, self.starts, borne[:-1])

    def is_known(self, value: str) -> bool:
        """Whether any row has this value."""
        return value.casefold() in self._codes

    @property
    def spellings(self) -> list[str]:
        """Every value and every label that a row has."""
        return [spelling for spellings in self._spelled for spelling in spellings if spelling]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every value that a row has, with its label or an empty text."""
        values, labels = self._spelled
        return [pair for pair in zip_longest(values, labels, fillvalue="") if pair[0]]

    def label(self, value: str) -> str:
        """What a value is called; empty where it has no name of its own."""
        return self.known.labels[self._codes[value.casefold()][0]] if self.known.labels else ""

    def of(self, row: int) -> str:
        """The first value of a row, or an empty text."""
        own = self.codes[row : row + 1] if self.starts is None else self.codes[slice(*self.starts[row : row + 2])]
        code = int(own[0]) if len(own) else NO_VALUE
        return self.known.values[code] if code != NO_VALUE else ""

    @cached_property
    def counted(self) -> NDArray[np.int32]:
        """The codes for counting: those whose values differ by letter case or label alone are one."""
        firsts: dict[str, int] = {}
        borne = np.ones(len(self.known.values), dtype=np.bool_) if self.borne is None else self.borne
        same = [
            firsts.setdefault(value.casefold(), code) if own else NO_VALUE
            for code, (value, own) in enumerate(zip(self.known.values, borne.tolist(), strict=True))
        ]
        return np.array([*same, NO_VALUE], dtype=np.int32)[self.codes]

    def coded(self, _: tzinfo) -> tuple[list[str], NDArray[np.int32]]:
        """The values that are counted, and the place among them of each entry of `codes`."""
        return self.known.values, self.counted

    def places(self, rows: Rows) -> Rows:
        """The positions of these rows' codes in `codes`."""
        return rows if self.starts is None else ranges(self.starts[rows], np.diff(self.starts)[rows])

    def repeated(self, of_rows: Rows) -> Rows:
        """A value per row, (rows,), repeated per entry of `codes`."""
        return of_rows if self.starts is None else np.repeat(of_rows, np.diff(self.starts))

    @cached_property
    def _codes(self) -> dict[str, list[int]]:
        """The codes of each folded spelling."""
        found: dict[str, list[int]] = {}
        for spellings in self._spelled:
            for code, spelling in enumerate(spellings):
                if spelling:
                    found.setdefault(spelling.casefold(), []).append(code)
        return found

    @property
    def _spelled(self) -> tuple[list[str], list[str]]:
        """The values and labels by code; empty texts for those that no row has."""
        both = self.known.values, self.known.labels
        if self.borne is None:
            return both
        values, labels = ([s if b else "" for s, b in zip(some, self.borne.tolist(), strict=False)] for some in both)
        return values, labels
