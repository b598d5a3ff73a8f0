"""Paths of a folder, found in a sorted list of all."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile


def paths_below(folder: str, paths: Sequence[str]) -> Iterator[str]:
    """Those of some paths, sorted, that begin with a folder; it ends with a `/`, or is empty for all."""
    return takewhile(lambda path: path.startswith(folder), islice(paths, bisect_left(paths, folder), None))
