"""What the builds that are still kept changed, each compared with the one before."""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from msgspec import Struct

from search.arrays import loaded
from search.errors import BrokenGenerationError
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.index.store import ARTICLES, Store, read_digests
from search.index.withdrawn import read_withdrawn
from search.results import Build
from search.times import Millis


class Changes(Struct, frozen=True):
    """What differs between two archives: ids of articles, and how many articles are the same."""

    added: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    unchanged: int

    def counts(self) -> dict[str, int]:
        """How many articles each of the four is."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
        }


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> Changes:
    """The changes from an old archive to a new one, each given as the digests of its articles by id."""
    both = old.keys() & new.keys()
    changed = frozenset(one for one in both if old[one] != new[one])
    return Changes(
        frozenset(new.keys() - both), changed, frozenset(old.keys() - both), unchanged=len(both) - len(changed)
    )


def history(index: IndexFolder, now: Millis) -> list[Build]:
    """The builds that are still kept, newest first, each with what it changed of the one before.

    Articles that may not be shown now are not counted.
    """
    builds: list[Build] = []
    before: _Counted | None = None
    for name in index.names():
        folder = index.path(name)
        try:
            manifest = read_manifest(folder)
        except BrokenGenerationError:
            continue  # `lede-index verify` tells of it; here it would only have a path to name
        counted = _Counted(folder, hidden_ids(folder, now, read_withdrawn(index.withdrawn, name)))
        counts = _counts(before, counted) if before else (None, None, None)
        articles = manifest.articles - len(counted.hidden)
        builds.append(Build(name, manifest.built, articles, len(manifest.rejected), *counts))
        before = counted
    return builds[::-1]


class _Counted(Struct, frozen=True):
    """A generation's folder, and the ids in it that may not be shown."""

    folder: Path
    hidden: frozenset[str]


def _counts(before: _Counted, after: _Counted) -> tuple[int, int, int] | tuple[None, None, None]:
    """How many articles were added, changed and removed, of those that may be shown; nothing where that is unknown."""
    found = changes_between(before.folder, after.folder)
    if found is None:
        return None, None, None
    return (
        len(found.added - after.hidden),
        len(found.changed - after.hidden),
        len(found.removed - before.hidden),
    )


def hidden_ids(folder: Path, now: Millis, withdrawn: Iterable[str]) -> frozenset[str]:
    """The ids of a generation that may not be shown: of the future, expired, or withdrawn; none of a damaged one."""
    try:
        published, expires = (loaded(folder / "columns" / f"{name}.npy") for name in ("published", "expires"))
        rows = np.flatnonzero((published > now) | (expires <= now)).tolist()
        return _ids(folder / ARTICLES, rows, list(withdrawn))
    except (OSError, ValueError, EOFError, sqlite3.DatabaseError):
        return frozenset()


def _ids(path: Path, rows: list[int], listed: list[str]) -> frozenset[str]:
    """The ids of these rows of a store, and those listed that are in it."""
    if not rows and not listed:
        return frozenset()
    store = Store(path)
    try:
        return frozenset([*store.ids(rows), *(one for one in listed if store.row(one) is not None)])
    finally:
        store.close()


@lru_cache(maxsize=64)
def changes_between(before: Path, after: Path) -> Changes | None:
    """What was added, changed and removed from one generation to another; neither ever changes.

    None where the articles of one are damaged: the list of builds must be readable just then.
    """
    try:
        return changes(*(read_digests(generation / ARTICLES) for generation in (before, after)))
    except sqlite3.DatabaseError:
        return None
