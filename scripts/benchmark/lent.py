"""Where do peers get the vectors of whole articles, for which their own encoder would need minutes, or most of an hour?

Lede lends them: an article's vector is the mean of its views', by the same model. How long a peer takes does not depend
on what its vectors say; relevance is measured elsewhere, with vectors of its own.
"""

import hashlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from indexer.vectors.embedding_cache import EmbeddingCache
from peers.vectors import CACHE, whole
from search.arrays import Matrix
from search.article import Article
from search.embedders.sentence_transformers import model_folder, source_fingerprint
from search.index.snapshot import Snapshot
from search.settings import BUILT_IN_MODEL, Settings
from search.wiring import served


def lend(articles: Sequence[Article], index: Path, kept: Path) -> None:
    """Put a vector of each of these articles, which are those of the index, where peers look for it."""
    with served(Settings(index=index)).acquire() as snapshot:
        means = _means(snapshot)
    digests = [hashlib.sha256(whole(article).encode()).digest() for article in articles]
    vectors = {digest: vector.tobytes() for digest, vector in zip(digests, means, strict=True)}
    with closing(EmbeddingCache(kept / CACHE)) as cache:
        cache.keep(source_fingerprint(model_folder(BUILT_IN_MODEL)), vectors)


def _means(snapshot: Snapshot) -> Matrix:
    """For every row the mean of the views that speak for it, as a unit vector, (articles, dimension)."""
    views, speaking = snapshot.chunks, snapshot.columns.embedded_row
    sums = np.add.reduceat(snapshot.vector.vectors(np.arange(views.size)), views.first)
    means = np.zeros((len(speaking), sums.shape[1]), dtype=np.float32)
    means[:, 0] = 1  # for whom nobody speaks
    spoken = speaking >= 0
    means[spoken] = (sums / np.linalg.norm(sums, axis=1, keepdims=True))[views.places(speaking[spoken])]
    return means
