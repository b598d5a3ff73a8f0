"""Scale of similarities: what the cosines of one model mean on the scale that all weights are chosen on."""

from typing import Any

import msgspec
import numpy as np


class SimilarityScale(msgspec.Struct, frozen=True, omit_defaults=True):
    """From the cosines of one model to the scale that all weights are chosen on: gain * cosine + offset.

    Models spread their cosines differently: a relevant article has .48 on average by one model and .88 by another.
    """

    gain: float = 1.0
    offset: float = 0.0

    def of(self, cosines: Any) -> Any:
        """The similarities of cosines, an array or a number, -1 or more; the cosines themselves by default."""
        if self.gain == 1.0 and self.offset == 0.0:
            return cosines
        return np.maximum(cosines * self.gain + self.offset, -1.0)


COSINES = SimilarityScale()
"""The scale of the built-in model: cosines as they are."""
