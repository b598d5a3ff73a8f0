"""Reuse of the previous generation: its articles, their chunks and vectors.

Nothing of a file of which a bit has changed: then all is made anew.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from indexer.content.reader import FileReport, KnownArticle, KnownFiles
from indexer.text.boilerplate import heading_key
from search.arrays import Matrix, Rows
from search.article import Article
from search.index.checksums import altered
from search.index.chunks import Chunk, Chunks, open_chunks
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.store import ARTICLES, Store, read_digests
from search.ports import VectorFormat

_MAPPED = 50_000
"""Vectors after which a mapped file is opened anew: 80 MB."""


REPORTS = "content.json"
"""What the files of a generation hold besides articles."""


@dataclass(frozen=True, slots=True)
class PreviousGeneration:
    """A generation that was built before: its articles in the order of rows, their digests and those of their files."""

    folder: Path
    manifest: Manifest
    articles: list[Article]
    digests: list[str]
    files: list[str]
    reports: dict[str, FileReport]

    @property
    def ids(self) -> dict[str, str]:
        """By id, the digest of each article."""
        return {article.id: digest for article, digest in zip(self.articles, self.digests, strict=True)}

    @contextmanager
    def known(self) -> Iterator[KnownFiles]:
        """What was read of every file, as long as the context lasts: bodies are read when asked for."""
        store = Store(self.folder / ARTICLES)
        found: dict[str, list[KnownArticle]] = {}
        for row, (article, digest, file) in enumerate(zip(self.articles, self.digests, self.files, strict=True)):
            found.setdefault(file, []).append(KnownArticle(article, digest, partial(store.body, row)))
        try:
            yield KnownFiles(found, self.reports)
        finally:
            store.close()


def before(index: IndexFolder) -> PreviousGeneration | None:
    """The served generation, or None where there is none that can be used."""
    try:
        folder = index.path(index.current_name())
        manifest = read_manifest(folder)
        if altered(folder, manifest, ARTICLES, REPORTS):
            return None
        store = Store(folder / ARTICLES)
        try:
            everything = list(store.iterate())
        finally:
            store.close()
        reports = msgspec.json.decode((folder / REPORTS).read_bytes(), type=dict[str, FileReport])
    except Exception:  # a damaged one is no reason not to build a sound one
        return None
    return PreviousGeneration(
        folder,
        manifest,
        [article for _, _, article in everything],
        [digest for digest, _, _ in everything],
        [file for _, file, _ in everything],
        reports,
    )


def ids_before(index: IndexFolder) -> dict[str, str]:
    """By id the digests of the served generation's articles; none where they cannot be read."""
    try:
        return read_digests(index.path(index.current_name()) / ARTICLES)
    except Exception:  # what counts what changed must not keep anything from being built
        return {}


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
