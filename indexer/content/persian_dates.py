"""Days of the Persian calendar, which news in Persian writes by its digits: ۱۴۰۳/۰۲/۱۴ is 3 May 2024."""

import re
from datetime import date

_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()
_DIGITS = "[۰-۹]"
_NUMBERS = re.compile(rf"({_DIGITS}{{4}})\s?[/.-]\s?({_DIGITS}{{1,2}})\s?[/.-]\s?({_DIGITS}{{1,2}})")
_IN_WORDS = re.compile(rf"({_DIGITS}{{1,2}})\s+({'|'.join(_MONTHS)})(?:\s+ماه)?\s+({_DIGITS}{{4}})")
_FIRST, _LAST = 1178, 1500
"""The years that are counted by this calendar; others with such digits are of the common one."""
_EPOCH = 1595
"""Years by which the count is moved, so that cycles of leap years begin with one."""
_BEFORE = 356_033
"""Days of that count before the common calendar begins."""


def in_common_calendar(text: str) -> str:
    """A text in which a day of the Persian calendar is written as YYYY-MM-DD; any other text as it is."""
    if found := _NUMBERS.search(text):
        year, month, day = (int(each) for each in found.groups())
    elif found := _IN_WORDS.search(text):
        year, month, day = int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])
    else:
        return text
    if not (_FIRST <= year <= _LAST and 1 <= month <= 12 and 1 <= day <= 31):
        return text
    return f"{text[: found.start()]}{_day(year, month, day).isoformat()}{text[found.end() :]}".strip(" ،-")


def _day(year: int, month: int, day: int) -> date:
    """The day of the common calendar; of 33 years 8 are leap years, and the first six months have 31 days."""
    since = year + _EPOCH
    leaps = since // 33 * 8 + (since % 33 + 3) // 4
    months = (month - 1) * 31 if month <= 6 else (month - 7) * 30 + 186
    return date.fromordinal(since * 365 + leaps + months + day - _BEFORE)
