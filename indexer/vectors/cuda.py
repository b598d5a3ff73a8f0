"""Articles embedded by PyTorch on a GPU, questions as always."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from search.arrays import Matrix, Scores
from search.embedders.sentence_transformers import SentenceTransformerEmbedder
from search.errors import ModelError
from search.extras import missing
from search.ports import Embedder

_RECIPE = "floats by PyTorch on CUDA, 1"


class CudaEmbedder:
    """The vectors of articles in floats from a GPU; those of questions, and the counts of tokens, as `asked` has them.

    Its fingerprint is its own, so a cache never mixes its vectors with those of a processor.
    """

    def __init__(self, model: Path, asked: Embedder) -> None:
        """Load the sentence-transformers model of a folder. Raises ModelError where no GPU can run it."""
        _require_gpu()
        self._model = SentenceTransformerEmbedder(model, "cuda")
        self._asked = asked
        self.dimension, self.max_tokens = asked.dimension, asked.max_tokens
        self.fingerprint = hashlib.sha256(f"{asked.fingerprint} {_RECIPE}".encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a document, (texts, dimension). Text beyond max_tokens is not read."""
        return self._model.embed(texts)

    def embed_query(self, text: str) -> Scores:
        """The unit vector of a query, (dimension,)."""
        return self._asked.embed_query(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of its max_tokens each text takes."""
        return self._asked.count_tokens(texts)


def _require_gpu() -> None:
    """Raise ModelError where PyTorch is missing or reaches no GPU."""
    try:
        import torch
    except ImportError as absent:
        extra = missing("torch", "models")
        raise ModelError(extra.problem, extra.remedy) from absent
    if not torch.cuda.is_available():
        raise ModelError(f"PyTorch {torch.__version__} reaches no GPU.", "Install a driver and PyTorch for its CUDA.")
