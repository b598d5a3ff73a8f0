"""Lemmas of an archive's Ukrainian words, out of a dictionary, with all forms that these words have.

The dictionary (pymorphy3 with the words of dict_uk) is read here and nowhere else. Without it no word has a lemma, and
rules stem all of them. A form that may belong to several words (банку: банк, банка) goes to those that the archive has
otherwise: for each word the occurrences are counted of forms that can belong to no other. A dictionary's own form of
a word always stands under that word too.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from indexer.text.dictionary_forms import forms_of, occurring
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
CYRILLIC = "cyrillic.msgpack"
"""What builds remember: how often each Cyrillic word occurs."""
_FILE, _FORMS = "lemmas.msgpack", "dictionary.msgpack"
_RECIPE = "3"
"""Changes when the same words would get other lemmas, or the form of the files changes."""
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(rf"[а-яґєії]+(?:[{APOSTROPHES}][а-яґєії]+)*")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


def lemmatize(folder: Path, counts: Mapping[str, int], memory: Path) -> None:
    """Write the lemmas of Cyrillic words, of which each occurs so often, into an empty folder.

    `memory` is the folder of what builds remember: where no Cyrillic text changed, nothing is looked up again.
    """
    ordered = dict(sorted(counts.items()))

    def made() -> bytes:
        write_lemmas(folder, lemmas_of(ordered, memory / _FORMS))
        return msgspec.msgpack.encode({file.name: file.read_bytes() for file in sorted(folder.iterdir())})

    decides = dictionary_version(), _RECIPE, msgspec.json.encode(ordered).decode()
    written = remembered(memory / _FILE, decides, made)
    for name, content in msgspec.msgpack.decode(written, type=dict[str, bytes]).items():
        if not (folder / name).exists():
            (folder / name).write_bytes(content)


def cyrillic_words(articles: Iterable[Article]) -> dict[str, int]:
    """How often each Cyrillic word occurs in these articles, as `word_counts` gives it."""
    return word_counts(_cyrillic(articles))


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


def lemmas_of(counts: Mapping[str, int], memory: Path | None = None) -> dict[str, list[str]]:
    """For each folded form of the words that occur, its lemmas, folded, the likeliest first.

    `memory` is a file of what the last build looked up.
    """
    dictionary = _dictionary() if counts else None
    if dictionary is None:
        return {}
    forms = forms_of(set(counts), dictionary, dictionary_version(), memory).lemmas
    occurs = occurring(counts)
    support = _support(forms, occurs)
    return {
        form: list(lemmas) if len(lemmas) == 1 else _likeliest(form, lemmas, support, form in occurs)
        for form, lemmas in forms.items()
    }


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
    """The lemmas that a form of several may be of; if it does not occur and a dictionary has it, it is that word."""
    if form in lemmas and not occurs:
        return [form]
    least = RIVAL * max(support[lemma] for lemma in lemmas)
    ordered = sorted(lemmas, key=lambda lemma: (-support[lemma], -lemmas[lemma], lemma))
    return [lemma for lemma in ordered if support[lemma] >= least or lemma == form][:MOST]


def _cyrillic(articles: Iterable[Article]) -> Iterator[str]:
    """The texts of these articles that have Cyrillic letters."""
    return (text for article in articles for text in _texts(article) if not text.isascii() and _CYRILLIC.search(text))


def _texts(article: Article) -> tuple[str, ...]:
    return (article.title, article.description, *article.tags, *article.authors, article.text)


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
