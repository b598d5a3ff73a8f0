"""Words that mean nearly the same, by the model's vectors of single words."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.derive.nearest_words import nearest_words
from indexer.vectors.embedding_cache import VectorCache, embed
from search.analysis.analyzer import Analyzer
from search.arrays import Matrix, Rows, firsts, ranks
from search.index.calibration import UNCALIBRATED, Calibration
from search.index.postings import Postings
from search.index.related_terms import NOBODY, write_related
from search.ports import Embedder

NEAREST = "nearest.msgpack"
"""What builds remember of words that are near one another."""
FEWEST, MOST_COMMON = 4, 0.2
"""A related word stands in so many articles at least, and in this share of all at most."""
MOST = 5
"""Related words that one word has at most: fewer than LOOKED_AT, for some of the nearest are its own inflections."""
_SHORTEST = 3


def relate(
    folder: Path,
    forms: Postings,
    words: Postings,
    analyzer: Analyzer,
    languages: Collection[str],
    embedder: Embedder,
    cache: VectorCache,
    calibration: Calibration = UNCALIBRATED,
    progress: Callable[[int, int], None] = lambda *_: None,
    memory: Path | None = None,
) -> int:
    """Write the related words of an archive into an empty folder; gives how many words met the model.

    `progress` is told how many words have met it, and how many there are. `memory` is the folder of what builds
    remember: words that were compared before are not compared again.

    1. Of the words as they are written take those in a language that the model knows, the commonest.
    2. Embed each by itself.
    3. For each find the nearest that are not its own inflections, and are neither too rare nor everywhere.
    """
    asked = _worth_asking(forms, analyzer, languages, calibration.related_words)
    written = [forms.term(form) for form in asked.tolist()]
    fresh = 0

    def vectors() -> Matrix:
        nonlocal fresh
        matrix, fresh = embed(written, embedder, cache, progress)
        return matrix

    numbers_of = words.numbers()
    own = np.array([_term_number(analyzer, word, numbers_of) for word in written], dtype=np.int32)
    count = forms.frequencies[asked]
    fit = (count >= FEWEST) & (count <= MOST_COMMON * forms.size) & (own != NOBODY)
    file = memory / NEAREST if memory else None
    of, near, cosines = nearest_words(written, fit, vectors, calibration.words, embedder.fingerprint, file)
    kept = _chosen(of, own[near], own)
    place = ranks(of[kept])
    few = place < MOST
    rows, columns = asked[of[kept][few]], place[few]
    terms = np.full((len(forms), MOST), NOBODY, dtype=np.int32)
    likeness = np.zeros((len(forms), MOST), dtype=np.float32)
    terms[rows, columns] = own[near[kept][few]]
    likeness[rows, columns] = cosines[kept][few]
    write_related(folder, terms, likeness)
    return fresh


def _worth_asking(forms: Postings, analyzer: Analyzer, languages: Collection[str], most: int) -> Rows:
    """The forms that are words of a known language, ascending; of too many the `most` common."""
    plain = [
        number
        for number, form in enumerate(map(forms.term, range(len(forms))))
        if len(form) >= _SHORTEST
        and form.isalpha()
        and analyzer.language(form) in languages
        and not analyzer.is_stop_word(form)
    ]
    plain_forms = np.array(plain, dtype=np.int64)
    return np.sort(plain_forms[np.argsort(-forms.frequencies[plain_forms], kind="stable")[:most]])


def _term_number(analyzer: Analyzer, word: str, numbers: Mapping[str, int]) -> int:
    """The number of the first term of a word; NOBODY where no article has it. An analyzer that asks knows several."""
    chunk = analyzer.chunk(word)
    terms = (*chunk.ordered, *chunk.wholes) if analyzer.asks else chunk.ordered[:1]
    return next((numbers[term] for term in terms if term in numbers), NOBODY)


def _chosen(of: Rows, terms: NDArray[np.int32], own: NDArray[np.int32]) -> Rows:
    """The places of the pairs that are no inflections of the word itself, of each word every term once."""
    others = np.flatnonzero(terms != own[of])
    return others[firsts(of[others] << 32 | terms[others])]
