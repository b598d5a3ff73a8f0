"""Text to terms: the only tokenizer, for articles and questions, for both keyword engines.

A term's language is told by its script: Latin words are stemmed as English, Cyrillic ones as Ukrainian. So
an article in one language that quotes the other is read correctly, and no language needs to be guessed.

`об'єкт`, `обʼєкт`, `об’єкт` and `обєкт` are one term. `$BTC` is `btc`, `C++`, `S&P`, `x402` and `4.2B` stay whole,
`U.S.` is `us`, `1,000` is `1000`, and a hyphenated word is its parts and, besides, all of it in one piece.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import Stemmer

_APOSTROPHES = "'’ʼ`´‘′"
_WORD = r"[^\W_][^\W_\u0300-\u036f\u00ad]*(?:[\u0300-\u036f\u00ad]+[^\W_]*)*"
_UNIT = re.compile(
    rf"(?P<acronym>\b(?:[^\W\d_]\.){{2,}}(?:[^\W\d_]\b)?)"
    rf"|(?P<number>\d+(?:[.,]\d+)+[^\W\d_]*(?!\w))"
    rf"|(?P<word>{_WORD}(?:[{_APOSTROPHES}&.-]{_WORD})*(?:\+\+|\#)?)"
)
_GLUE = re.compile(rf"[{_APOSTROPHES}\u0300-\u036f\u00ad]")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$", re.IGNORECASE)
_BREAK = re.compile(r"[.-]")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[^\W\d_]*")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_ENDINGS = tuple(
    sorted(
        "а у і ї и о е є ю я ь й ам ям ах ях ою ею єю ом ем єм ів їв ей ій ого ому ої ого ими іми их іх им ім"
        " ами ями ові еві єві ією".split(),
        key=len,
        reverse=True,
    )
)
_REMEMBERED = 500_000

_STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it its"
    " me my no not of on or our s so than that the their them then there these they this to was we were what"
    " when where which who whom whose why will with would you your about after"
    " а або але би б був була були було бути в вже ви від він вона вони воно все для до є же за з зі із й і"
    " ж їх його її к коли ли на над не ні ну о об от по при про та так також такий там те ти то той тут у"
    " хто це цей ця ці чи що щоб як яка яке який які якщо я ми мене моє чому де скільки після".split()
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One word as written, [start, end) in code points: the terms of its parts, and its form in one piece."""

    start: int
    end: int
    terms: tuple[str, ...]
    whole: str | None


class Analyzer:
    """Turns text into terms. The same analyzer must read the articles and the questions about them."""

    version = "1"

    def __init__(self) -> None:
        self._english = Stemmer.Stemmer("english")
        self._seen: dict[str, tuple[tuple[str, ...], str | None]] = {}

    def units(self, text: str) -> Iterator[Unit]:
        """The words of the text, in order."""
        for match in _UNIT.finditer(text):
            terms, whole = self._terms(match)
            if terms:
                yield Unit(match.start(), match.end(), terms, whole)

    def terms(self, text: str) -> list[str]:
        """The terms of the text in order, and behind them the one-piece forms, where they part no phrase."""
        ordered: list[str] = []
        wholes: list[str] = []
        for match in _UNIT.finditer(text):
            terms, whole = self._terms(match)
            ordered.extend(terms)
            if whole is not None:
                wholes.append(whole)
        return ordered + wholes

    def language(self, text: str) -> str:
        """The language that the text's letters tell: `uk` for mostly Cyrillic ones, else `en`."""
        cyrillic = len(_CYRILLIC.findall(text))
        return "uk" if cyrillic * 2 > sum(map(str.isalpha, text)) else "en"

    def is_stop_word(self, word: str) -> bool:
        """Whether a word, as written, says nothing about what is asked for."""
        return _GLUE.sub("", word.lower()) in _STOP_WORDS

    def _terms(self, match: "re.Match[str]") -> tuple[tuple[str, ...], str | None]:
        surface = match[0]
        known = self._seen.get(surface)
        if known is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            known = self._seen[surface] = self._analyze(surface, match.lastgroup)
        return known

    def _analyze(self, surface: str, kind: str | None) -> tuple[tuple[str, ...], str | None]:
        word = unicodedata.normalize("NFC", surface).lower()
        if kind == "acronym":
            return (word.replace(".", ""),), None
        if kind == "number":
            return (self._number(word),), None
        word = _GLUE.sub("", _POSSESSIVE.sub("", word))
        parts = tuple(self._stem(part) for part in _BREAK.split(word) if part)
        if len(parts) < 2:
            return parts, None
        return parts, self._stem(_BREAK.sub("", word))

    @staticmethod
    def _number(word: str) -> str:
        return word.replace(",", "" if _THOUSANDS.fullmatch(word) else ".")

    def _stem(self, word: str) -> str:
        if _CYRILLIC.search(word):
            return _ukrainian_stem(word)
        plain = word if word.isascii() else _without_accents(word)
        return str(self._english.stemWord(plain))


def _ukrainian_stem(word: str) -> str:
    """The word without its ending, cut at six letters: біржа, біржі and біржами are бірж.

    Measured beside lemmas of a dictionary: as good, without one (docs/experiments.md).
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)][:6]
    return word[:6]


def _without_accents(word: str) -> str:
    """Zürich as Zurich. Only for Latin words: й and ї are letters, not accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
