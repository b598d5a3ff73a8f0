"""Text to terms: the only tokenizer, for articles and questions, for both keyword engines.

A term's language is told by its script: Latin words are stemmed as English, Cyrillic ones as Ukrainian. So
an article in one language that quotes the other is read correctly, and no language needs to be guessed.

`об'єкт`, `обʼєкт`, `об’єкт` and `обєкт` are one term. `$BTC` is `btc`, `C++`, `S&P`, `x402` and `4.2B` stay whole,
`U.S.` is `us`, `1,000` is `1000`, and a hyphenated word is its parts and, besides, all of it in one piece.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple
from weakref import ref

import Stemmer
from msgspec import Struct

_APOSTROPHES = "'’ʼ`´‘′"
_WORD = r"[^\W_][^\W_\u0300-\u036f\u00ad]*(?:[\u0300-\u036f\u00ad]+[^\W_]*)*"
_ACRONYM = r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?"
_NUMBER = r"\d+(?:[.,]\d+)+[^\W\d_]*(?!\w)"
_UNIT = re.compile(rf"{_ACRONYM}|{_NUMBER}|{_WORD}(?:[{_APOSTROPHES}&.-]{_WORD})*(?:\+\+|\#)?")
_IS_ACRONYM, _IS_NUMBER = re.compile(_ACRONYM), re.compile(_NUMBER)
_GLUE = re.compile(rf"[{_APOSTROPHES}\u0300-\u036f\u00ad]")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$", re.IGNORECASE)
_BREAK = re.compile(r"[.-]")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?[^\W\d_]*")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_PLAIN = re.compile(r"[A-Za-z]+|[А-ЯҐЄІЇа-яґєії]+")
_AROUND = '.,;:!?()[]{}…"“”„«»–—/*'
"""Signs that belong to no word at whose edge they stand."""
_ENDINGS = frozenset(
    "а у і ї и о е є ю я ь й ам ям ах ях ою ею єю ом ем єм ів їв ей ій ого ому ої ого ими іми их іх им ім"
    " ами ями ові еві єві ією".split()
)
_LENGTHS = sorted(set(map(len, _ENDINGS)), reverse=True)
LONGEST_WORD = 200
"""A longer word has no terms: nobody asks for it, and to normalise it may take time by the square of its length."""
_LONGEST_KEPT = 40
"""Longer words are read anew each time, so that what is remembered is bounded in bytes."""
_REMEMBERED = 100_000
_HELD = 30_000
"""Stretches between blanks of which a service remembers the terms: 6 MB."""

_STOP_WORDS = frozenset(
    "a about after also am an and any are as at be been before being but by can could did do does doing done for from"
    " had has have having he her him his how i if in into is it its just let may me might more most must my no not now"
    " of on only or other our over own same shall she should so some such than that the their them then there these"
    " they this to too under very was we were what when where which who whom whose why will with would you your"
    " а або але без би б був буде будуть була були було бути в вас вже ви від він вона вони воно все всі для до є ж же"
    " з за зі із й і ї її їй їм їх його й йому к коли ли лише між має мають ми мене мій мої моє моя на над нас не ні ну"
    " о об от перед по при про під після свій своя своє свої своїх свого своїм та так також такий тобто там те ти то"
    " той тому тут у через хто це цей ця ці цього цих чи чому що щоб щодо ще як яка яке який які яких якої якому якщо"
    " я скільки де".split()
)


class Unit(Struct, frozen=True):
    """One word as written, [start, end) in code points: the terms of its parts, and its form in one piece."""

    start: int
    end: int
    terms: tuple[str, ...]
    whole: str | None


class Terms(Struct, frozen=True):
    """The terms of a text in reading order; beside them the one-piece forms, which would part its phrases."""

    ordered: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    """Its words not stemmed: what a prefix is compared with."""

    @property
    def every(self) -> tuple[str, ...]:
        """The terms in order, and behind them the one-piece forms."""
        return self.ordered + self.wholes


class _Known(NamedTuple):
    """What a word is made of: the terms of its parts, its one-piece term, and both not stemmed."""

    terms: tuple[str, ...]
    whole: str | None
    forms: tuple[str, ...]


class SurfaceToken(NamedTuple):
    """What stands between two blanks, as Terms has it."""

    ordered: tuple[str, ...]
    wholes: tuple[str, ...]
    forms: tuple[str, ...]


class _Held(dict[str, tuple[str, ...]]):
    """All terms of what stands between two blanks, worked out when first asked for."""

    def __init__(self, analyzer: "Analyzer") -> None:
        self._analyzer = ref(analyzer)  # not itself: both would wait for the garbage collector

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        analyzer = self._analyzer()
        if len(self) >= _HELD:
            self.clear()
        found = analyzer.chunk(chunk) if analyzer else SurfaceToken((), (), ())
        held = found.ordered + found.wholes
        if len(chunk) <= _LONGEST_KEPT:
            self[chunk] = held
        return held


class Analyzer:
    """Turns text into terms. The same analyzer must read the articles and the questions about them."""

    version = "2"

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names` says which words are read as which name, such as btc as bitcoin."""
        self.names = dict(sorted((names or {}).items()))
        self._canonical: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._english = Stemmer.Stemmer("english")
        self._seen: dict[str, _Known] = {}
        self._chunks: dict[str, SurfaceToken] = {}
        self.held = _Held(self)
        for alias, name in self.names.items():
            self._spelled[self._plain_stem(alias.lower())] = name
        self._canonical = {alias: self._plain_stem(name.lower()) for alias, name in self._spelled.items()}

    def units(self, text: str) -> Iterator[Unit]:
        """The words of the text, in order."""
        for match in _UNIT.finditer(text):
            terms, whole, _ = self._terms(match[0])
            if terms:
                yield Unit(match.start(), match.end(), terms, whole)

    def read(self, text: str) -> Terms:
        """The terms of the text, as an index needs them."""
        ordered: list[str] = []
        wholes: list[str] = []
        forms: list[str] = []
        seen = self._chunks
        for chunk in text.split():  # no word reaches over a blank, and most stretches between blanks were met before
            terms, whole, written = seen.get(chunk) or self._remembered(chunk)
            ordered += terms
            forms += written
            if whole:
                wholes += whole
        return Terms(tuple(ordered), tuple(wholes), tuple(forms))

    def chunk(self, chunk: str) -> SurfaceToken:
        """What a stretch between two blanks is made of. It is not remembered."""
        words = _UNIT.findall(chunk)
        if len(words) == 1:  # as most have
            terms, whole, forms = self._terms(words[0])
            return SurfaceToken(terms, () if whole is None else (whole,), forms)
        known = list(map(self._terms, words))
        return SurfaceToken(
            tuple(term for word in known for term in word.terms),
            tuple(word.whole for word in known if word.whole is not None),
            tuple(form for word in known for form in word.forms),
        )

    def content(self, chunk: str) -> tuple[list[str], list[str]]:
        """The words in a stretch between two blanks, without stop words: the first term of each, how it is written."""
        words = [word for word in _UNIT.findall(chunk) if self._terms(word).terms and not self.is_stop_word(word)]
        return [self._terms(word).terms[0] for word in words], words

    def terms(self, text: str) -> list[str]:
        """The terms of the text in order, and behind them the one-piece forms."""
        return list(self.read(text).every)

    def forms(self, written: str) -> tuple[str, ...]:
        """The first word of a text as written, without letter case and what glues it, not stemmed.

        Its parts, and behind several of them all in one piece.
        """
        match = _UNIT.match(written)
        return () if match is None else self._terms(match[0]).forms

    def spelled_out(self, text: str) -> str:
        """The text with every known short or foreign form of a name replaced by the name: for the model to read."""
        pieces, at = [], 0
        for match in _UNIT.finditer(text):
            if match.end() - match.start() > LONGEST_WORD:
                continue
            name = self._spelled.get(self._plain_stem(match[0].lower()))
            if name is not None:
                pieces += [text[at : match.start()].removesuffix("$"), name]
                at = match.end()
        return "".join([*pieces, text[at:]])

    def language(self, text: str) -> str:
        """The language that the text's letters tell: `uk` for mostly Cyrillic ones, else `en`."""
        if text.isascii():
            return "en"
        cyrillic = len(_CYRILLIC.findall(text))
        return "uk" if cyrillic * 2 > sum(map(str.isalpha, text)) else "en"

    def initials(self, terms: Set[str]) -> Set[str]:
        """What plain words with these terms begin with: stemming and names apart, no first letter ever changes."""
        own = {term[0] for term in terms}
        return own | {alias[0] for alias, name in self._canonical.items() if name in terms}

    def is_stop_word(self, word: str) -> bool:
        """Whether a word, as written, says nothing about what is asked for."""
        return _GLUE.sub("", word.lower()) in _STOP_WORDS

    def _remembered(self, chunk: str) -> SurfaceToken:
        if len(chunk) > _LONGEST_KEPT:
            return self.chunk(chunk)
        if len(self._chunks) >= _REMEMBERED:
            self._chunks.clear()
        found = self._chunks[chunk] = self.chunk(chunk)
        return found

    def _terms(self, surface: str) -> _Known:
        known = self._seen.get(surface)
        if known is None:
            if len(surface) > _LONGEST_KEPT:
                return self._analyze(surface) if len(surface) <= LONGEST_WORD else _NOTHING
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            known = self._seen[surface] = self._analyze(surface)
        return known

    def _analyze(self, surface: str) -> _Known:
        if _PLAIN.fullmatch(surface):  # most words: nothing to normalise, to part or to glue
            word = surface.lower()
            return _Known((self._stem(word),), None, (word,))
        word = unicodedata.normalize("NFC", _POSSESSIVE.sub("", surface)).lower()
        if _IS_ACRONYM.fullmatch(surface):
            return _single(word.replace(".", ""))
        if _IS_NUMBER.fullmatch(surface):
            return _single(word.replace(",", "" if _THOUSANDS.fullmatch(word) else "."))
        parts = _parted(word)
        terms = tuple(map(self._stem, parts))
        return _Known(terms, None, parts) if len(terms) < 2 else _Known(terms[:-1], terms[-1], parts)

    def _stem(self, word: str) -> str:
        stem = self._plain_stem(word)
        return self._canonical.get(stem, stem)

    def _plain_stem(self, word: str) -> str:
        if _CYRILLIC.search(word):
            return _ukrainian_stem(word)
        plain = word if word.isascii() else _without_accents(word)
        return str(self._english.stemWord(plain))


def plain_initial(chunk: str) -> str | None:
    """The first letter, in small, of what stands between two blanks, if that is one plain word, and signs around it."""
    word = chunk.strip(_AROUND)
    return word[0].lower() if _PLAIN.fullmatch(word) else None


_NOTHING = _Known((), None, ())


def _single(term: str) -> _Known:
    return _Known((term,), None, (term,))


def _parted(word: str) -> tuple[str, ...]:
    """A word without what glues it: its parts, and behind several all of them in one piece."""
    parts = tuple(part for part in _BREAK.split(_GLUE.sub("", word)) if part)
    return parts if len(parts) < 2 else (*parts, "".join(parts))


def _ukrainian_stem(word: str) -> str:
    """The word without its ending, cut at six letters: біржа, біржі and біржами are бірж.

    Measured beside lemmas of a dictionary: as good, without one (docs/experiments.md).
    """
    for length in _LENGTHS:
        if len(word) - length >= 3 and word[-length:] in _ENDINGS:
            return word[:-length][:6]
    return word[:6]


def _without_accents(word: str) -> str:
    """Zürich as Zurich. Only for Latin words: й and ї are letters, not accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
