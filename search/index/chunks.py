"""Chunks: the article and the characters that each vector belongs to.

An article's chunks are adjacent, the head first, then the passages; chunk n has vector n.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Rows, Scores, mapped, ranges
from search.article import Span

HEAD, PASSAGE = 0, 1
"""The kinds of view: title, description and lead in one; whole sentences of the body under the title."""


_LAYERS = 16
"""Hardly an article has more passages than this."""
_NONE = np.zeros(0, dtype=np.int64)


class Chunk(Struct, frozen=True):
    """One stretch of an article that has a vector of its own."""

    kind: int
    span: Span = (0, 0)


@dataclass(frozen=True)
class Chunks:
    """All views of a generation. (views,) each."""

    row: NDArray[np.int64]
    kind: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]

    @property
    def size(self) -> int:
        """How many views there are."""
        return len(self.row)

    @cached_property
    def first(self) -> Rows:
        """The head of each article that has views, in the order of rows."""
        return np.flatnonzero(np.diff(self.row, prepend=-1))

    @cached_property
    def after(self) -> Rows:
        """The number behind the last view of each article that has views."""
        return np.append(self.first[1:], self.size)

    @cached_property
    def article_rows(self) -> Rows:
        """The rows of the articles that have views, ascending."""
        return self.row[self.first]

    def of(self, row: int) -> Rows:
        """The numbers of an article's views."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        return np.arange(first, last)

    def places(self, rows: Rows) -> Rows:
        """The positions of these rows, which all have chunks, among the owners."""
        return np.searchsorted(self.article_rows, rows)

    def heads(self, rows: Rows) -> Rows:
        """The numbers of the heads of these rows, which all have views."""
        return self.first[self.places(rows)]

    def max_per_article(self, values: Scores) -> Scores:
        """The highest value of each article's passages; the value of its head where it has no passage.

        Takes (chunks,), gives (article_rows,). The passages are compared in blocks by their rank in their article:

            article A: p1 p2 p3      block 1: A1 B1 C1
            article B: p1 p2         block 2: A2 B2
            article C: p1            block 3: A3

        Articles are in the order of their number of passages, so each block is a prefix of the one before and
        `maximum` runs over whole arrays: a third of the time of `reduceat` for 47,168 chunks. Only passages beyond the
        last block go through `reduceat`.
        """
        layers = self._rank_blocks
        max_per_article: Scores = values[self.first]
        if layers.sizes:
            best, *others = np.split(values.take(layers.views), np.cumsum(layers.sizes[:-1]))
            for some in others:
                np.maximum(best[: len(some)], some, out=best[: len(some)])
            if len(layers.begins):
                left = np.maximum.reduceat(values[layers.left], layers.begins)
                np.maximum(best[: len(left)], left, out=best[: len(left)])
            max_per_article[layers.articles] = best
        return max_per_article

    @cached_property
    def _rank_blocks(self) -> "_Layers":
        passages = self.after - self.first - 1
        order = np.argsort(-passages, kind="stable")
        articles = order[passages[order] > 0]
        first, passages = self.first[articles], passages[articles]
        sizes = [size for n in range(_LAYERS) if (size := int(np.count_nonzero(passages > n)))]
        views = [first[:size] + 1 + n for n, size in enumerate(sizes)]
        lengths = passages[passages > _LAYERS] - _LAYERS
        left = ranges(first[: len(lengths)] + 1 + _LAYERS, lengths)
        return _Layers(articles, sizes, np.concatenate([*views, _NONE]), left, np.cumsum(lengths) - lengths)

    def span(self, view: int) -> Span:
        """Which stretch of the article's text a view shows."""
        return int(self.start[view]), int(self.end[view])


class _Layers(NamedTuple):
    """The passages by their place in their articles."""

    articles: Rows
    """The articles that have a passage, by their places among the owners, those that have most first."""
    sizes: list[int]
    """How many have a first passage, a second, and so on up to _LAYERS."""
    views: Rows
    """The first passages of all articles in that order, then the second ones."""
    left: Rows
    """All further passages of the first of them."""
    begins: Rows
    """Where each article begins there."""


def views_of(owned: Iterable[tuple[int, list[Chunk]]]) -> Chunks:
    """The views of these rows, which ascend."""
    row, kind, start, end = array("q"), array("b"), array("i"), array("i")
    for number, views in owned:
        row.extend([number] * len(views))
        kind.extend([view.kind for view in views])
        start.extend([view.span[0] for view in views])
        end.extend([view.span[1] for view in views])
    return Chunks(np.array(row), np.array(kind), np.array(start), np.array(end))


def joined(parts: Sequence[Chunks]) -> Chunks:
    """The views of all parts, one part behind the other; rows ascend over all of them."""
    return Chunks(*(np.concatenate([getattr(part, name) for part in parts]) for name in Chunks.__dataclass_fields__))


def write_chunks(folder: Path, views: Chunks) -> None:
    """Write the views into an empty folder, one .npy file an array."""
    for name in Chunks.__dataclass_fields__:
        np.save(folder / f"{name}.npy", getattr(views, name), allow_pickle=False)


def open_chunks(folder: Path) -> Chunks:
    """Open what `write_views` wrote."""
    return Chunks(**{name: mapped(folder / f"{name}.npy") for name in Chunks.__dataclass_fields__})
