"""Texts in another keyboard layout, in other letters or in Russian, put as the archive writes them.

Each is read as a whole: no word of it is a slip away from what was meant.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from operator import ge
from typing import TYPE_CHECKING

from search.analysis.analyzer import Analyzer, Unit
from search.analysis.characters import is_cyrillic
from search.analysis.stop_words import PREPOSITIONS
from search.deadline import check
from search.engine.corrections import Correction
from search.engine.shown_words import ShownWords
from search.query.dates import may_name_time

if TYPE_CHECKING:  # loaded when a word is in doubt
    from search.analysis.spelling import Vocabulary

SHORTEST = 3
"""Letters that tell a word from others."""
_SEVERAL = 2
"""Words that correspond to Ukrainian ones by chance no more."""
_MANY_TIMES = 20
"""How many times as many articles have a word that others spell with Russian letters."""
_TIMES_KNOWN = 5
"""The same of a Russian word of which it is known how it is said in Ukrainian."""
_SIGNS_INSIDE = re.compile(r"[^\W\d_][^\w\s-]+[^\W\d_]|^[^\w\s]|[^\w\s]$")
"""Signs between letters or at an end, but hyphens: what the keys of letters give."""
MOST_WORDS = 12
"""Words of a text that is read in other letters or in Ukrainian; a question has fewer."""


class OtherWriting:
    """Reads texts as they would be written in the archive of one generation."""

    def __init__(
        self,
        analyzer: Analyzer,
        known: ShownWords,
        vocabulary: Callable[[], "Vocabulary"],
        from_russian: Callable[[], bool],
        adjacent: Callable[[str], int],
    ) -> None:
        """`vocabulary` is loaded when a word is first in doubt; `from_russian` says if Russian is read in Ukrainian.

        `adjacent` counts the articles in which the words of a text are adjacent.
        """
        self._adjacent = adjacent
        self._from_russian = from_russian
        self._analyzer = analyzer
        self._known = known
        self._vocabulary = vocabulary

    def in_other_layout(self, text: str, units: Sequence[Unit], rare: float) -> list[Correction]:
        """All of a text of unknown words, where all are known that the same keys give in another layout.

        None where a word is a Latin name in Cyrillic letters, as `нфт`, nor where a key gives a sign, as in `rekt,f`.
        A word that more than `rare` articles have is known, and a longer one that a few have.
        """
        from search.analysis.noisy_channel import in_other_layouts
        from search.analysis.spelling import KNOWN

        if any(self._vocabulary().latin_names(text[unit.start : unit.end].lower()) for unit in units):
            return []
        for other in in_other_layouts(text):
            read = list(self._analyzer.units(other)) if _SIGNS_INSIDE.search(other) is None else []
            least = (KNOWN if unit.end - unit.start > SHORTEST else max(KNOWN, rare) for unit in read)
            if any(map(is_long, read)) and all(map(ge, map(self._known.with_unit, read), least)):
                return [Correction(0, len(text), other, math.inf, sure=True)]
        return []

    def in_cyrillic(self, text: str, units: Sequence[Unit], frequency: Sequence[int]) -> list[Correction]:
        """All of a Latin text in Cyrillic letters, where words of the archive are romanised so as its unknown ones are.

        Names that articles have stay: of `novyny solana` the first is read. `frequency` says how many articles have
        each word. None of one word that is a likely slip away from a Latin one that as many articles have, as
        `bitkoin`; beside a name, none where a word may be any slip, or where nothing would be found.
        """
        from search.analysis.transliteration import is_latin, transliterated

        words = [text[unit.start : unit.end].lower() for unit in units]
        if len(units) > MOST_WORDS or not all(map(is_latin, words)):
            return []
        vocabulary = self._vocabulary()
        known = {
            word
            for word, unit, count in zip(words, units, frequency, strict=True)
            if is_long(unit) and (count or vocabulary.is_real(unit.terms[0]))
        }
        kept = {word for word in known if self._analyzer.is_stop_word(word) or not self._is_joining(word)}
        check("spelling")
        asked = [word for word in words if len(word) >= SHORTEST and word not in known]
        if kept and not (all(map(vocabulary.is_name, kept)) and all(map(self._is_surely_no_slip, asked))):
            return []  # as mostly: to find what is romanised so takes as long as the rest of an answer
        found = {word: vocabulary.in_cyrillic(word) for word in asked}
        if not found or not all(written and self._known.may_tell(written) for written in found.values()):
            return []
        if all(map(self._analyzer.is_stop_word, filter(None, found.values()))):
            return []
        if len(words) == 1 and vocabulary.is_likely_slip(words[0], vocabulary.articles(found[words[0]] or "")):
            return []
        other = " ".join(word if word in kept else (found.get(word) or transliterated(word)).lower() for word in words)
        if kept and not self._known.matching(other):
            return []
        return [Correction(0, len(text), other, math.inf, sure=True)]

    def _is_surely_no_slip(self, word: str) -> bool:
        """Whether a Latin word has four letters or more, and no Latin word that articles have is a slip away."""
        near = self._vocabulary().candidates(word) if len(word) > SHORTEST else None
        return near is not None and not any(one.written.isascii() and one.articles for one in near)

    def _is_joining(self, word: str) -> bool:
        """Whether a Latin word is a stop word in Cyrillic letters, as `pro` is."""
        from search.analysis.transliteration import transliterated

        return self._analyzer.is_stop_word(transliterated(word))

    def in_ukrainian(self, text: str, units: Sequence[Unit], frequency: Sequence[int], rare: float) -> list[Correction]:
        """The words of a Russian text that no article has, as Ukrainian ones that articles have.

        `frequency` says how many articles have each word; one that more than `rare` have is left alone. None where most
        of them have nothing that corresponds. A text is Russian if a word looks so, or if several correspond, and all
        do. In one with letters that Russian has not only words that look Russian are put. What a few articles spell so
        too, or a lone word that corresponds, is put where nothing is found else.
        """
        if len(units) > MOST_WORDS:
            return []
        written = [text[unit.start : unit.end] for unit in units]
        words = list(map(str.lower, written))
        doubted = [n for n, word in enumerate(words) if frequency[n] <= rare and is_cyrillic(word)]
        if not doubted or not self._from_russian():
            return []
        from search.analysis.russian import is_past, is_russian, is_ukrainian, said_in_ukrainian
        from search.analysis.spelling import quoted_units

        meant_so, mixed = quoted_units(text, units), is_ukrainian(text.lower())
        doubted = [n for n in doubted if n not in meant_so]
        looks_so = {n for n in doubted if is_russian([words[n]])}
        absent = [n for n in doubted if not frequency[n] or self._is_misspelt(written[n], frequency[n])]
        # A word that articles have: others misspelt it so too, or both languages have it.
        lacking = [
            n for n in doubted if n in looks_so or not (mixed or (frequency[n] and said_in_ukrainian(words[n]) is None))
        ]
        respelled = {} if mixed else self._respelled({n: words[n] for n in doubted if n not in lacking}, frequency)
        told = bool(looks_so) and bool(absent)
        if not told and (mixed or not (absent or respelled)):
            return []
        check("spelling")
        found = {n: self._vocabulary().in_ukrainian(written[n], inside=n > 0) for n in lacking}
        known = {
            n: put
            for n, put in found.items()
            if put and (self._known.has_every(put) or (n in looks_so and may_name_time(put, ())))
        }
        known = {n: put for n, put in known.items() if put.lower() not in PREPOSITIONS or n in looks_so}
        if 2 * len(known) < len(lacking) or not (told or all(n in known for n in absent)):
            return []
        if self._is_name(text, units, known):
            del known[0]
        changed = {
            n: put.upper() if written[n].isupper() and not text.isupper() else put
            for n, put in sorted((known | respelled).items())
            if put.lower() != words[n]
        }
        applied = told or len(changed) >= _SEVERAL or any(is_past(words[n], put) for n, put in changed.items())
        return [
            Correction(
                units[n].start,
                units[n].end,
                put,
                math.inf,
                sure=applied or self._is_regular(written[n]),
                applied=applied,
            )
            for n, put in changed.items()
        ]

    def _is_name(self, text: str, units: Sequence[Unit], known: Mapping[int, str]) -> bool:
        """Whether a text begins with an adjective of a name, such as *Первый канал*.

        It has a capital and the word behind it has none, and no article says the two in Ukrainian.
        """
        from search.analysis.russian import is_adjective

        if 0 not in known or len(units) < 2:
            return False
        first, second = (text[unit.start : unit.end] for unit in units[:2])
        named = first[:1].isupper() and second.islower() and is_adjective(first.lower())
        return named and not self._adjacent(f"{known[0]} {known.get(1, second)}")

    def _is_regular(self, written: str) -> bool:
        """Whether the very form of a Russian word, which is no surname, is spelled by regular letters in Ukrainian."""
        from search.analysis.russian import ends_as_surname

        return (
            not ends_as_surname(written.lower())
            and self._vocabulary().in_ukrainian(written, inside=True, inflected=False) is not None
        )

    def _respelled(self, words: Mapping[int, str], frequency: Sequence[int]) -> dict[int, str]:
        """Those of words that a few articles have which many more have with Ukrainian letters for Russian ones."""
        put = ((n, self._vocabulary().respelled(word)) for n, word in words.items() if frequency[n])
        return {n: other for n, other in put if other and self._articles(other) >= _MANY_TIMES * frequency[n]}

    def _is_misspelt(self, written: str, frequency: int) -> bool:
        """Whether the few articles that have a word which Ukrainian lacks have it for the one that more have."""
        from search.analysis.russian import is_russian, said_in_ukrainian

        other = said_in_ukrainian(written) if is_russian([written]) else None  # with a capital it may be a name
        return other is not None and self._articles(other) >= _TIMES_KNOWN * frequency

    def _articles(self, written: str) -> int:
        """How many articles that may be shown have all words of a text."""
        return min(map(self._known.with_unit, self._analyzer.units(written)), default=0)


def is_long(unit: Unit) -> bool:
    """Whether a word has letters enough to be told from others."""
    return unit.end - unit.start >= SHORTEST
