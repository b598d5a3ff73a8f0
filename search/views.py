"""Which article does this vector speak for, and which words of it?

An article's views stand together, in the order head, passages; view n has vector n.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.arrays import mapped
from search.article import Span
from search.ports import Mask, Rows

HEAD, PASSAGE = 0, 1
"""The kinds of view: title, description and lead in one; whole sentences of the body under the title."""


@dataclass(frozen=True, slots=True)
class View:
    """One stretch of an article that has a vector of its own."""

    kind: int
    span: Span = (0, 0)


@dataclass(frozen=True)
class Views:
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
    def lonely(self) -> Mask:
        """Which articles that have views have a head alone."""
        alone: Mask = self.after - self.first == 1
        return alone

    @cached_property
    def owners(self) -> Rows:
        """The rows of the articles that have views, ascending."""
        return self.row[self.first]

    def of(self, row: int) -> Rows:
        """The numbers of an article's views."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        return np.arange(first, last)

    def places(self, rows: Rows) -> Rows:
        """Where these rows, which all have views, stand among the owners."""
        return np.searchsorted(self.owners, rows)

    def heads(self, rows: Rows) -> Rows:
        """The numbers of the heads of these rows, which all have views."""
        return self.first[self.places(rows)]

    def span(self, view: int) -> Span:
        """Which stretch of the article's text a view shows."""
        return int(self.start[view]), int(self.end[view])


def views_of(owned: Iterable[tuple[int, list[View]]]) -> Views:
    """The views of these rows, which ascend."""
    row, kind, start, end = array("q"), array("b"), array("i"), array("i")
    for number, views in owned:
        row.extend([number] * len(views))
        kind.extend([view.kind for view in views])
        start.extend([view.span[0] for view in views])
        end.extend([view.span[1] for view in views])
    return Views(np.array(row), np.array(kind), np.array(start), np.array(end))


def write_views(folder: Path, views: Views) -> None:
    """Write the views into an empty folder, one .npy file an array."""
    for name in Views.__dataclass_fields__:
        np.save(folder / f"{name}.npy", getattr(views, name), allow_pickle=False)


def open_views(folder: Path) -> Views:
    """Open what `write_views` wrote."""
    return Views(**{name: mapped(folder / f"{name}.npy") for name in Views.__dataclass_fields__})
