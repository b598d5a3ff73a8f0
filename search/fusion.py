"""Several rankings into one: a hit's score is the sum of its shares, so the explanation is the computation.

A convex combination of scores, not of ranks (Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid
Retrieval", ACM TOIS 2023, doi:10.1145/3596512): each ranking's scores are brought by its own bounds to a scale that
does not depend on which other candidates there are, so a share means the same on every page and under every filter.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Shares = NDArray[np.float64]
"""(rankings, candidates)"""


class Leg(Struct, frozen=True):
    """One ranking's scores of all candidates (candidates,), what they count for, and how steeply they count."""

    name: str
    scores: NDArray[np.float64]
    weight: float
    power: float = 1.0


def fuse(legs: Sequence[Leg]) -> Shares:
    """What each leg adds to each candidate: weight * score^power; a negative score counts as it is."""
    return np.stack([leg.weight * _raised(leg.scores, leg.power) for leg in legs])


def _raised(scores: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    return scores if power == 1.0 else np.sign(scores) * np.abs(scores) ** power
