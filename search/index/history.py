"""What the builds that are still kept changed, each compared with the one before."""

import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from search.errors import BrokenGenerationError
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.store import ARTICLES, read_digests
from search.results import Build


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


def history(index: IndexFolder) -> list[Build]:
    """The builds that are still kept, newest first, each with what it changed of the one before."""
    builds: list[Build] = []
    before: Manifest | None = None
    for name in index.names():
        try:
            manifest = read_manifest(index.path(name))
        except BrokenGenerationError:
            continue  # `lede-index verify` tells of it; here it would only have a path to name
        counts = changes_between(index.path(before.name), index.path(name)) if before else (None, None, None)
        builds.append(Build(name, manifest.built, manifest.articles, len(manifest.rejected), *counts))
        before = manifest
    return builds[::-1]


@lru_cache(maxsize=64)
def changes_between(before: Path, after: Path) -> tuple[int, int, int] | tuple[None, None, None]:
    """How many articles were added, changed and removed from one generation to another; neither ever changes.

    Nothing is known where the articles of one are damaged: the list of builds must be readable just then.
    """
    try:
        found = changes(read_digests(before / ARTICLES), read_digests(after / ARTICLES))
    except sqlite3.DatabaseError:
        return None, None, None
    return len(found.added), len(found.changed), len(found.removed)
