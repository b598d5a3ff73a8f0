"""Scalar quantization of unit vectors: codes of 8 bits that are compared, and of 16 that vectors come back from.

A vector has a step, a 127th of its largest component. Its codes are the components in steps, rounded. Its fine codes
are the components in 256ths of a step, rounded so that the codes are part of them:

    fine code = 256 * code + rest, -128 <= rest <= 127      component = fine code * step / 256

A question's codes use seven bits. ZERO is added to make them unsigned; that changes a product by what `offsets` gives:

    similarity = step of the question * (integer product * step of the vector - offset of the vector)

Whoever compares by these functions gets the same numbers to the last bit as `search.backends.int8_scan`.
"""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Matrix, Scores

MAX_CODE = 127
"""The largest code of a vector: a signed byte."""
ZERO = 64
"""What stands for 0 in a question's codes, 1 to 127."""
LEAST = 1e-9
"""What the largest component counts as at least."""
_FINE = 256
"""Fine codes of one step."""
_AT_ONCE = 98_304
"""Components that are multiplied together: of more numpy would spread the product over threads, and wait for them."""
_EXACT = 1_000
"""Up to so many products of two codes a float of 32 bits adds up exactly."""

Codes = NDArray[np.int8]
"""(vectors, dimension)"""


class FineCodes(Struct, frozen=True):
    """Some vectors in sixteen bits a component."""

    codes: Codes
    rests: Codes
    """What the fine codes have beyond 256 times the codes, -128 to 127."""
    steps: Scores
    """(vectors,)"""

    @property
    def nbytes(self) -> int:
        """What they take in memory."""
        return self.codes.nbytes + self.rests.nbytes + self.steps.nbytes

    def at(self, places: slice) -> "FineCodes":
        """Those at these places."""
        return FineCodes(self.codes[places], self.rests[places], self.steps[places])

    def vectors(self) -> Matrix:
        """The vectors, (vectors, dimension)."""
        fine = self.codes.astype(np.float32) * np.float32(_FINE) + self.rests
        found: Matrix = fine * (self.steps / np.float32(_FINE))[:, None]
        return found

    def packed(self) -> bytes:
        """The steps, little-endian, then the codes, then what the fine codes have beyond."""
        return self.steps.astype("<f4").tobytes() + self.codes.tobytes() + self.rests.tobytes()


def similarities(codes: Codes, steps: Scores, vector: Scores) -> Scores:
    """The similarity of each vector of these codes to a vector, (vectors,)."""
    kind: type[Any] = np.float32 if len(vector) <= _EXACT else np.float64
    code, step = question_code(vector)
    asked = np.stack([code, np.ones_like(code)]).astype(kind)
    whole = np.empty((len(codes), 2), dtype=kind)
    many = max(1, _AT_ONCE // max(1, len(vector)))
    for at in range(0, len(codes), many):
        np.matmul(codes[at : at + many].astype(kind), asked.T, out=whole[at : at + many])
    scaled = whole[:, 0].astype(np.float32) * steps
    found: Scores = (scaled - _shifts(whole[:, 1], steps)) * step
    return found


def unpacked(packed: bytes, dimension: int) -> FineCodes:
    """What `packed` made of vectors of that dimension."""
    many = len(packed) // (4 + 2 * dimension)
    steps = np.frombuffer(packed, dtype="<f4", count=many)
    codes, rests = np.frombuffer(packed, dtype=np.int8, offset=4 * many).reshape(2, many, dimension)
    return FineCodes(codes, rests, steps)


def quantized(vectors: Matrix) -> tuple[Codes, Scores]:
    """The codes of unit vectors, and their steps."""
    steps: Scores = np.abs(vectors).max(axis=1, initial=LEAST) / np.float32(MAX_CODE)
    codes: Codes = np.rint(vectors / steps[:, None]).astype(np.int8)
    return codes, steps


def finely_quantized(vectors: Matrix) -> FineCodes:
    """The fine codes of unit vectors."""
    codes, steps = quantized(vectors)
    fine = np.rint(vectors / steps[:, None] * np.float32(_FINE))
    half = _FINE // 2
    rests = np.clip(fine - codes.astype(np.float32) * _FINE, -half, half - 1).astype(np.int8)
    return FineCodes(codes, rests, steps)


def offsets(codes: Codes, steps: Scores) -> Scores:
    """What the ZERO of a question's codes adds to each similarity, in the question's step, (vectors,)."""
    return _shifts(codes.sum(axis=1, dtype=np.int64), steps)


def question_code(vector: Scores) -> tuple[NDArray[np.int64], np.float32]:
    """A question's codes, 1 to 127, and its step."""
    largest = np.maximum(np.abs(vector).max(initial=0.0), np.float32(LEAST)).astype(np.float32)
    step = np.float32(largest / np.float32(ZERO - 1))
    codes: NDArray[np.int64] = (np.rint(vector.astype(np.float32) / step) + ZERO).astype(np.int64)
    return codes, step


def _shifts(sums: NDArray[Any], steps: Scores) -> Scores:
    shifts: Scores = (ZERO * sums.astype(np.float64) * steps).astype(np.float32)
    return shifts
