"""txtai, hybrid: BM25 and vectors, its own convex combination; its SQL filters what `similar` has found."""

import os
from pathlib import Path

from peers.facts import sql_condition, sql_values
from peers.protocol import AFTERWARDS, Corpus
from peers.vectors import known_or_query_vectors, remember, whole
from search.query.model import Filters

os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # lets an index name the function that embeds for it

from txtai import Embeddings

NAME = "txtai, hybrid"
FILTERING = AFTERWARDS
MEANING = True
_CANDIDATES = 1_000
"""How many articles `similar` hands to a filter."""


def encode(texts: list[str]) -> object:
    """What txtai calls to embed articles and queries, (texts, dimension)."""
    return known_or_query_vectors(texts)


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    texts = [whole(article) for article in corpus.articles]
    remember(texts, corpus.vectors)
    embeddings = Embeddings(method="external", transform=f"{__name__}.encode", hybrid=True, content=True)
    embeddings.index(
        (article.path, {"text": text, **sql_values(article)}, None)
        for article, text in zip(corpus.articles, texts, strict=True)
    )
    embeddings.save(str(folder / "index"))
    remember([], corpus.vectors[:0])


def open_searcher(folder: Path) -> "TxtaiSearcher":
    """Open what `write` wrote."""
    return TxtaiSearcher(folder)


class TxtaiSearcher:
    """A txtai index, in memory and SQLite."""

    def __init__(self, folder: Path) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / "index"))

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        asked = {"text": text}

        def parameter(value: str) -> str:  # its SQL knows no quote within a literal
            asked[f"p{len(asked)}"] = value
            return f":p{len(asked) - 1}"

        deep = f", {_CANDIDATES}" if filters else ""
        condition = f" AND {sql_condition(filters, parameter)}" if filters else ""
        found = self._embeddings.search(
            f"SELECT id FROM txtai WHERE similar(:text{deep}){condition}", limit, parameters=asked
        )
        return [row["id"] for row in found]
