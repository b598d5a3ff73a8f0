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
    related_words: int = 25_000
    """Of how many words, the commonest, the related ones are looked for: each is a text that the model must read."""
    time_weight: float = 0.15
    """What a time that the question names counts for beside this model's similarities."""

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
    least=0.3,
    floor=0.25,
    share=0.5,
    scale=SimilarityScale(gain=0.99, offset=-0.03),
    related_words=8_000,
)
"""For all-mpnet-base-v2: the scale is fitted on 60 pairs of set B (relevant .519, any .224). It has no curves yet."""

MULTILINGUAL_CALIBRATION = Calibration(
    least=0.15,
    floor=0.12,
    share=0.65,
    scale=SimilarityScale(gain=4.7, offset=-3.6),
    words=SimilarityScale(gain=6.0, offset=-5.05),
    related_words=8_000,
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
                -10.77,
                {
                    "best": -0.3502,
                    "best_similarity": 7.243,
                    "unmet": -7.917,
                    "unmet_rarity": 2.012,
                    "best_coverage": 9.385,
                    "first_coverage": 0.6212,
                    "log_words": 2.985,
                    "log_rarity": -0.456,
                },
            ),
            relevant=LogisticCurve(
                -9.118,
                {
                    "score": 6.28,
                    "best": 0.5071,
                    "log_rank": -0.1572,
                    "lead_3": -2.073,
                    "lead_10": 0.02823,
                    "lead_50": 1.223,
                    "coverage": -0.8912,
                    "similarity": -6.068,
                    "likeness": 6.353,
                    "title_coverage": 0.6663,
                    "timed": -0.483,
                    "log_words": -0.4588,
                    "log_rarity": 0.08466,
                    "unmet": 0.9681,
                    "names_missing": -1.209,
                    "score_z": 1.252,
                    "similarity_z": -0.3792,
                    "likeness_z": -0.4579,
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
                -14.55,
                {
                    "best": -1.237,
                    "best_similarity": 7.076,
                    "lead_10": 13.61,
                    "log_words": 3.924,
                    "unmet": -3.018,
                    "unmet_rarity": 1.593,
                    "log_rarity": -1.029,
                    "best_coverage": 12.32,
                },
            ),
            relevant=LogisticCurve(
                -9.066,
                {
                    "score": 6.795,
                    "best": 1.432,
                    "log_rank": -0.01497,
                    "lead_3": -1.348,
                    "lead_10": -2.086,
                    "lead_50": 2.005,
                    "similarity": -6.359,
                    "likeness": 5.94,
                    "timed": -1.166,
                    "log_words": -0.723,
                    "score_z": 1.981,
                    "similarity_z": -0.5158,
                    "likeness_z": -0.818,
                },
            ),
        ),
    },
)
"""For all-MiniLM-L6-v2, as `scripts/calibrate.py` fitted it on set B, SciFact and Cranfield."""
