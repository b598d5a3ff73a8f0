"""Differences between two generations, by article."""

from collections.abc import Iterator

from search.errors import NoGenerationError
from search.index.directory import IndexFolder
from search.index.store import ARTICLES, read_digests


def diff(index: IndexFolder, old: str, new: str) -> Iterator[dict[str, str]]:
    """Every article added, changed or removed from the old generation to the new, in the order of ids."""
    before, after = _digests(index, old), _digests(index, new)
    for article_id in sorted(before.keys() | after.keys()):
        if article_id not in before:
            yield {"change": "added", "id": article_id}
        elif article_id not in after:
            yield {"change": "removed", "id": article_id}
        elif before[article_id] != after[article_id]:
            yield {"change": "changed", "id": article_id}


def _digests(index: IndexFolder, name: str) -> dict[str, str]:
    if name not in index.names():
        raise NoGenerationError(f"There is no generation {name}.", "See `lede-index list`.")
    return read_digests(index.path(name) / ARTICLES)
