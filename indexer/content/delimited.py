"""Stretches of text between a beginning and an end, found in one pass however many beginnings have no end."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Delimiters(NamedTuple):
    """What a stretch begins and ends with, and how many characters may stand between them."""

    begin: re.Pattern[str]
    end: re.Pattern[str]
    most: int | None = None
    least: int = 0


class Stretch(NamedTuple):
    """A stretch with its delimiters, and what stands between them."""

    whole: str
    inner: str


def delimiters(begin: str, end: str, most: int | None = None, least: int = 0) -> Delimiters:
    """The delimiters that two patterns describe. Without `most` a stretch may have any length."""
    return Delimiters(_anywhere(begin), _anywhere(end), most, least)


def replaced(text: str, kinds: Sequence[Delimiters], change: Callable[[Stretch], str]) -> str:
    """The text with every stretch replaced by what `change` makes of it.

    The stretch that begins first counts, of two that begin together the kind that is named first; it ends at the next
    end. The time is that of sorting the delimiters: a beginning without an end costs no search through the text.
    """
    pieces: list[str] = []
    at = 0
    for start, inner_start, inner_end, end in _stretches(text, kinds):
        pieces += [text[at:start], change(Stretch(text[start:end], text[inner_start:inner_end]))]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _stretches(text: str, kinds: Sequence[Delimiters]) -> Iterator[tuple[int, int, int, int]]:
    begins = sorted(
        (found.start(), order, found.end(1)) for order, kind in enumerate(kinds) for found in kind.begin.finditer(text)
    )
    if not begins:
        return
    ends = [[(found.start(), found.end(1)) for found in kind.end.finditer(text)] for kind in kinds]
    at = 0
    for start, order, inner_start in begins:
        if start < at:
            continue
        least = inner_start + kinds[order].least
        place = bisect_left(ends[order], (least, 0))
        if place == len(ends[order]):
            continue
        inner_end, end = ends[order][place]
        most = kinds[order].most
        if most is None or inner_end - inner_start <= most:
            yield start, inner_start, inner_end, end
            at = end


def _anywhere(pattern: str) -> re.Pattern[str]:
    """The pattern as it is found at every place, those that overlap too."""
    return re.compile(f"(?=({pattern}))")
