"""Totals and facet counts; each count is what selecting that value alone would show."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from msgspec.structs import replace

from search.engine.matches import MatchSet
from search.field_settings import FieldKind
from search.index.columns import MOST_VALUES, Columns, counting_unit
from search.index.number_column import NumberColumn
from search.query.fields import MONTH
from search.query.model import FieldFilter, Filters, Query
from search.query.ranges import read_range
from search.results import Count, Total
from search.times import month_range

_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""What the values of a facet count back from: none of them does."""


def total(columns: Columns, found: MatchSet, wider: MatchSet, query: Query) -> Total:
    """The size of the result set, and how many more `wider` has.

    Twins count as one article unless languages were chosen, a story if it folds. What a question without a text lists
    was found neither by words nor by meaning.
    """
    unit = counting_unit(query.filters, query.fold)
    value, keyword, semantic = (columns.counted(mask, unit) for mask in (found.mask, found.by_words, found.by_meaning))
    weaker = 0 if wider is found else columns.counted(wider.mask | found.mask, unit) - value
    return Total(value, 0, 0, weaker) if query.lists else Total(value, keyword, semantic, weaker)


def facet(
    columns: Columns, of: str, every: MatchSet, query: Query, zone: tzinfo, most: int = MOST_VALUES
) -> tuple[Count, ...]:
    """The counts of the `most` frequent values of a facet; `every` is what was found before any filter."""
    filters = query.filters
    freed = _without(filters, of)
    rows = every.restricted_to(columns.filter_mask(freed)).rows
    # Who chooses a language sees its copies for themselves.
    chosen = freed.replaced(language=FieldFilter(include=("any",))) if of == "language" else freed
    counted = columns.count(of, rows, counting_unit(chosen, query.fold), zone, most)
    selected = _selected(columns, of, filters, zone)
    column = columns.column(of)
    label = column.label if column else lambda _: ""
    return tuple(Count(value, count, selected(value), label(value)) for value, count in counted)


def containing(counts: Sequence[Count], text: str) -> list[Count]:
    """The values that contain a text, or whose name does, letter case ignored; first those that begin so."""
    wanted = text.casefold()
    named = [(count, (count.value.casefold(), count.name.casefold())) for count in counts]
    found = [(count, names) for count, names in named if any(wanted in name for name in names)]
    return [count for count, _ in sorted(found, key=lambda one: not any(name.startswith(wanted) for name in one[1]))]


def _selected(columns: Columns, of: str, filters: Filters, zone: tzinfo) -> Any:
    """Tells of a value whether the filters chose it."""
    if of == MONTH:
        chosen = filters.since, filters.until
        return (lambda _: False) if None in chosen else lambda value: chosen == month_range(value, zone)
    column = columns.column(of)
    if column is None or isinstance(column, NumberColumn):
        kind: FieldKind = "date" if column and column.is_date else "number"
        ranges = set(filters[of].include)
        return lambda value: bool(ranges) and read_range(kind, of, value, zone, _NO_MOMENT) in ranges
    wanted = {value.casefold() for value in filters[of].include}
    label = column.label
    return lambda value: bool(wanted) and bool(wanted & {value.casefold(), label(value).casefold()})


def _without(filters: Filters, of: str) -> Filters:
    """The filters without the choice of a facet: so a chosen value does not make the others vanish."""
    if of == MONTH:
        return filters.replaced(since=None, until=None)
    return filters.replaced(**{of: replace(filters[of], include=())})
