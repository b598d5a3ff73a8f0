"""What the builds that are still kept changed, each compared with the one before."""

import sqlite3
from functools import lru_cache
from pathlib import Path

from search.errors import BrokenGenerationError
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.store import ARTICLES, read_digests
from search.results import Build


def history(index: IndexFolder) -> list[Build]:
    """The builds that are still kept, newest first, each with what it changed of the one before."""
    builds: list[Build] = []
    before: Manifest | None = None
    for name in index.names():
        try:
            manifest = read_manifest(index.path(name))
        except BrokenGenerationError:
            continue  # `lede-index verify` tells of it; here it would only have a path to name
        changes = changes_between(index.path(before.name), index.path(name)) if before else (None, None, None)
        builds.append(Build(name, manifest.built, manifest.articles, len(manifest.rejected), *changes))
        before = manifest
    return builds[::-1]


@lru_cache(maxsize=64)
def changes_between(before: Path, after: Path) -> tuple[int, int, int] | tuple[None, None, None]:
    """How many articles were added, changed and removed from one generation to another; neither ever changes.

    Nothing is known where the articles of one are damaged: the list of builds must be readable just then.
    """
    try:
        old, new = (read_digests(generation / ARTICLES) for generation in (before, after))
    except sqlite3.DatabaseError:
        return None, None, None
    changed = sum(digest != old[name] for name, digest in new.items() if name in old)
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())
