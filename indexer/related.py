"""Which words of the archive mean nearly the same? The model is asked for a vector of each word by itself."""

from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from indexer.embedding import EmbeddingCache, embed
from search.analysis import Analyzer
from search.ports import Embedder, Matrix, Rows, Scores, VectorFormat
from search.related import LIKE, LOOKED_AT, MOST, NOBODY, chosen, write_related
from search.words import Words

ASKED_FOR = 25_000
"""Of how many words, the commonest, the related ones are looked for."""
FEWEST, MOST_COMMON = 4, 0.2
"""A related word stands in so many articles at least, and in this share of all at most."""
_SHORTEST = 3
_AT_ONCE = 1_000


def relate(
    folder: Path,
    forms: Words,
    words: Words,
    analyzer: Analyzer,
    languages: Collection[str],
    embedder: Embedder,
    cache: EmbeddingCache,
    writer: VectorFormat,
) -> int:
    """Write the related words of an archive into an empty folder; gives how many words met the model.

    1. Of the words as they are written take those in a language that the model knows, the commonest.
    2. Embed each by itself.
    3. For each find the nearest that are not its own inflections, and are neither too rare nor everywhere.
    """
    asked = _worth_asking(forms, analyzer, languages)
    written = [forms.term(form) for form in asked.tolist()]
    matrix, fresh = embed(written, embedder, cache, lambda *_: None)
    own = np.array([_number(words, analyzer, word) for word in written], dtype=np.int32)
    count = forms.frequencies[asked]
    fit = (count >= FEWEST) & (count <= MOST_COMMON * forms.size) & (own != NOBODY)
    common, numbers = matrix[fit], own[fit]
    terms = np.full((len(forms), MOST), NOBODY, dtype=np.int32)
    likeness = np.zeros((len(forms), MOST), dtype=np.float32)
    for at in range(0, len(asked), _AT_ONCE):
        for place, (near, cosines) in enumerate(_nearest(matrix[at : at + _AT_ONCE], common), at):
            kept = chosen(numbers[near].tolist(), cosines.tolist(), [int(own[place])])
            terms[asked[place], : len(kept)] = [term for term, _ in kept]
            likeness[asked[place], : len(kept)] = [like for _, like in kept]
    write_related(folder, terms, likeness, numbers, common, writer)
    return fresh


def _worth_asking(forms: Words, analyzer: Analyzer, languages: Collection[str]) -> Rows:
    """The forms that are words of a known language, ascending; of too many the commonest."""
    plain = [
        number
        for number, form in enumerate(map(forms.term, range(len(forms))))
        if len(form) >= _SHORTEST
        and form.isalpha()
        and analyzer.language(form) in languages
        and not analyzer.is_stop_word(form)
    ]
    plain_forms = np.array(plain, dtype=np.int64)
    return np.sort(plain_forms[np.argsort(-forms.frequencies[plain_forms], kind="stable")[:ASKED_FOR]])


def _number(words: Words, analyzer: Analyzer, word: str) -> int:
    """The number of a word's first term."""
    number = words.number(next(iter(analyzer.terms(word)), ""))
    return NOBODY if number is None else number


def _nearest(some: Matrix, every: Matrix) -> Iterator[tuple[Rows, Scores]]:
    """For each vector those of all that are near enough, best first, at most LOOKED_AT, and their cosines."""
    cosines = some @ every.T
    of, near = np.nonzero(cosines >= LIKE)  # few are: no need to put all in order
    found = cosines[of, near]
    order = np.lexsort((near, -found, of))
    near, found = near[order], found[order]
    begins = np.searchsorted(of, np.arange(len(some) + 1)).tolist()
    for begin, end in pairwise(begins):
        yield near[begin:end][:LOOKED_AT], found[begin:end][:LOOKED_AT]
