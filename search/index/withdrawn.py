"""The articles that no reader shows, whichever generation they stand in: a list beside CURRENT, one id a line.

It is for what must go at once, such as a legal takedown. Every reader looks at the list again after a second, so that
nothing has to be built, published or started again.

The number of an item in a list without ids goes to other items. A second list says in which generations such an id is
another article's, which is shown there; where it is missing or cannot be read, none is.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Protocol

import numpy as np

from search.arrays import Mask
from search.errors import BrokenGenerationError
from search.messages import say

WITHDRAWN = "withdrawn"
"""The list's name in an index folder."""
SHOWN = "withdrawn.shown"
"""The second list's: the name of a generation and an id, a line each."""
LOOK_SECONDS = 1.0
"""How long a reader goes by what it saw of the list."""


class WithdrawnIds(Protocol):
    """A list of ids that may change at any time. Safe to ask from threads."""

    def ids(self) -> frozenset[str]:
        """The ids. Raises IndexUnusableError where they cannot be known: then nothing is shown."""


_Seen = tuple[int, int, int] | None
"""By what a file is known again; None for one that is not there."""


class Withdrawn:
    """The ids of the list, as they are now. Safe to ask from threads."""

    def __init__(self, path: Path, clock: Callable[[], float] = monotonic, generation: str = "") -> None:
        """`generation` is the name of the one that they are hidden in."""
        self._path = path
        self._clock = clock
        self._generation = generation
        self._lock = Lock()
        self._looked = -1e9
        self._seen: tuple[_Seen, _Seen] | None = None
        self._ids: frozenset[str] = frozenset()

    def ids(self) -> frozenset[str]:
        """The ids. Raises BrokenGenerationError where there is a list that cannot be read: then nothing is shown."""
        with self._lock:
            now = self._clock()
            if now - self._looked >= LOOK_SECONDS:
                self._look()
                self._looked = now
            return self._ids

    def _look(self) -> None:
        try:
            seen = _seen(self._path), _seen(self._path.with_name(SHOWN))
            if seen != self._seen:
                self._ids, self._seen = read_withdrawn(self._path, self._generation), seen
        except OSError as unreadable:
            raise BrokenGenerationError(say("withdrawn-unreadable"), "Let the service read it.") from unreadable


class Visible:
    """Which rows of one generation may be shown. Safe to ask from threads."""

    def __init__(self, withdrawn: WithdrawnIds, row_of: Callable[[str], int | None], size: int) -> None:
        """`row_of` gives the row of an id; `size` is the number of rows."""
        self._withdrawn = withdrawn
        self._row_of = row_of
        self._size = size
        self._known: tuple[frozenset[str], Mask | None] = (frozenset(), None)

    def mask(self) -> Mask | None:
        """The rows that may be shown, (size,); None where all may. Raises BrokenGenerationError as `Withdrawn.ids`."""
        ids = self._withdrawn.ids()
        known, mask = self._known
        if ids is not known:
            mask = self._mask(ids)
            self._known = ids, mask
        return mask

    @property
    def withdrawn(self) -> frozenset[str]:
        """The ids that nobody is shown. Raises BrokenGenerationError as `Withdrawn.ids`."""
        return self._withdrawn.ids()

    def _mask(self, ids: Iterable[str]) -> Mask | None:
        rows = [row for article_id in ids if (row := self._row_of(article_id)) is not None]
        if not rows:
            return None
        mask = np.ones(self._size, dtype=np.bool_)
        mask[rows] = False
        return mask


def _seen(path: Path) -> _Seen:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def read_withdrawn(path: Path, generation: str = "") -> frozenset[str]:
    """The ids of a list, without those that are shown in a generation; none where there is no list. Raises OSError."""
    with suppress(FileNotFoundError):
        listed = frozenset(line for line in _lines(path) if line.strip())
        return listed - read_shown(path).get(generation, frozenset()) if generation else listed
    return frozenset()


def read_shown(path: Path) -> dict[str, frozenset[str]]:
    """By the name of a generation, the ids of the list of this path that are shown in it; none that cannot be read."""
    found: dict[str, set[str]] = {}
    with suppress(OSError):
        for line in _lines(path.with_name(SHOWN)):
            generation, _, article_id = line.partition(" ")
            found.setdefault(generation, set()).add(article_id)
    return {generation: frozenset(ids) for generation, ids in found.items() if generation}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")


def write_withdrawn(path: Path, ids: Iterable[str]) -> None:
    """Write a list in the place of the one before, in one step."""
    listed = "".join(f"{article_id}\n" for article_id in sorted(ids))
    replace_file(path, listed.encode("utf-8", "surrogateescape"))


def write_shown(path: Path, shown: Mapping[str, Set[str]]) -> None:
    """Write the second list beside the list of this path, if it says anything new."""
    if {generation: ids for generation, ids in shown.items() if ids} != read_shown(path):
        lines = "".join(f"{name} {article_id}\n" for name, ids in sorted(shown.items()) for article_id in sorted(ids))
        replace_file(path.with_name(SHOWN), lines.encode("utf-8", "surrogateescape"))


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in the place of the one before, in one step, and to the disk."""
    fresh = path.with_name(f"{path.name}.tmp")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
