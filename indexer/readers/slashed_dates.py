"""The order of day and month in a table or an export, by those of its dates that can be read in one order only."""

import re
from typing import BinaryIO

from indexer.content.date_orders import weighed
from indexer.content.document import SlashedDates

_DATE = re.compile(rb"/(\d{1,2})/(?:19|20)\d\d(?!\d)")
_BEFORE = re.compile(rb"(?:^|[\"',;\t|\n\r])[ ]?(\d{1,2})$")
_BLOCK, _OVERLAP = 1 << 20, 16
"""Bytes that are read at once, and how many of them again with the next ones: a date may lie across."""


def slashed_dates(file: BinaryIO) -> SlashedDates:
    """How the dates at the head of a file's cells are written, `unknown` where they do not agree.

    The file is read from where it stands to its end, and then stands where it stood.
    """
    begin = file.tell()
    try:
        return _order(file)
    finally:
        file.seek(begin)


def _order(file: BinaryIO) -> SlashedDates:
    day_first = month_first = 0
    rest = b"\n"
    while block := file.read(_BLOCK):
        block = rest + block
        for date in _DATE.finditer(block):
            if date.end() <= len(rest):  # counted with the block before
                continue
            if before := _BEFORE.search(block, max(0, date.start() - 5), date.start()):
                first, second = int(before[1]), int(date[1])
                day_first += 12 < first <= 31 and second <= 12
                month_first += first <= 12 < second <= 31
        rest = block[-_OVERLAP:]
    order = weighed(day_first, month_first)
    return "unknown" if order in ("", "both orders") else order
