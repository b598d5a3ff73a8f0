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
Generation = tuple[str, str, str]
"""The name of a generation and the digests of its content and settings."""
_RECIPE = "1"
"""Changes when the same articles would give other counts."""


class StayedArticles:
    """Which articles of an earlier generation are there now, and the counts over them."""

    def __init__(self, earlier: PreviousGeneration | None, digests: Sequence[str]) -> None:
        """`digests` are those of the articles that there are now."""
        self.earlier = earlier
        self.now = rows_now(earlier.digests, digests) if earlier else np.zeros(0, dtype=np.int64)
        """The row that each earlier article has now, -1 for one that is gone, (rows before,)."""
        self.came = came(self.now, len(digests))
        """The rows of the others, ascending."""

    def made_by(self, settings_digest: str) -> PreviousGeneration | None:
        """The earlier generation, where the same settings made it."""
        same = self.earlier is not None and self.earlier.manifest.settings_digest == settings_digest
        return self.earlier if same else None

    @property
    def source(self) -> Rows:
        """The row that each article had in the earlier generation, -1 for one that came, (articles,)."""
        stayed = np.flatnonzero(self.now >= 0)
        source = np.full(len(stayed) + len(self.came), -1, dtype=np.int64)
        source[self.now[stayed]] = stayed
        return source

    def counts(self, file: Path, articles: Sequence[Article], count: Count) -> dict[str, int]:
        """The counts over all articles of now: over those that came, where the others were counted before.

        Where more articles came and went than there are, all are counted. `file` is what `keep_counts` left there when
        the earlier generation was built.
        """
        gone = np.count_nonzero(self.now < 0)
        counts = self.kept(file, count) if gone + len(self.came) < len(articles) else None
        if counts is not None:
            for rows in _some(self.came):
                counts.update(count([articles[row] for row in rows]))
            if (summed_up := summed(counts)) is not None:
                return summed_up
        return dict(count(articles))

    def kept(self, file: Path, count: Count) -> Counter[str] | None:
        """The counts over the articles that stayed; None where those of the earlier generation are not known."""
        written = recalled(file, _made_of(self.earlier.manifest)) if self.earlier else None
        if self.earlier is None or written is None:
            return None
        counts = Counter(msgspec.msgpack.decode(written, type=dict[str, int]))
        for some in _earlier(self.earlier, np.flatnonzero(self.now < 0)):
            counts.subtract(count(some))
        return counts


def summed(counts: Mapping[str, int]) -> dict[str, int] | None:
    """The counts without those of 0; None where one is less, for then they were not those of that generation."""
    if min(counts.values(), default=0) < 0:
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


def generation_of(manifest: Manifest) -> Generation:
    """What tells a generation from others."""
    return manifest.name, manifest.content_digest, manifest.settings_digest


def _made_of(manifest: Manifest) -> tuple[str, ...]:
    return _RECIPE, *generation_of(manifest)
