"""Reuse of the previous generation: its articles, their chunks and vectors.

Nothing of a file of which a bit has changed: then all is made anew.
"""

import weakref
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from indexer.content.reader import FileReport, KnownFiles
from indexer.text.boilerplate import heading_key
from search.arrays import Mask, Matrix, Rows
from search.article import Article
from search.cache import LruCache
from search.index.checksums import altered
from search.index.chunks import Chunks, open_chunks
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.store import ARTICLES, Store, StoredRun, read_digests
from search.ports import VectorFormat

_MAPPED = 50_000
"""Vectors after which a mapped file is opened anew: 80 MB."""
_TOGETHER = 1_024
"""Articles whose vectors are taken over together."""
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

    def cards(self, ids: Collection[str]) -> Iterator[Article]:
        """The articles of these ids without their texts, in the order of rows."""
        wanted = set(ids)
        rows = [row for row, name in enumerate(self.names) if name in wanted]
        store = Store(self.folder / ARTICLES)
        try:
            for at in range(0, len(rows), _BLOCK):
                yield from store.articles(rows[at : at + _BLOCK], texts=False)
        finally:
            store.close()

    def known(self) -> KnownFiles:
        """What was read of every file. Articles are read when they are asked for; the file goes with the last user."""
        return KnownFiles(_KnownArchive(Store(self.folder / ARTICLES), self), self.reports)


class _KnownArchive:
    """The articles of a generation. They are asked for nearly in the order of rows."""

    def __init__(self, store: Store, generation: PreviousGeneration) -> None:
        self._store, self._file = store, generation.folder / ARTICLES
        self._ids, self._digests = generation.names, generation.digests
        self._rows: dict[str, int | list[int]] = {}
        for row, file in enumerate(generation.files):
            others = self._rows.get(file)
            if others is None:
                self._rows[file] = row
            elif isinstance(others, int):
                self._rows[file] = [others, row]
            else:
                others.append(row)
        self._read, self._bare = LruCache[list[Article]](_BLOCKS), LruCache[list[Article]](_BLOCKS)
        self._last = -1
        """The block whose text was last asked for."""
        weakref.finalize(self, store.close)

    def rows_of(self, file: str) -> Sequence[int]:
        rows = self._rows.get(file, ())
        return [rows] if isinstance(rows, int) else rows

    def id(self, row: int) -> str:
        return self._ids[row]

    def digest(self, row: int) -> str:
        return self._digests[row]

    def article(self, row: int, *, texts: bool = True) -> Article:
        number, place = divmod(row, _BLOCK)
        if texts:
            last, self._last = self._last, number
            if number != last and self._read.known(number) is None:  # whoever asks for one of a block may want no other
                return self._store.stretch(row, 1)[0]
            return self._read.get(number, lambda: self._store.stretch(number * _BLOCK, _BLOCK))[place]
        return self._bare.get(number, lambda: self._store.bare(number * _BLOCK, _BLOCK))[place]

    def body(self, row: int) -> bytes:
        return self._store.body(row)

    def run(self, first: int, count: int) -> StoredRun:
        return StoredRun(self._file, first, count)


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
    names = [one for one, _, _ in everything]
    digests = [digest for _, digest, _ in everything]
    files = [digest if digest == file else file for _, digest, file in everything]
    return PreviousGeneration(folder, manifest, names, digests, files, reports)


def ids_before(index: IndexFolder) -> dict[str, str]:
    """By id the digests of the served generation's articles; none where they cannot be read."""
    try:
        return read_digests(index.path(index.current_name()) / ARTICLES)
    except Exception:  # what counts what changed must not keep anything from being built
        return {}


def rows_now(before: Sequence[str], digests: Sequence[str]) -> Rows:
    """The row that each earlier article has now, by the digests of both, -1 for one that is gone: (rows before,)."""
    first: dict[str, int] = {}
    later: dict[str, list[int]] = {}  # hardly an article has the digest of another
    for row in range(len(digests) - 1, -1, -1):
        if (digest := digests[row]) in first:
            later.setdefault(digest, []).append(first[digest])
        first[digest] = row
    now = np.full(len(before), -1, dtype=np.int64)
    for place, digest in enumerate(before):
        now[place] = first.pop(digest, -1)
        if later.get(digest):
            first[digest] = later[digest].pop()
    return now


class ReusePlan:
    """The views and vectors that an article keeps: what they are made of is the same as it was."""

    def __init__(self, earlier: PreviousGeneration, engine: VectorFormat, boilerplate: Set[str], source: Rows) -> None:
        """`source` gives the row that each article had in the earlier generation, -1 for a new one, (articles,)."""
        self._engine, self._folder = engine, earlier.folder / "vector"
        self._other = boilerplate ^ set(earlier.manifest.boilerplate)
        self._views: Chunks = open_chunks(earlier.folder / "views")
        self._first = np.searchsorted(self._views.row, np.arange(len(earlier.digests) + 1))
        self._vectors, self._taken = self._engine.open(self._folder), 0
        known = np.maximum(source, 0)
        self._source = np.where((source >= 0) & (self._first[known + 1] > self._first[known]), source, -1)

    def kept(self, rows: range, articles: Sequence[Article]) -> Mask:
        """Which of these articles keep views, (rows,): not one that is new, had none, or counts out other headings."""
        kept: Mask = self._source[rows.start : rows.stop] >= 0
        if self._other:
            differing = [place for place in np.flatnonzero(kept).tolist() if self._differs(articles[rows[place]])]
            kept[differing] = False
        return kept

    def runs(self, rows: Rows) -> Iterator[tuple[Chunks, Matrix]]:
        """The views and vectors of these articles, which all keep theirs and ascend, some articles at a time."""
        source = self._source[rows]
        begins, ends = self._first[source], self._first[source + 1]
        breaks = _breaks(begins, ends)
        for some, begin, end in zip(*(np.split(each, breaks) for each in (rows, begins, ends)), strict=True):
            views = self._views
            own = slice(int(begin[0]), int(end[-1]))
            moved = np.repeat(some, end - begin)
            yield (
                Chunks(moved, np.array(views.kind[own]), np.array(views.start[own]), np.array(views.end[own])),
                self._taken_from(np.arange(own.start, own.stop)),
            )

    def _taken_from(self, views: Rows) -> Matrix:
        """The vectors of these views. What was read of a mapped file counts as memory until it is let go of."""
        if self._taken > _MAPPED:
            self._vectors.close()
            self._vectors, self._taken = self._engine.open(self._folder), 0
        self._taken += len(views)
        return self._vectors.vectors(views)

    def _differs(self, article: Article) -> bool:
        return any(heading_key(article.text[start:end]) in self._other for start, end in article.headings)

    def close(self) -> None:
        """Let go of the files."""
        self._vectors.close()


def _breaks(begins: Rows, ends: Rows) -> Rows:
    """Where views of before do not follow one another, or so many articles did that they are enough for once.

    An article without views may have stood between two that follow one another.
    """
    return np.flatnonzero((begins[1:] != ends[:-1]) | (np.arange(1, len(begins)) % _TOGETHER == 0)) + 1


def inheritance(
    earlier: PreviousGeneration | None,
    source: Rows,
    recipe: str,
    fingerprint: str,
    engine: VectorFormat,
    boilerplate: Set[str],
) -> ReusePlan | None:
    """What articles keep of an earlier generation; None where another recipe or model made it, or it was altered.

    `source` gives the row that each article had in it, -1 for a new one, (articles,).
    """
    if earlier is None or (earlier.manifest.settings_digest, earlier.manifest.model.fingerprint) != (
        recipe,
        fingerprint,
    ):
        return None
    if altered(earlier.folder, earlier.manifest, "views/", "vector/"):
        return None
    return ReusePlan(earlier, engine, boilerplate, source)
