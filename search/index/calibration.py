"""The meaning of one model's scores: which similarity is near, and how likely an article answers a question.

The curves are logistic regressions over the features of `search.engine.confidence`. `scripts/calibrate.py` fits them
on judged sets, and docs/calibration.md shows how reliable they are.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray


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

    def semantic_floor(self, best: float) -> float:
        """The similarity that an article must exceed, given the best one in the archive; 2 where nothing can."""
        return 2.0 if best < self.least else max(self.floor, self.share * best)


UNCALIBRATED = Calibration(least=0.3, floor=0.25, share=0.5)
"""For a model that nobody has calibrated: careful, and without a confidence."""

BUILT_IN_CALIBRATION = Calibration(
    least=0.3,
    floor=0.22,
    share=0.5,
    curves={
        "hybrid": RelevanceCurves(
            answerable=LogisticCurve(
                -15.49,
                {
                    "best": 3.164,
                    "best_similarity": 5.372,
                    "unmet": -8.074,
                    "unmet_rarity": 1.596,
                    "best_coverage": 8.418,
                    "first_coverage": 0.052,
                    "log_words": 1.78,
                    "log_rarity": 1.475,
                },
            ),
            relevant=LogisticCurve(
                -6.842,
                {
                    "score": 11.41,
                    "best": -1.848,
                    "log_rank": -0.5166,
                    "lead_3": -1.216,
                    "lead_10": 1.243,
                    "lead_50": 1.763,
                    "coverage": -0.5592,
                    "similarity": -10.66,
                    "likeness": 3.654,
                    "title_coverage": 0.4029,
                    "timed": -0.6847,
                    "log_words": -0.2082,
                    "log_rarity": 0.3952,
                    "unmet": 0.4022,
                    "names_missing": -1.184,
                },
            ),
        ),
        "keyword": RelevanceCurves(
            answerable=LogisticCurve(
                -14.63,
                {
                    "best": 8.066,
                    "unmet": -11.46,
                    "unmet_rarity": 1.709,
                    "best_coverage": 4.938,
                    "first_coverage": 4.218,
                    "log_words": 3.928,
                    "log_rarity": 1.423,
                },
            ),
            relevant=LogisticCurve(
                -3.237,
                {
                    "score": -1.787,
                    "best": 0.558,
                    "log_rank": -0.6572,
                    "lead_3": 0.9628,
                    "lead_10": -2.455,
                    "lead_50": 0.1458,
                    "coverage": 2.142,
                    "title_coverage": 4.353,
                    "timed": 0.8293,
                    "log_words": -0.2444,
                    "log_rarity": 0.4728,
                    "unmet": 0.6627,
                    "names_missing": -1.708,
                },
            ),
        ),
        "semantic": RelevanceCurves(
            answerable=LogisticCurve(
                -11.11, {"best": 3.587, "best_similarity": 9.315, "lead_10": 18.79, "log_words": 1.149}
            ),
            relevant=LogisticCurve(
                -5.003,
                {
                    "score": 23.08,
                    "best": -4.803,
                    "log_rank": -0.5083,
                    "lead_3": -0.3974,
                    "lead_10": 1.166,
                    "lead_50": 4.624,
                    "similarity": -17.71,
                    "likeness": 0.1642,
                    "timed": -2.255,
                    "log_words": -0.3112,
                },
            ),
        ),
    },
)
"""For all-MiniLM-L6-v2, as `scripts/calibrate.py` fitted it on set B, SciFact and Cranfield."""
