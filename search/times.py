"""Moments and ranges of time, in milliseconds UTC."""

from datetime import MAXYEAR, UTC, date, datetime, timedelta, tzinfo
from typing import NewType

import numpy as np
from msgspec import Struct

from search.errors import RequestError
from search.messages import say

Millis = NewType("Millis", int)
"""A moment in milliseconds since 1970-01-01T00:00:00Z; whole seconds would lose articles at filter edges."""


def iso(moment: int) -> str:
    """A moment in the one form that Lede writes: UTC, seconds, and milliseconds where there are any."""
    whole = datetime.fromtimestamp(moment // 1000, UTC).replace(tzinfo=None).isoformat()  # strftime writes year 1 as 1
    fraction = f".{moment % 1000:03d}" if moment % 1000 else ""
    return f"{whole}{fraction}Z"


BEGINNING = Millis(0)
"""Since when, where all that came before a day is meant: nothing in an archive is older than 1970."""


class Time(Struct, frozen=True):
    """A time that a text names: the words that name it, and [since, until) in milliseconds UTC.

    `fresh` means that no time is named, but the newest is asked for; since and until are then now.
    """

    text: str
    since: Millis
    until: Millis
    certainty: float = 1.0
    """How much of the preference it deserves: a year alone is often a subject, not a day of publication."""
    fresh: bool = False
    event: bool = False
    """Whether the words name what happened then: they say what is asked about, too."""


_NO_PLACES = frozenset({"localtime", "posixrules", "factory"})
"""Names in the system's folder of zones that name none: the first would tell strangers where this machine stands."""


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name, such as Europe/Kyiv. Raises RequestError for an unknown one."""
    if name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        if name.lower().rpartition("/")[2] in _NO_PLACES:
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise RequestError(say("unknown-zone", value=repr(name)), say("write-a-zone"), field="tz") from unknown


def millis(moment: datetime) -> Millis:
    """A moment with its zone, as milliseconds UTC, exact (timestamp() would round through a float)."""
    return Millis((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


FIRST, LAST = millis(datetime.min.replace(tzinfo=UTC)), millis(datetime.max.replace(tzinfo=UTC))
"""The ends of the calendar: no other moment can be written."""


def day_of(moment: int, zone: tzinfo) -> date:
    """The day in a zone of a moment in milliseconds UTC; the first or last of the calendar where that ends before."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.date()


def month_range(name: str, zone: tzinfo) -> tuple[int, int]:
    """The first moment of a month (2026-02) in a zone, and that of the next, in milliseconds UTC."""
    year, month = map(int, name.split("-"))
    return _month_start(year, month, zone), _month_start(*_next_month(year, month), zone)


def month_starts(first: int, last: int, zone: tzinfo) -> list[tuple[str, int]]:
    """Every month from the one of `first` to the one of `last` in a zone: its name (2026-02) and its first moment."""
    begins = day_of(first, zone)
    year, month = begins.year, begins.month
    starts: list[tuple[str, int]] = []
    while (start := _month_start(year, month, zone)) <= last:
        starts.append((f"{year:04d}-{month:02d}", start))
        year, month = _next_month(year, month)
    return starts


def _month_start(year: int, month: int, zone: tzinfo) -> int:
    return millis(datetime(year, month, 1, tzinfo=zone)) if year <= MAXYEAR else int(np.iinfo(np.int64).max)


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < 12 else (year + 1, 1)
