"""Patterns of the units of a text: words with all that belongs to them, numbers, acronyms, runs and emoji."""

import re
from functools import cache

from search.analysis.characters import APOSTROPHES, EMOJI, HYPHENS, MARK, UNSPACED, is_common

ACRONYM = r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?"
COMMON_BLANK, HARD_BLANK = "\ue000", "\ue001"
"""What stands for a blank inside of a number while texts are parted at blanks: a common one, one that parts no line."""
_GROUPS = rf"\d{{1,3}}(?:[{COMMON_BLANK}{HARD_BLANK}]\d{{3}})+(?:[.,]\d+)?[^\W\d_]*(?!\w)"
_AMOUNT = rf"\d+(?:[.,]\d+)*[{COMMON_BLANK}{HARD_BLANK}][^\W\d_]+(?!\w)"
NUMBER = rf"{_GROUPS}|{_AMOUNT}|\d+(?:[.,]\d+)+[^\W\d_]*(?!\w)"


def unit_pattern(text: str) -> re.Pattern[str]:
    """What finds the units of this text. It has no groups."""
    return _COMMON_UNIT if is_common(text) else _any_unit()


def _unit_of(word: str, *others: str) -> re.Pattern[str]:
    """What is one unit of a text: `word` is a pattern of letters and digits in a row."""
    joined = rf"{word}(?:[{APOSTROPHES}&.{HYPHENS}]{word})*(?:\+\+|\#)?"
    return re.compile("|".join((ACRONYM, NUMBER, joined, *others)))


_COMMON_UNIT = _unit_of(r"[^\W_]+")


@cache
def _any_unit() -> re.Pattern[str]:
    """The same of texts that are not common."""
    word = rf"[^\W_{UNSPACED}][^\W_{UNSPACED}{MARK}]*(?:[{MARK}]+[^\W_{UNSPACED}{MARK}]*)*"
    return _unit_of(word, rf"[{UNSPACED}]+", EMOJI)
