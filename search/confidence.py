"""How sure is it that a hit is an answer, and how near must one be to be one by meaning alone?

A hit's score without its share of time says how likely a reader finds it relevant: a logistic curve through the judged
hits of set B (docs/experiments.md: AUC 0.84, Brier 0.11), the same from query to query. It holds for the model that it
was fitted with; of any other no confidence is given.
"""

import math

import msgspec


class Calibration(msgspec.Struct, frozen=True):
    """What the similarities of one model mean. It is kept in the manifest, beside the model's fingerprint."""

    least: float
    """A query whose best similarity in the whole archive is below this has no answer by meaning."""
    floor: float
    """No article below this similarity answers by meaning alone."""
    share: float
    """Nor one below this share of the query's best similarity."""
    slope: float | None = None
    offset: float | None = None

    def semantic_floor(self, best: float) -> float:
        """The similarity that an article must exceed, given the best one in the archive; 2 where nothing can."""
        return 2.0 if best < self.least else max(self.floor, self.share * best)

    def confidence(self, score: float) -> float | None:
        """How likely a hit of that score (without time) is relevant, 0 to 1; None where that is not known."""
        if self.slope is None or self.offset is None:
            return None
        return round(1 / (1 + math.exp(-(self.slope * score + self.offset))), 3)


BUILT_IN = Calibration(least=0.3, floor=0.22, share=0.5, slope=6.05, offset=-6.7)
"""For all-MiniLM-L6-v2."""
UNKNOWN = Calibration(least=0.3, floor=0.25, share=0.5)
"""For a model that nobody has calibrated: careful, and without a confidence."""
