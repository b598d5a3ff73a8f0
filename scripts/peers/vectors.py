"""Which vector stands for a whole article, and which for a query? The same for all peers.

all-MiniLM-L6-v2 by sentence-transformers in fp32, as each peer's users would take it; it reads the first 256 tokens.
"""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from indexer.vectors.embedding_cache import EmbeddingCache, embed
from search.arrays import Matrix, Scores
from search.article import Article
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder
from search.settings import BUILT_IN_MODEL

CACHE = "whole-articles.sqlite"
"""The file of vectors, in the folder in which they are kept."""


def whole(article: Article) -> str:
    """All that an article says, as one text: title, description and body."""
    return "\n".join(part for part in (article.title, article.description, article.text) if part)


def article_vectors(articles: Sequence[Article], kept: Path) -> Matrix:
    """One unit vector an article, (articles, dimension), through a cache in the folder `kept`."""
    cached = EmbeddingCache(kept / CACHE)
    try:
        vectors, _ = embed([whole(article) for article in articles], _model(), cached, _progress)
    finally:
        cached.close()
    return vectors


def query_vector(text: str) -> Scores:
    """The unit vector of a query, (dimension,)."""
    return _model().embed_query(text)


def remember(texts: Sequence[str], vectors: Matrix) -> None:
    """Have `known_or_query_vectors` give these vectors for these texts, and forget all others."""
    _remembered.clear()
    _remembered.update(zip(texts, vectors, strict=True))


def known_or_query_vectors(texts: Sequence[str]) -> Matrix:
    """One unit vector a text: the remembered one, else that of a query; for peers that call a function to embed."""
    return np.stack([_remembered[text] if text in _remembered else query_vector(text) for text in texts])


_remembered: dict[str, Scores] = {}


@cache
def _model() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL))


def _progress(done: int, every: int) -> None:
    print(f"whole articles embedded: {done:,}{f' of {every:,}' if every else ''}", file=sys.stderr)
