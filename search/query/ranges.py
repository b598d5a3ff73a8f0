"""Ranges of numbers and dates, as they are typed and as filters keep them.

A filter keeps a range as text in one form, which reads the same again: `10..20` (both ends included), `10..`, `4`;
`2026-01-01T00:00:00Z..2026-02-01T00:00:00Z` (the end excluded). A negative number stands in brackets, for a leading
minus means not.
"""

import re
from datetime import datetime, tzinfo
from functools import lru_cache
from math import inf, isfinite
from struct import pack, unpack

from search.errors import RequestError
from search.field_settings import FieldKind
from search.messages import say
from search.query.dates import since, until
from search.times import iso, millis

_NUMBER = re.compile(r"\(?\s*([+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?)\s*\)?", re.IGNORECASE)
_AGE = re.compile(r"\d{1,4}\s*[hdwmy]", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


def read_range(kind: FieldKind, name: str, typed: str, where: tzinfo, now: datetime) -> str:
    """The range of a number or date field in the form that filters keep. Raises RequestError for what is none."""
    try:
        low, dots, high = (part.strip() for part in typed.partition(".."))
        kept = _numbers(low, dots, high) if kind == "number" else _dates(low, dots, high, where, now)
        first, last = bounds(kept)
    except (RequestError, ValueError, OverflowError):
        first, last = 1, 0
    if first > last:
        remedy = say("write-a-number-range") if kind == "number" else say("write-a-date-range")
        raise RequestError(say("is-value", field=name, value=repr(typed)), remedy, field=name)
    return kept


@lru_cache(maxsize=1_000)
def bounds(kept: str) -> tuple[float, float]:
    """The least and the greatest number of a range that a filter keeps, both included; dates in milliseconds UTC.

    Raises ValueError for a text that is no such range.
    """
    low, dots, high = kept.partition("..")
    if not dots:
        return _number(low), _number(low)
    if "T" in kept:
        return (_moment(low) if low else -inf), (_moment(high) - 1 if high else inf)
    return (_number(low) if low else -inf), (_number(high) if high else inf)


def sortable(number: float) -> int:
    """The number as an integer of 64 bits; integers are in the order of their numbers."""
    bits: int = unpack("<q", pack("<d", number + 0.0))[0]
    return bits if bits >= 0 else bits ^ 0x7FFF_FFFF_FFFF_FFFF


def sortable_bounds(kept: str) -> tuple[int, int]:
    """The bounds of a range that a filter keeps, as `sortable` gives them."""
    low, high = bounds(kept)
    return sortable(low), sortable(high)


def range_text(low: float, high: float) -> str:
    """The range from one number to another, both included, as filters keep it."""
    return _written(low) if low == high else f"{_written(low)}..{_written(high)}"


def _numbers(low: str, dots: str, high: str) -> str:
    if not low and not high:
        raise ValueError("no number")
    first, last = (_written(_number(part)) if part else "" for part in (low, high))
    return f"{first}..{last}" if dots and first != last else first


def _dates(low: str, dots: str, high: str, where: tzinfo, now: datetime) -> str:
    if not low and not high:
        raise ValueError("no date")
    if not dots and not _AGE.fullmatch(low):
        high = low
    first = since(_first_day(low), where, now) if low else None
    last = until(_following_month(high), where, now) if high else None
    if first is not None and last == first and not dots:
        last = type(first)(first + 1)  # a moment
    return f"{iso(first) if first is not None else ''}..{iso(last) if last is not None else ''}"


def _first_day(typed: str) -> str:
    """`2026` and `2026-02` as their first days."""
    return f"{typed}-01-01"[:10] if _MONTH.fullmatch(typed) else typed


def _following_month(typed: str) -> str:
    """`2026` and `2026-02` as the moment behind them, for they are included whole."""
    found = _MONTH.fullmatch(typed)
    if found is None:
        return typed
    months = int(found[1]) * 12 + (int(found[2]) if found[2] else 12)
    return f"{months // 12:04d}-{months % 12 + 1:02d}-01T00:00:00"


def _number(text: str) -> float:
    found = _NUMBER.fullmatch(text)
    number = float(found[1]) if found else inf
    if not isfinite(number):
        raise ValueError("no number")
    return number


def _written(number: float) -> str:
    whole = number.is_integer() and abs(number) < 1 << 53
    text = str(int(number)) if whole else repr(number)
    return f"({text})" if text.startswith("-") else text


def _moment(text: str) -> float:
    return float(millis(datetime.fromisoformat(text)))
