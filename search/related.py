"""Which words of the archive mean nearly the same as this one? `purses`: wallet, pocket; `taxman`: tax, IRS.

The model judges words one by one: those of the archive when it is built, others when they are asked for. What it finds
near is no match, only a reason to stand further ahead among what was found.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import mapped
from search.keywords import KeywordQuery, Word
from search.ports import Matrix, Rows, Scores, VectorFormat, VectorIndex
from search.words import Words

LIKE = 0.5
"""The least cosine of two words that mean nearly the same: docs/experiments.md has what others give."""
MOST = 5
"""Related words that one word has at most."""
LOOKED_AT = MOST + 3
"""How many of the nearest are looked at: some are inflections of the word itself."""
ASKED = 4
"""Of how many words that the archive does not have, the model is asked; each takes it a millisecond or two."""
NOBODY = -1
"""What stands where there is no further related word."""

Near = list[tuple[int, float]]
"""Numbers of terms, nearest first, each with its likeness, 0 to 1."""


class Related(Struct, frozen=True):
    """What a generation knows of related words."""

    terms: NDArray[np.int32]
    """For each form the numbers of its related terms, NOBODY behind the last: (forms, MOST)."""
    likeness: NDArray[np.float32]
    """Their cosines, (forms, MOST)."""
    common: NDArray[np.int32]
    """The numbers of all terms that may be related to a word, (common,)."""
    vectors: VectorIndex
    """A vector for each of these, (common, dimension)."""

    def of(self, form: int) -> Near:
        """What is related to a form of the archive."""
        pairs = zip(self.terms[form].tolist(), self.likeness[form].tolist(), strict=True)
        return [(term, likeness) for term, likeness in pairs if term != NOBODY]

    def nearest(self, vector: Scores, own: Sequence[int]) -> Near:
        """What is related to any word by its vector; `own` are the numbers of its own terms."""
        if not len(self.common):
            return []
        near = self.vectors.similarities(vector)
        enough = np.flatnonzero(near >= LIKE)  # a few of thousands, so that few are put in order
        best = enough[np.argsort(-near[enough], kind="stable")[:LOOKED_AT]]
        return chosen(self.common[best].tolist(), near[best].tolist(), own)


def chosen(terms: Sequence[int], likeness: Sequence[float], own: Sequence[int]) -> Near:
    """Of these terms, nearest first, those that are related to a word and not the word itself."""
    kept: dict[int, float] = {}
    for term, like in zip(terms, likeness, strict=True):
        if like >= LIKE and term not in own:
            kept.setdefault(term, like)
    return list(kept.items())[:MOST]


def related_to(
    query: KeywordQuery, related: Related, words: Words, forms: Words, embed: Callable[[str], Callable[[], Scores]]
) -> Callable[[], dict[Word, Near]]:
    """How to wait for what is related to each word of a question.

    `embed` has the model read a word that the archive does not have, and gives how to wait for its vector.
    """
    known: dict[Word, Near] = {}
    asked: dict[Word, Callable[[], Scores]] = {}
    for word, written in zip(query.words, _written(query.words), strict=True):
        form = forms.number(written)
        if form is not None:
            known[word] = related.of(form)
        elif len(asked) < ASKED and written.isalpha():
            asked[word] = embed(written)

    def waited() -> dict[Word, Near]:
        found = known | {
            word: related.nearest(vector(), [n for n in map(words.number, word.terms) if n is not None])
            for word, vector in asked.items()
        }
        return {word: near for word, near in found.items() if near}

    return waited


def _written(words: Sequence[Word]) -> list[str]:
    """Each word by itself in small letters: `coin-vault`, which is two words, as `coin` and as `vault`."""
    met: Counter[str] = Counter()
    written = []
    for word in words:
        parts = word.text.lower().replace("’", "'").removesuffix("'s").split("-")
        written.append(parts[min(met[word.text], len(parts) - 1)])
        met[word.text] += 1
    return written


def borne(query: KeywordQuery, near: Mapping[Word, Near], rows: Rows, words: Words) -> NDArray[np.float64]:
    """The share of the question's rarity that each article bears by related words alone, 0 to 1: (rows,).

    A word that an article contains itself adds nothing; else the nearest of its related words there adds its likeness.
    """
    share = np.zeros(len(rows))
    for word, terms in near.items():
        best = np.zeros(len(rows))
        for term, likeness in terms:
            np.maximum(best, likeness, out=best, where=words.among(rows, [term]))
        best[words.among(rows, [number for number in map(words.number, word.terms) if number is not None])] = 0.0
        share += word.rarity * best
    return share / query.rarity


def write_related(
    folder: Path,
    terms: NDArray[np.int32],
    likeness: NDArray[np.float32],
    common: NDArray[np.int32],
    vectors: Matrix,
    writer: VectorFormat,
) -> None:
    """Write what `Related` says into an empty folder."""
    np.save(folder / "terms.npy", terms, allow_pickle=False)
    np.save(folder / "likeness.npy", likeness, allow_pickle=False)
    np.save(folder / "common.npy", common, allow_pickle=False)
    (folder / "vectors").mkdir()
    writer.write(folder / "vectors", vectors)


def open_related(folder: Path, open_vectors: Callable[[Path], VectorIndex]) -> Related:
    """Open what `write_related` wrote."""
    return Related(
        terms=mapped(folder / "terms.npy"),
        likeness=mapped(folder / "likeness.npy"),
        common=mapped(folder / "common.npy"),
        vectors=open_vectors(folder / "vectors"),
    )
