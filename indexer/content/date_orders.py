"""The order of day and month in an archive's dates with slashes, by those that can be read in one order only.

What is nearest to a file tells: other dates of its folder, else of the folder above, up to the whole archive. Dates
are counted, for one slip or one date from elsewhere must not move the days of a whole archive.
"""

import re
from collections.abc import Iterator, Mapping

from indexer.content.document import SlashedDates
from search.article import base_language

DAY_FIRST, MONTH_FIRST, EITHER = "d", "m", "?"
"""What one date tells: the order that it is written in, or that it could be either."""
_ENOUGH = 3
"""So many witnesses leave no doubt."""
_BUNDLES = frozenset({"index", "item", "default", "+page"})
"""Names of files that have a folder of their own."""
_OF_DAYS = re.compile(r"\d{1,4}(?:[-_.]\d{1,2}){0,2}")
"""Folders of a year, a month or a day."""
_DATE = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?!\d)")


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


def weighed(day_first: int, month_first: int) -> SlashedDates:
    """What so many witnesses of each order tell: four of five must agree. Few, or contradicted ones, leave a doubt."""
    more, fewer = max(day_first, month_first), min(day_first, month_first)
    if not more:
        return ""
    if more < 4 * fewer:
        return "both orders"
    is_sure = more >= _ENOUGH and more >= 20 * fewer
    if day_first > month_first:
        return "day first" if is_sure else "perhaps day first"
    return "month first" if is_sure else "perhaps month first"


def puts_day_first(order: SlashedDates) -> bool | None:
    """Whether an order puts the day first; None where it tells nothing."""
    return "day" in order if order.endswith(" first") else None


class DateOrders:
    """What the dates of an archive tell, by folder: each article is one witness."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[int, int]] = {}
        self._files: dict[str, int] = {}
        """By folder, how many files in it or below it have dates with slashes."""

    def add(self, path: str, signs: Mapping[str, int]) -> None:
        """Note how many articles of a file tell what."""
        for folder in _folders(path):
            day, month = self._told.get(folder, (0, 0))
            self._told[folder] = day + signs.get(DAY_FIRST, 0), month + signs.get(MONTH_FIRST, 0)
            self._files[folder] = self._files.get(folder, 0) + 1

    def order(self, path: str) -> SlashedDates:
        """The order in which the dates of a file are to be read; empty where nothing tells it.

        One witness of its own folder is enough, two of other folders are; both leave a doubt. Folders of years and
        months and those of one article belong to the folder above, unless they tell an order surely.
        """
        home = self._home(path)
        for folder in _folders(path):
            told = weighed(*self._told.get(folder, (0, 0)))
            if len(folder) > len(home):
                if told in ("day first", "month first"):
                    return told
            elif folder == home:
                if told:
                    return told
            elif max(self._told.get(folder, (0, 0))) > 1:
                return _in_doubt(told)
        return ""

    def _home(self, path: str) -> str:
        """The folder whose articles a file stands among."""
        folder, _, name = path.rpartition("/")
        if name.partition(".")[0] in _BUNDLES:
            folder = folder.rpartition("/")[0]
        while folder and (self._files.get(folder, 0) < 2 or _OF_DAYS.fullmatch(folder.rpartition("/")[2])):
            folder = folder.rpartition("/")[0]
        return folder


def _in_doubt(order: SlashedDates) -> SlashedDates:
    return "perhaps day first" if order == "day first" else "perhaps month first" if order == "month first" else order


def _folders(path: str) -> Iterator[str]:
    """The folder of a file, those above it, and the whole archive as an empty text."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def writes_day_first(language: str) -> bool:
    """Whether `05/03/2024` in a table or an export in that language is in March."""
    if base_language(language) == "en":
        return language in ("en-GB", "en-IE", "en-AU", "en-NZ", "en-IN", "en-ZA")
    return base_language(language) not in ("", "zh", "ja", "ko", "hu", "lt", "fa")
