"""Signs and words of the query language, and whether a text uses any."""

import re
from collections.abc import Iterable
from functools import lru_cache

from search.query.fields import FILTER_FIELDS

FIELDS = {
    "title": "title",
    "intitle": "title",
    "заголовок": "title",
    **{typed: field.parameter for field in FILTER_FIELDS.values() for typed in (field.parameter, *field.spellings)},
    "after": "after",
    "після": "after",
    "before": "before",
    "до": "before",
    "when": "when",
    "коли": "when",
}
"""Words before a colon, and the fields that they name."""

AND, OR, NOT, NEAR = "AND|І", "OR|АБО", "NOT|НЕ", r"(?:NEAR|БІЛЯ)(?:/\d{1,4})?"
"""Operators are words in capitals."""
_OPERATORS = frozenset(f"{AND}|{OR}|{NOT}|NEAR|БІЛЯ".split("|"))

QUOTES = (('"', '"'), ("“", "”"), ("„", "“”"), ("”", "”"), ("«", "»"))
"""Which quotes open a phrase, and which close it."""

_MARKS = "".join(sorted({mark for pair in QUOTES for mark in "".join(pair)}))
BEGIN, END = rf"(?<![^\s(){_MARKS}])", rf"(?![^\s(){_MARKS}])"
"""The operands of an operator."""
_FIELD = rf"(?:{BEGIN}|(?<=[\s(]-)|(?<=^-))(?P<text>(?i:%s)):(?=[^\s):])"
MINUS = r"(?<![^\s(])-(?=[^\s\-)])(?!\d[\d.,]*%)"
"""Not a dash between blanks, and not what a price fell by."""
PREFIX = rf"(?<![^\s(){_MARKS}:-])(?P<text>[^\s*(){_MARKS}]{{1,200}})\*(?=[\s)]|$)"
EXACT = rf"(?<![^\s(){_MARKS}:-])=(?P<text>[^\s*=(){_MARKS}]+)(?=[\s)]|$)"
"""A word in this form alone."""

_QUOTED = "|".join(f"{start}[^{start}{end}]*[{end}]" for start, end in QUOTES)
_VALUE = rf"(?:{_QUOTED}|[^\s(){_MARKS}]+)"

_INVISIBLE = dict.fromkeys((*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_NO_MARKS = str.maketrans(dict.fromkeys(_MARKS, " "))
_WORDS = rf"{BEGIN}(?:{AND}|{OR}|{NOT}|{NEAR}){END}"


def field_pattern(declared: Iterable[str] = ()) -> str:
    """A pattern of the words before a colon that name a field; `declared` are names of the archive's own fields."""
    return _FIELD % "|".join((*FIELDS, *map(re.escape, declared)))


@lru_cache(maxsize=32)
def _used(declared: tuple[str, ...]) -> re.Pattern[str]:
    own = (PREFIX.replace("P<text>", ":"), EXACT.replace("P<text>", ":"))
    return re.compile("|".join((f"[(){_MARKS}]", MINUS, _WORDS, field_pattern(declared), *own)))


@lru_cache(maxsize=32)
def _fixed(declared: tuple[str, ...]) -> re.Pattern[str]:
    field = field_pattern(declared).replace("P<text>", ":")
    own = (PREFIX.replace("P<text>", ":"), EXACT.replace("P<text>", ":"))
    return re.compile("|".join((rf"{MINUS}(?:{field})?{_VALUE}", field + _VALUE, rf"(?:{_QUOTED})(?:~\d+)?", *own)))


_EXCLUDED = re.compile(rf"{MINUS}(?P<text>[^\W\d_]+)(?=\s|$)")
_JOINING = re.compile(f"[()]|{_WORDS}")


def only_plain(text: str, declared: Iterable[str] = ()) -> str:
    """The text, as long as it was, with blanks in place of quotes, fields and all else that is no plain word.

    Where an operator or a bracket joins words, each is demanded as it is typed, and nothing is plain.
    """
    if _JOINING.search(text):
        return " " * len(text)
    return _fixed(tuple(declared)).sub(lambda part: " " * len(part[0]), text)


def excluded_words(text: str) -> list[tuple[int, int]]:
    """Where the single words stand that a text excludes."""
    return [match.span("text") for match in _EXCLUDED.finditer(text)]


def cleaned(text: str) -> str:
    """The text without the marks that only say in which direction it is written."""
    return text.translate(_INVISIBLE)


def without_marks(text: str) -> str:
    """The text without quotes, in one line."""
    return " ".join(text.translate(_NO_MARKS).split())


def uses_language(text: str, declared: Iterable[str] = ()) -> bool:
    """Whether the text has an operator, a quote, a field, a bracket, a star or an equals sign before a word.

    `declared` are the names of the archive's own fields.
    """
    return not is_plain(text) and _used(tuple(declared)).search(text) is not None


def is_plain(text: str) -> bool:
    """Whether a text is words of letters and digits, none of them an operator: it uses nothing of the language.

    Most texts are, and the pattern that finds all that a text may use is long: 1 ms of a cold start.
    """
    words = text.split()
    return all(map(str.isalnum, words)) and _OPERATORS.isdisjoint(words)
