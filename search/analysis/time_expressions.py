"""Times that a text names, in English and Ukrainian.

`january 2026`, `5 December`, `Q1`, `early March`, `first week of May`, `last week`, `торік`, `за останні 3 дні`; days
that have a name (search.days); `since` and `before` any of them. What is found is a preference, never a filter: dates
in questions are often about the subject and not about the day of publication. A month without a year is the latest one
that has begun. `may`, `march` and bare numbers are words unless something beside them says otherwise. Only a text with
a digit or one of a few words costs more than a glance.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from msgspec.structs import replace

from search.times import BEGINNING, Time, millis

_MONTHS = (
    r"jan(?:uary)?|січ(?:ень|ня|ні|нем)",
    r"feb(?:ruary)?|лют(?:ий|ого|ому|им)",
    r"march|берез(?:ень|ня|ні|нем)",
    r"apr(?:il)?|квіт(?:ень|ня|ні|нем)",
    r"may|трав(?:ень|ня|ні|нем)",
    r"june?|черв(?:ень|ня|ні|нем)",
    r"july?|лип(?:ень|ня|ні|нем)",
    r"aug(?:ust)?|серп(?:ень|ня|ні|нем)",
    r"sept?(?:ember)?|верес(?:ень|ня|ні|нем)",
    r"oct(?:ober)?|жовт(?:ень|ня|ні|нем)",
    r"nov(?:ember)?|листопад(?:а|і|у|ом)?",
    r"dec(?:ember)?|груд(?:ень|ня|ні|нем)",
)
_ANY_MONTH = "|".join(_MONTHS)
_EARLY = r"early|beginning of|start of|на початку|початок|початку"
_MIDDLE = r"mid|middle of|в середині|середина|середині"
_LATE = r"late|end of|наприкінці|кінець|в кінці|кінця"
_WEEK = (
    r"(?P<week>first|second|third|last) week (?:of|in)|(?P<week_uk>перш|друг|треті|останні)\w* (?:тиждень|тижня|тижні)"
)
_PART = rf"(?:(?P<early>{_EARLY})|(?P<middle>{_MIDDLE})|(?P<late>{_LATE})|{_WEEK})[ -]+"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<{}>[0-3]?\d)(?:st|nd|rd|th|-го|го)?"
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?(?!\d)")
_MONTH = re.compile(
    rf"\b(?:{_PART})?(?:{_DAY.format('before')} (?:of )?)?(?P<month>{_ANY_MONTH})\b\.?"
    rf"(?: {_DAY.format('after')}(?!\d))?(?:,? (?:of )?{_YEAR}\b)?"
)
_QUARTER = re.compile(rf"\b(?:q(?P<number>[1-4])|(?P<word>first|second|third|fourth) quarter)(?: (?:of )?{_YEAR})?\b")
_YEAR_ALONE = re.compile(rf"(?<![$€£])\b(?:{_PART})?{_YEAR}\b(?! ?[%$€])")
_SAYS_MAY = re.compile(r"\b(?:in|since|during|by|last|until|before|after|of|this) (?:may|march)\b")
_UNIT_UK = "(?P<unit_uk>день|дні|днів|тиждень|тижні|тижнів|місяць|місяці|місяців|рік|роки|років)"
_AGO = re.compile(
    r"\b(?:(?P<count>\d{1,3}|a|an|one|two|three) (?P<unit>day|week|month|year)s? ago"
    rf"|(?P<count_uk>\d{{1,3}}|два|дві|три)? ?{_UNIT_UK} тому)\b"
)
_PAST = re.compile(
    r"\b(?:(?:the )?(?:last|past) (?P<count>\d{1,3}|two|three|four|six) (?P<unit>day|week|month|year)s"
    rf"|(?:за )?останні (?P<count_uk>\d{{1,3}}) {_UNIT_UK})\b"
)
_RELATIVE = {
    r"today|сьогодні": ("day", 0),
    r"yesterday|вчора": ("day", -1),
    r"позавчора": ("day", -2),
    r"this week|цього тижня|цьому тижні": ("week", 0),
    r"last week|past week|минулого тижня|минулому тижні": ("week", -1),
    r"this weekend|цими вихідними": ("weekend", 0),
    r"last weekend|past weekend|минулими вихідними|минулих вихідних": ("weekend", -1),
    r"this month|цього місяця|цьому місяці": ("month", 0),
    r"last month|past month|минулого місяця|минулому місяці": ("month", -1),
    r"this quarter|цього кварталу|цьому кварталі": ("quarter", 0),
    r"last quarter|past quarter|минулого кварталу|минулому кварталі": ("quarter", -1),
    r"this year|цього року|цьогоріч": ("year", 0),
    r"last year|минулого року|торік": ("year", -1),
}
_OF_ANOTHER = re.compile(rf" (?:of|in) (?:the )?(?:(?:19|20)\d\d|{_ANY_MONTH})\b")
"""Behind `last week` and the like: the last one of a month or a year is no age."""
_WEEKDAYS = (
    r"monday|понеділ(?:ок|ка)",
    r"tuesday|вівтор(?:ок|ка)",
    r"wednesday|серед(?:у|и)",
    r"thursday|четвер(?:га)?",
    r"friday|п'ятниц(?:ю|і)",
    r"saturday|субот(?:у|и)",
    r"sunday|неділ(?:ю|і)",
)
_WEEKDAY = re.compile(
    rf"\b(?:on|last|this|past|у|в|минулого|минулої|минулу|цього|цієї|цю) (?P<day>{'|'.join(_WEEKDAYS)})\b"
)
_FRESH = re.compile(r"\b(?:latest|newest|most recent|recent news|breaking|останні новини|найновіш\w+|найсвіжіш\w+)\b")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "два": 2, "дві": 2, "три": 3}
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_WEEKS = {"first": 0, "перш": 0, "second": 1, "друг": 1, "third": 2, "треті": 2}
_SINCE = re.compile(r"\b(?:since|from|починаючи з|починаючи від|з|від) (?:the )?$")
_BEFORE = re.compile(r"\b(?:before|until|till|prior to|перед|до) (?:the )?$")
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_UNITS = (("day", "де", "дн"), ("week", "ти"), ("month", "мі"), ("year", "рі", "ро"))


def named_time(text: str, now: datetime, zone: tzinfo, days: Mapping[str, str] | None = None) -> Time | None:
    """The time that a text names, the most exact one first; None if it names none. Ages count from `now`.

    `days` are those that have names, as search.names reads them.
    """
    asked = " ".join(text.lower().replace("’", "'").split())
    here = now.astimezone(zone)
    if days and (named := named_day(asked, here, days)) is not None:
        return named
    return _named(asked, now, zone)


@lru_cache(maxsize=64)  # what remembers an answer asks the same before and after what makes it
def _named(asked: str, now: datetime, zone: tzinfo) -> Time | None:
    """The time that a text without named days names."""
    here = now.astimezone(zone)
    for find in (_iso, _relative, _ago, _month, _quarter, _year):
        if (found := find(asked, here)) is not None:
            return _open_ended(asked, found, here)
    if fresh := _FRESH.search(asked):
        return Time(fresh[0], millis(now), millis(now), fresh=True)
    return None


def _open_ended(asked: str, time: Time, here: datetime) -> Time:
    """The same, or all that lies after its begin or before it, where the word in front of it says so.

    `after 5 December` is left as it is: what was written soon after it is preferred already, and more is not meant.
    """
    ahead = asked[: asked.find(time.text)]
    if (said := _SINCE.search(ahead)) is not None:
        return replace(time, text=said[0] + time.text, until=max(millis(here), time.until))
    if (said := _BEFORE.search(ahead)) is not None:
        return replace(time, text=said[0] + time.text, since=BEGINNING, until=time.since)
    return time


def _iso(asked: str, here: datetime) -> Time | None:
    match = _ISO.search(asked)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    since = here.replace(year=year, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)
    return _time(match[0], since, since + timedelta(days=1) if match[3] else _months(since, 1))


def _relative(asked: str, here: datetime) -> Time | None:
    for words, (unit, steps) in _RELATIVE.items():
        found = re.finditer(rf"\b(?:{words})\b", asked)
        if match := next((one for one in found if not _OF_ANOTHER.match(asked, one.end())), None):
            since = _moved(_begun(here, unit), unit, steps)
            return _time(match[0], since, since + timedelta(days=2) if unit == "weekend" else _moved(since, unit, 1))
    if (match := _WEEKDAY.search(asked)) is not None:
        number = next(number for number, names in enumerate(_WEEKDAYS) if re.fullmatch(names, match["day"]))
        today = 7 if match[0].startswith(("last", "past", "мин")) else 0
        since = _moved(_begun(here, "day"), "day", -((here.weekday() - number) % 7 or today))
        return _time(match[0], since, _moved(since, "day", 1))
    if (match := _PAST.search(asked)) is not None:
        return _time(match[0], _moved(_begun(here, "day"), _unit(match), -_count(match)), here)
    return None


def _ago(asked: str, here: datetime) -> Time | None:
    match = _AGO.search(asked)
    if match is None:
        return None
    unit = _unit(match)
    since = _moved(_begun(here, unit if unit != "week" else "day"), unit, -_count(match))
    return _time(match[0], since, _moved(since, "day" if unit == "week" else unit, 1))


def _month(asked: str, here: datetime) -> Time | None:
    for match in _MONTH.finditer(asked):
        month = next(number for number, names in enumerate(_MONTHS, 1) if re.fullmatch(names, match["month"]))
        day = match["before"] or match["after"]
        if match["month"] in ("may", "march") and not (match["year"] or day or _SAYS_MAY.search(asked)):
            continue
        year = int(match["year"]) if match["year"] else here.year - (month > here.month)
        since = _begun(here, "year").replace(year=year, month=month)
        if day and 1 <= int(day) <= calendar.monthrange(year, month)[1]:
            since = since.replace(day=int(day))
            return _time(match[0], since, since + timedelta(days=1))
        return _time(match[0], *_part_of(match, since, _months(since, 1)))
    return None


def _quarter(asked: str, here: datetime) -> Time | None:
    match = _QUARTER.search(asked)
    if match is None:
        return None
    month = 3 * (int(match["number"]) if match["number"] else _WORDS[match["word"]]) - 2
    year = int(match["year"]) if match["year"] else here.year - (month > here.month)
    since = _begun(here, "year").replace(year=year, month=month)
    return _time(match[0], since, _months(since, 3))


def _year(asked: str, here: datetime) -> Time | None:
    match = _YEAR_ALONE.search(asked)
    if match is None:
        return None
    since = _begun(here, "year").replace(year=int(match["year"]))
    part = any(match[name] for name in ("early", "middle", "late", "week", "week_uk"))
    since, until = _part_of(match, since, _months(since, 12))
    return _time(match[0], since, until, 1.0 if part else 0.5)


def _part_of(match: "re.Match[str]", since: datetime, until: datetime) -> tuple[datetime, datetime]:
    third = (until - since) / 3
    if match["early"]:
        return since, since + third
    if match["middle"]:
        return since + third, until - third
    if match["late"]:
        return until - third, until
    week = match["week"] or match["week_uk"]
    if not week:
        return since, until
    first = since + timedelta(days=7 * _WEEKS[week]) if week in _WEEKS else until - timedelta(days=7)
    return first, first + timedelta(days=7)


def _begun(here: datetime, unit: str) -> datetime:
    """When the day, week, month, quarter or year of a moment began, or the weekend of its week."""
    day = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in ("week", "weekend"):
        return day - timedelta(days=day.weekday() - (5 if unit == "weekend" else 0))
    months = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}
    return day if unit == "day" else day.replace(day=1, month=months[unit])


def _moved(moment: datetime, unit: str, steps: int) -> datetime:
    if unit == "day":
        return moment + timedelta(days=steps)
    if unit in ("week", "weekend"):
        return moment + timedelta(days=7 * steps)
    return _months(moment, steps * _MONTHS_OF[unit])


def _months(moment: datetime, steps: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 + steps
    year, month = months // 12, months % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def _unit(match: "re.Match[str]") -> str:
    word = match["unit"] or match["unit_uk"]
    return next(names[0] for names in _UNITS if any(word.startswith(name) for name in names))


def _count(match: "re.Match[str]") -> int:
    word = match["count"] or match["count_uk"] or "1"
    return _NUMBERS.get(word) or int(word)


def _time(text: str, since: datetime, until: datetime, certainty: float = 1.0) -> Time:
    return Time(text.strip(), millis(since), millis(until), certainty)


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
    day = _named_day_start(date, match["year"], here) + timedelta(days=_SHIFTS.get(match["shift"] or "", 0))
    if match["ahead"] in _EARLIER:
        return Time(match[0], BEGINNING, millis(day), event=once)
    until = here if once and match["ahead"] and day < here else day + timedelta(days=1)
    return Time(match[0], millis(day), millis(until), event=once)


def _named_day_start(date: str, year: str | None, here: datetime) -> datetime:
    """When the day of that date begins where `here` is."""
    *years, month, day = map(int, date.split("-"))
    chosen = years[0] if years else int(year or here.year)
    begun = here.replace(year=chosen, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)
    if not years and not year and begun > here:
        return begun.replace(year=chosen - 1)
    return begun
