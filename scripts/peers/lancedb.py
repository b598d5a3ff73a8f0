"""LanceDB, hybrid: its full-text index and its vectors, joined by its reciprocal rank fusion; filters come first."""

import os
from pathlib import Path

os.environ["LANCEDB_LOG"] = "error"  # it warns at every hybrid search of what it does itself

import lancedb
from lancedb.index import FTS

from peers.facts import sql_condition, sql_values
from peers.protocol import BEFORE, Corpus
from peers.vectors import query_vector, whole
from search.query.model import Filters

NAME = "LanceDB, hybrid"
FILTERING = BEFORE
MEANING = True
_TABLE = "articles"


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    rows = [
        {"path": article.path, "text": whole(article), "vector": vector, **sql_values(article)}
        for article, vector in zip(corpus.articles, corpus.vectors, strict=True)
    ]
    table = lancedb.connect(folder).create_table(_TABLE, rows)
    table.create_index("text", config=FTS())


def open_searcher(folder: Path) -> "LanceSearcher":
    """Open what `write` wrote."""
    return LanceSearcher(folder)


class LanceSearcher:
    """A table of LanceDB."""

    def __init__(self, folder: Path) -> None:
        self._table = lancedb.connect(folder).open_table(_TABLE)
        query_vector("warm")

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        if not any(letter.isalnum() for letter in text):
            return []
        asked = self._table.search(query_type="hybrid").vector(query_vector(text)).text(text)
        if filters:
            asked = asked.where(sql_condition(filters), prefilter=True)
        return [row["path"] for row in asked.select(["path"]).limit(limit).to_list()]
