"""The languages that a question may be in, by which articles have its words.

Each word speaks for a language as often as its articles have it (naive Bayes, without a list of words). Languages that
are nearly as likely as the first stay in the choice: a question of one name may be in any.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.analysis.analyzer import Analyzer
from search.analysis.stemmers import stemmed_language, stemmer_of
from search.arrays import Mask
from search.index.snapshot import Snapshot
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


def asked_languages(snapshot: Snapshot, query: Query) -> AskedLanguages:
    """The languages of a question, by its words.

    No filter decides on them, for the result set depends on none. `lang` still has the question read in its language:
    each article stands under the stems of its own.
    """
    said = query.parsed.said
    by_letters = snapshot.analyzer.language(said)
    if not snapshot.analyzer.languages:  # all terms are shared: nothing depends on more
        return AskedLanguages(by_letters, snapshot.analyzer)
    likely = likely_languages(snapshot, said)
    return AskedLanguages(likely[0] if len(likely) == 1 else by_letters, snapshot.analyzer.asking(likely))


def likely_languages(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """The languages of the archive that a text may be in, the likeliest first; all of them where no word is known."""
    languages = snapshot.languages[:MOST]
    masks = [snapshot.columns.in_language(language) for language in languages]
    sizes = np.array([mask.sum() for mask in masks], dtype=np.float64)
    likelihood = np.zeros(len(languages))
    for unit in islice(snapshot.analyzer.units(text), _LOOKED_AT):
        counts = _counts(snapshot, text[unit.start : unit.end], languages, masks)
        if counts.any():
            likelihood += np.log(np.maximum(counts / (sizes + _FEW_ARTICLES), _LEAST_SHARE))
    order = np.argsort(-likelihood, kind="stable")
    best = likelihood.max()
    return tuple(languages[place] for place in order.tolist() if likelihood[place] >= best - MARGIN)


def _counts(snapshot: Snapshot, word: str, languages: Sequence[str], masks: Sequence[Mask]) -> NDArray[np.float64]:
    """How many articles of each language have a word, in any inflection that the language knows, (languages,)."""
    small = word.lower()
    shared = snapshot.postings.rows(snapshot.analyzer.of_article("").read(word).ordered)
    counts = []
    for language, mask in zip(languages, masks, strict=True):
        own = stemmed_language(language)
        stems = stemmer_of(own).stems(small) if own else ()
        counts.append(snapshot.postings.frequency(stems) if stems else int(mask[shared].sum()))
    return np.array(counts, dtype=np.float64)


def phrase_analyzers(snapshot: Snapshot) -> list[Analyzer]:
    """What reads words that must stand in a row: articles of each language have them as stems of their own."""
    asking = snapshot.analyzer
    if not asking.languages:
        return [asking]
    own = [asking.of_article(language) for language in snapshot.languages if stemmed_language(language)]
    return [asking.of_article(""), *own]
