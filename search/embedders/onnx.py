"""A sentence-embedding model as ONNX: what answers queries, and what encodes the articles, without torch.

Texts are encoded one by one: int8 quantisation takes one scale of activations a batch, so the same text would get
another vector in other company, and an index could not be built twice alike.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from tokenizers import Tokenizer

from search.arrays import Matrix, Rows, Scores, mapped
from search.embedders.token_counts import Count, TokenCounts, adds_up
from search.embedders.unigram import FILES, FORM, UnigramTokenizer
from search.errors import ModelError
from search.onnx_session import session

MODEL, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.json"
WORDS = "words.npy"
"""The table of a large vocabulary, (words, dimension) of bytes: mapped into memory, of which few rows are ever read."""


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

    def __init__(self, folder: Path, cores: int = 1, known: str | None = None) -> None:
        """Load a model that `indexer.vectors` made. Raises ModelError.

        `known` is its fingerprint, where that was worked out already: reading all bytes for it takes 20 ms.
        """
        try:
            self._card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
            self._ids, marks = _reader(folder, self._card.max_tokens)
            words = {"words": mapped(folder / WORDS)} if (folder / WORDS).is_file() else None
            # One text is one thread's work; several are spread over threads of our own.
            self._session = session((folder / MODEL).read_bytes(), words)
            self.fingerprint = known or fingerprint(folder)
        except OSError as missing:
            raise ModelError(f"The model in {folder} is incomplete: {missing}.", "Build again.") from missing
        except Exception as unfit:  # whatever the libraries make of a damaged file
            raise ModelError(f"The model in {folder} cannot be loaded: {unfit}.", "Build again.") from unfit
        self.dimension = self._card.dimension
        self._cores = cores
        self._tokenizer = folder / TOKENIZER
        prompts = self._card.document_prompt, self._card.query_prompt
        self.max_tokens = self._card.max_tokens - max(len(self._ids(prompt)) for prompt in prompts) + marks

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
        return np.array(self._ids(text), dtype=np.int64)

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
        counter = Tokenizer.from_file(str(self._tokenizer))
        counter.no_padding()
        counter.no_truncation()
        return counter

    def _vector(self, text: str) -> Scores:
        ids = self.token_ids(text)[None]
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        vector: Scores = self._session.run(None, {name: feeds[name] for name in self._card.inputs})[0][0]
        return vector


def _reader(folder: Path, max_tokens: int) -> tuple[Callable[[str], Sequence[int]], int]:
    """What gives the numbers of a text's tokens, at most max_tokens and the model's own marks; and how many those are.

    A vocabulary that was written as arrays is read by them: the library would take hundreds of megabytes for it.
    """
    if (folder / FORM).is_file():
        unigram = UnigramTokenizer(folder)
        return (lambda text: unigram.ids(text, max_tokens + unigram.marks)), unigram.marks
    reader = Tokenizer.from_file(str(folder / TOKENIZER))
    marks = reader.num_special_tokens_to_add(is_pair=False)
    reader.no_padding()
    reader.enable_truncation(max_tokens + marks)
    return (lambda text: reader.encode(text).ids), marks


def parts_of(folder: Path) -> tuple[str, ...]:
    """The files of the model in a folder: those that each has, and those that it has besides."""
    return (MODEL, TOKENIZER, CARD, *(name for name in (WORDS, *FILES) if (folder / name).is_file()))


def fingerprint(folder: Path) -> str:
    """SHA-256 over all that decides the vectors: the model, its tokenizer and its card. Raises OSError."""
    return fingerprint_of(map(_sha256, (folder / name for name in parts_of(folder))))


def fingerprint_of(digests: Iterable[bytes]) -> str:
    """The same, out of the SHA-256 digests of `parts_of` the folder."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
