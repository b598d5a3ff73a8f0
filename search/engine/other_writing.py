"""Texts in another keyboard layout, in other letters or in Russian, put as the archive writes them.

Each is read as a whole: no word of it is a slip away from what was meant.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from search.analysis.analyzer import Analyzer, Unit
from search.analysis.characters import is_cyrillic
from search.deadline import check
from search.engine.corrections import Correction
from search.engine.shown_words import ShownWords

if TYPE_CHECKING:  # loaded when a word is in doubt
    from search.analysis.spelling import Vocabulary

SHORTEST = 3
"""Letters that tell a word from others."""
LEAST = 3
"""Articles that must have a word which the keys of another one give in the other layout."""
MOST_WORDS = 12
"""Words of a text that is read in other letters or in Ukrainian; a question has fewer."""


class OtherWriting:
    """Reads texts as they would be written in the archive of one generation."""

    def __init__(
        self,
        analyzer: Analyzer,
        known: ShownWords,
        vocabulary: Callable[[], "Vocabulary"],
        adjacent: Callable[[str], int],
    ) -> None:
        """`vocabulary` is loaded when a word is first in doubt; `adjacent` counts the articles with words in a row."""
        self._analyzer = analyzer
        self._known = known
        self._vocabulary = vocabulary
        self._adjacent = adjacent

    def in_other_layout(self, text: str, units: Sequence[Unit], rare: float) -> list[Correction]:
        """All of a text of unknown words, where all are known that the same keys give in another layout.

        None where a word is a Latin name in Cyrillic letters, as `нфт`. A single word must be in `rare` articles.
        """
        from search.analysis.noisy_channel import in_other_layouts

        if any(self._vocabulary().latin_names(text[unit.start : unit.end].lower()) for unit in units):
            return []
        least = LEAST if len(units) > 1 else max(LEAST, rare)
        for other in in_other_layouts(text):
            read = list(self._analyzer.units(other))
            signs = sum(not (letter.isalnum() or letter.isspace()) for letter in other)
            # Keys of letters that give signs would part a word into pieces that mean nothing.
            letters = signs <= sum(not (letter.isalnum() or letter.isspace()) for letter in text)
            if letters and any(map(is_long, read)) and all(self._known.with_unit(one) >= least for one in read):
                return [Correction(0, len(text), other, math.inf, sure=True)]
        return []

    def in_cyrillic(self, text: str, units: Sequence[Unit], rare: float) -> list[Correction]:
        """All of a text of unknown Latin words, where Cyrillic words of the archive are romanised so.

        None where a word is a slip away from a Latin one that more than `rare` articles have.
        """
        from search.analysis.noisy_channel import SWAP
        from search.analysis.transliteration import is_latin, transliterated

        words = [text[unit.start : unit.end].lower() for unit in units]
        if len(units) > MOST_WORDS or not all(map(is_latin, words)):
            return []
        vocabulary = self._vocabulary()
        if any(vocabulary.is_real(unit.terms[0]) for unit in units if is_long(unit)):
            return []
        check("spelling")
        if any(one.cost <= SWAP and one.articles > rare for word in words for one in vocabulary.candidates(word)):
            return []  # a slip in a Latin word
        found = {word: vocabulary.in_cyrillic(word) for word in words if len(word) >= SHORTEST}
        if not all(
            written and self._known.may_tell(written) and not self._analyzer.is_stop_word(written)
            for written in found.values()
        ):
            return []
        other = " ".join((found.get(word) or transliterated(word)).lower() for word in words)
        return [Correction(0, len(text), other, math.inf, sure=True)]

    def in_ukrainian(self, text: str, units: Sequence[Unit], frequency: Sequence[int], rare: float) -> list[Correction]:
        """The words of a Russian text that no article has, as Ukrainian ones.

        `frequency` says how many articles have each word; one that more than `rare` have is left alone. None where most
        of them have nothing that corresponds. In a text with letters that Russian has not only words that look Russian
        are put.
        """
        written = [text[unit.start : unit.end] for unit in units]
        words = list(map(str.lower, written))
        lacking = [n for n, word in enumerate(words) if frequency[n] <= rare and is_cyrillic(word)]
        if all(frequency[n] for n in lacking) or len(units) > MOST_WORDS:
            return []
        from search.analysis.russian import (
            corresponds_as_russian,
            is_russian,
            is_ukrainian,
            may_correspond_as_russian,
            said_in_ukrainian,
        )
        from search.analysis.spelling import quoted_units

        meant_so, mixed = quoted_units(text, units), is_ukrainian(text.lower())
        lacking = [n for n in lacking if n not in meant_so]
        # A word that articles have: others misspelt it so too, or both languages have it.
        lacking = [
            n
            for n in lacking
            if is_russian([words[n]]) or not (mixed or (frequency[n] and said_in_ukrainian(words[n]) is None))
        ]
        looks_so = is_russian(words[n] for n in lacking)
        if not looks_so and (mixed or not may_correspond_as_russian([words[n] for n in lacking if not frequency[n]])):
            return []
        check("spelling")
        found = {n: self._vocabulary().in_ukrainian(written[n], inside=n > 0) for n in lacking}
        known = {n: put for n, put in found.items() if put and self._is_had(put)}
        if 2 * len(known) < len(lacking):
            return []
        if not looks_so and not corresponds_as_russian((words[n], put) for n, put in known.items() if not frequency[n]):
            return []
        if self._is_name(text, units, known):
            del known[0]
        changed = ((units[n], put) for n, put in known.items() if put.lower() != words[n])
        return [Correction(unit.start, unit.end, put, math.inf, sure=True) for unit, put in changed]

    def _is_had(self, written: str) -> bool:
        """Whether articles that may be shown have every word of a text; stop words need none."""
        every = self._analyzer.units(written)
        return all(
            self._analyzer.is_stop_word(written[unit.start : unit.end]) or self._known.with_unit(unit) for unit in every
        )

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


def is_long(unit: Unit) -> bool:
    """Whether a word has letters enough to be told from others."""
    return unit.end - unit.start >= SHORTEST
