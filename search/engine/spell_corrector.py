"""Corrections of a mistyped text, by a noisy channel.

For each word in doubt the words of the archive that are a slip away compete with the word as typed. A word's score is
how many articles have it, less what the slip costs, and how much more often than by chance it shares an article with
the other words of the text; all in powers of ten. The margin of the best one decides: a sure correction is applied, an
unsure one offered, and most are neither.
"""

import math
import re
from collections.abc import Callable, Sequence
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from search.analysis.analyzer import Analyzer, Unit
from search.analysis.characters import is_cyrillic
from search.analysis.request_words import is_article
from search.analysis.stop_words import PREPOSITIONS
from search.arrays import Mask
from search.deadline import check
from search.engine.corrections import Correction, corrected_text, moved_back
from search.engine.other_writing import SHORTEST, OtherWriting, is_long
from search.engine.shown_words import ShownWords
from search.index.postings import Postings

_POSSESSIVE = re.compile("['’ʼ]s$", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")

if TYPE_CHECKING:  # loaded when a word is in doubt
    from search.analysis.spelling import Candidate, Vocabulary
    from search.engine.company import KnownWord

SLIP = 2.0
"""How rare a slip is: one word of a hundred."""
NEW, NEW_CYRILLIC, NEW_LETTER = -1.4, -0.7, -0.3
"""How likely a word of four letters is meant that no article has and English has not, and for each letter more.

A long word is seldom a slip away from another by chance; of Cyrillic ones no dictionary says which there are.
"""
ODD = 0.6
"""How much less likely a new Cyrillic word is meant if it has three letters in a row as no word of the archive.

Of slips in Ukrainian words 77 % have such, of words that the archive lacks 20 to 27 %.
"""
LETTERS = 0.7
"""What it costs more to leave out or add a letter of a ticker or an acronym: they are short and typed with care."""
UNUSED = 0.3
"""How many articles an English word counts for that none has."""
SURE, OFFERED = -0.2, -0.6
"""By how much the best word must win to be applied, and to be offered."""
DEAR, DEAR_CYRILLIC = 1.85, 1.35
"""A slip that costs so much is not believed."""
NEVER_PARTED = 0.005
"""The share of articles that have a word which none has as two: *stable coins* is surely one."""
RIVAL = 0.3
"""By how much it must win against the next to be applied."""
PARTED = 20
"""How many times as many articles have a name as one word, where some have it as two: *hot spots* are both."""
TELLING = 4
"""Or how many times as many articles have it beside the words that it stands beside."""
COMMON = 1_000
"""In a smaller archive a word counts for as many articles as it would have in one of so many."""
RARER, RARER_KIN, PRINTED = 100, 10, 1.0
"""A word so many times rarer than its rival may be a slip that was printed, and counts for so much less.

The second is for letters that languages confuse: *майнинг* for *майнінг*.
"""
STRANGE = 0.8
"""How much likelier a new word is for each other one in the text: it speaks of another world."""
RARE = 0.002
"""A word that a larger share of articles has is not doubted."""
JOINED, BLANK = 3, 1.3
"""How many articles must have a compound, or both words that a missing blank joined; what a missing blank costs."""
LOOKED_AT = 12
"""Candidates whose company is looked at: those that score best without it."""
MOST_DOUBTED, MOST_COMPANY = 12, 12
"""Words of a text that are looked into, the first ones, and words beside each whose company counts, the nearest.

A question has fewer of both; a text that is pasted would cost forty times as much as a question.
"""
PER = 3
"""One word of so many, begun, may be put right."""


class SpellCorrector:
    """Puts texts right, by the words of one generation."""

    def __init__(
        self,
        analyzer: Analyzer,
        postings: Postings,
        vocabulary: Callable[[], "Vocabulary"],
        articles: int,
        adjacent: Callable[[str], int],
        visible: Mask | None = None,
        from_russian: Callable[[], bool] = lambda: True,
    ) -> None:
        """`vocabulary` is loaded when a word is first in doubt; `articles` says how many there are.

        `adjacent` counts the articles in which the words of a text are adjacent; `visible` are the rows that may be
        shown, None for all. A word that no such row has is not known. `from_russian` says whether Russian texts
        are read in Ukrainian.
        """
        self._analyzer = analyzer
        self._postings = postings
        self._vocabulary = vocabulary
        self._articles = max(1, articles)
        self._adjacent = adjacent
        self._known = ShownWords(analyzer, postings, self._articles, visible)
        self._other = OtherWriting(analyzer, self._known, vocabulary, from_russian, adjacent)

    def corrections(self, text: str) -> list[Correction]:
        """The words of a text that were probably mistyped, in order; at most one of PER, begun, is to be applied.

        Others are among them where they are sure, to be offered. A text of which every word was typed in the other
        keyboard layout, or in Latin letters for Cyrillic ones, is put right as a whole. A Russian one is read
        in Ukrainian, and put right besides, unless it finds less so.
        """
        units = list(self._analyzer.units(text))
        frequency = list(map(self._known.with_unit, units))
        rare = RARE * self._articles
        long = [number for number, unit in enumerate(units) if is_long(unit)]
        unknown = units and not any(frequency[n] for n in long or range(len(units)))
        if unknown and (whole := self._other.in_other_layout(text, units, rare)):
            return whole
        if not all(frequency[n] for n in long) and (whole := self._other.in_cyrillic(text, units, frequency)):
            return whole
        mistyped = self._mistyped(text, units, frequency)
        russian = self._other.in_ukrainian(text, units, frequency, rare)
        mistyped = _corresponding(mistyped, russian)
        if not any(one.applied for one in russian):
            apart = [one for one in russian if not any(map(one.overlaps, mistyped))]
            return sorted([*mistyped, *apart], key=lambda one: one.start)
        both = self._mistyped_beside(text, russian)
        found, without = (
            self._known.matching(corrected_text(text, [one for one in of if one.sure and one.applied]))
            for of in (both, mistyped)
        )
        return both if found >= without else mistyped

    def _mistyped_beside(self, text: str, russian: Sequence[Correction]) -> list[Correction]:
        """The Russian words of a text that were put into Ukrainian, and what else was mistyped beside those."""
        from search.analysis.russian import is_russian

        put = corrected_text(text, russian)
        units = list(self._analyzer.units(put))
        found = self._mistyped(put, units, list(map(self._known.with_unit, units)))
        longer = 0
        for one in russian:
            start, end = one.start + longer, one.start + longer + len(one.word)
            found = [other for other in found if other.end <= start or other.start >= end]
            longer += len(one.word) - (one.end - one.start)
        # A name to which no letters correspond is no other word for a slip away.
        unsure = (put[one.start].isupper() and is_russian([put[one.start : one.end].lower()]) for one in found)
        found = [replace(one, sure=one.sure and not name) for one, name in zip(found, unsure, strict=True)]
        return sorted([*russian, *(moved_back(one, russian) for one in found)], key=lambda one: one.start)

    def _mistyped(self, text: str, units: Sequence[Unit], frequency: Sequence[int]) -> list[Correction]:
        rare = max(1.0, RARE * self._articles)
        parted = self._parted(text, units, frequency)
        if not parted and all(count > rare for count in frequency):  # as mostly: nothing more is looked at
            return []
        from search.analysis.spelling import compounds_in_doubt, in_doubt
        from search.engine.company import known_words

        doubted = {
            n
            for n in in_doubt(text, units, self._analyzer)
            if not (_is_first_name(text, units[n]) or is_article(text[units[n].start : units[n].end]))
        }
        compounds = [n for n in compounds_in_doubt(text, units) if frequency[n] <= rare]
        if not parted and not compounds and not any(frequency[n] <= rare for n in doubted):
            return []
        content = [n for n, unit in enumerate(units) if not self._analyzer.is_stop_word(text[unit.start : unit.end])]
        known = known_words(text, self._analyzer, self._postings)
        strange = [n for n in content if not frequency[n]]
        found = [
            correction
            for n in [n for n in content if n in doubted and frequency[n] <= rare][:MOST_DOUBTED]
            if (correction := self._best(text, units[n], frequency[n], known, len(set(strange) - {n}))) is not None
        ]
        found += [one for n, one in parted if {n, n + 1} <= doubted]
        found += filter(None, [self._compound(text, units[n]) for n in compounds[:MOST_DOUBTED]])
        kept: list[Correction] = []
        most = math.ceil(len(content) / PER)
        for one in sorted(found, key=lambda one: (-one.sure, -one.margin)):
            apart = all(one.end <= other.start or one.start >= other.end for other in kept)
            if apart and (one.sure or len(kept) < most):
                kept.append(replace(one, applied=len(kept) < most))
        return sorted(kept, key=lambda one: one.start)

    def _best(
        self, text: str, unit: Unit, frequency: int, known: "Sequence[KnownWord]", strange: int
    ) -> Correction | None:
        """What was probably meant by a word, unless the model knows it as one.

        `strange` counts the other words of the text that no article has.
        """
        from search.analysis.noisy_channel import KIN, SWAP
        from search.analysis.spelling import KNOWN, ONE_LETTER, plain
        from search.engine.company import company

        check("spelling")
        written = _POSSESSIVE.sub("", text[unit.start : unit.end])
        word = plain(written)
        vocabulary = self._vocabulary()
        if vocabulary.is_real(unit.terms[0]) or (frequency and self._is_meant(written)):
            return None
        others = nsmallest(MOST_COMPANY, known, key=lambda one: abs(one.start - unit.start))
        others = [one for one in others if one.start != unit.start]
        dear = DEAR_CYRILLIC if is_cyrillic(word) else DEAR
        believed = [one for one in (*vocabulary.candidates(word), *self._together(word)) if one.cost < dear]
        candidates = self._scored(unit, believed, others)
        if not candidates:
            return None
        (best, chosen), *rest = candidates
        if frequency:
            as_typed = math.log10(frequency) + company(self._postings, unit.alternatives(0), others)
        else:
            as_typed = self._of_new(word, strange)
        if frequency and chosen.articles >= (RARER_KIN if chosen.cost <= KIN else RARER) * frequency:
            as_typed -= PRINTED
        margin = best - as_typed
        if margin < OFFERED:
            return None
        rival = next(((score, other) for score, other in rest if other.terms != chosen.terms), None)
        apart = rival is None or best - rival[0] >= RIVAL
        if rival is not None and not apart and margin >= SURE:
            stands, other = (self._beside(text, unit, one.written) for one in (chosen, rival[1]))
            if other > stands:
                chosen, stands, other = rival[1], other, stands
            apart = stands >= max(JOINED, TELLING * other)
        foreign = is_cyrillic(word) and not is_cyrillic(plain(chosen.written))
        short = is_cyrillic(word) and len(word) <= ONE_LETTER and not others and chosen.cost > SWAP
        sure = margin >= SURE and apart and not short and (chosen.articles >= KNOWN or not foreign)
        sure = sure and not (frequency and not foreign and self._is_known(word))
        put = chosen.written.lower() if written.islower() else chosen.written
        return Correction(unit.start, unit.start + len(written), put, margin, sure)

    def _is_meant(self, written: str) -> bool:
        """Whether a word that articles have is a name beyond doubt: it has their capitals, or capitals inside."""
        from search.analysis.spelling import KNOWN

        vocabulary = self._vocabulary()
        if vocabulary.writes(written):
            return self._is_known(written.lower())
        return vocabulary.is_ticker(written) and vocabulary.articles(written) >= KNOWN

    def _is_known(self, word: str) -> bool:
        """Whether a word that articles have is no slip of theirs: it may be meant, however rare it is.

        The dictionary of lemmas has it, or it is a name: with capitals inside, as `SpaceX`, or of several articles.
        """
        from search.analysis.spelling import KNOWN

        if self._analyzer.lemmas is not None and self._analyzer.lemmas.of(word):
            return True
        vocabulary = self._vocabulary()
        return vocabulary.is_ticker(word) or (vocabulary.is_name(word) and vocabulary.articles(word) >= KNOWN)

    def _of_new(self, word: str, strange: int) -> float:
        """How likely a word is meant that no article has, in powers of ten."""
        likely = NEW + NEW_LETTER * (len(word) - 4) + STRANGE * strange
        if not is_cyrillic(word):
            return likely
        return likely + NEW_CYRILLIC - NEW - (ODD if self._vocabulary().is_odd(word) else 0.0)

    def _beside(self, text: str, unit: Unit, word: str) -> int:
        """How many articles have a word where it stands, right behind the word before or right before the next."""
        units = [
            one for one in self._analyzer.units(text) if not self._analyzer.is_stop_word(text[one.start : one.end])
        ]
        place = [one.start for one in units].index(unit.start)
        before = [text[one.start : one.end] for one in units[:place][-1:]]
        behind = [text[one.start : one.end] for one in units[place + 1 :][:1]]
        pairs = [f"{one} {word}" for one in before] + [f"{word} {one}" for one in behind]
        return sum(map(self._adjacent, pairs))

    def _parted(self, text: str, units: Sequence[Unit], frequency: Sequence[int]) -> list[tuple[int, Correction]]:
        """Two words that are one of the archive, as `black rock`, with the number of the first.

        Where articles have them one behind the other, many more have them as one. It is surely meant where it is a
        name, where no article has one of the two, or where none has them so and many as one: *every day* is no slip.
        """
        found = []
        for n, (one, other) in enumerate(pairwise(units[: MOST_DOUBTED + 1])):
            if len(one.terms) > 1 or len(other.terms) > 1 or not text[one.end : other.start].isspace():
                continue
            if any(self._analyzer.is_stop_word(text[unit.start : unit.end]) for unit in (one, other)):
                continue
            joined = text[one.start : one.end] + text[other.start : other.end]
            if not self._known.with_terms(tuple(self._analyzer.terms(joined))):
                continue
            articles = max(map(self._vocabulary().articles, {joined, joined.removesuffix("s")}))
            parted = self._adjacent(text[one.start : other.end])
            if articles >= max(JOINED, PARTED * parted):
                alone = not parted and articles >= NEVER_PARTED * self._articles
                sure = alone or self._vocabulary().is_name(joined) or not (frequency[n] and frequency[n + 1])
                found.append((n, Correction(one.start, other.end, joined, math.log10(articles), sure, of_two=alone)))
        return found

    def _compound(self, text: str, unit: Unit) -> Correction | None:
        """What was meant by a compound as `pumpp.fun`, of which a part is rare, and which no article has as a whole."""
        check("spelling")
        written, found = text[unit.start : unit.end], []
        if unit.whole is None or self._known.with_terms((unit.whole,)):
            return None
        for part in _LETTERS.finditer(written):
            own = self._known.with_terms(tuple(self._analyzer.terms(part[0])))
            near = nsmallest(2 * LOOKED_AT, self._vocabulary().candidates(part[0]), key=lambda one: one.cost)
            for one in (one for one in near if one.cost < DEAR):
                put = one.written.lower() if part[0].islower() else one.written[:1].upper() + one.written[1:]
                whole = f"{written[: part.start()]}{put}{written[part.end() :]}"
                wholes = [other.whole for other in self._analyzer.units(whole)]
                articles = self._known.with_terms((wholes[0],)) if len(wholes) == 1 and wholes[0] else 0
                if articles >= max(JOINED, TELLING * own):
                    found.append((math.log10(articles) - one.cost, whole))
        if not found:
            return None
        margin, meant = max(found)
        return Correction(unit.start, unit.end, meant, margin, sure=True)

    def _together(self, word: str) -> "list[Candidate]":
        """Two words of the archive that a blank is missing between, the likeliest first."""
        from search.analysis.spelling import Candidate

        vocabulary = self._vocabulary()
        pairs = [(word[:at], word[at:]) for at in range(SHORTEST, len(word) - SHORTEST + 1)]
        pairs = [pair for pair in pairs if not any(map(self._analyzer.is_stop_word, pair))]
        pairs = [pair for pair in pairs if all(map(self._known.may_tell, pair))]
        counted = [(min(map(vocabulary.articles, pair)), " ".join(pair)) for pair in pairs]
        return [
            Candidate(written, articles, BLANK)
            for articles, written in sorted(counted, reverse=True)[:2]
            if articles >= JOINED and self._adjacent(written) >= JOINED
        ]

    def _scored(
        self, unit: Unit, candidates: "Sequence[Candidate]", others: "Sequence[KnownWord]"
    ) -> list[tuple[float, "_Scored"]]:
        """The likeliest candidates, best first; those with the term of the word itself are none.

        Nor is a stop word, as *так* for *танк*, unless letters of it were exchanged or doubled beside other words.
        """
        from search.analysis.noisy_channel import DOUBLE, SWAP
        from search.engine.company import company

        rough = []
        for candidate in candidates:
            terms = tuple(self._analyzer.terms(candidate.written))
            if set(terms) & set(unit.alternatives(0)) or not self._known.may_tell(candidate.written):
                continue
            if candidate.written.lower() in PREPOSITIONS:
                continue
            if self._analyzer.is_stop_word(candidate.written) and not (others and DOUBLE <= candidate.cost <= SWAP):
                continue
            articles = max(candidate.articles * max(1.0, COMMON / self._articles), UNUSED)
            prior = math.log10(articles) - SLIP - candidate.cost
            if candidate.written.isupper() and len(candidate.written) != unit.end - unit.start:
                prior -= LETTERS
            rough.append((prior, _Scored(candidate.written, terms, candidate.cost, candidate.articles)))
        rough.sort(key=lambda pair: (-pair[0], pair[1].written))
        scored = []
        for prior, one in rough[:LOOKED_AT]:
            scored.append((prior + company(self._postings, self._analyzer.likeliest(one.terms), others), one))
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].written))


def _is_first_name(text: str, unit: Unit) -> bool:
    """Whether a word is a Russian first name, which is no slip of another: *Алексей* is no *Alex*."""
    word = text[unit.start : unit.end].lower()
    if not is_cyrillic(word):
        return False
    from search.analysis.russian import name_in_ukrainian

    return name_in_ukrainian(word) is not None


def _corresponding(mistyped: Sequence[Correction], russian: Sequence[Correction]) -> list[Correction]:
    """Slips, but the very form that a Russian word has in Ukrainian in the place of one: it is no slip."""
    exact = {(one.start, one.end): one.word for one in russian if one.sure}
    return [replace(one, word=exact.get((one.start, one.end), one.word)) for one in mistyped]


class _Scored(Struct, frozen=True):
    """A candidate as it is written, its terms, what the slip costs, and how many articles have it."""

    written: str
    terms: tuple[str, ...]
    cost: float
    articles: int
