"""Scalar quantization of unit vectors: codes of 8 bits that are compared, and of 16 that vectors come back from.

A vector has a step, a 127th of its largest component. Its codes are the components in steps, rounded. Its fine codes
are the components in 256ths of a step, rounded so that their upper bytes are the codes:

    code = (fine code + 128) >> 8        component = fine code * step / 256, wrong by a 65,000th of the largest at most

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
_EXACT = 1_000
"""Up to so many products of two codes a float of 32 bits adds up exactly."""

Codes = NDArray[np.int8]
"""(vectors, dimension)"""


class FineCodes(Struct, frozen=True):
    """Some vectors in sixteen bits a component."""

    fine: NDArray[np.int16]
    """(vectors, dimension)"""
    steps: Scores
    """(vectors,)"""

    @property
    def nbytes(self) -> int:
        """What they take in memory."""
        return self.fine.nbytes + self.steps.nbytes

    def vectors(self) -> Matrix:
        """The vectors, (vectors, dimension)."""
        found: Matrix = self.fine * (self.steps / np.float32(_FINE))[:, None]
        return found

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of each to a vector by their codes, (vectors,)."""
        kind: type[Any] = np.float32 if len(vector) <= _EXACT else np.float64
        codes = ((self.fine + np.int16(_FINE // 2)) >> 8).astype(kind)
        asked, step = question_code(vector)
        products, sums = codes @ asked.astype(kind), codes.sum(axis=1)
        scaled = products.astype(np.float32) * self.steps
        found: Scores = (scaled - _shifts(sums, self.steps)) * step
        return found

    def packed(self) -> bytes:
        """The steps, then the fine codes, little-endian."""
        return self.steps.astype("<f4").tobytes() + self.fine.astype("<i2").tobytes()


def unpacked(packed: bytes, dimension: int) -> FineCodes:
    """What `packed` made of vectors of that dimension."""
    many = len(packed) // (4 + 2 * dimension)
    steps = np.frombuffer(packed, dtype="<f4", count=many)
    return FineCodes(np.frombuffer(packed, dtype="<i2", offset=4 * many).reshape(many, dimension), steps)


def joined(parts: list[FineCodes]) -> FineCodes:
    """The vectors of all parts, one part behind the other; there is at least one part."""
    return FineCodes(np.concatenate([one.fine for one in parts]), np.concatenate([one.steps for one in parts]))


def quantized(vectors: Matrix) -> tuple[Codes, Scores]:
    """The codes of unit vectors, and their steps."""
    steps: Scores = np.abs(vectors).max(axis=1, initial=LEAST) / np.float32(MAX_CODE)
    codes: Codes = np.rint(vectors / steps[:, None]).astype(np.int8)
    return codes, steps


def finely_quantized(vectors: Matrix) -> FineCodes:
    """The fine codes of unit vectors."""
    codes, steps = quantized(vectors)
    middle = codes.astype(np.int16) * np.int16(_FINE)
    half = _FINE // 2
    fine = np.rint(vectors / steps[:, None] * np.float32(_FINE))
    return FineCodes(np.clip(fine, middle - half, middle + (half - 1)).astype(np.int16), steps)


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
