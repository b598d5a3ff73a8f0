"""Which day is called by a name? `the day after Christmas`, `since the halving`.

Days are those of the table of names: some come every year, some came once. A day that came once is often a subject
(`what the halving means`), so it names a time only behind a word such as `after`.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from search.when import BEGINNING, Time, millis

_SHIFTS = {
    "day after": 1,
    "next day after": 1,
    "наступного дня після": 1,
    "day before": -1,
    "eve of": -1,
    "напередодні": -1,
}
_SHIFT = "|".join(sorted(_SHIFTS, key=len, reverse=True))
_AHEAD = r"since|after|following|before|ahead of|до|перед|після|від|з"
_EARLIER = ("before", "ahead of", "до", "перед")


def named_day(asked: str, here: datetime, days: Mapping[str, str]) -> Time | None:
    """The day, or what lies behind it or before it, that a text in small letters names; None if it names none.

    `days` gives each name its date: `2024-04-20`, or `12-25` for one that comes every year. Without a year that is the
    last one that has begun.
    """
    names = "|".join(re.escape(name) for name in sorted(days, key=len, reverse=True))
    before = rf"(?:(?:the )?(?P<shift>{_SHIFT}) |(?P<ahead>{_AHEAD}) )?(?:the )?"
    match = re.search(rf"\b{before}(?P<name>{names})\b(?:,? (?P<year>20\d\d)\b)?", asked)
    if match is None:
        return None
    date = days[match["name"]]
    once = len(date) > len("12-25")
    if once and not (match["ahead"] or match["shift"]):
        return None
    day = _begun(date, match["year"], here) + timedelta(days=_SHIFTS.get(match["shift"] or "", 0))
    if match["ahead"] in _EARLIER:
        return Time(match[0], BEGINNING, millis(day))
    until = here if once and match["ahead"] and day < here else day + timedelta(days=1)
    return Time(match[0], millis(day), millis(until))


def _begun(date: str, year: str | None, here: datetime) -> datetime:
    """When the day of that date begins where `here` is."""
    *years, month, day = map(int, date.split("-"))
    chosen = years[0] if years else int(year or here.year)
    begun = here.replace(year=chosen, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)
    if not years and not year and begun > here:
        return begun.replace(year=chosen - 1)
    return begun
