"""Dictionary words that an archive may have, with all their forms; what an earlier build looked up is kept.

A form belongs to every word of which some form occurs, and besides to those that only share this form.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from indexer.text.remembered import keep, recalled

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

_RECIPE = "1"
"""Changes when the same words would have other forms, or with the form of the file."""
_MOST_FORMS = 65_536

Lexeme = tuple[str, int]
"""A dictionary word: its stem, and the number of its paradigm."""


class FormsKnown(msgspec.Struct, array_like=True):
    """The forms of the words of an archive."""

    words: set[str]
    """The words that occur, in small letters, with plain apostrophes."""
    met: set[Lexeme]
    """The dictionary words of which a form occurs."""
    spelled: dict[str, set[str]]
    """For a form without its apostrophes how it is written with them."""
    lemmas: dict[str, dict[str, int]]
    """For each form, without apostrophes, its lemmas, each with how many places of its paradigm have that form."""


def forms_of(words: Set[str], dictionary: "MorphAnalyzer", seal: str, memory: Path | None) -> FormsKnown:
    """The forms of all dictionary words of which one of these words is a form.

    `memory` is a file of what the last build looked up in a dictionary of the same `seal`.
    """
    kept = recalled(memory, (_RECIPE, seal)) if memory else None
    known = msgspec.msgpack.decode(kept, type=FormsKnown) if kept else FormsKnown(set(), set(), {}, {})
    table = _Table(dictionary, known)
    if known.words:
        table.bring_up(words)
    else:
        table.meet_all(words)
    if memory and known.words != words:
        known.words = set(words)
        keep(memory, (_RECIPE, seal), msgspec.msgpack.encode(known))
    return known


class _Table:
    """What is known, and the dictionary behind it."""

    def __init__(self, dictionary: "MorphAnalyzer", known: FormsKnown) -> None:
        self._dictionary = dictionary.dictionary
        self._known = known
        self._affixes = lru_cache(None)(self._affixes_of)
        self._forms = lru_cache(_MOST_FORMS)(self._forms_of)

    def meet_all(self, words: Iterable[str]) -> None:
        """Look up all words; nothing is known."""
        known, written = self._known, dict[str, str]()
        for word in words:
            for lexeme in self._lexemes(word):
                if lexeme not in known.met:
                    known.met.add(lexeme)
                    forms = self._forms_of(lexeme)
                    lemma = plain(forms[0])
                    for form in forms:
                        bare = self._spelled(form)
                        written[bare] = max(form, written.get(bare, ""))
                        own = known.lemmas.setdefault(bare, {})
                        own[lemma] = own.get(lemma, 0) + 1
        for bare, form in written.items():
            self._add_rivals(known.lemmas[bare], form)

    def bring_up(self, words: Set[str]) -> None:
        """Look up the words that came, and forget those that went."""
        known = self._known
        new = {one for word in words - known.words for one in self._lexemes(word)} - known.met
        old = {one for word in known.words - words for one in self._lexemes(word)} & known.met
        gone = {one for one in old if words.isdisjoint(self._forms(one))}
        known.met |= new
        known.met -= gone
        for bare in {self._spelled(form) for one in new | gone for form in self._forms(one)}:
            self._look_up(bare)

    def _look_up(self, bare: str) -> None:
        """Put down the lemmas of a form anew."""
        known = self._known
        candidates = sorted({bare, *known.spelled.get(bare, ())})
        written = [form for form in candidates if not known.met.isdisjoint(self._lexemes(form))]
        known.lemmas.pop(bare, None)
        known.spelled.pop(bare, None)
        if not written:
            return
        if written != [bare]:
            known.spelled[bare] = {form for form in written if form != bare}
        found: Counter[str] = Counter()
        for lexeme in {one for form in written for one in self._lexemes(form)} & known.met:
            forms = self._forms(lexeme)
            found[plain(forms[0])] += sum(plain(form) == bare for form in forms)
        own = known.lemmas[bare] = dict(found)
        self._add_rivals(own, written[-1])

    def _add_rivals(self, lemmas: dict[str, int], written: str) -> None:
        """Add the other dictionary words that a form may be of."""
        for stem, number in self._lexemes(written):
            if (stem, number) not in self._known.met:
                prefix, suffix = self._affixes(number)[0]
                lemma = plain(f"{prefix}{stem}{suffix}")
                lemmas[lemma] = lemmas.get(lemma, 0) + 1

    def _spelled(self, form: str) -> str:
        """A form without its apostrophes; that it is written with them is noted."""
        bare = plain(form)
        if bare != form:
            self._known.spelled.setdefault(bare, set()).add(form)
        return bare

    def _lexemes(self, word: str) -> Iterator[Lexeme]:
        """Each dictionary word that this is a form of, once for each of its places with that form."""
        for number, place in self._dictionary.words.get(word, ()):
            yield self._dictionary.build_stem(self._dictionary.paradigms[number], place, word), number

    def _forms_of(self, lexeme: Lexeme) -> list[str]:
        stem, number = lexeme
        return [f"{prefix}{stem}{suffix}" for prefix, suffix in self._affixes(number)]

    def _affixes_of(self, number: int) -> list[tuple[str, str]]:
        return [(prefix, suffix) for prefix, _, suffix in self._dictionary.build_paradigm_info(number)]


def plain(word: str) -> str:
    """A word of the dictionary, in small letters, without its apostrophes."""
    return word.replace("'", "")


def occurring(counts: Mapping[str, int]) -> Counter[str]:
    """How often each word occurs, however its apostrophes are written."""
    found: Counter[str] = Counter()
    for word, count in counts.items():
        found[plain(word)] += count
    return found
