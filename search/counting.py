"""How much was found, and how much of it bears each value? Every count is what choosing that value alone would show."""

from dataclasses import replace
from datetime import tzinfo
from typing import Any

import numpy as np

from search.columns import Columns, month_range
from search.finding import Found
from search.ports import Mask
from search.query import Choice, Facet, Filters, Query
from search.result import Count, Total

_FIELDS = {Facet.SOURCE: "source", Facet.TAG: "tag", Facet.SENTIMENT: "sentiment", Facet.LANGUAGE: "language"}


def total(columns: Columns, found: Found, query: Query) -> Total:
    """The size of the result set. Twins count as one article unless languages were chosen, a story if it folds."""
    units = columns.units(query.filters, query.fold)

    def count(rows: Mask) -> int:
        counted = np.zeros(columns.size, dtype=np.bool_)
        counted[units[rows]] = True
        return int(np.count_nonzero(counted))

    return Total(count(found.mask), count(found.keyword), count(found.semantic))


def facet(columns: Columns, of: Facet, every: Found, query: Query, zone: tzinfo) -> tuple[Count, ...]:
    """The counts of a facet; `every` is what was found before any filter."""
    filters = query.filters
    freed = _without(filters, of)
    rows = every.among(columns.admit(freed)).rows
    # Who chooses a language sees its copies for themselves.
    chosen = replace(freed, language=Choice(wanted=("any",))) if of is Facet.LANGUAGE else freed
    counted = columns.count(of, rows, columns.units(chosen, query.fold), zone)
    names = {value: columns.source_name(value) for value, _ in counted} if of is Facet.SOURCE else {}
    selected = _selected(columns, of, filters, zone)
    return tuple(Count(value, count, selected(value), names.get(value, "")) for value, count in counted)


def _selected(columns: Columns, of: Facet, filters: Filters, zone: tzinfo) -> Any:
    """Tells of a value whether the filters chose it."""
    if of is Facet.MONTH:
        return lambda value: (filters.since, filters.until) == month_range(value, zone)
    wanted = {value.casefold() for value in _choice(filters, of).wanted}
    if of is Facet.SOURCE:
        return lambda value: bool(wanted & {value.casefold(), columns.source_name(value).casefold()})
    return lambda value: value.casefold() in wanted


def _without(filters: Filters, of: Facet) -> Filters:
    """The filters without the choice of a facet: so a chosen value does not make the others vanish."""
    if of is Facet.MONTH:
        return replace(filters, since=None, until=None)
    if not _choice(filters, of).wanted:
        return filters
    changes: dict[str, Any] = {_FIELDS[of]: replace(_choice(filters, of), wanted=())}
    return replace(filters, **changes)


def _choice(filters: Filters, of: Facet) -> Choice:
    return getattr(filters, _FIELDS[of]) if of in _FIELDS else Choice()
