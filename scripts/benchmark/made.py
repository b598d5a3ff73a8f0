"""What do made articles look like? Words as frequent as in a language, topics, and vectors in clusters of their topics.

A model would need days for a million articles, so vectors are made too: the centre of the text's topic and noise,
cosine 0.6 to the centre. An article has a head and one or two passages.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.vectors.encoder import Encoder
from indexer.workspace import BuildConfig
from search.analysis.analyzer import Analyzer
from search.arrays import Matrix, Scores
from search.article import Article, Source
from search.index.directory import IndexFolder
from search.index.snapshot import open_snapshot
from search.index.snapshot_manager import SnapshotManager
from search.times import Millis
from search.wiring import keyword_format, vector_format

_TOPICS, _DIMENSION, _NOISE = 500, 384, 1.3
_LENGTHS = {"title": 8, "description": 16, "text": 84}
_SENTENCE, _CHUNK = 12, 10_000
_START, _SPAN = 1_400_000_000_000, 320_000_000_000


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """So many made articles in the order of their ids."""
    dice = np.random.default_rng(seed)
    words = _vocabulary()
    shares = np.cumsum(1 / np.arange(1, len(words) + 1))
    total = sum(_LENGTHS.values())
    for at in range(0, count, _CHUNK):
        size = min(_CHUNK, count - at)
        chosen = words[np.searchsorted(shares, dice.random((size, total)) * shares[-1])]
        about = dice.integers(0, (_TOPICS, 20, 200, 2, _SPAN), size=(size, 5))
        for number in range(size):
            yield _article(at + number, chosen[number].tolist(), about[number].tolist())


class MadeEmbedder:
    """Texts to unit vectors: the centre of the topic that a text names, and noise told by its digest."""

    fingerprint = "made vectors 1"
    dimension = _DIMENSION
    max_tokens = 254

    def __init__(self) -> None:
        self._centres = _units(np.random.default_rng(0).normal(size=(_TOPICS, _DIMENSION)))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a text, (texts, dimension)."""
        noise = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=_DIMENSION) for text in texts]
        named = [re.search(r"topic(\d+)", text) for text in texts]
        centres = np.stack([self._centres[int(found[1])] if found else np.zeros(_DIMENSION) for found in named])
        return _units(centres + _NOISE * _units(np.stack(noise)))

    def embed_query(self, text: str) -> Scores:
        """The unit vector of a query, (dimension,)."""
        vector: Scores = self.embed([text])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many words each text has."""
        return [text.count(" ") + 1 for text in texts]


def made_config() -> BuildConfig:
    """What a made index is built with; its encoder keeps no files."""
    encoder = Encoder(MadeEmbedder(), source="made", runtime="made", folder=None)
    return BuildConfig(Analyzer(), keyword_format("tantivy"), vector_format(), encoder, "made", ("en",))


def made_archive(root: Path) -> SnapshotManager:
    """What is served of an index of made articles."""
    return SnapshotManager(
        IndexFolder(root),
        lambda folder: open_snapshot(
            folder,
            lambda name, place: keyword_format(name).open(place),
            lambda name, place: vector_format(name).open(place),
            lambda *_: MadeEmbedder(),
        ),
    )


def _article(number: int, words: list[str], about: list[int]) -> Article:
    topic, source, tag, sentiment, when = about
    title, description = words[:8], words[8:24]
    title[number % 8] = description[number % 5] = description[8 + number % 5] = f"topic{topic}"
    body = words[24:]
    sentences = [" ".join(body[at : at + _SENTENCE]).capitalize() for at in range(0, len(body), _SENTENCE)]
    name = f"{number // 1000:04}/{number:07}.en"
    return Article(
        id=name,
        path=f"{name}.md",
        title=" ".join(title),
        description=" ".join(description),
        text=". ".join(sentences) + ".",
        published=Millis(_START + when),
        language="en",
        source=Source(f"source{source}", f"Source {source}"),
        tags=(f"TAG{tag}",),
        sentiment=("POSITIVE", "NEGATIVE")[sentiment],
    )


def _vocabulary() -> NDArray[np.object_]:
    starts, vowels, ends = "b c d f g k l m n p r s t v z tr st".split(), "aeiou", ("n", "r", "s", "l", "ck", "m")
    first = ["".join(parts) for parts in product(starts, vowels)]
    words = ["".join(parts) for parts in product(first, first, ends)]
    np.random.default_rng(2).shuffle(words)
    return np.array(words, dtype=object)


def _units(vectors: NDArray[np.floating]) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Matrix = (vectors / lengths).astype(np.float32)
    return units
