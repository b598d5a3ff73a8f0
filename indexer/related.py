"""Which words of the archive mean nearly the same? The model is asked for a vector of each word by itself."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import EmbeddingCache, embed
from search.analysis import Analyzer
from search.ports import Embedder, Matrix, Rows, VectorFormat
from search.related import LOOKED_AT, MOST, NOBODY, chosen, write_related
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
    terms = np.full((len(forms), MOST), NOBODY, dtype=np.int32)
    likeness = np.zeros((len(forms), MOST), dtype=np.float32)
    for at in range(0, len(asked), _AT_ONCE):
        near, cosines = _nearest(matrix[at : at + _AT_ONCE], matrix[fit])
        for place, (numbers, found) in enumerate(zip(own[fit][near].tolist(), cosines.tolist(), strict=True), at):
            kept = chosen(numbers, found, [int(own[place])])
            terms[asked[place], : len(kept)] = [term for term, _ in kept]
            likeness[asked[place], : len(kept)] = [like for _, like in kept]
    write_related(folder, terms, likeness, own[fit], matrix[fit], writer)
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


def _nearest(some: Matrix, every: Matrix) -> tuple[Rows, NDArray[np.float32]]:
    """For each vector the nearest of all, best first, and their cosines: (some, at most LOOKED_AT) each."""
    cosines = some @ every.T
    count = min(LOOKED_AT, cosines.shape[1])
    near = (
        np.argpartition(-cosines, count - 1, axis=1)[:, :count] if count else np.zeros((len(some), 0), dtype=np.int64)
    )
    near.sort(axis=1)
    order = np.argsort(-np.take_along_axis(cosines, near, axis=1), axis=1, kind="stable")
    near = np.take_along_axis(near, order, axis=1)
    return near, np.take_along_axis(cosines, near, axis=1)
