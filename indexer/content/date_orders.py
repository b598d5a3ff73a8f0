"""The order of day and month in an archive's dates with slashes, by those that can be read in one order only.

What is nearest to a file tells: other dates of its folder, else of the folder above, up to the whole archive.
"""

import re
from collections.abc import Iterator

from indexer.content.document import SlashedDates

DAY_FIRST, MONTH_FIRST, EITHER = "d", "m", "?"
"""What one date tells: the order that it is written in, or that it could be either."""
_DATE = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}(?!\d)")


def sign_of(text: str) -> str:
    """What a date tells of the order of day and month; an empty text if it is none, or is the same either way."""
    found = _DATE.match(text[:40])
    if not found:
        return ""
    first, second = int(found[1]), int(found[2])
    if first > 12:
        return DAY_FIRST if first <= 31 and 0 < second <= 12 else ""
    if second > 12:
        return MONTH_FIRST if second <= 31 else ""
    return EITHER if first != second else ""


class DateOrders:
    """What the dates of an archive tell, by folder."""

    def __init__(self) -> None:
        self._told: dict[str, set[str]] = {}

    def add(self, path: str, signs: str) -> None:
        """Note what the dates of a file tell."""
        known = {DAY_FIRST, MONTH_FIRST}.intersection(signs)
        if known:
            for folder in _folders(path):
                self._told.setdefault(folder, set()).update(known)

    def order(self, path: str) -> SlashedDates:
        """The order in which the dates of a file are to be read; empty where nothing tells it."""
        for folder in _folders(path):
            if told := self._told.get(folder):
                if len(told) > 1:
                    return "both orders"
                return "day first" if DAY_FIRST in told else "month first"
        return ""


def _folders(path: str) -> Iterator[str]:
    """The folder of a file, those above it, and the whole archive as an empty text."""
    while path:
        path = path.rpartition("/")[0]
        yield path
