"""How many texts a second does Lede encode, and sentence-transformers with its defaults? The same texts, by turns."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from indexer.text.boilerplate import boilerplate
from indexer.vectors.chunking import views
from indexer.vectors.encoder import encoder
from search.article import Article
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder
from search.index.directory import IndexFolder
from search.settings import BUILT_IN_MODEL

_BATCH = 128


def rates(articles: Sequence[Article], index: Path, texts: int) -> dict[str, float]:
    """Texts a second by encoder, the median of batches; the texts are heads and passages as an index holds them."""
    ours = encoder(BUILT_IN_MODEL, IndexFolder(index).cache / "models").embedder
    theirs = SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL)).model
    chosen = [article for article in articles if article.language != "uk"]
    step = max(1, 4 * len(chosen) // texts)
    common = boilerplate(articles)
    cut = [text for a in chosen[::step] for _, text in views(a, common, ours.count_tokens, ours.max_tokens)][:texts]
    batches = [cut[at : at + _BATCH] for at in range(0, len(cut), _BATCH)]
    encoders: dict[str, Callable[[list[str]], object]] = {
        "Lede": ours.embed,
        "sentence-transformers": lambda batch: theirs.encode(batch, show_progress_bar=False),
    }
    taken: dict[str, list[float]] = {name: [] for name in encoders}
    for batch in [batches[0], *batches]:
        for name, encode in encoders.items():
            started = time.perf_counter()
            encode(batch)
            taken[name].append(len(batch) / (time.perf_counter() - started))
    return {name: float(np.median(found[1:])) for name, found in taken.items()}
