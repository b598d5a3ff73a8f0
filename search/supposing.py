"""How near may an article be in meaning that has no vector? As near as others are that bear as much of the words.

An article in a language that the model does not know, of which no twin and no glossary can speak, is not far from a
question: nobody knows. Counted as 0 it would stand behind all that is a little near, whatever its words say.
"""

import numpy as np
from numpy.typing import NDArray

from search.ports import Mask

FEWEST = 5
"""How many that words found and that have a vector teach more than all that have one."""

Numbers = NDArray[np.float64]


def supposed(near: Numbers, words: Numbers, known: Mask, matched: Mask) -> Numbers:
    """What the `known`, which have vectors, let suppose of the others' `near`, (candidates,); NaN for the known.

    A line of least squares over their `words`, never falling, and never beyond what any of them has. Those that words
    found (`matched`) draw it: what only meaning found is near without words.
    """
    among = known & matched
    if np.count_nonzero(among) < FEWEST:
        among = known
    middle, away = near[among].mean(), words[among] - words[among].mean()
    spread = float(away @ away)
    slope = max(0.0, float(away @ near[among]) / spread) if spread > 0 else 0.0
    line = middle + slope * (words - words[among].mean())
    of_others: Numbers = np.where(known, np.nan, np.clip(line, near[known].min(), near[known].max()))
    return of_others
