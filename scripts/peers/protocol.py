"""What must a peer do to stand in a table? Write an index of a corpus into an empty folder, open it, answer.

A peer is a module of this package with what `Peer` names. Each is used as its own documentation shows it, not tuned.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

from peers.vectors import article_vectors
from search.arrays import Matrix
from search.article import Article
from search.query.model import Filters

ROSTER = ("bm25s", "sqlite_fts5", "whoosh", "txtai", "lancedb", "pagefind", "minilm", "z_scores", "card")
"""Every peer, by the name of its module."""
BEFORE, AFTERWARDS = "", "filtered afterwards"
"""How a peer filters: inside the search, or only what it has found already."""


@dataclass(frozen=True)
class Corpus:
    """The articles that a peer is to search, and a folder where vectors of whole articles are kept between runs."""

    articles: Sequence[Article]
    kept: Path

    @cached_property
    def vectors(self) -> Matrix:
        """One unit vector an article, (articles, dimension)."""
        return article_vectors(self.articles, self.kept)


class Searcher(Protocol):
    """A peer's index, open."""

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""


class Peer(Protocol):
    """What the module of a peer gives."""

    NAME: str
    """How it is called in a table."""
    FILTERING: str
    MEANING: bool
    """Whether it compares vectors too."""

    def write(self, corpus: Corpus, folder: Path) -> None:
        """Write an index of the corpus into an empty folder."""

    def open_searcher(self, folder: Path) -> Searcher:
        """Open what `write` wrote."""


def peer(module: str) -> Peer:
    """The peer of that module. Raises ImportError where what it needs is not installed."""
    return cast(Peer, importlib.import_module(f"peers.{module}"))
