"""A result set over time, with the sentiments of each day, week or month.

Periods are those of the query's zone. A period's count is what choosing it shows: its bounds are cut to the filters',
and twins and stories count in it as they do in the whole result set.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from itertools import pairwise

import numpy as np

from search.arrays import Mask, Rows, distinct
from search.index.columns import UNDATED, Columns, counting_unit
from search.query.model import Filters, Fold
from search.results import Period, Step, Timeline
from search.times import Millis, day_of, millis

MOST_PERIODS = 62
"""Most periods of a timeline: two months of days, fourteen months of weeks."""


_DAYS = {Step.DAY: 1, Step.WEEK: 7}
_MONTHS = {Step.MONTH: 1, Step.YEAR: 12, Step.DECADE: 120, Step.CENTURY: 1_200}


def timeline(columns: Columns, rows: Rows, filters: Filters, fold: Fold, zone: tzinfo) -> Timeline:
    """The spread of a result set over time; `rows` are the result set under all its filters."""
    units, times = columns.units(counting_unit(filters, fold))[rows], columns.published[rows]
    dated = times != UNDATED
    undated = len(distinct(units[~dated]))
    rows, units, times = rows[dated], units[dated], times[dated]
    if not len(rows):
        return Timeline(Step.DAY, (), undated)
    step, edges = _edges(int(times.min()), int(times.max()), zone)
    places = np.searchsorted(np.array(edges[1:-1], dtype=np.int64), times, side="right")
    size, periods = columns.size, len(edges) - 1
    counts = _counted(places, units, size, periods)
    moods = {
        name: _counted(places[bearing], units[bearing], size, periods)
        for name, bearing in _by_sentiment(columns, rows).items()
    }
    edges[0] = max(edges[0], edges[0] if filters.since is None else filters.since)
    edges[-1] = min(edges[-1], edges[-1] if filters.until is None else filters.until)
    found = (
        Period(since, until, counts[place], {name: mood[place] for name, mood in moods.items() if mood[place]})
        for place, (since, until) in enumerate(pairwise(edges))
    )
    return Timeline(step, tuple(found), undated)


def counts_since(
    columns: Columns, rows: Rows, filters: Filters, fold: Fold, moments: Sequence[Millis]
) -> tuple[int, ...]:
    """For each moment, how many units of these rows have an article published at it or later."""
    units, times = columns.units(counting_unit(filters, fold))[rows], columns.published[rows]
    return tuple(len(distinct(units[(times >= moment) & (times != UNDATED)])) for moment in moments)


def _by_sentiment(columns: Columns, rows: Rows) -> dict[str, Mask]:
    """The rows of each sentiment that occurs; "" for rows without one."""
    sentiment = columns.fields["sentiment"]
    codes, names = sentiment.counted[rows], sentiment.known.values
    return {names[code] if code >= 0 else "": codes == code for code in sorted(set(codes.tolist()))}


def _counted(places: Rows, units: Rows, size: int, periods: int) -> list[int]:
    """The number of distinct units in each period; one with articles in two periods counts in both."""
    pairs = distinct(places * size + units)
    counts: list[int] = np.bincount(pairs // size, minlength=periods).tolist()
    return counts


def _edges(first: int, last: int, zone: tzinfo) -> tuple[Step, list[Millis]]:
    """The shortest step that covers both moments in few enough periods, and where these begin.

    The last edge is where the last period ends.
    """
    one, other = day_of(first, zone), day_of(last, zone)
    step = next(step for step in Step if _number(step, other) - _number(step, one) < MOST_PERIODS or step is _LONGEST)
    numbers = range(_number(step, one), _number(step, other) + 2)
    return step, [_start(_first_day(step, number), zone) for number in numbers]


_LONGEST = Step.CENTURY


def _number(step: Step, day: date) -> int:
    """The number of the period that a day lies in."""
    if step in _DAYS:
        return (day.toordinal() - 1) // _DAYS[step]  # the first day of the calendar was a Monday
    return (day.year * 12 + day.month - 1) // _MONTHS[step]


def _first_day(step: Step, number: int) -> date:
    """The day on which the period of that number begins, within the years 1 to 9999 that have names."""
    if step in _DAYS:
        return date.fromordinal(min(max(number * _DAYS[step] + 1, 1), date.max.toordinal()))
    year, month = divmod(number * _MONTHS[step], 12)
    return date.min if year < 1 else date.max if year > date.max.year else date(year, month + 1, 1)


def _start(day: date, zone: tzinfo) -> Millis:
    return millis(datetime(day.year, day.month, day.day, tzinfo=zone))
