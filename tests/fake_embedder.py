"""What stands in for a model where only what is done with vectors is asked about?

Every word has a random direction of its own, told by its digest; a text is the sum of its words. Texts that share words
are near each other, equal texts have equal vectors, and no weights are loaded.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from indexer.vectors.encoder import Encoder
from search.arrays import Matrix, Scores

DIMENSION = 16


class FakeEmbedder:
    """Texts to unit vectors by the digests of their words; counts the texts it met."""

    dimension = DIMENSION
    max_tokens = 40

    def __init__(self, fingerprint: str = "fake-1") -> None:
        self.fingerprint = fingerprint
        self.met: list[str] = []

    def embed(self, texts: Sequence[str]) -> Matrix:
        self.met += texts
        vectors = [self._vector(text) for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_query(self, text: str) -> Scores:
        return self._vector(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _vector(self, text):
        words = re.findall(r"\w+", text.lower())[: self.max_tokens] or [""]
        total = sum(_direction(f"{self.fingerprint} {word}") for word in words)
        return (total / np.linalg.norm(total)).astype(np.float32)


@cache
def _direction(word):
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    return np.random.default_rng(seed).normal(size=DIMENSION)


def fake_encoder(fingerprint: str = "fake-1") -> Encoder:
    """An encoder around a fake, as indexer.builder wants one; it keeps no files with the index."""
    return Encoder(FakeEmbedder(fingerprint), source=f"source of {fingerprint}", runtime="fake", folder=None)
