"""Several rankings into one.

A convex combination of standardised scores (Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid
Retrieval", ACM TOIS 2023, doi:10.1145/3596512): every candidate gets a score from every ranking, each ranking's
scores are brought to mean 0 and deviation 1 over the candidates, and weighed. A candidate's fused score *is* the sum
of its shares, so the explanation is the computation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]
"""(rankings, candidates)"""


@dataclass(frozen=True, slots=True)
class Leg:
    """One ranking's scores of all candidates, and the ranking's weight."""

    name: str
    scores: NDArray[np.float64]
    weight: float


def standardise(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores at mean 0 and deviation 1; all zero where they are all the same."""
    deviation = scores.std() if scores.size else 0.0
    return (scores - scores.mean()) / deviation if deviation > 0 else np.zeros_like(scores)


def fuse(legs: Sequence[Leg]) -> Shares:
    """What each leg adds to each candidate; a candidate's score is the sum of its column."""
    return np.stack([leg.weight * standardise(leg.scores) for leg in legs])
