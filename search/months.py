"""When does a month begin and end in a time zone?"""

from datetime import MAXYEAR, UTC, datetime, tzinfo

import numpy as np

from search.when import millis


def month_range(name: str, zone: tzinfo) -> tuple[int, int]:
    """The first moment of a month (2026-02) in a zone, and that of the next, in milliseconds UTC."""
    year, month = map(int, name.split("-"))
    return _month_start(year, month, zone), _month_start(*_next_month(year, month), zone)


def month_starts(first: int, last: int, zone: tzinfo) -> list[tuple[str, int]]:
    """Every month from the one of `first` to the one of `last` in a zone: its name (2026-02) and its first moment."""
    at = datetime.fromtimestamp(first / 1000, UTC).astimezone(zone)
    year, month = at.year, at.month
    starts: list[tuple[str, int]] = []
    while (start := _month_start(year, month, zone)) <= last:
        starts.append((f"{year:04d}-{month:02d}", start))
        year, month = _next_month(year, month)
    return starts


def _month_start(year: int, month: int, zone: tzinfo) -> int:
    return millis(datetime(year, month, 1, tzinfo=zone)) if year <= MAXYEAR else int(np.iinfo(np.int64).max)


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < 12 else (year + 1, 1)
