"""What of the generation before can be used again? Its articles, and their views and vectors.

Nothing of a file of which a bit has changed: then all is made anew.
"""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class PreviousGeneration:
    """A generation that was built before: its articles by the digests of their files, and those digests by id."""

    folder: Path
    manifest: Manifest
    articles: dict[str, Article]
    ids: dict[str, str]

    @contextmanager
    def bodies(self) -> Iterator[Callable[[str], bytes]]:
        """Gives the compressed body of the article of a file's digest, as long as the context lasts."""
        rows = {digest: row for row, digest in enumerate(self.articles)}
        store = Store(self.folder / ARTICLES)
        try:
            yield lambda digest: store.body(rows[digest])
        finally:
            store.close()


def before(index: IndexFolder) -> PreviousGeneration | None:
    """The served generation, or None where there is none that can be used."""
    try:
        folder = index.path(index.current_name())
        manifest = read_manifest(folder)
        if altered(folder, manifest, ARTICLES):
            return None
        store = Store(folder / ARTICLES)
        try:
            everything = dict(store.everything())
        finally:
            store.close()
    except Exception:  # a damaged one is no reason not to build a sound one
        return None
    return PreviousGeneration(
        folder, manifest, everything, {article.id: digest for digest, article in everything.items()}
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
        self._rows = {digest: row for row, digest in enumerate(earlier.articles)}
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
