"""The meaning of one model's scores: which similarity is near, and how likely an article answers a question.

The curves are logistic regressions over the features of `search.engine.confidence`. `scripts/calibrate.py` fits them
on judged sets, and docs/explanation/calibration.md shows how reliable they are.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from search.similarity import SimilarityScale

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


class Calibration(msgspec.Struct, frozen=True, omit_defaults=True):
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
    scale: SimilarityScale = SimilarityScale()
    """Of questions and articles; every similarity above is on this scale."""
    words: SimilarityScale = SimilarityScale()
    """Of single words, which decides which are related."""

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

STRONG_CALIBRATION = Calibration(
    least=0.3, floor=0.25, share=0.5, scale=SimilarityScale(gain=0.99, offset=-0.03), words=SimilarityScale()
)
"""For all-mpnet-base-v2: the scale is fitted on 60 pairs of set B (relevant .519, any .224). It has no curves yet."""

MULTILINGUAL_CALIBRATION = Calibration(
    least=0.15,
    floor=0.12,
    share=0.65,
    scale=SimilarityScale(gain=4.7, offset=-3.6),
    words=SimilarityScale(gain=6.0, offset=-5.05),
)
"""For multilingual-e5-small: relevant .884 and any .822 over 1,300 Ukrainian articles, .853 and .792 in English.

Of pairs of single words .7 % are above a cosine of .910 in English and .939 in Ukrainian. A question in one language
and an article in another, unlike in subject, have .74; alike .81 to .87. It has no curves yet.
"""

BUILT_IN_CALIBRATION = Calibration(
    least=0.3,
    floor=0.22,
    share=0.5,
    curves={
        "hybrid": RelevanceCurves(
            answerable=LogisticCurve(
                -13.33,
                {
                    "best": 1.632,
                    "best_similarity": 6.414,
                    "unmet": -9.106,
                    "unmet_rarity": 1.592,
                    "best_coverage": 8.315,
                    "first_coverage": -0.467,
                    "log_words": 2.132,
                    "log_rarity": 1.148,
                },
            ),
            relevant=LogisticCurve(
                -9.168,
                {
                    "score": 6.385,
                    "best": 0.5529,
                    "log_rank": -0.1552,
                    "lead_3": -2.058,
                    "lead_10": 0.04478,
                    "lead_50": 1.209,
                    "coverage": -0.8899,
                    "similarity": -6.237,
                    "likeness": 6.338,
                    "title_coverage": 0.6633,
                    "timed": -0.4966,
                    "log_words": -0.447,
                    "log_rarity": 0.07275,
                    "unmet": 1.036,
                    "names_missing": -1.211,
                    "score_z": 1.244,
                    "similarity_z": -0.37,
                    "likeness_z": -0.4562,
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
                    "log_words": 4.586,
                    "log_rarity": 0.6732,
                },
            ),
            relevant=LogisticCurve(
                -3.478,
                {
                    "score": 0.7405,
                    "score_z": 0.2411,
                    "best": -0.2157,
                    "log_rank": -0.4022,
                    "lead_3": 1.894,
                    "lead_10": -3.633,
                    "lead_50": 1.726,
                    "coverage": 1.976,
                    "title_coverage": 4.016,
                    "timed": 0.8593,
                    "log_words": -0.2114,
                    "log_rarity": 0.09932,
                    "unmet": 1.348,
                    "names_missing": -1.699,
                },
            ),
        ),
        "semantic": RelevanceCurves(
            answerable=LogisticCurve(
                -11.18,
                {
                    "best": 1.587,
                    "best_similarity": 11.38,
                    "lead_10": 20.37,
                    "log_words": 1.43,
                },
            ),
            relevant=LogisticCurve(
                -9.065,
                {
                    "score": 6.928,
                    "best": 1.414,
                    "log_rank": -0.01492,
                    "lead_3": -1.342,
                    "lead_10": -2.073,
                    "lead_50": 2.006,
                    "similarity": -6.477,
                    "likeness": 5.907,
                    "timed": -1.18,
                    "log_words": -0.7231,
                    "score_z": 1.977,
                    "similarity_z": -0.5131,
                    "likeness_z": -0.8169,
                },
            ),
        ),
    },
)
"""For all-MiniLM-L6-v2, as `scripts/calibrate.py` fitted it on set B, SciFact and Cranfield."""
