"""Related terms: words that mean nearly the same. `theft`: steal, crime; `taxman`: tax, IRS.

The model judges the words of an archive one by one when it is built. To have it read those that only a question has
took as long as the question itself, and no judged set gained by it (docs/experiments.md). What is near is no match,
only a reason to rank higher among what was found.

Of a language that the model does not read, words of one family are related instead, told by how they begin: `катування`
and `катувати`, `заміна` and `замінити`, and a name that translators spell in two ways.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import mapped
from search.index.postings import Postings
from search.knowledge import RelatedTerms
from search.ports import KeywordQuery, WeightedTerm

NOBODY = -1
"""Filler where there is no further related word."""
STEM, MOST = 5, 8
"""The letters that words of one family begin with, and how many of them count, the likest."""


class Related(Struct, frozen=True):
    """What a generation knows of related words."""

    terms: NDArray[np.int32]
    """For each form the numbers of its related terms, NOBODY behind the last: (forms, most)."""
    likeness: NDArray[np.float32]
    """Their cosines, (forms, most)."""

    def of(self, form: int) -> RelatedTerms:
        """What is related to a form of the archive."""
        pairs = zip(self.terms[form].tolist(), self.likeness[form].tolist(), strict=True)
        return [(term, likeness) for term, likeness in pairs if term != NOBODY]


def related_to(query: KeywordQuery, related: Related, forms: Postings) -> dict[WeightedTerm, RelatedTerms]:
    """What is related to each word of a question, where something is."""
    numbers = zip(query.words, map(forms.number, _written(query.words)), strict=True)
    found = {word: related.of(form) for word, form in numbers if form is not None}
    return {word: near for word, near in found.items() if near}


def family_of(words: Iterable[WeightedTerm], postings: Postings) -> dict[WeightedTerm, RelatedTerms]:
    """For each of the words the terms that begin as it does, where there are some; likeness is what they share.

    That is the share of both words' letters that stand in their common beginning, 0 to 1.
    """
    found = {word: _family(word, postings) for word in words if word.terms}
    return {word: near for word, near in found.items() if near}


def _family(word: WeightedTerm, postings: Postings) -> RelatedTerms:
    term = word.terms[0]
    if len(term) < STEM:
        return []
    near: RelatedTerms = []
    numbers = postings.starting_with(term[:STEM])
    for number, other in zip(numbers, postings.terms(numbers), strict=True):
        if other not in word.terms:
            same = STEM + _shared(term[STEM:], other[STEM:])
            near.append((number, 2 * same / (len(term) + len(other))))
    return sorted(near, key=lambda one: -one[1])[:MOST]


def _shared(one: str, other: str) -> int:
    """With how many letters both words begin."""
    for place, (letter, same) in enumerate(zip(one, other, strict=False)):
        if letter != same:
            return place
    return min(len(one), len(other))


def _written(words: Sequence[WeightedTerm]) -> list[str]:
    """Each word by itself in small letters: `coin-vault`, which is two words, as `coin` and as `vault`."""
    met: Counter[str] = Counter()
    written = []
    for word in words:
        parts = word.text.lower().replace("’", "'").removesuffix("'s").split("-")
        written.append(parts[min(met[word.text], len(parts) - 1)])
        met[word.text] += 1
    return written


def related_share(
    query: KeywordQuery, near: Mapping[WeightedTerm, RelatedTerms], words: Postings
) -> NDArray[np.float64]:
    """The share of the query's idf that each article has by related words alone, 0 to 1: (articles,).

    A word that an article contains itself adds nothing; else the nearest of its related words there adds its likeness.
    """
    share = np.zeros(words.size)
    for word, terms in near.items():
        best = np.zeros(words.size)
        for term, likeness in sorted(terms, key=lambda one: one[1]):  # what is written last stays: the nearest
            best[words.rows_of(term)] = likeness
        best[words.rows(word.terms)] = 0.0
        share += word.idf * best
    return share / query.idf


def write_related(folder: Path, terms: NDArray[np.int32], likeness: NDArray[np.float32]) -> None:
    """Write what `Related` says into an empty folder."""
    np.save(folder / "terms.npy", terms, allow_pickle=False)
    np.save(folder / "likeness.npy", likeness, allow_pickle=False)


def open_related(folder: Path) -> Related:
    """Open what `write_related` wrote."""
    return Related(mapped(folder / "terms.npy"), mapped(folder / "likeness.npy"))
