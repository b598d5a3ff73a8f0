"""The languages that a question may be in, by which articles have its words.

Each word speaks for a language as often as its articles have it (naive Bayes, without a list of words). Languages that
are nearly as likely as the first stay in the choice: a question of one name may be in any.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.characters import is_cyrillic
from search.analysis.stemmers import stemmed_language, stemmer_of
from search.analysis.stop_words import stop_words
from search.knowledge import Knowledge
from search.query.model import Query

MARGIN = 3.0
"""How much likelier the first is than any that is left out, as a natural logarithm: twenty times."""
MOST = 8
"""Languages of the archive that a question is tried in, those of most articles first."""
_LOOKED_AT = 32
"""Words of a text that speak for its language."""
_FEW_ARTICLES = 20
"""Added to the articles of each language: what a handful of them have proves little."""
_LEAST_SHARE = 1e-4
"""The share of the articles of a language that a word is taken to have where none has it."""


class AskedLanguages(Struct, frozen=True):
    """The language of a question, and what reads its words."""

    language: str
    """The language that decides which translation is shown and whether the model can read the text."""
    analyzer: Analyzer
    likely: tuple[str, ...] = ()
    """The languages of the archive that the question may be in; none where no article's words depend on a language."""


def asked_languages(knowledge: Knowledge, query: Query) -> AskedLanguages:
    """The languages of a question, by its words.

    No filter decides on them, for the result set depends on none. `lang` still has the question read in its language:
    each article stands under the stems of its own.
    """
    said, analyzer = query.parsed.said, knowledge.analyzer
    by_letters = language_by_letters(said, analyzer)
    if not analyzer.languages:  # all terms are shared: nothing depends on more
        return AskedLanguages(by_letters, analyzer)
    likely = likely_languages(knowledge, said)
    return AskedLanguages(likely[0] if len(likely) == 1 else by_letters, analyzer.asking(likely), likely)


def language_by_letters(text: str, analyzer: Analyzer) -> str:
    """The language that the letters of a question tell: `uk` for Cyrillic words, unless more stop words are English.

    Names in Latin letters are the same in both: *ціна Bitcoin* is asked in Ukrainian.
    """
    if text.isascii():
        return "en"
    words = text.split()
    cyrillic = sum(map(is_cyrillic, words))
    english = sum(word.isascii() and analyzer.is_stop_word(word) for word in words)
    return "uk" if cyrillic > english else "en"


def likely_languages(knowledge: Knowledge, text: str) -> tuple[str, ...]:
    """The languages of the archive that a text may be in, the likeliest first; all of them where no word is known."""
    languages, analyzer = knowledge.languages[:MOST], knowledge.analyzer
    sizes = np.array(knowledge.sizes_by_language(languages), dtype=np.float64)
    likelihood = np.zeros(len(languages))
    for unit in islice(analyzer.units(text), _LOOKED_AT):
        terms = _terms_by_language(analyzer, text[unit.start : unit.end], languages)
        counts = np.array(knowledge.frequencies_by_language(terms), dtype=np.float64)
        if counts.any():
            likelihood += np.log(np.maximum(counts / (sizes + _FEW_ARTICLES), _LEAST_SHARE))
    order = np.argsort(-likelihood, kind="stable")
    best = likelihood.max()
    return tuple(languages[place] for place in order.tolist() if likelihood[place] >= best - MARGIN)


def is_spoken(knowledge: Knowledge, asked: AskedLanguages, words: str) -> bool:
    """Whether articles in one of the languages that a question may be in have each of these words.

    Stop words of these are spoken, though no article is looked up by them. Where no article's words depend on a
    language there is nothing to tell.
    """
    if not asked.likely:
        return True
    asking = asked.analyzer
    return all(
        any(word.lower() in stop_words(language) for language in asked.likely)
        or any(knowledge.frequencies_by_language(_terms_by_language(asking, word, asked.likely)))
        for word in (words[unit.start : unit.end] for unit in asking.units(words))
    )


def _terms_by_language(analyzer: Analyzer, word: str, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The terms that articles of each language have a word under: its stems there, or the shared terms."""
    shared, small = analyzer.of_article("").read(word).ordered, word.lower()
    stemmers = ((language, stemmed_language(language)) for language in languages)
    return {language: (stemmer_of(own).stems(small) if own else ()) or shared for language, own in stemmers}


def phrase_analyzers(asking: Analyzer, languages: Sequence[str]) -> list[Analyzer]:
    """What reads words that must stand in a row: articles of each language have them as stems of their own."""
    if not asking.languages:
        return [asking]
    own = [asking.of_article(language) for language in languages if stemmed_language(language)]
    return [asking.of_article(""), *own]
