"""Differences between two generations, by article."""

from collections.abc import Iterator

from search.errors import NoGenerationError
from search.index.directory import IndexFolder
from search.index.history import changes
from search.index.store import ARTICLES, read_digests


def diff(index: IndexFolder, old: str, new: str) -> Iterator[dict[str, str]]:
    """Every article added, changed or removed from the old generation to the new, in the order of ids."""
    found = changes(_digests(index, old), _digests(index, new))
    kinds = {"added": found.added, "changed": found.changed, "removed": found.removed}
    for article_id, change in sorted((one, kind) for kind, ids in kinds.items() for one in ids):
        yield {"change": change, "id": article_id}


def _digests(index: IndexFolder, name: str) -> dict[str, str]:
    if name not in index.names():
        raise NoGenerationError(f"There is no generation {name}.", "See `lede-index list`.")
    return read_digests(index.path(name) / ARTICLES)
