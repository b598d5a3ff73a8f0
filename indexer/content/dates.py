"""Dates as sites write them, read leniently but never guessed: a text that names no day is no date."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache

from indexer.content.persian_dates import in_common_calendar
from search.times import FIRST, LAST, Millis, millis

_NONE = frozenset({"", "-", "~", "null", "none", "nil", "unknown", "n/a", "na", "tbd", "undated", "false"})
"""What is written where no date is known."""
_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:(?:[T\s,]|\s?at\s)\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?\s*((?:[AaPp]\.?[Mm]\.?)(?![A-Za-z]))?\s*(.*))?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\.\s?|-)(\d{1,2})(?:\.\s?|-)(\d{4}|(?<!-)\d{2}(?!\d))(.*)", re.DOTALL)
_CJK = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?(?:\s?[(（][^()（）]{1,3}[)）])?(.*)", re.DOTALL
)
_BLANK_NUMBERS = re.compile(r"(\d{1,2})\s(\d{1,2})\s(\d{4})")
_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s*([+-])(\d{1,2}):?(\d{2})?(?::\d{2})?", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:Uhr|Std|hrs|hod|klo|год|часов|час|ч)\b\.?", re.IGNORECASE)
"""Words for hours behind a time."""
_HOUR_H = re.compile(r"(?<=\d)\s?h\s?(?=\d\d\b)")
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|-?\d{12,13}|-62\d{9}(?:\d{3})?")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s", re.IGNORECASE)
_WORD_BEFORE_OFFSET = re.compile(r"\b(?:UTC|GMT)(?=[+-]\d)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3,}\.?")
_ZONES = {
    "z": 0, "0000": 0, "00:00": 0,
    "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "bst": 60, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180,
    "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
}  # fmt: skip
"""Minutes east of UTC of the zones that are written by letters and mean one thing in news."""
_MONTH_LANGUAGES = (
    "uk ru fr de es pt it nl pl cs sk hu ro bg el tr ar he sv da nb fi et lv lt hr sr sl ca id vi be ka hy kk fa"
).split()


_IN_TABLES = ("date", "datetime", "iso", "value", "utc", "$date", "timestamp", "time", "seconds", "_seconds")
"""Where a time stands in a table: Docusaurus's `last_update`, PHP's dates, Firestore's seconds."""
_JAVASCRIPT = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})(?:\s\(.*\))?")
_ZERO_DAY = re.compile(r"(?:0000-00-00|0001-01-01)(?!\d).*")
"""MySQL's day for none, and that of Go and .NET."""
_NO_DAYS = frozenset("0 null none false no f n infinity".split()) | {""}
_ZERO_MOMENTS = range(FIRST - 400 * 86_400_000, FIRST + 2 * 86_400_000)
"""Those days as numbers: PHP and Java count the months and days of the year zero back into the year before."""


MAX_LENGTH = 200
"""Characters of the longest text that may be a date: patterns look at nothing longer."""


def moment(value: object, zone: tzinfo = UTC, *, day_first: bool = False) -> Millis | None:
    """Milliseconds UTC of a date or time; None where it says that none is known.

    A time without a zone is one of `zone`, a bare day begins there. `05/03/2024` is in March with `day_first`, or
    where another language than English says the hour (`à 10h30`); else in May. Raises ValueError for what names no day.
    """
    if value is None or isinstance(value, bool) or (isinstance(value, date) and value.year == date.min.year):
        return None
    if isinstance(value, datetime):
        return _millis(value, zone)
    if isinstance(value, date):
        return _millis(datetime(value.year, value.month, value.day), zone)
    if isinstance(value, int | float):
        return _epoch(float(value))
    if isinstance(value, str):
        text = value.strip()
        if not text.isascii() and len(text) <= MAX_LENGTH:
            text = in_common_calendar(text)
        slashed = _SLASHED_TEXT.match(text)
        if slashed and (day_first or 12 < int(slashed[1]) <= 31 or _AT.match(slashed[4])) and int(slashed[2]) <= 12:
            text = f"{_whole_year(slashed[3])}-{slashed[2]}-{slashed[1]}{_with_gap(_AT.sub('', slashed[4]))}"
        return _of_text(text, zone) if len(value) <= MAX_LENGTH else None
    if isinstance(value, Mapping):
        inner = next((value[key] for key in _IN_TABLES if value.get(key) is not None), value)
        if not isinstance(inner, Mapping):
            return moment(inner, zone, day_first=day_first)
    raise ValueError(f"is a {type(value).__name__}, not a date")


def is_ambiguous(text: str) -> bool:
    """Whether nothing in a date with slashes tells day and month: JavaScript and Go read it month first."""
    found = _SLASHED_TEXT.match(text[:MAX_LENGTH].strip())
    if not found or _AT.match(found[4]):
        return False
    return found[1] != found[2] and max(int(found[1]), int(found[2])) <= 12


def day_of_name(name: str) -> tuple[str, str]:
    """The day at the head of a file's name, as YYYY-MM-DD, and what is left of the name; ("", name) without one."""
    found = _NAMED_DAY.match(name)
    day = _day(found)
    return (day, name[found.end() :]) if found and day else ("", name)


def compact_day_of_name(name: str) -> tuple[str, str]:
    """The same of a day without signs between its numbers, also behind a word such as `news-`.

    A number without a word beside it is no day if it lies more than a year ahead: `20310709.en` is an id.
    """
    found = _COMPACT_DAY.match(name)
    day = _day(found)
    if found and day > _a_year_ahead() and not _WORD.search(name[: found.start(1)] + name[found.end() :]):
        return "", name
    return (day, name[found.end() :] if found.start(1) == 0 else name) if found and day else ("", name)


def _a_year_ahead() -> str:
    return (datetime.now(UTC) + timedelta(days=366)).date().isoformat()


def _day(found: re.Match[str] | None) -> str:
    """The day of a year, a month and a day that were found, as YYYY-MM-DD; an empty text where there is none."""
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat() if found else ""
    except ValueError:
        return ""


_WORD = re.compile(r"[^\W\d_]{3}")
_COMPACT_DAY = re.compile(
    r"(?:(?:news|post|article|blog|press|pressrelease|press-release|release|pr|pm)[-_ ])?"
    r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4}(?:\d\d)?)?(?:[-_ ]+|\.|$)"
)
_SLASHED_TEXT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b(.*)", re.DOTALL)
_AT = re.compile(r"^[\s,]*(?:à|a las|alle(?: ore)?|às|as|um|om|kl\.?|o godz\.|saat|о|в)\s+(?=\d)", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?")
_NAMED_DAY = re.compile(r"(\d{4})[-_](\d{1,2})[-_](\d{1,2})(?:-\d{4}(?=\.))?(?:[-_ ]+|\.|$)")


def is_no_day(value: object) -> bool:
    """Whether what stands in the place of a day says that there is none: nothing, a no, or the day of the year zero."""
    written = str(value).strip().casefold()
    return written in _NO_DAYS or is_zero_day(written)


def is_zero_day(text: str) -> bool:
    """Whether a text is the day that MySQL, Go and .NET write for none."""
    return _ZERO_DAY.match(text) is not None


def is_moment(value: object) -> bool:
    """Whether a value tells a time."""
    try:
        return moment(value, UTC) is not None
    except ValueError:
        return False


def clock(value: object) -> str:
    """The time of day that a value is, or an empty text."""
    text = value.strip() if isinstance(value, str) else ""
    return text if _CLOCK.fullmatch(text) else ""


def _of_text(text: str, zone: tzinfo) -> Millis | None:
    if text.casefold() in _NONE or is_zero_day(text):
        return None
    if text.startswith("[["):  # Obsidian's and Logseq's links to the note of a day
        text = text.strip("[] ")
    if len(text) > 100:
        raise ValueError("is too long for a date")
    if _EPOCH.fullmatch(text):
        return _epoch(float(text))
    for read in (_iso, _year_first, _javascript, _rfc_2822, _other_orders, _in_words):
        if (found := read(text, zone)) is not None:
            return found
    raise ValueError("is no date")


def _iso(text: str, zone: tzinfo) -> Millis | None:
    if len(text) < 10 or text[4] != "-" or text[13:14] == ".":
        return None
    try:
        return _millis(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def _year_first(text: str, zone: tzinfo) -> Millis | None:
    found = _YEAR_FIRST.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return _millis(datetime(year, month, day), zone)
    hour = _hour(int(found[4]), found[8])
    micro = int((found[7] or "0")[:6].ljust(6, "0"))
    at = datetime(year, month, day, 0, int(found[5]), int(found[6] or 0), micro) + timedelta(hours=hour)
    return _millis(at, _zone(found[9].strip(), zone))


def _hour(hour: int, half: str | None) -> int:
    if hour > 24 or (half and not 1 <= hour <= 12):
        raise ValueError("has no such hour")
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _without_brackets(written: str) -> str:
    """An offset without what says the zone once more behind it: `+02:00[Europe/Berlin]`."""
    if not written.endswith((")", "]")):
        return written
    return written[: min(written.find(sign) % (len(written) + 1) for sign in "([")].rstrip()


def _zone(written: str, zone: tzinfo) -> tzinfo:
    if not written or not _HOURS.sub("", written).strip():
        return zone
    offset = _OFFSET.fullmatch(_without_brackets(written))
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes >= 24 * 60:
            raise ValueError("has no such zone")
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    name = written.strip("()[] ").casefold()
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]))
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(written.strip("()[] "))
    except Exception:  # which ones it raises depends on the text
        raise ValueError(f"has the unknown zone {written!r:.30}") from None


def _epoch(number: float) -> Millis | None:
    """Seconds since 1970, or milliseconds where seconds would be a year beyond 5000; None for the day of no date."""
    if number != number or abs(number) < 1e8 or abs(number) > 1e14:  # noqa: PLR0124 - not a number differs from itself
        raise ValueError("is no date")
    found = round(number * 1000) if abs(number) < 1e11 else round(number)
    if found in _ZERO_MOMENTS:
        return None
    if not FIRST <= found <= LAST:
        raise ValueError("lies beyond all calendars")
    return Millis(found)


def _javascript(text: str, _: tzinfo) -> Millis | None:
    """What JavaScript makes of a time: `Thu Aug 25 2016 19:13:32 GMT+0200 (CEST)`."""
    found = _JAVASCRIPT.fullmatch(text)
    try:
        return _millis(datetime.strptime(f"{found[1]} {found[2]}", "%b %d %Y %H:%M:%S %z"), UTC) if found else None
    except ValueError:
        return None


def _rfc_2822(text: str, zone: tzinfo) -> Millis | None:
    if not _WEEKDAY.match(text):
        return None
    try:
        return _millis(parsedate_to_datetime(text), zone)
    except (ValueError, TypeError, IndexError):
        return None


def _other_orders(text: str, zone: tzinfo) -> Millis | None:
    """`14.10.2025`, `14-10-2025` as PHP reads it, `2025年10月14日`; `09 10 2024` as JavaScript: month first.

    Behind dashes a year of two digits tells nothing: dateutil, and so Pelican, takes the month to come first.
    """
    if (found := _DAY_FIRST.fullmatch(text)) and int(found[1]) <= 31 and int(found[2]) <= 12:
        return _year_first(f"{_whole_year(found[3])}-{found[2]}-{found[1]}{_with_gap(found[4])}", zone)
    if found := _CJK.fullmatch(text):
        return _year_first(f"{found[1]}-{found[2]}-{found[3]}{_with_gap(found[4])}", zone)
    if found := _BLANK_NUMBERS.fullmatch(text):
        return _year_first(f"{found[3]}-{found[1]}-{found[2]}", zone)
    return None


def _whole_year(written: str) -> str:
    """A year of two digits with its century, as POSIX has it."""
    return written if len(written) == 4 else f"{19 if int(written) >= 69 else 20}{written}"


def _with_gap(rest: str) -> str:
    stripped = rest.strip(" ,г.р")
    return f" {stripped}" if stripped else ""


def _in_words(text: str, zone: tzinfo) -> Millis | None:
    """What dateutil reads, where the text itself says year, month and day, whatever day it is today."""
    from dateutil import parser

    plain = _WORD_BEFORE_OFFSET.sub("", _ORDINAL.sub("", _HOUR_H.sub(":", text)))
    for written in (plain, _english_month(plain)):
        try:
            first, second = (
                parser.parse(written, default=datetime(year, month, day), tzinfos=_named_zone)
                for year, month, day in ((1996, 2, 1), (2003, 7, 2))
            )
        except (ValueError, OverflowError, TypeError):
            continue
        if first != second:
            raise ValueError("names no day")
        return _millis(first, zone)
    return None


def _named_zone(name: str | None, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    minutes = _ZONES.get((name or "").casefold())
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def _english_month(text: str) -> str:
    """The text with the name of a month put into English, and its small words left out."""
    found = _LETTERS.search(text)
    if not found:
        return text
    for word in _LETTERS.findall(text):
        if number := _months().get(word.rstrip(".").casefold()):
            day_and_year = re.findall(r"\d+", text)
            if len(day_and_year) >= 2 and len(day_and_year[1]) == 4:
                rest = text[text.index(day_and_year[1]) + 4 :]
                return f"{day_and_year[1]}-{number:02d}-{int(day_and_year[0]):02d} {_time_part(rest)}".strip()
    return text


def _time_part(rest: str) -> str:
    found = re.search(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?.*", rest)
    return _HOURS.sub("", re.sub(r"^(\d{1,2})\.", r"\1:", found[0])).rstrip(". ") if found else ""


@cache
def _months() -> dict[str, int]:
    """By the folded name of a month, in any of the languages of news, its number."""
    from babel import Locale

    found: dict[str, int] = {}
    for code in _MONTH_LANGUAGES:
        months = Locale.parse(code).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    found.setdefault(str(name).rstrip(".").casefold(), int(number))
    return found


def _millis(at: datetime, zone: tzinfo) -> Millis:
    try:
        aware = at if at.tzinfo else at.replace(tzinfo=zone)
        return millis(aware.astimezone(UTC))
    except OverflowError as beyond:
        raise ValueError("lies beyond all calendars") from beyond
