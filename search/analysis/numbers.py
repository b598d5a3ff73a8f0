"""Numbers as people group them, and amounts: *12 500* is one number, and so are *$1.5bn*, *1.5 billion* and *1,5 млрд*.

A number and the word for thousands to trillions behind it are one unit, whose form in one piece is the number with a
letter, `1.5b`. A letter alone counts only right behind the number: *5 m* may be metres.
"""

import re

from search.analysis.characters import HYPHENS, fold, settled
from search.analysis.unit_patterns import COMMON_BLANK, HARD_BLANK

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[^\W\d_]*")
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_BLANKS = " \u00a0\u2007\u2009\u202f"
_JOINED = str.maketrans(_BLANKS, COMMON_BLANK + HARD_BLANK * (len(_BLANKS) - 1))
_PRIVATE = re.compile(f"[{COMMON_BLANK}{HARD_BLANK}]")
_SCALES = {
    "k": r"thousands?|тис(?:яч[аіу]?)?|тыс(?:яч[аиу]?)?",
    "m": r"millions?|mn|mln|mio|млн|мільйон(?:а|и|ів)?|миллион(?:а|ов)?",
    "b": r"billions?|bn|bln|mrd|млрд|мільярд(?:а|и|ів)?|миллиард(?:а|ов)?",
    "t": r"trillions?|tn|trn|трлн|трильйон(?:а|и|ів)?|триллион(?:а|ов)?",
}
"""By letter, the words for a thousand, a million, a billion (10^9) and a trillion (10^12): English, Ukrainian, Russian,
and what German and financial papers shorten."""
_SCALE = "|".join(_SCALES.values())
_JOINT = re.compile(
    rf"[0-9](?:(?<=[1-9])(?<![\w.,][1-9])(?<!\d[{_BLANKS}][1-9])\d{{0,2}}(?:[{_BLANKS}]\d{{3}})+(?!\w)"
    rf"|[{_BLANKS}](?=(?:{_SCALE})\b))",
    re.IGNORECASE,
)
"""A number in groups, or the last digit of one and the blank before the word of its scale.

What stands before a number is looked at behind its first digit, so that other characters are passed over quickly.
"""
_AMOUNT = re.compile(rf"(\d+(?:[.,]\d+)*)([{COMMON_BLANK}{HARD_BLANK}{HYPHENS}]?)({_SCALE})", re.IGNORECASE)
_PARTED_AMOUNT = re.compile(rf"(\d[^{COMMON_BLANK}{HARD_BLANK}]*)[{COMMON_BLANK}{HARD_BLANK}]([^\W\d_]+)")
_LETTERS = [(letter, re.compile(words, re.IGNORECASE)) for letter, words in _SCALES.items()]


def joined_numbers(text: str) -> str:
    """The text, as long as before, with blanks inside of numbers and amounts replaced by what `NUMBER` knows."""
    plain = settled(text, unspaced=True)
    if plain == text:
        return _JOINT.sub(lambda found: found[0].translate(_JOINED), text)
    pieces, at = [], 0
    for found in _JOINT.finditer(plain):
        pieces += [text[at : found.start()], found[0].translate(_JOINED)]
        at = found.end()
    return "".join([*pieces, text[at:]])


def with_blanks(stretch: str) -> str:
    """A stretch as it was written: blanks inside of its numbers are blanks again."""
    return stretch.replace(COMMON_BLANK, " ").replace(HARD_BLANK, " ")


def number_terms(surface: str) -> tuple[str, ...]:
    """The term of a number, and behind it those that it has besides."""
    word = fold(surface)
    if _PRIVATE.search(word):
        groups = tuple(_PRIVATE.split(word)) if COMMON_BLANK in word else ()
        return (_PRIVATE.sub("", word).replace(",", "."), *groups)
    if _DOTTED.fullmatch(word):
        whole = word.replace(".", "")
        return (whole,) if word.count(".") > 1 else (word, whole)
    return (word.replace(",", "" if _THOUSANDS.fullmatch(word) else "."),)


def words_of_number(unit: str) -> tuple[str, ...]:
    """The words of an amount that a blank parts, and any other unit as it is."""
    found = _PARTED_AMOUNT.fullmatch(unit) if unit[-1:].isalpha() else None
    return (found[1], found[2]) if found else (unit,)


def amount(surface: str) -> tuple[tuple[str, ...], str] | None:
    """The words of an amount, two where a sign parts them, and its form in one piece; None for what is none."""
    found = _AMOUNT.fullmatch(surface)
    if not found:
        return None
    number, scale = number_terms(found[1])[0], found[3]
    letter = next(letter for letter, words in _LETTERS if words.fullmatch(scale))
    exact = number.rstrip("0").removesuffix(".") if "." in number else number
    return ((number, scale) if found[2] else (surface,)), exact + letter
