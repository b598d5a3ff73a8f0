"""Names that the sources of an archive go by, as readers write them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, product

from search.analysis.analyzer import Analyzer
from search.analysis.stop_words import STOP_WORDS

_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"(?:www\.)?([a-z0-9-]+)(?:\.(?:co|com|org|net))?\.[a-z]{2,18}")
_POSSESSIVE = re.compile("['’ʼ]s$")
_CASE_ENDING = re.compile("(?<=[a-z0-9])['’ʼ-](?:[ауеіиїюя]|ом|ем|єм|ові|еві|єві|ів|ою|ею|єю)$")
"""What Ukrainian puts behind a name in Latin letters: CoinDesk'у, Forbes-ом."""
_CYRILLIC = re.compile("[а-яґєії]", re.IGNORECASE)
_LEAST_LETTERS = 3
"""A shorter name is none: it is an ordinary word too often."""
_MOST_READINGS = 16
"""Of the words of one name, where words may be forms of several."""


def source_names(spelled: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """For each name that sources go by their keys, of keys and their names as people read them.

    `Financial Times (Crypto)` goes by `financial times` too, `The Block` by `block`, and `www.decrypt.co` by `decrypt`.
    `BBC` and `BBC (World)` both go by `bbc`. A name of fewer than three letters is none.
    """
    names: dict[str, tuple[str, ...]] = {}
    for key, label in spelled:
        called = dict.fromkeys(one for written in (key, label) for one in _called(written))
        for name in called:
            if sum(map(str.isalpha, name)) >= _LEAST_LETTERS:
                names[name] = (*names.get(name, ()), key)
    return names


class SourceNames:
    """The sources of an archive by the names that readers write. Safe to ask from several threads."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        """`names` are those of `source_names`."""
        self._names = names
        self._declined: tuple[Mapping[tuple[str, ...], tuple[str, ...]], frozenset[tuple[str, ...]]] | None = None

    def __bool__(self) -> bool:
        """Whether any source has a name."""
        return bool(self._names)

    def may_begin(self, word: str, analyzer: Analyzer) -> bool:
        """Whether the name of a source may begin with a word. Nearly none does, so most texts are read quickly."""
        plain = plain_name(word).replace(" ", "")
        place = bisect_left(self._in_order, plain)
        if "." in word or any(name.startswith(plain) for name in self._in_order[place : place + 1]):
            return True
        if not _CYRILLIC.search(word):
            return False
        from search.analysis.transliteration import sounds_of_cyrillic

        if not self._first_sounds.isdisjoint(sounds_of_cyrillic(word.casefold())):
            return True
        lemmas = self._first_lemmas(analyzer)
        return bool(lemmas) and any(reading[:1] in lemmas for reading in _readings(word, analyzer))

    def called(self, written: str, analyzer: Analyzer) -> tuple[str, ...]:
        """The keys of the sources that go by a name, with or without its blanks, hyphens and ending of a domain.

        No blank is left out beside a stop word: *day to day* does not name Today.
        """
        plain = plain_name(written)
        found = self._names.get(plain)
        if not found and not any(part in STOP_WORDS or analyzer.is_stop_word(part) for part in _parts(plain)):
            found = self._closed_up.get(closed_up(plain))
        return found or self._names.get(without_ending(written), ())

    def spellings(self, written: str) -> tuple[str, ...]:
        """What must be no ordinary word, for a name to be one: as it is written, and without its blanks if it has more.

        *Back ground* names Background only where neither is said by others.
        """
        plain = without_ending(written) or plain_name(written)
        return (plain,) if plain in self._names else tuple(dict.fromkeys((plain, closed_up(plain))))

    def inflected(self, written: str, analyzer: Analyzer) -> tuple[str, ...]:
        """The keys of the sources of which a text in Cyrillic letters is the name in any case of declension."""
        if not _CYRILLIC.search(written):
            return ()
        declined = self._by_lemmas(analyzer)
        found = (declined.get(reading) for reading in _readings(written, analyzer)) if declined else ()
        return next(filter(None, found), ())

    def sounding(self, written: str) -> tuple[str, ...]:
        """The keys of the sources of whose names in Latin letters a text is the Cyrillic spelling, in any case."""
        if not _CYRILLIC.search(written):
            return ()
        from search.analysis.transliteration import (  # 4 ms, for texts in Cyrillic letters only
            LIKENESS,
            likeness,
            sounds_of_cyrillic,
        )

        small = written.casefold()
        words = _WORD.findall(small)
        sounds = [sounds_of_cyrillic(word) for word in words]
        if not all(sounds):
            return ()
        found = (self._by_sound.get(" ".join(choice)) for choice in islice(product(*sounds), _MOST_READINGS))
        alike = ((likeness(words, closed_up(name)), keys) for name, keys in filter(None, found))
        return next((keys for like, keys in alike if like >= LIKENESS), ())

    @cached_property
    def _closed_up(self) -> dict[str, tuple[str, ...]]:
        """The same names without blanks."""
        return {closed_up(name): keys for name, keys in self._names.items()}

    @cached_property
    def _by_sound(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The names in Latin letters, each with its keys, by how they sound."""
        from search.analysis.transliteration import LEAST_SOUNDS, sounds_of_latin

        sounds: dict[str, tuple[str, tuple[str, ...]]] = {}
        for name, keys in self._names.items():
            for sounding in islice(product(*map(sounds_of_latin, name.split())), _MOST_READINGS):
                sound = " ".join(sounding)
                if name.isascii() and len(sound) >= LEAST_SOUNDS:
                    sounds.setdefault(sound, (name, keys))
        return sounds

    @cached_property
    def _in_order(self) -> list[str]:
        """The names without blanks, in order."""
        return sorted(self._closed_up)

    @cached_property
    def _first_sounds(self) -> frozenset[str]:
        """How the first word of each name in Latin letters sounds."""
        return frozenset(sound.partition(" ")[0] for sound in self._by_sound)

    def _first_lemmas(self, analyzer: Analyzer) -> frozenset[tuple[str, ...]]:
        """The lemma of the first word of each name in Cyrillic letters."""
        return self._declined_by(analyzer)[1]

    def _by_lemmas(self, analyzer: Analyzer) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """The names in Cyrillic letters by the likeliest lemmas of their words."""
        return self._declined_by(analyzer)[0]

    def _declined_by(
        self, analyzer: Analyzer
    ) -> tuple[Mapping[tuple[str, ...], tuple[str, ...]], frozenset[tuple[str, ...]]]:
        """Both, made once: all analyzers of one archive agree on shared terms."""
        if self._declined is None:
            cyrillic = ((name, keys) for name, keys in self._names.items() if _CYRILLIC.search(name))
            names = {tuple(analyzer.of_article("").read(name).ordered): keys for name, keys in cyrillic}
            self._declined = names, frozenset(lemmas[:1] for lemmas in names)
        return self._declined


def _readings(written: str, analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
    """What the words of a text may be forms of, the likeliest first."""
    shared = analyzer.of_article("")
    parts: Sequence[tuple[str, ...]] = [
        unit.alternatives(part) for unit in shared.units(written) for part in range(len(unit.terms))
    ]
    return islice(product(*parts), _MOST_READINGS)


def closed_up(plain: str) -> str:
    """A plain name without its blanks."""
    return plain.replace(" ", "")


def _parts(plain: str) -> list[str]:
    """The words of a plain name of several."""
    return plain.split() if " " in plain else []


def _called(written: str) -> Iterator[str]:
    for name in (written, written.partition("(")[0], without_ending(written)):
        words = plain_name(name)
        yield from (words, words.removeprefix("the "))


def without_ending(name: str) -> str:
    """What a domain is called by: `decrypt` of `www.decrypt.co`, `pravda` of `pravda.com.ua`; empty for other names.

    `news.example.org` is called by none of its parts.
    """
    found = _DOMAIN.fullmatch(name.lower())
    return found[1] if found else ""


def plain_name(name: str) -> str:
    """A name as names are compared: its words in small letters, without a possessive's end or that of a case."""
    return " ".join(_WORD.findall(_CASE_ENDING.sub("", _POSSESSIVE.sub("", name.casefold()))))
