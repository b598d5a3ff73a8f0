"""The numbers or dates of one declared field, over rows."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Mask, Rows
from search.index.field_column import NO_VALUE
from search.query.ranges import bounds, range_text
from search.times import month_starts

MOST_NUMBERS = 20
"""So many different numbers are counted each for itself; more are counted by ranges."""
RANGES = 10
"""How many ranges there are then, each of about as many different numbers."""
MOST_MONTHS = 36
"""Dates that span more months are counted by years."""


class NumberColumn(Struct, frozen=True, dict=True):
    """One field over all rows: a number each, or a date in milliseconds UTC."""

    numbers: NDArray[np.float64]
    """(rows,) with NaN for none."""
    is_date: bool

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.numbers)

    def has_any(self, ranges: Sequence[str]) -> Mask:
        """Which rows have a number within any of these ranges, (rows,)."""
        found = np.zeros(self.size, dtype=np.bool_)
        for low, high in map(bounds, ranges):
            found |= (self.numbers >= low) & (self.numbers <= high)
        return found

    def restricted(self, visible: Mask) -> "NumberColumn":
        """The same without the numbers of hidden rows; `visible` is (rows,)."""
        return NumberColumn(np.where(visible, self.numbers, np.nan), self.is_date)

    def is_known(self, _: str) -> bool:
        """Always: whether a range holds a number of this archive is no question of spelling."""
        return True

    @property
    def spellings(self) -> list[str]:
        """None: a number has one."""
        return []

    def label(self, _: str) -> str:
        """Numbers are shown as they are."""
        return ""

    def places(self, rows: Rows) -> Rows:
        """The positions of these rows' codes: the rows themselves."""
        return rows

    def repeated(self, of_rows: Rows) -> Rows:
        """A value per row, (rows,): each stands once."""
        return of_rows

    def coded(self, zone: tzinfo) -> tuple[list[str], NDArray[np.int32]]:
        """The ranges that are counted, least first, and the place of each row's own, (rows,); NO_VALUE for none.

        Each is a range that filters read. Dates are counted by months or years of a zone.
        """
        return self._coded_dates(zone) if self.is_date else self._coded_numbers

    @cached_property
    def _coded_numbers(self) -> tuple[list[str], NDArray[np.int32]]:
        known = np.unique(self._known)
        parts = np.array_split(known, len(known) if len(known) <= MOST_NUMBERS else RANGES) if len(known) else []
        names = [range_text(float(part[0]), float(part[-1])) for part in parts]
        return names, self._places([float(part[0]) for part in parts])

    def _coded_dates(self, zone: tzinfo) -> tuple[list[str], NDArray[np.int32]]:
        if not len(self._known):
            return [], np.full(self.size, NO_VALUE, dtype=np.int32)
        starts = month_starts(int(self._known.min()), int(self._known.max()), zone)
        if len(starts) > MOST_MONTHS:
            first_year = starts[0][0][:4]
            lowest = starts[0][1]
            starts = [(first_year, lowest), *((name[:4], start) for name, start in starts[1:] if name.endswith("-01"))]
        return [name for name, _ in starts], self._places([float(start) for _, start in starts])

    @cached_property
    def _known(self) -> NDArray[np.float64]:
        return self.numbers[~np.isnan(self.numbers)]

    def _places(self, starts: list[float]) -> NDArray[np.int32]:
        places = np.searchsorted(starts, self.numbers, side="right") - 1
        return np.where(np.isnan(self.numbers), NO_VALUE, places).astype(np.int32)


def number_column(numbers: Sequence[float | None], *, is_date: bool) -> NumberColumn:
    """The column of these numbers, one a row; None where a row has none."""
    return NumberColumn(np.array([np.nan if one is None else one for one in numbers], dtype=np.float64), is_date)
