"""The meaning of one model's scores: which similarity is near, and how likely an article answers a question.

The curves are logistic regressions over the features of `search.engine.confidence`. `scripts/calibrate.py` fits them
on judged sets, and docs/explanation/calibration.md shows how reliable they are.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

LEXICAL_SLOPE = 2.5
"""How much less words count for each whole of similarity that the nearest article has more."""
LIGHTEST, HEAVIEST = 0.4, 1.6
"""Within what words count for."""


class LogisticCurve(msgspec.Struct, frozen=True):
    """A probability by features: the logistic function of an intercept and a weighted sum."""

    intercept: float
    weights: dict[str, float]

    def probability(self, features: Mapping[str, Any]) -> NDArray[np.float64]:
        """The probability for each line of features, 0 to 1; every weight's feature must be among them."""
        total: Any = self.intercept
        for name, weight in self.weights.items():
            total = total + weight * features[name]
        probability: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(total, -50, 50)))
        return probability


class RelevanceCurves(msgspec.Struct, frozen=True):
    """How likely the archive answers a question at all, and how likely an article does where it answers."""

    answerable: LogisticCurve
    relevant: LogisticCurve


class Calibration(msgspec.Struct, frozen=True):
    """What the similarities of one model mean. It is kept in the manifest, beside the model's fingerprint."""

    least: float
    """A query whose best similarity in the whole archive is below this has no answer by meaning."""
    floor: float
    """No article below this similarity answers by meaning alone."""
    share: float
    """Nor one below this share of the query's best similarity."""
    curves: dict[str, RelevanceCurves] = {}
    """By mode; empty for a model that nobody has calibrated."""
    balanced: float = 0.58
    """The similarity of the nearest article at which words and meaning have their measured weights."""

    def semantic_floor(self, best: float) -> float:
        """The similarity that an article must exceed, given the best one in the archive; 2 where nothing can."""
        return 2.0 if best < self.least else max(self.floor, self.share * best)

    def lexical_weight(self, nearest: float) -> float:
        """What words count for beside meaning, given the similarity of the nearest article of the archive; mostly 1.

        The nearer it is, the surer meaning has understood the question, and the less words have to say. 1 for a model
        that nobody has calibrated.
        """
        if not self.curves:
            return 1.0
        return min(HEAVIEST, max(LIGHTEST, 1 + LEXICAL_SLOPE * (self.balanced - nearest)))


UNCALIBRATED = Calibration(least=0.3, floor=0.25, share=0.5)
"""For a model that nobody has calibrated: careful, and without a confidence."""

BUILT_IN_CALIBRATION = Calibration(
    least=0.3,
    floor=0.22,
    share=0.5,
    curves={
        "hybrid": RelevanceCurves(
            answerable=LogisticCurve(
                -13.61,
                {
                    "best": 1.918,
                    "best_similarity": 6.055,
                    "unmet": -8.876,
                    "unmet_rarity": 1.6,
                    "best_coverage": 8.607,
                    "first_coverage": -0.5855,
                    "log_words": 2.258,
                    "log_rarity": 1.092,
                },
            ),
            relevant=LogisticCurve(
                -8.329,
                {
                    "score": 11.33,
                    "best": -0.8075,
                    "log_rank": -0.3711,
                    "lead_3": -1.089,
                    "lead_10": 2.622,
                    "lead_50": -0.44,
                    "coverage": -0.4401,
                    "similarity": -11.48,
                    "likeness": 5.591,
                    "title_coverage": 0.567,
                    "timed": -0.5178,
                    "log_words": 0.06471,
                    "log_rarity": -0.09873,
                    "unmet": 1.416,
                    "names_missing": -1.31,
                },
            ),
        ),
        "keyword": RelevanceCurves(
            answerable=LogisticCurve(
                -12.77,
                {
                    "best": 6.683,
                    "unmet": -12.07,
                    "unmet_rarity": 1.823,
                    "best_coverage": 4.776,
                    "first_coverage": 4.155,
                    "log_words": 4.585,
                    "log_rarity": 0.6739,
                },
            ),
            relevant=LogisticCurve(
                -2.09,
                {
                    "score": 4.456,
                    "best": -3.767,
                    "log_rank": -0.6433,
                    "lead_3": -0.1131,
                    "lead_10": -1.185,
                    "lead_50": 2.837,
                    "coverage": 1.104,
                    "title_coverage": 3.792,
                    "timed": 1.119,
                    "log_words": 0.6395,
                    "log_rarity": -0.5331,
                    "unmet": 1.383,
                    "names_missing": -1.591,
                },
            ),
        ),
        "semantic": RelevanceCurves(
            answerable=LogisticCurve(
                -11.02, {"best": 1.513, "best_similarity": 11.27, "lead_10": 18.98, "log_words": 1.481}
            ),
            relevant=LogisticCurve(
                -7.762,
                {
                    "score": 13.04,
                    "best": -2.218,
                    "log_rank": -0.3404,
                    "lead_3": -0.4659,
                    "lead_10": 1.488,
                    "lead_50": 1.544,
                    "similarity": -9.406,
                    "likeness": 5.558,
                    "timed": -1.134,
                    "log_words": -0.5359,
                },
            ),
        ),
    },
)
"""For all-MiniLM-L6-v2, as `scripts/calibrate.py` fitted it on set B, SciFact and Cranfield."""
