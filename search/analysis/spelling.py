"""Which word of the archive was probably meant?

The archive's own words are the dictionary: what no article contains can be no better word than what it has. The
distance is that of optimal string alignment (a letter more, less, other, or two exchanged), by rapidfuzz.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.analysis.analyzer import Analyzer

LEAST_ARTICLES = 3
"""In how many articles a word must stand to be offered: less may be a slip itself."""
ONE_LETTER, TWO_LETTERS = 4, 8
"""From how many letters on one letter may be wrong, and two."""
DISTANCE_COST, FIRST_LETTER_COST = 2.5, 1.0
"""What a second wrong letter costs, and a wrong first one, in powers of ten of the articles that contain the word."""
FEW_MATCHES = 2
"""Where no more articles than this are found, words that no more articles than this contain are doubted too."""
RARER = 100
"""Such a word must be so many times rarer than what is offered in its place."""
TICKER = 5
"""Words in capitals up to this length are tickers and other names by letters."""

SPELLINGS = "spellings.json"
_QUOTED = re.compile(r'"[^"]*(?:"|$)|“[^“”]*(?:”|$)|«[^«»]*(?:»|$)|„[^„“”]*(?:[“”]|$)')
_APOSTROPHE = re.compile("['’ʼ`´‘′]")


class Spellings(msgspec.Struct, frozen=True):
    """The words of an archive as they are mostly written, and how many articles contain each.

    An article counts once for each way in which it writes the word.
    """

    written: list[str]
    articles: list[int]


class Correction(Struct, frozen=True):
    """A word of a text, [start, end), and the one that was probably meant; in small letters if it was typed so."""

    start: int
    end: int
    word: str


def plain(word: str) -> str:
    """A word as two are compared: in small letters, without apostrophes."""
    return _APOSTROPHE.sub("", word.lower())


def _letters(words: Sequence[str]) -> NDArray[np.uint64]:
    """Which letters each word has, a bit each; some share one. (words,)"""
    lines = "".join(f"{word}\n" for word in words)  # so none is empty
    codes = np.frombuffer(lines.encode("utf-32-le"), dtype=np.uint32)
    begins = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
    letters: NDArray[np.uint64] = np.bitwise_or.reduceat(np.uint64(1) << (codes & 63).astype(np.uint64), begins)
    return letters


class Vocabulary:
    """The words that may be offered."""

    def __init__(self, spellings: Spellings) -> None:
        self.written = spellings.written
        self._articles: NDArray[np.float64] = np.array(spellings.articles, dtype=np.float64)

    @cached_property
    def _offered(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.uint64]]:
        """What may be offered, as two words are compared; the place and the letters of each."""
        places = np.flatnonzero(self._articles >= LEAST_ARTICLES)
        keys = [plain(self.written[place]) for place in places.tolist()]
        return keys, places, _letters(keys)

    def nearest(self, word: str, least: float = LEAST_ARTICLES) -> str | None:
        """The word that so many articles contain and that was most probably meant by this one; None if none is near.

        It maximises log10(articles) - DISTANCE_COST (distance - 1) - FIRST_LETTER_COST where that differs, and is
        not offered where that is below 0.
        """
        key = plain(word)
        reach = (len(key) >= ONE_LETTER) + (len(key) >= TWO_LETTERS)
        keys, places, letters = self._offered
        if not reach:
            return None
        # One wrong letter takes away one letter at most and brings another: so most words need not be compared.
        near = np.flatnonzero(np.bitwise_count(letters ^ _letters([key])) <= 2 * reach)
        if not len(near):
            return None
        from rapidfuzz.distance import OSA  # 30 ms that only a mistyped word costs
        from rapidfuzz.process import cdist

        keys, places = [keys[number] for number in near.tolist()], places[near]
        distance = cdist([key], keys, scorer=OSA.distance, score_cutoff=reach, dtype=np.uint8)[0].astype(float)
        near = np.flatnonzero((distance > 0) & (distance <= reach) & (self._articles[places] >= least))
        if not len(near):
            return None
        score = np.log10(self._articles[places[near]]) - DISTANCE_COST * (distance[near] - 1)
        score -= FIRST_LETTER_COST * np.array([keys[place][0] != key[0] for place in near.tolist()])
        best = int(np.argmax(score))
        return self.written[int(places[near[best]])] if score[best] >= 0 else None


def corrections(
    text: str,
    analyzer: Analyzer,
    vocabulary: Callable[[], Vocabulary],
    frequency: Callable[[tuple[str, ...]], int],
    found_little: bool = False,
) -> list[Correction]:
    """The words of a text that were probably mistyped. `frequency` counts the articles that contain any of the terms.

    They are words that no article contains; where the text found little, also such as hardly any contains.

    Never one with a digit, a ticker (`$btc`, `BTC`), one in quotes, or one that is put together with others.
    """
    found = []
    for start, end, terms in _open_to_doubt(text, analyzer):
        articles = frequency(terms)
        if articles > (FEW_MATCHES if found_little else 0):
            continue
        near = vocabulary().nearest(text[start:end], max(LEAST_ARTICLES, RARER * articles))
        if near is not None and frequency(tuple(analyzer.terms(near))) > articles:
            found.append(Correction(start, end, near.lower() if text[start:end].islower() else near))
    return found


def corrected(text: str, found: Sequence[Correction]) -> str:
    """The text with these words put in place of its own."""
    pieces, at = [], 0
    for correction in found:
        pieces += [text[at : correction.start], correction.word]
        at = correction.end
    return "".join([*pieces, text[at:]])


def _open_to_doubt(text: str, analyzer: Analyzer) -> list[tuple[int, int, tuple[str, ...]]]:
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    doubtful: list[tuple[int, int, tuple[str, ...]]] = []
    for unit in analyzer.units(text):
        word = text[unit.start : unit.end]
        certain = (
            not _APOSTROPHE.sub("", word).isalpha()
            or (word.isupper() and len(word) <= TICKER)
            or text[unit.start - 1 : unit.start] in ("$", "#", "@")
            or analyzer.is_stop_word(word)
            or any(start <= unit.start < end for start, end in quoted)
        )
        if not certain and len(unit.terms) == 1:
            doubtful.append((unit.start, unit.end, unit.terms))
    return doubtful


def write_spellings(path: Path, spellings: Spellings) -> None:
    """Write the words of an archive."""
    path.write_bytes(msgspec.json.encode(spellings))


def open_spellings(path: Path) -> Vocabulary:
    """Open what `write_spellings` wrote."""
    return Vocabulary(msgspec.json.decode(path.read_bytes(), type=Spellings))
