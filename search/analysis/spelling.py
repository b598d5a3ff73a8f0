"""Candidates for the word that a mistyped one was meant to be.

The archive's own words are the dictionary: what no article contains can be no better word than what it has. Beside
them stand the English words that the model knows, so that a word that was meant is told from a slip. What is a slip
away is found by rapidfuzz (optimal string alignment); `noisy_channel` says what the slip costs.
"""

import math
import re
from collections.abc import Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.analysis.analyzer import Analyzer, Unit
from search.analysis.noisy_channel import SWAP, other_layouts, slip_cost
from search.analysis.russian import (
    inflected_pattern,
    initials,
    name_in_ukrainian,
    said_in_ukrainian,
    ukrainian_pattern,
)
from search.analysis.transliteration import (
    LEAST_SOUNDS,
    cyrillic_pattern,
    is_spelled,
    latin_initials,
    romanised,
    sounds_of_cyrillic,
    sounds_of_latin,
)
from search.arrays import mapped

SWAPPED, ONE_LETTER, TWO_LETTERS = 3, 4, 6
"""From how many letters on two may be exchanged, one may be wrong, and two."""
LAYOUT, SCRIPT = 0.5, 0.3
"""What it costs to have typed in the wrong keyboard layout, and a Latin name in Cyrillic letters."""
_SPELLED_SHORTER, _SPELLED_LONGER = 3, 4
"""By how many letters a name in Latin letters may be shorter and longer than as Cyrillic ones spell it."""
_LONG_SOUNDS, _WELL_KNOWN, _NAMED = 6, 0.02, 20
"""Sounds of a long name; the share of the commonest word's articles that have a shorter one; and for one that is a word

of English too, how many. Else *варення* would be *Warren*, and *рятуються* *Rotates* out of a headline.
"""
KNOWN = 3
"""A correction into other letters is sure only if so many articles have the word."""
_RUSSIAN_LETTERS = {"и": "і", "е": "є", "э": "е", "ы": "и"}
_MOST_RUSSIAN = 5
"""What Ukrainian spells otherwise, and how many letters of a word are tried."""
TICKER = 5
"""Words up to this length with capitals behind the first letter are tickers and other names by letters."""

_SHARED = Analyzer()
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ers", "ing", "ly")
"""How English inflects."""
_INFLECTED = 0.05
"""How many times as many articles must have an inflection: some have *apples*, and many more Apple."""
SPELLINGS = "spellings"
_WRITTEN, _ROOTS, _ARTICLES, _LETTERS = "written.txt", "roots.txt", "articles.npy", "letters.npy"
_QUOTED = re.compile(r'"[^"]*(?:"|$)|“[^“”]*(?:”|$)|«[^«»]*(?:»|$)|„[^„“”]*(?:[“”]|$)')
_APOSTROPHE = re.compile("['’ʼ`´‘′]")
_ROW_BITS = 7
"""How many bits of a letter's number are kept: they tell the letters of one script apart."""
_LETTER = "ʼ"
"""The apostrophe that counts as a letter."""
_CONTRACTED = re.compile("[a-z]['’ʼ`´‘′](?!s$)[a-z]", re.IGNORECASE)
"""An apostrophe inside of a Latin word, but for that of a possessive: can't, O'Brien."""


class Spellings(Struct, frozen=True):
    """The words of an archive as they are mostly written, and how many articles contain each.

    An article counts once for each way in which it writes the word.
    """

    written: list[str]
    articles: list[int]
    real: tuple[str, ...] = ()
    """Words that the model knows and no article has."""
    roots: tuple[str, ...] = ()
    """The terms of all words that the model knows."""


class Candidate(Struct, frozen=True):
    """A word, in how many articles it stands, and what the slip costs, in powers of ten."""

    written: str
    articles: int
    cost: float


def plain(word: str) -> str:
    """A word as two are compared: in small letters, without apostrophes."""
    small = word.lower()
    return small if small.isalpha() and _LETTER not in small else _APOSTROPHE.sub("", small)


def _letters(words: Sequence[str]) -> NDArray[np.uint64]:
    """Which letters each word has, a bit each; some share one. (words,)"""
    lines = "".join(f"{word}\n" for word in words)  # so none is empty
    codes = np.frombuffer(lines.encode("utf-32-le"), dtype=np.uint32)
    begins = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
    letters: NDArray[np.uint64] = np.bitwise_or.reduceat(np.uint64(1) << (codes & 63).astype(np.uint64), begins)
    return letters


def _rows(text: str) -> NDArray[np.int64]:
    """The number of every three letters in a row, (letters - 2,). Those of different scripts may share one."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64) & ((1 << _ROW_BITS) - 1)
    return codes[:-2] << 2 * _ROW_BITS | codes[1:-1] << _ROW_BITS | codes[2:]


class Vocabulary:
    """The words that may have been meant."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_spellings` wrote."""
        self.written = (folder / _WRITTEN).read_text(encoding="utf-8").splitlines()
        self._roots = frozenset(read_roots(folder))
        self._articles = mapped(folder / _ARTICLES)
        self._letters = mapped(folder / _LETTERS)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self._plain)}

    @cached_property
    def _plain(self) -> list[str]:
        """The words as two are compared."""
        return list(map(plain, self.written))

    @cached_property
    def _compared(self) -> NDArray[np.object_]:
        """The same as an array, of which many are taken at once, (words,)."""
        return np.array(self._plain, dtype=np.object_)

    @cached_property
    def _lengths(self) -> NDArray[np.int32]:
        """The letters of each of these, (words,)."""
        return np.fromiter(map(len, self._plain), dtype=np.int32, count=len(self._plain))

    def is_real(self, term: str) -> bool:
        """Whether the model knows a word with this term."""
        return term in self._roots

    def in_ukrainian(self, written: str, inside: bool, inflected: bool = True) -> str | None:
        """The Ukrainian for a Russian word: what it is called, or what most articles have of what corresponds to it.

        One with a capital may be a name, which letters alone spell; `inside` of a text it is one. `inflected` says that
        another case may correspond.
        """
        word = written.lower()
        if called := name_in_ukrainian(word):
            return (called if written == word else called.capitalize()) if self.articles(called) else None
        if written in (word, written.upper()):
            return said_in_ukrainian(word) or self._corresponding(word, inflected=inflected)
        put = (None if inside else said_in_ukrainian(word)) or self._corresponding(word, name=True)
        return put[:1].upper() + put[1:] if put and (not inside or self.is_name(put)) else None

    def _corresponding(self, word: str, name: bool = False, inflected: bool = True) -> str | None:
        """The Ukrainian word that a Russian one in small letters may be: which many articles have and is much alike."""
        exact = ukrainian_pattern(word, name)
        if not exact:
            return None
        lines = "\n".join(self._by_initial.get(initial, "") for initial in initials(word))
        inflected = inflected and not name and len(word) >= TWO_LETTERS - 1
        for pattern in (exact, inflected_pattern(word) if inflected else ""):
            every: list[str] = re.findall(f"^(?:{pattern})$", lines, re.MULTILINE) if pattern else []
            if found := [one for one in every if one]:  # signs alone correspond to nothing
                best = max(found, key=lambda other: (self._likelihood(word, other), other))
                return self.written[self._places[best]].lower()
        return None

    def respelled(self, word: str) -> str | None:
        """The commonest word that one in small letters becomes with Ukrainian letters for some of its Russian ones."""
        places = [at for at, letter in enumerate(word) if letter in _RUSSIAN_LETTERS][:_MOST_RUSSIAN]
        others = {word}
        for at in places:
            others |= {f"{other[:at]}{_RUSSIAN_LETTERS[word[at]]}{other[at + 1 :]}" for other in others}
        known = (other for other in others - {word} if len(word) >= TWO_LETTERS - 1 and other in self._places)
        best = max(known, key=lambda other: (self.articles(other), other), default=None)
        return None if best is None else self.written[self._places[best]].lower()

    def is_likely_slip(self, word: str, articles: int) -> bool:
        """Whether a Latin word in small letters is a likely slip away from one that as many articles have."""
        near = ((place, cost) for place, cost in self._near(word) if cost <= SWAP and self._plain[place].isascii())
        return any(self._articles[place] >= articles for place, _ in near)

    def _likelihood(self, word: str, other: str) -> float:
        """How many articles have another word, less what it costs that it is unlike, in powers of ten."""
        return math.log10(max(self.articles(other), 1)) - slip_cost(word, other)

    def is_name(self, word: str) -> bool:
        """Whether the archive writes a word with capitals mostly."""
        place = self._places.get(plain(word))
        return place is not None and not self.written[place].islower()

    def inflects_in_small_letters(self, word: str) -> bool:
        """Whether the archive writes another inflection of an English word in small letters, as *happens*.

        Then its own capitals are those of headings: *What Happened*.
        """
        key = plain(word)
        stems = {key, *(key[: -len(end)] for end in _ENDINGS if key.endswith(end))}
        forms = {f"{stem}{joint}{end}" for stem in stems for joint in ("", "e") for end in ("", *_ENDINGS)} - {key}
        places = (self._places.get(form) for form in forms)
        terms = _SHARED.terms(word)
        least = _INFLECTED * self.articles(word)
        return any(
            self.written[place].islower()
            and self._articles[place] >= least
            and _SHARED.terms(self.written[place]) == terms
            for place in places
            if place is not None
        )

    def is_ticker(self, word: str) -> bool:
        """Whether the archive mostly writes a word with capitals behind its first letter, as `SPAC` and `SpaceX`."""
        place = self._places.get(plain(word))
        return place is not None and any(map(str.isupper, self.written[place][1:]))

    def writes(self, written: str) -> bool:
        """Whether the archive mostly writes a word in just these letters, with a capital among them."""
        place = self._places.get(plain(written))
        return place is not None and self.written[place] == written != written.lower()

    @cached_property
    def _by_initial(self) -> dict[str, str]:
        """All words as two are compared, one a line, by their first letter."""
        words: dict[str, list[str]] = {}
        for word in self._plain:
            words.setdefault(word[:1], []).append(word)
        return {initial: "\n".join(begun) for initial, begun in words.items()}

    def is_odd(self, word: str) -> bool:
        """Whether a word, as two are compared, has three letters in a row as none here has, its ends being letters."""
        return not self._rows[_rows(f"\n{word}\n")].all()

    @cached_property
    def _rows(self) -> NDArray[np.bool_]:
        """Which three letters stand in a row in any word, by their number."""
        found = np.zeros(1 << 3 * _ROW_BITS, dtype=np.bool_)
        found[_rows("\n".join(["", *self._plain, ""]))] = True
        return found

    def articles(self, word: str) -> int:
        """How many articles contain a word, in any letter case."""
        place = self._places.get(plain(word))
        return 0 if place is None else int(self._articles[place])

    def candidates(self, word: str) -> list[Candidate]:
        """The words a slip away from a word, and those that its keys give in another layout; not the word itself."""
        key = plain(word)
        found = dict(self._near(key))
        for other in other_layouts(key):
            place = self._places.get(plain(other))
            if place is not None and len(other) >= SWAPPED:
                found[place] = min(LAYOUT, found.get(place, LAYOUT))
        likely = any(cost <= SWAP and self._articles[place] >= KNOWN for place, cost in found.items())
        for place in () if likely else self.latin_names(key) or self.sounding(key):
            found[place] = min(SCRIPT, found.get(place, SCRIPT))
        return [Candidate(self.written[place], int(self._articles[place]), cost) for place, cost in found.items()]

    def latin_names(self, word: str) -> list[int]:
        """The places of the names (with capitals, as tickers) that a Cyrillic word in small letters spells."""
        places = [self._places.get(other) for other in (romanised(word) if len(word) > 1 else ())]
        return [place for place in places if place is not None and not self.written[place].islower()]

    def sounding(self, word: str) -> list[int]:
        """The places of the names in Latin letters that sound as a Cyrillic word in small letters, in any case."""
        sounds = {sound for sound in sounds_of_cyrillic(word) if len(sound) >= LEAST_SOUNDS}
        if not sounds:
            return []
        lengths = range(len(word) - _SPELLED_SHORTER, len(word) + _SPELLED_LONGER + 1)
        letters = {letter for sound in sounds for letter in latin_initials(sound)}
        names = (place for letter in letters for place in self._names.get(letter, ()))
        near = ((place, self._plain[place]) for place in names if len(self._plain[place]) in lengths)
        alike = ((place, name, sounds.intersection(sounds_of_latin(name))) for place, name in near)
        known = (
            (place, name)
            for place, name, shared in alike
            if shared and self._articles[place] >= self._named(place, shared)
        )
        return [place for place, name in known if is_spelled(name, word)]

    def _named(self, place: int, sounds: Set[str]) -> float:
        """In how many articles a name must be that is told by how it sounds.

        Short ones sound like too many words, and a word of English may have its capital from headlines alone.
        """
        if max(map(len, sounds)) < _LONG_SOUNDS:
            return max(_NAMED, _WELL_KNOWN * int(self._articles.max()))
        english = any(map(self.is_real, _SHARED.terms(self.written[place])))
        return _NAMED if english else 1

    @cached_property
    def _names(self) -> dict[str, list[int]]:
        """The places of the names in Latin letters, by their first letter in small."""
        names: dict[str, list[int]] = {}
        for place, written in enumerate(self.written):
            if written.isascii() and not written.islower() and written.isalpha():
                names.setdefault(written[0].lower(), []).append(place)
        return names

    def in_cyrillic(self, word: str) -> str | None:
        """The Cyrillic word that most articles have of those that a Latin one in small letters may stand for."""
        alike = re.compile(f"^{cyrillic_pattern(word)}$", re.MULTILINE | re.IGNORECASE)
        found = alike.findall("\n".join(self.written))
        return max(found, key=lambda written: (self.articles(written), written), default=None)

    def nearest(self, word: str) -> str | None:
        """The word that was most probably meant by one that stands alone; None where none is near enough.

        It maximises log10(articles) - cost, and is none where that is below 0.
        """
        near = [one for one in self.candidates(word) if one.articles]
        scored = [(math.log10(one.articles) - one.cost, one.written) for one in near]
        best = max(scored, key=lambda pair: (pair[0], pair[1]), default=None)
        return best[1] if best is not None and best[0] >= 0 else None

    def _near(self, key: str) -> Iterator[tuple[int, float]]:
        """The place of each word that is near enough, and what the slip costs."""
        reach = (len(key) >= SWAPPED) + (len(key) >= TWO_LETTERS)
        if not reach or not self.written:
            return
        # One wrong letter takes away one letter at most and brings another, one too many or too few does one of both:
        # so most words need not be compared.
        letters = np.bitwise_count(self._letters ^ _letters([key]))
        near = np.flatnonzero(letters <= 2 * reach)
        longer = np.abs(self._lengths[near] - len(key))
        near = near[(longer <= reach) & (letters[near] + longer <= 2 * reach)]
        if not len(near):
            return
        from rapidfuzz.distance import OSA  # 30 ms that only a mistyped word costs
        from rapidfuzz.process import cdist

        numbers = near.tolist()
        compared: list[str] = self._compared[near].tolist()
        distance = cdist([key], compared, scorer=OSA.distance, score_cutoff=reach, dtype=np.uint8)[0]
        for at in np.flatnonzero((distance > 0) & (distance <= reach)).tolist():
            cost = slip_cost(key, compared[at])
            if len(key) >= ONE_LETTER or cost <= SWAP:
                yield numbers[at], cost


def in_doubt(text: str, units: Sequence[Unit], analyzer: Analyzer) -> Iterator[int]:
    """The numbers of the words that may have been mistyped.

    Never one with a digit, a ticker (`$btc`, `BTC`), one in quotes, a stop word, a contraction, or one that is put
    together with others.
    """
    quoted = quoted_units(text, units)
    for number, unit in enumerate(units):
        word = text[unit.start : unit.end]
        certain = (
            not _APOSTROPHE.sub("", word).isalpha()
            or _CONTRACTED.search(word) is not None
            or (len(word) <= TICKER and (word.isupper() or any(map(str.isupper, word[1:]))))
            or analyzer.is_stop_word(word)
            or number in quoted
        )
        if not certain and len(unit.terms) == 1:
            yield number


def compounds_in_doubt(text: str, units: Sequence[Unit]) -> Iterator[int]:
    """The numbers of the words of several parts that may have been mistyped: without digits, marks and quotes."""
    quoted = quoted_units(text, units)
    for number, unit in enumerate(units):
        certain = unit.whole is None or any(map(str.isdigit, text[unit.start : unit.end])) or number in quoted
        if not certain and len(unit.terms) > 1:
            yield number


def quoted_units(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """The numbers of the words that have a mark before them, or stand in quotes: they are meant as they are typed."""
    spans = [match.span() for match in _QUOTED.finditer(text)]
    return frozenset(
        number
        for number, unit in enumerate(units)
        if text[unit.start - 1 : unit.start] in ("$", "#", "@")
        or any(start <= unit.start < end for start, end in spans)
    )


def read_roots(folder: Path) -> tuple[str, ...]:
    """The terms of all words that the model knows, as `write_spellings` wrote them."""
    return tuple((folder / _ROOTS).read_text(encoding="utf-8").splitlines())


def write_spellings(folder: Path, spellings: Spellings) -> None:
    """Write the words of an archive into an empty folder."""
    written = [*spellings.written, *spellings.real]
    articles = [*spellings.articles, *([0] * len(spellings.real))]
    letters = _letters([plain(word) for word in written]) if written else np.zeros(0, dtype=np.uint64)
    (folder / _WRITTEN).write_text("\n".join(written), encoding="utf-8")
    (folder / _ROOTS).write_text("\n".join(spellings.roots), encoding="utf-8")
    np.save(folder / _ARTICLES, np.array(articles, dtype=np.int32))
    np.save(folder / _LETTERS, letters)
