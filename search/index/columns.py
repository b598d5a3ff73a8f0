"""What filters and facets need of every article, as arrays over rows.

Times in milliseconds, the values of each field as codes (`field_column`). A filter costs one pass over memory, where
SQL would cost a hundred times that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from search.analysis.source_names import SourceNames, source_names
from search.arrays import FEW, Mask, Rows, distinct, mapped, marked
from search.index.field_column import NO_VALUE, FieldColumn, FieldValues
from search.index.number_column import NumberColumn
from search.messages import say
from search.query.fields import (
    MONTH,
    NOTHING_DECLARED,
    Declared,
    filter_fields,
    parameter_of,
)
from search.query.model import FieldFilter, Filters, Fold
from search.times import day_of, month_starts

UNDATED = np.iinfo(np.int64).min
"""Stands in the time columns for an article that says no time."""
NEVER = np.iinfo(np.int64).max
"""Stands for the time of an article that does not expire."""
MOST_VALUES = 100
"""How many values of a facet are counted out: of 3,000 tags nobody reads them all."""
ALL_VALUES = 1 << 31
"""More than any facet has."""
_KEPT = 32
"""Pairs of values and units that are kept: zones may be asked for without end."""
_COMPARED = 3
"""How many unknown values are compared with all known ones: a slip is one or two, and each takes a pass over them."""
_CLOSE = 65.0
"""How alike, of 100, what is offered instead must be."""


class CountingUnit(StrEnum):
    """What counts as one: each copy of an article for itself, an article with its translations, or a story."""

    ROW = "row"
    GROUP = "group"
    STORY = "story"


def counting_unit(filters: Filters, fold: Fold) -> CountingUnit:
    """What counts as one in an answer: who chooses languages sees each copy for itself."""
    if fold is Fold.STORY:
        return CountingUnit.STORY
    return CountingUnit.ROW if filters.language else CountingUnit.GROUP


@dataclass(frozen=True)
class Columns:
    """Arrays over the rows of one generation."""

    fields: Mapping[str, FieldColumn]
    """By the name of the field; those that the archive declares are behind the others."""
    published: NDArray[np.int64]
    expires: NDArray[np.int64]
    """From when on an article is hidden; NEVER where it says nothing."""
    group: NDArray[np.int64]
    """The same number for an article and its twins."""
    embedded_row: NDArray[np.int64]
    """The row whose vectors speak for this one: itself, its twin, or -1."""
    story: NDArray[np.int64]
    """The same number for all articles on one event, twins included."""

    numbers: Mapping[str, NumberColumn] = field(default_factory=dict)
    """By the name of the field, the numbers and dates that the archive declares."""
    visible: Mask | None = None
    """Which rows may be shown at the moment that these columns are of; None when all may. See `at`."""

    def at(self, now: int, kept: Mask | None = None) -> "Columns":
        """These columns at a moment in milliseconds: what is published later or has expired is hidden.

        So is what was withdrawn: the rows outside `kept`, where that is given. A hidden row is admitted by no filter,
        counted nowhere, has no value and no time, and is nobody's twin or story. The same columns come back while
        nothing is hidden, and as long as the same rows are.
        """
        if kept is None and self.newest <= now < self._first_expiry:
            return self
        visible = (self.published <= now) & (self.expires > now)
        if kept is not None:
            visible &= kept
        key = visible.tobytes()
        if self._moment is None or self._moment[0] != key:
            self.__dict__["_moment"] = key, self._restricted(visible)
        return self.__dict__["_moment"][1]  # type: ignore[no-any-return]

    @cached_property
    def _moment(self) -> "tuple[bytes, Columns] | None":
        """The last moment's visible rows, and its columns."""
        return None

    def _restricted(self, visible: Mask) -> "Columns":
        return replace(
            self,
            visible=visible,
            fields={name: column.restricted(visible) for name, column in self.fields.items()},
            numbers={name: column.restricted(visible) for name, column in self.numbers.items()},
            published=np.where(visible, self.published, UNDATED),
            group=_regrouped(self.group, visible),
            story=_regrouped(self.story, visible),
        )

    @cached_property
    def _first_expiry(self) -> int:
        return int(self.expires.min(initial=NEVER))

    @cached_property
    def visible_rows(self) -> bytes:
        """Which rows may be shown, as bytes to compare with; empty where all may."""
        return b"" if self.visible is None else self.visible.tobytes()

    @cached_property
    def source_names(self) -> SourceNames:
        """The sources by the names that readers write."""
        return SourceNames(source_names(self.fields["source"].pairs) if "source" in self.fields else {})

    @property
    def visible_size(self) -> int:
        """How many articles may be shown."""
        return self.size if self.visible is None else int(np.count_nonzero(self.visible))

    def is_visible(self, row: int) -> bool:
        """Whether a row may be shown."""
        return self.visible is None or bool(self.visible[row])

    def is_borne(self, field: str, value: str) -> bool:
        """Whether an article that may be shown has a value."""
        return self.visible is None or (field in self.fields and self.fields[field].is_known(value))

    def bearers(self, field: str, value: str, count: int) -> int:
        """How many articles that may be shown have a value; `count` is how many have it in all."""
        if self.visible is None or field not in self.fields:
            return count
        return min(count, int(np.count_nonzero(self.fields[field].has_any([value]))))

    @property
    def size(self) -> int:
        """How many articles there are."""
        return len(self.published)

    def column(self, name: str) -> FieldColumn | NumberColumn | None:
        """The column of a field; None for one that this generation does not have, and for the month."""
        return self.fields.get(name) or self.numbers.get(name)

    def filter_mask(self, filters: Filters) -> Mask | None:
        """Which rows the filters admit, hidden ones never; None when all are."""
        if not filters:
            return self.visible
        mask = np.ones(self.size, dtype=np.bool_) if self.visible is None else self.visible.copy()
        for name, choice in filters.choices.items():
            column = self.column(name)
            mask &= _chosen(column, choice) if column else not choice.include
        if filters.since is not None:
            mask &= self.published >= filters.since
        if filters.until is not None:
            mask &= (self.published < filters.until) & (self.published != UNDATED)
        return mask

    def count(
        self, facet: str, rows: Rows, unit: CountingUnit, zone: tzinfo, most: int = MOST_VALUES
    ) -> list[tuple[str, int]]:
        """How many different units bear each value of a facet: months and numbers in order, else the most frequent.

        At most `most` values; of a facet that this generation does not have there are none.
        """
        column = self.column(facet)
        if facet != MONTH and column is None:
            return []
        pairs = self._paired(facet, unit, zone)
        borne = pairs.of[column.places(rows) if column else rows]
        counted = np.bincount(pairs.code[marked(borne, len(pairs.code))], minlength=1)
        counted[0] = 0  # those that bear no value
        found = np.flatnonzero(counted)
        if not isinstance(column, FieldColumn):
            return [(pairs.names[code - 1], int(counted[code])) for code in found.tolist()]
        if len(found) > most:
            least = np.partition(counted, -most)[-most]
            found = found[counted[found] >= least]
        order = np.lexsort((pairs.alphabet[found - 1], -counted[found]))[:most]
        return [(pairs.names[code - 1], int(counted[code])) for code in found[order].tolist()]

    @cached_property
    def newest(self) -> int:
        """The time of the newest article, UNDATED where no article has one."""
        return int(self.published.max(initial=UNDATED))

    def units(self, unit: CountingUnit) -> Rows:
        """For each row the number of what it counts as one with. (size,)"""
        return {CountingUnit.STORY: self.story, CountingUnit.GROUP: self.group, CountingUnit.ROW: self._alone}[unit]

    def counted(self, mask: Mask, unit: CountingUnit) -> int:
        """How many different units the rows of a mask are of."""
        rows = np.flatnonzero(mask)
        if len(rows) * FEW < self.size:
            return len(distinct(self.units(unit)[rows]))
        parted = self._parted(unit)
        missed = parted.leaders[mask[parted.followers] & ~mask[parted.leaders]]
        return int(np.count_nonzero(mask & parted.leading)) + len(distinct(missed))

    def _parted(self, unit: CountingUnit) -> "_Parted":
        kept = self._leading.get(unit)
        if kept is None:
            units = self.units(unit)
            leading: Mask = units == self._alone
            followers = np.flatnonzero(~leading)
            kept = self._leading[unit] = _Parted(leading, followers, units[followers])
        return kept

    @cached_property
    def _leading(self) -> dict[CountingUnit, "_Parted"]:
        return {}

    @cached_property
    def _alone(self) -> Rows:
        return np.arange(self.size)

    def within(self, since: int, until: int) -> Mask:
        """The articles that were published in [since, until)."""
        inside: Mask = (self.published >= since) & (self.published < until)
        return inside

    def any_within(self, since: int, until: int) -> bool:
        """Whether an article was published in [since, until)."""
        return bool(np.any(self.within(since, until)))

    def in_language(self, language: str) -> Mask:
        """The articles of a language."""
        return self.fields["language"].has_any([language])

    def twins(self, row: int) -> list[int]:
        """The rows of the same article in other languages."""
        order, starts = self._by_group
        group = self.group[row]
        return [other for other in order[starts[group] : starts[group + 1]].tolist() if other != row]

    def copies(self, language: str, admitted: Mask | None) -> Rows:
        """For each group the admitted row of that language, or else its first admitted one. (size,)"""
        if admitted is not None:
            return self._copied(language, np.flatnonzero(admitted))
        if language not in self._copies:
            self._copies[language] = self._copied(language, np.arange(self.size))
        return self._copies[language]

    @cached_property
    def _copies(self) -> dict[str, Rows]:
        return {}

    def _copied(self, language: str, members: Rows) -> Rows:
        copies = np.arange(self.size)
        copies[self.group[members[::-1]]] = members[::-1]  # of several, what is written last stays: the first one
        own = members[self.in_language(language)[members]]
        copies[self.group[own[::-1]]] = own[::-1]
        return copies

    def suggestions(self, filters: Filters, zone: tzinfo) -> list[str]:
        """What to say of filter values that no article bears, and of dates in which none was published."""
        values = [
            say("unknown-value-near", field=name, value=repr(value), near=repr(near))
            if near
            else say("unknown-value", field=name, value=repr(value))
            for name, value, near in self.unknown(filters)
        ]
        return [*values, *self._empty_dates(filters, zone)]

    def _empty_dates(self, filters: Filters, zone: tzinfo) -> list[str]:
        """What to say of dates in which nothing was published: those of the archive, as days of a zone."""
        if (filters.since is None and filters.until is None) or self.newest == UNDATED:
            return []
        since = UNDATED + 1 if filters.since is None else filters.since
        if self.any_within(since, NEVER if filters.until is None else filters.until):
            return []
        first = self.published[self.published != UNDATED].min()
        oldest, newest = (day_of(int(moment), zone) for moment in (first, self.newest))
        return [say("empty-dates", oldest=oldest, newest=newest)]

    @cached_property
    def _by_group(self) -> tuple[Rows, Rows]:
        """The rows in the order of their groups, and where each group begins. (size,) and (size + 1,)"""
        order = np.argsort(self.group, kind="stable")
        return order, np.searchsorted(self.group[order], np.arange(self.size + 1))

    def unknown(self, filters: Filters) -> list[tuple[str, str, str | None]]:
        """Wanted values that no article bears: the filter's name, the value, and the nearest known value."""
        missing = [
            (parameter_of(name), value, self.fields[name].spellings)
            for name, choice in filters.choices.items()
            for value in choice.include
            if name in self.fields and not self.fields[name].is_known(value)
        ]
        near = [_nearest(value, spellings) for _, value, spellings in missing[:_COMPARED]]
        near += [None] * (len(missing) - len(near))
        return [(name, value, found) for (name, value, _), found in zip(missing, near, strict=True)]

    def _paired(self, facet: str, unit: CountingUnit, zone: tzinfo) -> "_Pairs":
        """The pairs of a value and a unit that there are, made once: counting is then marking."""
        column = self.column(facet)
        key = (facet, unit, "" if isinstance(column, FieldColumn) else str(zone))
        if (kept := self._pairs.get(key)) is not None:
            return kept
        units = self.units(unit)
        names, codes = column.coded(zone) if column else self._months(zone)
        owners = column.repeated(units) if column else units
        both = (codes.astype(np.int64) + 1) * self.size + owners
        pairs = distinct(both)
        alphabet = np.argsort(sorted(range(len(names)), key=lambda code: names[code].casefold()))
        made = _Pairs(names, alphabet, pairs // max(1, self.size), np.searchsorted(pairs, both))
        if len(self._pairs) >= _KEPT:
            self._pairs.clear()
        self._pairs[key] = made
        return made

    @cached_property
    def _pairs(self) -> dict[tuple[str, CountingUnit, str], "_Pairs"]:
        """By facet, unit and zone."""
        return {}

    def _months(self, zone: tzinfo) -> tuple[list[str], NDArray[np.int32]]:
        """The months of the archive in a zone, and for each row the number of its own. (size,)"""
        dated = self.published != UNDATED
        if not dated.any():
            return [], np.full(self.size, NO_VALUE, dtype=np.int32)
        times = self.published[dated]
        starts = month_starts(int(times.min()), int(times.max()), zone)
        months = np.searchsorted([start for _, start in starts], self.published, side="right") - 1
        return [name for name, _ in starts], np.where(dated, months, NO_VALUE).astype(np.int32)


_NO_ARRAYS = ("fields", "numbers", "visible")
_ARRAYS = tuple(name for name in Columns.__dataclass_fields__ if name not in _NO_ARRAYS)


def write_columns(folder: Path, columns: Columns) -> None:
    """Write the columns into an empty folder: one .npy file an array, the values of the fields as JSON."""
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(columns, name), allow_pickle=False)
    for name, column in columns.fields.items():
        np.save(folder / f"{name}_codes.npy", column.codes, allow_pickle=False)
        if column.starts is not None:
            np.save(folder / f"{name}_starts.npy", column.starts, allow_pickle=False)
    for name, numbers in columns.numbers.items():
        np.save(folder / f"{name}_numbers.npy", numbers.numbers, allow_pickle=False)
    values = {name: column.known for name, column in columns.fields.items()}
    (folder / "values.json").write_bytes(msgspec.json.encode(values))


def open_columns(folder: Path, declared: Declared = NOTHING_DECLARED) -> Columns:
    """Open what `write_columns` wrote. The arrays are mapped: processes share them."""
    arrays: dict[str, Any] = {name: _read(folder, name) for name in _ARRAYS}
    values = msgspec.json.decode((folder / "values.json").read_bytes(), type=dict[str, FieldValues])
    known = filter_fields(declared).values()
    fields = {
        one.name: FieldColumn(
            values[one.name],
            _read(folder, f"{one.name}_codes"),
            _read(folder, f"{one.name}_starts") if one.is_list else None,
        )
        for one in known
        if one.kind == "keyword"
    }
    numbers = {
        one.name: NumberColumn(_read(folder, f"{one.name}_numbers"), one.kind == "date")
        for one in known
        if one.kind != "keyword"
    }
    return Columns(fields=fields, numbers=numbers, **arrays)


def _read(folder: Path, name: str) -> Any:
    return mapped(folder / f"{name}.npy")


def _chosen(column: FieldColumn | NumberColumn, choice: FieldFilter) -> Mask:
    """Which rows the choice for a field admits, (rows,)."""
    mask = column.has_any(choice.include) if choice.include else np.ones(column.size, dtype=np.bool_)
    return mask & ~column.has_any(choice.exclude) if choice.exclude else mask


def _regrouped(group: Rows, visible: Mask) -> Rows:
    """The groups without their hidden members, who are alone: each named by the first that is left."""
    members = np.flatnonzero(visible)
    firsts = np.arange(len(group))
    firsts[group[members[::-1]]] = members[::-1]  # of several, what is written last stays: the first one
    return np.where(visible, firsts[group], np.arange(len(group)))


class _Pairs(NamedTuple):
    """Values and what bears them: each pair once, and where the pair of each row, or of each tag of a row, stands."""

    names: list[str]
    alphabet: Rows
    """The place of each name in the order of the alphabet."""
    code: Rows
    """(pairs,); 0 for no value, n for names[n - 1]"""
    of: Rows


class _Parted(NamedTuple):
    """The rows of units: those that give them their numbers, the few others, and whom each of these follows."""

    leading: Mask
    followers: Rows
    leaders: Rows


def _nearest(value: str, known: list[str]) -> str | None:
    from rapidfuzz.fuzz import ratio  # 30 ms that only an unknown value costs
    from rapidfuzz.process import extractOne

    near = extractOne(value, known, scorer=ratio, processor=str.casefold, score_cutoff=_CLOSE)
    return str(near[0]) if near else None
