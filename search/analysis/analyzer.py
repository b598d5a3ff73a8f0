"""Text to terms: the only tokenizer, for articles and questions, for both keyword engines.

Of English, Ukrainian and languages without a stemmer, a term's language is told by its script: Latin words are stemmed
as English, Cyrillic ones have the lemma of a dictionary or a Ukrainian stem. These are the shared terms. So an article
in one language that quotes the other is read correctly, and no language needs to be guessed.

In an article of another language that Snowball has, a word stands under the stem of that language (`haus.de`), and if
it has a capital, as names and tickers have, under its shared term besides. A question asks for a word under each
language that it may be in, and under its shared term. Numbers, acronyms and the names of the table are shared.

`об'єкт`, `обʼєкт`, `об’єкт` and `обєкт` are one term. `$BTC` is `btc`, `C++`, `S&P`, `x402` and `4.2B` stay whole,
`U.S.` is `us`, `1,000` is `1000`, and a hyphenated word is its parts and, besides, all of it in one piece. Some words
have terms besides, under which an article stands too:

* `l'économie` is `économie`, and all of it in one piece besides, as `d'Ivoire`, `dell'arte` and `д'Артаньян`.
* `12 500` is `12500` and, with a common blank, `12` and `500` besides. `12.500` is `12500` besides. `1.5 billion` is
  `1.5b` besides, which `$1.5bn` is too.
* A run of Han, kana, Hangul, Thai, Lao, Khmer or Burmese is its pairs of characters; each character besides.
* `WHO` and `IT` are `who` and `it`, which say nothing, and names besides: `who.` and `it.`.
* A form of several dictionary words is the likeliest of them, and the others besides: `rose` is `rise`, and `rose`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple
from weakref import ref

import Stemmer
from msgspec import Struct

from search.analysis import english, ukrainian
from search.analysis.characters import (
    APOSTROPHES,
    HYPHENS,
    composed,
    cyrillic_letters,
    fold,
    is_cyrillic,
    is_run,
    syllables,
    visible,
)
from search.analysis.lemmas import Lemmas
from search.analysis.numbers import amount, joined_numbers, number_terms, words_of_number
from search.analysis.stemmers import LanguageStemmer, changes_initials, stemmed_language, stemmed_languages, stemmer_of
from search.analysis.stop_words import STOP_WORDS, stop_words
from search.analysis.unit_patterns import ACRONYM, NUMBER, unit_pattern

_IS_ACRONYM, _IS_NUMBER = re.compile(ACRONYM), re.compile(NUMBER)
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_POSSESSIVE = re.compile(rf"[{APOSTROPHES}]s$", re.IGNORECASE)
_ELIDED = re.compile(
    rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|un|gl|(?:d|n|s|c|qu|b|que)?[aeou]ll|quest|sant|[дл])"
    rf"[{APOSTROPHES}](?=\w\w)",
    re.IGNORECASE,
)
"""Articles and prepositions that French, Italian, Catalan and Ukrainian names lose a vowel of: l', qu', dell', д'."""
_BREAK = re.compile(rf"[.{HYPHENS}]")
_PLAIN = re.compile(r"[A-Za-z]+|[А-ЯҐЄІЇа-яґєії]+")
_AROUND = '.,;:!?()[]{}…"“”„«»–—/*'
"""Signs that belong to no word at whose edge they stand."""
LONGEST_WORD = 200
"""A longer word has no terms: nobody asks for it, and to normalise it may take time by the square of its length."""
_LONGEST_KEPT = 40
"""Longer words are read anew each time, so that what is remembered is bounded in bytes."""
_REMEMBERED = 100_000
_HELD = 30_000
"""Stretches between blanks of which a service remembers the terms: 6 MB."""
_LANGUAGES_HELD = 64
"""How many analyzers of other languages are remembered: questions may name any."""
_ANY_INITIAL = frozenset("abcdefghijklmnopqrstuvwxyzабвгґдеєжзиіїйклмнопрстуфхцчшщьюяъыэ")
_NAME = "."
"""What stands behind the term of a name that is a stop word in capitals; no other term ends so."""
_LONGEST_ACRONYM = 4
"""A longer stop word in capitals is stressed, and no name."""
_STRESSED = frozenset("all both each many onto upon vs".split())
"""Short stop words that are stressed too: whoever writes ALL means all."""


class Unit(Struct, frozen=True):
    """One word as written, [start, end) in code points: the terms of its parts, and its form in one piece."""

    start: int
    end: int
    terms: tuple[str, ...]
    whole: str | None
    besides: tuple[str, ...] = ()
    """Further terms under which an article with this word stands."""
    others: tuple[tuple[str, ...], ...] = ()
    """For each of the terms those that its part may be as well; empty where none is in doubt."""

    def alternatives(self, part: int) -> tuple[str, ...]:
        """The terms by which an article answers a part of this word."""
        others = self.others[part] if self.others else ()
        return (self.terms[part], *(() if self.whole is None else (self.whole,)), *others)

    @property
    def every(self) -> tuple[tuple[str, ...], ...]:
        """For each part of this word the terms by which an article answers it."""
        return tuple(map(self.alternatives, range(len(self.terms))))


class Terms(Struct, frozen=True):
    """The terms of a text in reading order; beside them those that would part its phrases."""

    ordered: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    """One-piece forms, and what else words stand under."""
    forms: tuple[str, ...] = ()
    """Its words not stemmed: what a prefix is compared with."""

    @property
    def every(self) -> tuple[str, ...]:
        """The terms in order, and behind them the others."""
        return self.ordered + self.wholes


class _Known(NamedTuple):
    """What a word is made of: the terms of its parts, its one-piece term, both not stemmed, and terms besides."""

    terms: tuple[str, ...]
    whole: str | None
    forms: tuple[str, ...]
    besides: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def wholes(self) -> tuple[str, ...]:
        """What stands out of order."""
        whole = () if self.whole is None else (self.whole,)
        return (*whole, *self.besides, *chain.from_iterable(self.others))


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

    version = "6"

    def __init__(
        self,
        names: Mapping[str, str] | None = None,
        lemmas: Lemmas | None = None,
        languages: Sequence[str] = (),
        asks: bool = False,
    ) -> None:
        """`names` says which words are read as which name, such as btc as bitcoin; `lemmas` are of Cyrillic words.

        `languages` are those that the text may be in, without regions; none for English, Ukrainian and all that has no
        stemmer. An analyzer that `asks` gives a word the terms of each of them and the shared one.
        """
        self.names = dict(sorted((names or {}).items()))
        self.lemmas = lemmas
        self.asks = asks
        self.languages = stemmed_languages(languages)
        """The languages whose stems it gives; none where all terms are shared."""
        self._stemmers: tuple[LanguageStemmer, ...] = tuple(map(stemmer_of, self.languages))
        self._stop = _stop_words(languages) if self.languages else STOP_WORDS
        self._others: dict[tuple[tuple[str, ...], bool], Analyzer] = {}
        self._canonical: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._english = Stemmer.Stemmer("english")
        self._seen: dict[str, _Known] = {}
        self._chunks: dict[str, SurfaceToken] = {}
        self.held = _Held(self)
        for alias, name in self.names.items():
            self._spelled[self._plain_stem(fold(alias))] = name
        self._canonical = {alias: self._plain_stem(fold(name)) for alias, name in self._spelled.items()}
        self._named = frozenset(self._canonical.values())

    @property
    def seal(self) -> str:
        """Equal for analyzers that give equal terms."""
        return f"{self.seal_without_lemmas} {self.lemmas.seal if self.lemmas else None}"

    @property
    def seal_without_lemmas(self) -> str:
        """Equal for analyzers that give equal terms but for words that have other lemmas."""
        return f"{self.version} {self.names}"

    def with_lemmas(self, lemmas: Lemmas) -> "Analyzer":
        """The same analyzer, with the lemmas of an archive."""
        return Analyzer(self.names, lemmas)

    def of_article(self, language: str) -> "Analyzer":
        """The analyzer of articles in a language, without its region; of shared terms where it has no stemmer."""
        return self._in((language,) if stemmed_language(language) else (), asks=False)

    def asking(self, languages: Sequence[str]) -> "Analyzer":
        """The analyzer of a question that may be in any of these languages, without regions."""
        return self._in(tuple(languages) if stemmed_languages(languages) else (), asks=True)

    def _in(self, languages: tuple[str, ...], asks: bool) -> "Analyzer":
        if not languages or (languages == self.languages and asks == self.asks):
            return self if languages == self.languages else self._shared
        made = self._others.get((languages, asks))
        if made is None:
            if len(self._others) >= _LANGUAGES_HELD:
                self._others.clear()
            made = self._others[languages, asks] = Analyzer(self.names, self.lemmas, languages, asks)
        return made

    @cached_property
    def _shared(self) -> "Analyzer":
        return Analyzer(self.names, self.lemmas)

    def units(self, text: str) -> Iterator[Unit]:
        """The words of the text, in order."""
        plain, places = visible(joined_numbers(text))
        for match in unit_pattern(plain).finditer(plain):
            known = self._terms(match[0])
            if known.terms:
                start, end = match.span() if places is None else (places[match.start()], places[match.end()])
                yield Unit(start, end, known.terms, known.whole, known.besides, known.others)

    def read(self, text: str) -> Terms:
        """The terms of the text, as an index needs them."""
        ordered: list[str] = []
        wholes: list[str] = []
        forms: list[str] = []
        seen = self._chunks
        for chunk in stretches(text):  # no word reaches over one, and most were met before
            terms, whole, written = seen.get(chunk) or self._remembered(chunk)
            ordered += terms
            forms += written
            if whole:
                wholes += whole
        return Terms(tuple(ordered), tuple(wholes), tuple(forms))

    def chunk(self, chunk: str) -> SurfaceToken:
        """What a stretch between two blanks is made of. It is not remembered."""
        plain = composed(chunk)
        words = unit_pattern(plain).findall(plain)
        if len(words) == 1:  # as most have
            known = self._terms(words[0])
            return SurfaceToken(known.terms, known.wholes, known.forms)
        every = list(map(self._terms, words))
        return SurfaceToken(
            tuple(term for word in every for term in word.terms),
            tuple(term for word in every for term in word.wholes),
            tuple(form for word in every for form in word.forms),
        )

    def content(self, chunk: str) -> tuple[list[str], list[str]]:
        """The words in a stretch between two blanks, without stop words: the first term of each, how it is written."""
        plain = composed(chunk)
        found = (word for unit in unit_pattern(plain).findall(plain) for word in words_of_number(unit))
        words = [word for word in found if self._terms(word).terms and not self.is_stop_word(word)]
        return [self._terms(word).terms[0] for word in words], words

    def terms(self, text: str) -> list[str]:
        """The terms of the text in order, and behind them the others."""
        return list(self.read(text).every)

    def likeliest(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Of the terms of one word those that it most likely stands under: the first, or that of each language."""
        return terms if self.asks else terms[:1]

    def forms(self, written: str) -> tuple[str, ...]:
        """The first word of a text as written, folded, not stemmed.

        Its parts, and behind several of them all in one piece; of a run without blanks the pairs of its characters.
        """
        plain = composed(joined_numbers(written))
        match = unit_pattern(plain).match(plain)
        return () if match is None else self._terms(match[0]).forms

    def spelled_out(self, text: str) -> str:
        """The text with every known short or foreign form of a name replaced by the name: for the model to read."""
        pieces, at = [], 0
        for unit in self.units(text):
            name = self._spelled.get(self._plain_stem(fold(text[unit.start : unit.end])))
            if name is not None:
                pieces += [text[at : unit.start].removesuffix("$"), name]
                at = unit.end
        return "".join([*pieces, text[at:]])

    def language(self, text: str) -> str:
        """The language that the text's letters tell: `uk` for mostly Cyrillic ones, else `en`."""
        if text.isascii():
            return "en"
        return "uk" if cyrillic_letters(text) * 2 > sum(map(str.isalpha, text)) else "en"

    def initials(self, terms: Set[str]) -> Set[str]:
        """What plain words with these terms begin with: lemmas and names apart, no first letter ever changes.

        Every letter where a stemmer may have changed it.
        """
        if any(map(changes_initials, self.languages)):
            return _ANY_INITIAL
        own = {term[0] for term in terms}
        irregular = self.lemmas.initials if self.lemmas else {}
        own |= {letter for term in terms if term in irregular for letter in irregular[term]}
        for alias, name in self._canonical.items():
            if name in terms:
                own |= {alias[0], *irregular.get(alias, ())}
        return own

    def is_stop_word(self, word: str) -> bool:
        """Whether a word, as written, says nothing about what is asked for."""
        return _APOSTROPHE.sub("", word.lower()) in self._stop

    def name_in_capitals(self, word: str) -> str | None:
        """The term of a stop word that capitals make a name of, such as WHO; None for any other word."""
        known = self._terms(composed(word))
        if not known.besides:
            return None
        name = f"{self._shared_terms(known.forms[0])[0] if self.languages else known.terms[0]}{_NAME}"
        return name if name in known.besides else None

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
                short = len(surface) <= LONGEST_WORD or is_run(surface)
                return self._analyze(surface) if short else _NOTHING
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            known = self._seen[surface] = self._analyze(surface)
        return known

    def _analyze(self, surface: str) -> _Known:
        if _PLAIN.fullmatch(surface):  # most words: nothing to normalise, to part or to glue
            word = surface.lower()
            stems = self._stems(word, surface)
            return _Known(stems[:1], None, (word,), _capitals(surface, word), _in_doubt([stems]))
        if is_run(surface):
            return _run(surface)
        if _IS_ACRONYM.fullmatch(surface):
            word = fold(surface.replace(".", ""))
            return _single(word, *_capitals(surface, word))
        if surface[0].isdigit() and (counted := amount(surface)):
            return self._amount(*counted)
        if _IS_NUMBER.fullmatch(surface):
            return _single(*number_terms(surface))
        return self._joined(surface)

    def _amount(self, parts: tuple[str, ...], whole: str) -> _Known:
        """A number of thousands or more: its words where it has two, and the number with a letter."""
        if len(parts) == 1:
            return _Known((whole,), None, (fold(parts[0]),))
        stems = [(parts[0],), self._stems(fold(parts[1]), parts[1])]
        return _Known(tuple(own[0] for own in stems), whole, (parts[0], fold(parts[1]), whole), (), _in_doubt(stems))

    def _joined(self, surface: str) -> _Known:
        """A word that hyphens, stops or apostrophes put together, or that has letters of other languages."""
        parts: list[str] = []
        pieces: list[str] = []
        written: list[str] = []
        for part in _BREAK.split(_POSSESSIVE.sub("", surface)):
            bare = _without_elision(part)
            own = fold(_APOSTROPHE.sub("", bare))
            if own:
                parts.append(own)
                pieces.append(fold(_APOSTROPHE.sub("", part)))
                written.append(bare)
        whole = "".join(pieces)
        stems = list(map(self._stems, parts, written))
        terms = tuple(own[0] for own in stems)
        if parts == [whole] or not whole:
            return _Known(terms, None, tuple(parts), (), _in_doubt(stems))
        glued = [self._stems(piece, piece)[0] for piece, part in zip(pieces, parts, strict=True) if piece != part]
        besides = tuple(glued) if len(parts) > 1 else ()
        first, *others = self._stems(whole, surface)
        if others and self.asks:
            stems = [(*own, *others) for own in stems]
        elif others and self.languages:
            besides += tuple(others)
        return _Known(terms, first, (*parts, whole), besides, _in_doubt(stems))

    def _stems(self, word: str, written: str) -> tuple[str, ...]:
        """The terms of a folded word, the likeliest first; `written` is the word before it was folded."""
        shared = self._shared_terms(word)
        if not self.languages or shared[0] in self._named:
            return shared
        small = _APOSTROPHE.sub("", written.lower())
        own = dict.fromkeys(stem for stemmer in self._stemmers for stem in stemmer.stems(small))
        if not own:
            return shared
        return (*own, *shared) if self.asks or written[:1].isupper() else tuple(own)

    def _shared_terms(self, word: str) -> tuple[str, ...]:
        """The terms of a folded word that carry no language, the likeliest first."""
        if is_cyrillic(word):
            stems = (self.lemmas.of(word) if self.lemmas else ()) or (ukrainian.stem(word),)
            return tuple(dict.fromkeys(self._canonical.get(stem, stem) for stem in stems))
        own = map(self._english.stemWord, english.readings(word))
        return tuple(dict.fromkeys(self._canonical.get(stem, stem) for stem in own))

    def _plain_stem(self, word: str) -> str:
        """The likeliest term of a folded word, whatever name it is read as."""
        if is_cyrillic(word):
            found = self.lemmas.of(word) if self.lemmas else ()
            return found[0] if found else ukrainian.stem(word)
        return str(self._english.stemWord(english.readings(word)[0]))


def _stop_words(languages: Sequence[str]) -> Set[str]:
    """The words that say nothing in any of these languages; a language without a list has no say."""
    lists = [found for language in languages if (found := stop_words(stemmed_language(language) or language))]
    return frozenset.intersection(*map(frozenset, lists)) if lists else STOP_WORDS


def stretches(text: str) -> list[str]:
    """The text parted at its blanks, but for those inside of numbers (12 500): no word reaches over two of them."""
    return joined_numbers(text).split()


def plain_initial(chunk: str) -> str | None:
    """The first letter, in small, of what stands between two blanks, if that is one plain word, and signs around it."""
    word = chunk.strip(_AROUND)
    if word.isascii():  # quicker than the pattern
        return word[0].lower() if word.isalpha() else None
    return word[0].lower() if _PLAIN.fullmatch(word) else None


_NOTHING = _Known((), None, ())


def _in_doubt(stems: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """For each part what it may be besides its likeliest term; empty where that is nothing of any."""
    return tuple(own[1:] for own in stems) if any(len(own) > 1 for own in stems) else ()


def _without_elision(part: str) -> str:
    elided = _ELIDED.match(part)
    return part[elided.end() :] if elided else part


def _single(term: str, *besides: str) -> _Known:
    return _Known((term,), None, (term,), besides)


def _run(surface: str) -> _Known:
    """Characters without blanks between words: pairs of them, each by itself besides."""
    single = syllables(surface)
    if len(single) < 2:
        return _Known(tuple(single), None, tuple(single))
    pairs = tuple(one + other for one, other in pairwise(single))
    return _Known(pairs, None, pairs, tuple(dict.fromkeys(single)))


def _capitals(surface: str, word: str) -> tuple[str, ...]:
    """The name that a short stop word is in capitals: WHO, IT; others are stressed by capitals."""
    named = 1 < len(word) <= _LONGEST_ACRONYM and surface.isupper() and word in STOP_WORDS and word not in _STRESSED
    return (word + _NAME,) if named else ()
