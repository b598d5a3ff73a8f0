"""Typed dates, in a zone, as moments."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from search.errors import RequestError
from search.messages import say
from search.times import Millis, millis

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_AGE = re.compile(r"(\d{1,4})\s*([hdwmy])", re.IGNORECASE)
_FIXED = re.compile(r"\s*\d{4}-?\d{2}")
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""Beyond these a moment may have no name in some zone; "from the beginning" and "to the end" mean them."""
_STEPS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def counts_back(text: str, *values: str) -> bool:
    """Whether something may count back from now: a time that the text names, an age in it, or one of the values."""
    return ":" in text or may_name_time(text) or any(value.strip() and not _FIXED.match(value) for value in values)


def since(text: str, where: tzinfo, now: datetime) -> Millis:
    """The first moment that `from=text` admits, in milliseconds UTC. Raises RequestError."""
    return _moment(text, where, now, field="from", whole_day=False)


def until(text: str, where: tzinfo, now: datetime) -> Millis:
    """The first moment that `to=text` no longer admits; a bare date includes that whole day. Raises RequestError."""
    return _moment(text, where, now, field="to", whole_day=True)


def before(text: str, where: tzinfo, now: datetime) -> Millis:
    """The first moment that `before:text` no longer admits: a bare date's first. Raises RequestError."""
    return _moment(text, where, now, field="before", whole_day=False)


def _moment(text: str, where: tzinfo, now: datetime, *, field: str, whole_day: bool) -> Millis:
    typed = text.strip()
    try:
        if age := _AGE.fullmatch(typed):
            return _within(_back(now, int(age[1]), age[2].lower()))
        if _DATE.fullmatch(typed):
            day = datetime.fromisoformat(typed)
            following = day + timedelta(days=1) if whole_day and day.date() < date.max else day
            return _within(following.replace(tzinfo=where))
        if may_name_time(typed) and not _FIXED.match(typed):
            return _of_words(typed, where, now, whole_day=whole_day)
        moment = datetime.fromisoformat(typed)
        return _within(moment if moment.tzinfo else moment.replace(tzinfo=where))
    except (ValueError, OverflowError) as wrong:
        raise RequestError(
            say("not-a-date", field=field, value=repr(text)), say("write-a-date"), field=field
        ) from wrong


def _of_words(typed: str, where: tzinfo, now: datetime, *, whole_day: bool) -> Millis:
    """The first moment of a time in words, such as yesterday or last week, or the first behind it.

    Raises ValueError where the words are not just a time.
    """
    from search.analysis.time_expressions import named_time

    time = named_time(typed, now, where)
    if time is None or time.fresh or time.text.casefold() != " ".join(typed.split()).casefold():
        raise ValueError("no time")
    return Millis(time.until if whole_day else time.since)


def _within(moment: datetime) -> Millis:
    return Millis(min(max(millis(moment), millis(_FIRST)), millis(_LAST)))


def _back(now: datetime, count: int, unit: str) -> datetime:
    """`count` units before now; months and years keep the day, or take the last one the month has."""
    if unit in _STEPS:
        return now - count * _STEPS[unit]
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1)
    first = now.replace(year=months // 12, month=months % 12 + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(now.day, (following - timedelta(days=1)).day))


_HINT = re.compile(
    r"\d|quarter|day|week|month|year|ago|early|mid|late|new|recent|breaking|beginn|start|end of"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|січ|лют|берез|квіт|трав|черв|лип|серп|верес|жовт|листоп|груд"
    r"|сьогодні|вчора|тиж|вихідн|понеділ|вівтор|серед|четвер|п'ятниц|субот|неділ|квартал|місяц|рок|рік|річ|день|дн|тому|останн|найновіш|найсвіжіш|початк|кін"
)


def may_name_time(text: str, days: Iterable[str] = ()) -> bool:
    """Whether it is worth asking search.dates which time a text names: most texts need not load it.

    `days` are the names that days have.
    """
    asked = text.lower().replace("’", "'")
    return _hints_at_time(asked) or any(day in asked for day in days)


@lru_cache(maxsize=64)  # each part of an answer asks the same of one text
def _hints_at_time(asked: str) -> bool:
    return _HINT.search(asked) is not None
