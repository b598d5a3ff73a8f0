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
    lexical_slope: float = LEXICAL_SLOPE
    """How much less words count for each whole of similarity that the nearest article has more."""
    scale: SimilarityScale = SimilarityScale()
    """Of questions and articles; every similarity above is on this scale."""
    words: SimilarityScale = SimilarityScale()
    """Of single words, which decides which are related."""
    related_words: int = 25_000
    """Of how many words, the commonest, the related ones are looked for: each is a text that the model must read."""
    signal_weights: dict[str, float] = {}
    """What these signals of the ranking count for beside this model's similarities, instead of the measured weights."""

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
        return min(HEAVIEST, max(LIGHTEST, 1 + self.lexical_slope * (self.balanced - nearest)))


UNCALIBRATED = Calibration(least=0.3, floor=0.25, share=0.5)
"""For a model that nobody has calibrated: careful, and without a confidence."""

STRONG_CALIBRATION = Calibration(
    least=0.3,
    floor=0.25,
    share=0.5,
    curves={
        "hybrid": RelevanceCurves(
            answerable=LogisticCurve(
                -11.87,
                {
                    "best": 3.369,
                    "best_similarity": 2.613,
                    "unmet": -5.574,
                    "unmet_rarity": 1.599,
                    "best_coverage": 5.213,
                    "first_coverage": 1.8,
                    "log_words": 1.831,
                    "log_rarity": 0.5035,
                },
            ),
            relevant=LogisticCurve(
                -8.249,
                {
                    "score": 6.788,
                    "best": -4.361,
                    "log_rank": 0.6552,
                    "lead_3": -3.149,
                    "lead_10": 1.023,
                    "lead_50": 2.432,
                    "coverage": 0.9321,
                    "similarity": 2.841,
                    "likeness": -0.5542,
                    "title_coverage": 0.2211,
                    "timed": -0.4563,
                    "log_words": -1.661,
                    "log_rarity": 0.7843,
                    "unmet": 0.5283,
                    "names_missing": -0.7473,
                    "score_z": 1.685,
                    "similarity_z": 0.03322,
                    "likeness_z": 0.194,
                },
            ),
        ),
        "keyword": RelevanceCurves(
            answerable=LogisticCurve(
                -11.84,
                {
                    "best": 12.51,
                    "unmet": -7.284,
                    "unmet_rarity": 1.486,
                    "best_coverage": 2.45,
                    "first_coverage": 2.451,
                    "log_words": 3.401,
                    "log_rarity": 0.9392,
                },
            ),
            relevant=LogisticCurve(
                -5.124,
                {
                    "score": 9.966,
                    "score_z": 0.4145,
                    "best": -10.37,
                    "log_rank": 0.001587,
                    "lead_3": 4.464,
                    "lead_10": 1.798,
                    "lead_50": 5.13,
                    "coverage": 2.152,
                    "title_coverage": 3.49,
                    "timed": 0.3616,
                    "log_words": 0.0717,
                    "log_rarity": 0.3473,
                    "unmet": -1.578,
                    "names_missing": -0.967,
                },
            ),
        ),
        "semantic": RelevanceCurves(
            answerable=LogisticCurve(
                -11.62,
                {
                    "best": 2.134,
                    "best_similarity": 2.823,
                    "lead_10": 10.59,
                    "log_words": 2.38,
                    "unmet": -4.125,
                    "unmet_rarity": 1.392,
                    "log_rarity": -0.1845,
                    "best_coverage": 7.263,
                },
            ),
            relevant=LogisticCurve(
                -5.855,
                {
                    "score": 6.671,
                    "best": -4.204,
                    "log_rank": 0.4558,
                    "lead_3": -1.506,
                    "lead_10": -1.533,
                    "lead_50": 2.94,
                    "similarity": 1.869,
                    "likeness": -0.5894,
                    "timed": -0.552,
                    "log_words": -0.8483,
                    "score_z": 2.564,
                    "similarity_z": -0.4998,
                    "likeness_z": -0.2967,
                },
            ),
        ),
    },
    balanced=0.55,
    lexical_slope=1.0,
    signal_weights={"time": 0.2, "neighbours": 0.3},
)
"""For all-mpnet-base-v2: cosines as they are (relevant .519, any .224), over 2,000 articles of set B."""

MULTILINGUAL_CALIBRATION = Calibration(
    least=0.15,
    floor=0.12,
    share=0.65,
    curves={
        "hybrid": RelevanceCurves(
            answerable=LogisticCurve(
                -10.55,
                {
                    "best": 3.948,
                    "best_similarity": 4.064,
                    "unmet": -6.438,
                    "unmet_rarity": 1.631,
                    "best_coverage": 3.44,
                    "first_coverage": 0.9881,
                    "log_words": 2.647,
                    "log_rarity": -0.004282,
                },
            ),
            relevant=LogisticCurve(
                -8.849,
                {
                    "score": 9.096,
                    "best": -3.115,
                    "log_rank": 0.2983,
                    "lead_3": -3.614,
                    "lead_10": 1.467,
                    "lead_50": 2.95,
                    "coverage": 0.8386,
                    "similarity": -3.841,
                    "likeness": 1.818,
                    "title_coverage": -0.5652,
                    "timed": -0.3191,
                    "log_words": -0.04974,
                    "log_rarity": 0.05871,
                    "unmet": 0.8157,
                    "names_missing": -0.7476,
                    "score_z": 1.175,
                    "similarity_z": 0.07189,
                    "likeness_z": -0.03187,
                },
            ),
        ),
        "keyword": RelevanceCurves(
            answerable=LogisticCurve(
                -11.63,
                {
                    "best": 14.52,
                    "unmet": -7.711,
                    "unmet_rarity": 1.547,
                    "best_coverage": 2.14,
                    "first_coverage": 2.145,
                    "log_words": 4.155,
                    "log_rarity": 0.4939,
                },
            ),
            relevant=LogisticCurve(
                -4.041,
                {
                    "score": 6.755,
                    "score_z": 0.3878,
                    "best": -6.723,
                    "log_rank": -0.1041,
                    "lead_3": 4.276,
                    "lead_10": 0.9106,
                    "lead_50": 2.591,
                    "coverage": 2.76,
                    "title_coverage": 3.869,
                    "timed": 0.5721,
                    "log_words": -0.567,
                    "log_rarity": 0.3823,
                    "unmet": 0.2986,
                    "names_missing": -1.097,
                },
            ),
        ),
        "semantic": RelevanceCurves(
            answerable=LogisticCurve(
                -9.117,
                {
                    "best": 2.666,
                    "best_similarity": 5.357,
                    "lead_10": -0.4957,
                    "log_words": 2.717,
                    "unmet": -6.163,
                    "unmet_rarity": 1.662,
                    "log_rarity": -0.4814,
                    "best_coverage": 5.484,
                },
            ),
            relevant=LogisticCurve(
                -7.014,
                {
                    "score": 11.87,
                    "best": -5.1,
                    "log_rank": 0.2758,
                    "lead_3": -5.941,
                    "lead_10": 1.855,
                    "lead_50": 3.66,
                    "similarity": -2.949,
                    "likeness": 0.5938,
                    "timed": -0.7981,
                    "log_words": -0.2784,
                    "score_z": 1.727,
                    "similarity_z": -0.1973,
                    "likeness_z": -0.4272,
                },
            ),
        ),
    },
    scale=SimilarityScale(gain=4.7, offset=-3.6),
    words=SimilarityScale(gain=6.0, offset=-5.05),
)
"""For multilingual-e5-small: relevant .884 and any .822 over 1,300 Ukrainian articles, .853 and .792 in English.

Of pairs of single words .7 % are above a cosine of .910 in English and .939 in Ukrainian. A question in one language
and an article in another, unlike in subject, have .74; alike .81 to .87. The curves are fitted over 1,300 Ukrainian and
1,170 English articles of set B.
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
