"""Words that are read otherwise than in an earlier generation, because their lemmas have changed."""

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.text.token_matrix import Flags
from search.analysis.analyzer import Analyzer
from search.analysis.characters import fold
from search.analysis.lemmas import LemmaMarks
from search.arrays import within

_ELIDED = ("", "д", "л")
"""What a Cyrillic word may have had in front of it: д'Артаньян."""

Digests = NDArray[np.uint64]


def lemma_marks(analyzer: Analyzer) -> LemmaMarks:
    """What tells the lemmas of an analyzer from those of others."""
    if analyzer.lemmas is not None:
        return analyzer.lemmas.marks
    return LemmaMarks(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64))


def relemmatized(forms: Sequence[str], differing: Digests, analyzer: Analyzer) -> Flags | None:
    """Which of the words, folded and not stemmed, have or may have other terms now, (forms,).

    `differing` are the digests of the forms whose lemmas differ, ascending. None where a name of the analyzer's table
    is among them: then any word may.
    """
    found = np.zeros(len(forms), dtype=np.bool_)
    if not len(differing):
        return found
    if _among([fold(word) for pair in analyzer.names.items() for word in pair], differing).any():
        return None
    places = [place for place, form in enumerate(forms) if not form.isascii()]
    for more in _ELIDED:
        found[places] |= _among([more + forms[place] for place in places], differing)
    return found


def _among(forms: Sequence[str], digests: Digests) -> Flags:
    own = np.fromiter((xxhash.xxh3_64_intdigest(form.encode()) for form in forms), dtype=np.uint64, count=len(forms))
    return within(own.view(np.int64), digests.view(np.int64))
