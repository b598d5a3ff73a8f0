"""Counts over all articles, kept from build to build: what went is taken off, what came is added."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from indexer.reuse import PreviousGeneration, rows_now
from indexer.text.archive_reader import AT_ONCE
from indexer.text.remembered import keep, recalled
from search.arrays import Rows
from search.article import Article
from search.index.manifest import Manifest
from search.index.store import ARTICLES, Store

Count = Callable[[Sequence[Article]], Mapping[str, int]]
"""Counts something in some articles; of several the counts add up."""
_RECIPE = "1"
"""Changes when the same articles would give other counts."""


def counts_now(
    file: Path, earlier: PreviousGeneration | None, digests: Sequence[str], articles: Sequence[Article], count: Count
) -> dict[str, int] | None:
    """The counts over articles of these digests; None where there are none of the earlier generation to begin with.

    `file` is what `keep_counts` left there when that was built. Its settings decide about counts, so it must be one of
    the same settings, unless what is counted does not depend on them.
    """
    written = recalled(file, _made_of(earlier.manifest)) if earlier else None
    if earlier is None or written is None:
        return None
    counts = Counter(msgspec.msgpack.decode(written, type=dict[str, int]))
    now = rows_now(earlier.digests, digests)
    for some in _earlier(earlier, np.flatnonzero(now < 0)):
        counts.subtract(count(some))
    for rows in _some(came(now, len(digests))):
        counts.update(count([articles[row] for row in rows]))
    if min(counts.values(), default=0) < 0:  # not those of that generation, whatever the file says
        return None
    return {word: number for word, number in counts.items() if number}


def keep_counts(file: Path, manifest: Manifest, counts: Mapping[str, int]) -> None:
    """Remember the counts of a generation for the next build."""
    keep(file, _made_of(manifest), msgspec.msgpack.encode(dict(counts)))


def came(now: Rows, size: int) -> Rows:
    """The rows, of so many, that no earlier article has now, ascending."""
    new = np.ones(size, dtype=np.bool_)
    new[now[now >= 0]] = False
    return np.flatnonzero(new)


def _earlier(earlier: PreviousGeneration, gone: Rows) -> Iterator[list[Article]]:
    store = Store(earlier.folder / ARTICLES)
    try:
        yield from map(store.articles, _some(gone))
    finally:
        store.close()


def _some(rows: Rows) -> Iterator[list[int]]:
    return (rows[at : at + AT_ONCE].tolist() for at in range(0, len(rows), AT_ONCE))


def _made_of(manifest: Manifest) -> tuple[str, ...]:
    return _RECIPE, manifest.name, manifest.content_digest, manifest.settings_digest
