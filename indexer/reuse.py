"""Reuse of the previous generation: its articles, their chunks and vectors.

Nothing of a file of which a bit has changed: then all is made anew.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from indexer.content.reader import FileReport, KnownArticle, KnownFiles
from indexer.text.boilerplate import heading_key
from search.arrays import Matrix, Rows
from search.article import Article
from search.cache import LruCache
from search.index.checksums import altered
from search.index.chunks import Chunk, Chunks, open_chunks
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.store import ARTICLES, Store, read_digests
from search.ports import VectorFormat

_MAPPED = 50_000
"""Vectors after which a mapped file is opened anew: 80 MB."""
_BLOCK = 128
"""Articles that are read together."""
_BLOCKS = 16
"""How many times so many are kept."""

REPORTS = "content.json"
"""What the files of a generation hold besides articles."""


@dataclass(frozen=True, slots=True)
class PreviousGeneration:
    """A generation that was built before: the ids of its articles, in the order of rows, and two digests of each."""

    folder: Path
    manifest: Manifest
    names: list[str]
    """The ids."""
    digests: list[str]
    files: list[str]
    """The digests of the files that they stand in."""
    reports: dict[str, FileReport]

    @property
    def ids(self) -> dict[str, str]:
        """By id, the digest of each article."""
        return dict(zip(self.names, self.digests, strict=True))

    def articles(self) -> Iterator[Article]:
        """The articles without their texts, in the order of rows."""
        store = Store(self.folder / ARTICLES)
        try:
            yield from store.cards()
        finally:
            store.close()

    @contextmanager
    def known(self) -> Iterator[KnownFiles]:
        """What was read of every file, as long as the context lasts: articles and bodies are read when asked for."""
        store = Store(self.folder / ARTICLES)
        try:
            yield KnownFiles(_KnownArticles(store, self.digests, self.files), self.reports)
        finally:
            store.close()


class _KnownArticles(Mapping[str, Sequence[KnownArticle]]):
    """The articles of each file, by its digest. They are asked for nearly in the order of rows."""

    def __init__(self, store: Store, digests: Sequence[str], files: Sequence[str]) -> None:
        self._store = store
        self._digests = digests
        self._rows: dict[str, int | list[int]] = {}
        for row, file in enumerate(files):
            others = self._rows.get(file)
            if others is None:
                self._rows[file] = row
            elif isinstance(others, int):
                self._rows[file] = [others, row]
            else:
                others.append(row)
        self._read = LruCache[list[Article]](_BLOCKS)

    def __getitem__(self, file: str) -> Sequence[KnownArticle]:
        rows = self._rows[file]
        return [
            KnownArticle(self._article(row), self._digests[row], partial(self._store.body, row))
            for row in ([rows] if isinstance(rows, int) else rows)
        ]

    def __contains__(self, file: object) -> bool:
        return file in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _article(self, row: int) -> Article:
        number, place = divmod(row, _BLOCK)
        return self._read.get(number, lambda: self._store.stretch(number * _BLOCK, _BLOCK))[place]


def before(index: IndexFolder) -> PreviousGeneration | None:
    """The served generation, or None where there is none that can be used."""
    try:
        folder = index.path(index.current_name())
        manifest = read_manifest(folder)
        if altered(folder, manifest, ARTICLES, REPORTS):
            return None
        store = Store(folder / ARTICLES)
        try:
            everything = list(store.identities())
            store.stretch(0, _BLOCK)  # of a form that is read now
        finally:
            store.close()
        reports = msgspec.json.decode((folder / REPORTS).read_bytes(), type=dict[str, FileReport])
    except Exception:  # a damaged one is no reason not to build a sound one
        return None
    names, digests, files = map(list, zip(*everything, strict=True)) if everything else ([], [], [])
    return PreviousGeneration(folder, manifest, names, digests, files, reports)


def ids_before(index: IndexFolder) -> dict[str, str]:
    """By id the digests of the served generation's articles; none where they cannot be read."""
    try:
        return read_digests(index.path(index.current_name()) / ARTICLES)
    except Exception:  # what counts what changed must not keep anything from being built
        return {}


def rows_now(before: Sequence[str], digests: Sequence[str]) -> Rows:
    """The row that each earlier article has now, by the digests of both, -1 for one that is gone: (rows before,)."""
    places: dict[str, list[int]] = {}
    for row in range(len(digests) - 1, -1, -1):
        places.setdefault(digests[row], []).append(row)
    rows = (own.pop() if (own := places.get(digest)) else -1 for digest in before)
    return np.fromiter(rows, dtype=np.int64, count=len(before))


class ReusePlan:
    """The views and vectors that an article keeps: what they are made of is the same as it was."""

    def __init__(self, earlier: PreviousGeneration, engine: VectorFormat, boilerplate: Set[str]) -> None:
        self._engine, self._folder = engine, earlier.folder / "vector"
        self._rows = {digest: row for row, digest in enumerate(earlier.digests)}
        self._other = boilerplate ^ set(earlier.manifest.boilerplate)
        self._views: Chunks = open_chunks(earlier.folder / "views")
        self._vectors, self._taken = self._engine.open(self._folder), 0

    def of(self, digest: str, article: Article) -> tuple[list[Chunk], Matrix] | None:
        """What the article of that file keeps; None where it is new, had none, or counts out other headings now."""
        row = self._rows.get(digest)
        if row is None or self._differs(article):
            return None
        own = self._views.of(row)
        views = [Chunk(int(self._views.kind[view]), self._views.span(view)) for view in own.tolist()]
        return (views, self._taken_from(own)) if views else None

    def _taken_from(self, views: Rows) -> Matrix:
        """The vectors of these views. What was read of a mapped file counts as memory until it is let go of."""
        if self._taken > _MAPPED:
            self._vectors.close()
            self._vectors, self._taken = self._engine.open(self._folder), 0
        self._taken += len(views)
        return self._vectors.vectors(views)

    def _differs(self, article: Article) -> bool:
        return bool(self._other) and any(
            heading_key(article.text[start:end]) in self._other for start, end in article.headings
        )

    def close(self) -> None:
        """Let go of the files."""
        self._vectors.close()


def inheritance(
    earlier: PreviousGeneration | None, recipe: str, fingerprint: str, engine: VectorFormat, boilerplate: Set[str]
) -> ReusePlan | None:
    """What articles keep of an earlier generation; None where another recipe or model made it, or it was altered."""
    if earlier is None or (earlier.manifest.settings_digest, earlier.manifest.model.fingerprint) != (
        recipe,
        fingerprint,
    ):
        return None
    if altered(earlier.folder, earlier.manifest, "views/", "vector/"):
        return None
    return ReusePlan(earlier, engine, boilerplate)
