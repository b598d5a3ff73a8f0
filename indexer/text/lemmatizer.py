"""Lemmas of an archive's Ukrainian words, out of a dictionary, with all forms that these words have.

The dictionary (pymorphy3 with the words of dict_uk) is read here and nowhere else. Without it no word has a lemma, and
rules stem all of them. A form that may belong to several words (банку: банк, банка) goes to those that the archive has
otherwise: for each word the occurrences are counted of forms that can belong to no other. A dictionary's own form of
a word always stands under that word too.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from indexer.text.remembered import remembered
from search.analysis.characters import APOSTROPHES, composed
from search.analysis.lemmas import write_lemmas
from search.article import Article

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

RIVAL = 0.2
"""A word that has so many of the likeliest one's occurrences, or more, may be meant by a form of both."""
HEADWORD = 0.5
"""How much each occurrence of a dictionary's own form of a word counts for it, where others have that form too."""
MOST = 3
"""Lemmas that one form has at most."""
_FILE = "lemmas.msgpack"
_RECIPE = "1"
"""Changes when the same words would get other lemmas, or the form of the files changes."""
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(rf"[а-яґєії]+(?:[{APOSTROPHES}][а-яґєії]+)*")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


def lemmatize(folder: Path, articles: Sequence[Article], memory: Path) -> None:
    """Write the lemmas of all Cyrillic words of these articles into an empty folder.

    `memory` is the folder of what builds remember: where no Cyrillic text changed, nothing is looked up again.
    """

    def made() -> bytes:
        write_lemmas(folder, lemmas_of(word_counts(_cyrillic(articles))))
        return msgspec.msgpack.encode({file.name: file.read_bytes() for file in sorted(folder.iterdir())})

    decides = chain((dictionary_version(), _RECIPE), _cyrillic(articles))  # all texts at once would fill the memory
    written = remembered(memory / _FILE, decides, made)
    for name, content in msgspec.msgpack.decode(written, type=dict[str, bytes]).items():
        if not (folder / name).exists():
            (folder / name).write_bytes(content)


def word_counts(texts: Iterable[str]) -> dict[str, int]:
    """How often each Cyrillic word, in small letters and with a plain apostrophe, occurs."""
    met: Counter[str] = Counter()
    for text in texts:
        if not text.isascii():
            met.update(text.split())
    counts: Counter[str] = Counter()
    for stretch, count in met.items():
        if not stretch.isascii():
            for word in _WORD.findall(composed(stretch).lower()):
                counts[_APOSTROPHE.sub("'", word)] += count
    return dict(sorted(counts.items()))


def lemmas_of(counts: Mapping[str, int]) -> dict[str, list[str]]:
    """For each folded form of the words that occur, its lemmas, folded, the likeliest first."""
    dictionary = _dictionary() if counts else None
    if dictionary is None:
        return {}
    words = _Words(dictionary)
    for word in counts:
        words.meet(word)
    words.meet_rivals()
    occurring: Counter[str] = Counter()
    for word, count in counts.items():
        occurring[_plain(word)] += count
    support = _support(words.lemmas, occurring)
    return {form: _likeliest(form, lemmas, support, form in occurring) for form, lemmas in words.lemmas.items()}


def _support(lemmas: Mapping[str, Mapping[str, int]], occurring: Mapping[str, int]) -> dict[str, float]:
    """For each lemma how often a form occurs that can be no other's, and how often its own form does."""
    support: defaultdict[str, float] = defaultdict(float)
    for form, count in occurring.items():
        own = lemmas.get(form, ())
        if len(own) == 1:
            support[next(iter(own))] += count
        elif form in own:
            support[form] += HEADWORD * count
    return support


def _likeliest(form: str, lemmas: Mapping[str, int], support: Mapping[str, float], occurs: bool) -> list[str]:
    """The lemmas that a form may be of; one that does not occur, and that a dictionary has so, is of that word."""
    if len(lemmas) == 1 or (form in lemmas and not occurs):
        return [form] if form in lemmas else list(lemmas)
    least = RIVAL * max(support[lemma] for lemma in lemmas)
    ordered = sorted(lemmas, key=lambda lemma: (-support[lemma], -lemmas[lemma], lemma))
    return [lemma for lemma in ordered if support[lemma] >= least or lemma == form][:MOST]


class _Words:
    """The dictionary words that an archive may have, and of which of them each form is one."""

    def __init__(self, dictionary: "MorphAnalyzer") -> None:
        self._words = dictionary.dictionary
        self._met: set[tuple[str, int]] = set()
        self._written: dict[str, str] = {}
        """Each form as the dictionary has it, with its apostrophes."""
        self._paradigm = lru_cache(None)(self._affixes)
        self.lemmas: dict[str, Counter[str]] = {}
        """For each folded form its folded lemmas, each with how many of its places have that form."""

    def meet(self, word: str) -> None:
        """Take note of the words that this one is a form of, with all their forms."""
        for number, stem in self._lexemes(word):
            if (stem, number) not in self._met:
                self._met.add((stem, number))
                written = [f"{prefix}{stem}{suffix}" for prefix, suffix in self._paradigm(number)]
                lemma = _plain(written[0])
                for form in written:
                    plain = _plain(form)
                    self._written[plain] = form
                    self.lemmas.setdefault(plain, Counter())[lemma] += 1

    def meet_rivals(self) -> None:
        """Take note of all other words that forms met so far may be of."""
        for plain, written in self._written.items():
            for number, stem in self._lexemes(written):
                if (stem, number) not in self._met:
                    prefix, suffix = self._paradigm(number)[0]
                    self.lemmas[plain][_plain(f"{prefix}{stem}{suffix}")] += 1

    def _lexemes(self, word: str) -> Iterator[tuple[int, str]]:
        """The number of the paradigm, and the stem, of each dictionary word that this is a form of."""
        for number, place in self._words.words.get(word, ()):
            yield number, self._words.build_stem(self._words.paradigms[number], place, word)

    def _affixes(self, number: int) -> list[tuple[str, str]]:
        return [(prefix, suffix) for prefix, _, suffix in self._words.build_paradigm_info(number)]


def _plain(word: str) -> str:
    """A word of the dictionary, in small letters, without its apostrophes."""
    return word.replace("'", "")


def _cyrillic(articles: Iterable[Article]) -> Iterator[str]:
    """The texts of these articles that have Cyrillic letters."""
    return (text for article in articles for text in _texts(article) if not text.isascii() and _CYRILLIC.search(text))


def _texts(article: Article) -> tuple[str, ...]:
    return (article.title, article.description, *article.tags, article.text)


def dictionary_version() -> str:
    """Which dictionary is installed; empty where none is."""
    try:
        return version("pymorphy3-dicts-uk")
    except PackageNotFoundError:
        return ""


def _dictionary() -> "MorphAnalyzer | None":
    """The dictionary, where it is installed."""
    try:
        from pymorphy3 import MorphAnalyzer

        return MorphAnalyzer(lang="uk")
    except (ImportError, ValueError):
        return None
