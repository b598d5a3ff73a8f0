"""A sentence-embedding model as ONNX: what answers queries, and what encodes the articles, without torch.

Texts are encoded one by one: int8 quantisation takes one scale of activations a batch, so the same text would get
another vector in other company, and an index could not be built twice alike.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from tokenizers import Tokenizer

from search.arrays import Matrix, Rows, Scores
from search.embedders.token_counts import Count, TokenCounts, adds_up
from search.errors import ModelError
from search.onnx_session import session

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.json"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of a model to use it."""

    dimension: int
    max_tokens: int
    """Tokens that the model reads, its own marks not counted; what a prompt takes of them is not left for the text."""
    inputs: list[str]
    precision: str
    agreement: float
    """The least cosine between its vectors and those of the model it was made from, when it was made."""
    query_prompt: str = ""
    document_prompt: str = ""


class OnnxEmbedder:
    """Texts to unit vectors by the ONNX model of a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, cores: int = 1) -> None:
        """Load a model that indexer.exporting made. Raises ModelError."""
        try:
            written = {name: (folder / name).read_bytes() for name in (MODEL, TOKENIZER, CARD)}
            self._card = msgspec.json.decode(written[CARD], type=Card)
            self._reader = Tokenizer.from_buffer(written[TOKENIZER])
            # One text is one thread's work; several are spread over threads of our own.
            self._session = session(written[MODEL])
        except OSError as missing:
            raise ModelError(f"The model in {folder} is incomplete: {missing}.", "Build again.") from missing
        except Exception as unfit:  # whatever the libraries make of a damaged file
            raise ModelError(f"The model in {folder} cannot be loaded: {unfit}.", "Build again.") from unfit
        self.fingerprint = fingerprint(written)
        self.dimension = self._card.dimension
        self._cores = cores
        self._tokenizer = written[TOKENIZER]
        self._reader.no_padding()
        prompts = self._card.document_prompt, self._card.query_prompt
        taken = max(len(self._reader.encode(prompt, add_special_tokens=False).ids) for prompt in prompts)
        self.max_tokens = self._card.max_tokens - taken
        self._reader.enable_truncation(self._card.max_tokens + self._reader.num_special_tokens_to_add(is_pair=False))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a document, (texts, dimension). Text beyond max_tokens is not read."""
        prompted = [self._card.document_prompt + text for text in texts]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._cores) as pool:
            for place, vector in enumerate(pool.map(self._vector, prompted)):
                vectors[place] = vector
        return vectors

    def embed_query(self, text: str) -> Scores:
        """The unit vector of a query, (dimension,)."""
        return self._vector(self._card.query_prompt + text)

    def token_ids(self, text: str) -> Rows:
        """The numbers of the tokens that the model reads of a text as it is, (tokens,), its own marks included."""
        return np.array(self._reader.encode(text).ids, dtype=np.int64)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of its max_tokens each text takes."""
        return self._count(texts)

    @cached_property
    def _count(self) -> Count:
        return TokenCounts(self._counted).of if adds_up(self._counter.to_str()) else self._counted

    def _counted(self, texts: Sequence[str]) -> list[int]:
        encoded = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return list(map(len, encoded))

    @cached_property
    def _counter(self) -> Tokenizer:
        """Reads whole texts; 40 ms and 8 MB that only an indexer needs."""
        counter = Tokenizer.from_buffer(self._tokenizer)
        counter.no_padding()
        counter.no_truncation()
        return counter

    def _vector(self, text: str) -> Scores:
        ids = self.token_ids(text)[None]
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        vector: Scores = self._session.run(None, {name: feeds[name] for name in self._card.inputs})[0][0]
        return vector


def fingerprint(written: Mapping[str, bytes]) -> str:
    """SHA-256 over all that decides the vectors: the model, its tokenizer and its card."""
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER, CARD):
        digest.update(hashlib.sha256(written[name]).digest())
    return digest.hexdigest()
