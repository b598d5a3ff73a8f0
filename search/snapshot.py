"""One generation, opened; who is using it; when a newer one appears.

Whoever answers a query acquires one snapshot and keeps it to the end. A newer generation is opened beside it, takes
its place for the queries to come, and the old one is closed by the last who uses it. No query waits for that.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct, field

from search.analysis import Analyzer
from search.columns import Columns, open_columns
from search.errors import BrokenGenerationError, GenerationGoneError, IndexUnusableError, LedeError
from search.generation import DAYS, NAMES, IndexFolder, Manifest, ModelCard, check_bytes, hold, read_manifest
from search.glossary import Glossary, open_glossary
from search.outline import Outline, open_outline
from search.ports import Embedder, KeywordIndex, VectorIndex
from search.recent import Recent
from search.related import Related, open_related
from search.spelling import SPELLINGS, Vocabulary, open_spellings
from search.store import ARTICLES, Store
from search.suggesting import Suggester, open_suggestions
from search.views import Views, open_views
from search.words import Words

REFUSED_FOR = 60.0
"""Seconds after which a generation that was found broken is looked at again: somebody may have mended it."""


class Snapshot(Struct, frozen=True):
    """One generation, opened for reading."""

    manifest: Manifest
    columns: Columns
    store: Store
    views: Views
    words: Words
    """The terms that articles contain."""
    forms: Words
    """Their words as they are written, not stemmed: what a prefix is compared with."""
    related: Related
    outline: Outline
    keyword: KeywordIndex
    vector: VectorIndex
    embedder: Callable[[], Embedder]
    """The model that the vectors were made by, loaded when first asked for. Raises ModelError."""
    analyzer: Analyzer
    """What made the terms of the keyword index, and must make those of the questions."""
    days: Mapping[str, str]
    """For each name that a day has, its date."""
    glossary: Callable[[str], Glossary | None]
    """The glossary of a language that the model does not know, if the archive taught one."""
    suggester: Callable[[], Suggester]
    """What can be suggested to somebody who types, loaded when first asked for."""
    vocabulary: Callable[[], Vocabulary]
    """The words of the archive, loaded when first asked for."""
    held: BinaryIO
    """Keeps whoever prunes from removing what is loaded later."""
    near: Recent[Any] = field(default_factory=Recent)
    """How near everything was to the vectors asked for last, as search.finding keeps it."""

    def close(self) -> None:
        """Let go of every file."""
        self.held.close()
        self.keyword.close()
        self.vector.close()
        self.store.close()


def open_snapshot(
    folder: Path,
    open_keyword: Callable[[str, Path], KeywordIndex],
    open_vector: Callable[[str, Path], VectorIndex],
    open_embedder: Callable[[Path, ModelCard], Embedder],
) -> Snapshot:
    """Open a generation, every byte of which is seen to first; each index by the engine whose name the manifest gives.

    Raises BrokenGenerationError.
    """
    manifest = read_manifest(folder)
    held = hold(folder)
    try:
        check_bytes(folder, manifest)
        snapshot = Snapshot(
            manifest=manifest,
            columns=open_columns(folder / "columns"),
            store=Store(folder / ARTICLES),
            views=open_views(folder / "views"),
            words=Words(folder / "words", manifest.articles),
            forms=Words(folder / "forms", manifest.articles),
            related=open_related(folder / "related"),
            outline=open_outline(folder / "outline"),
            keyword=open_keyword(manifest.keyword_engine, folder / "keyword"),
            vector=open_vector(manifest.vector_engine, folder / "vector"),
            embedder=lambda: open_embedder(folder / "model", manifest.model),
            analyzer=Analyzer(msgspec.json.decode((folder / NAMES).read_bytes(), type=dict[str, str])),
            days=msgspec.json.decode((folder / DAYS).read_bytes(), type=dict[str, str]),
            glossary=lru_cache(lambda language: open_glossary(folder / "glossaries", language)),
            suggester=cache(lambda: open_suggestions(folder / "suggestions")),
            vocabulary=cache(lambda: open_spellings(folder / "suggestions" / SPELLINGS)),
            held=held,
        )
    except LedeError:
        held.close()
        raise
    except Exception as broken:  # whatever an engine makes of a damaged file
        held.close()
        raise BrokenGenerationError(
            f"Generation {manifest.name} cannot be opened ({type(broken).__name__}).",
            "Run `lede-index verify`, then `lede-index rollback` or build again.",
        ) from broken
    if manifest.articles != snapshot.columns.size or not manifest.views == snapshot.views.size == snapshot.vector.size:
        snapshot.close()
        raise BrokenGenerationError(
            f"Generation {manifest.name} does not fit together: its manifest, columns and vectors differ in length.",
            "Run `lede-index rollback` or build again.",
        )
    return snapshot


class Served:
    """The snapshot that queries are answered from, and its exchange for a newer one. Safe to use from threads."""

    def __init__(self, folder: IndexFolder, open_generation: Callable[[Path], Snapshot]) -> None:
        self._folder = folder
        self._open = open_generation
        self._lock = Lock()
        self._refreshing = Lock()
        self._users: dict[int, int] = {}
        self._snapshot: Snapshot | None = None
        self._refused, self._again = "", 0.0
        self.trouble: str | None = None
        """Why the generation that CURRENT names is not the one served, and what to do; None when it is."""

    @property
    def degraded(self) -> tuple[str, ...]:
        """What to say of every answer while an older generation is served."""
        return (f"generation: an older one answers. {self.trouble}",) if self.trouble else ()

    @property
    def manifest(self) -> Manifest | None:
        """What is served just now; None where nothing is."""
        snapshot = self._snapshot
        return snapshot.manifest if snapshot else None

    @contextmanager
    def acquire(self, name: str | None = None) -> Iterator[Snapshot]:
        """The served snapshot, kept open as long as it is used; or, by its name, an older one that is still kept.

        An older one is opened for its user and closed behind him: few ask for one, and a pruned one must not stay.
        Raises IndexUnusableError when there is none, and GenerationGoneError where that older one is pruned.
        """
        if name is not None and (self._snapshot is None or name != self._snapshot.manifest.name):
            with closing(self._older(name)) as older:
                yield older
            return
        if self._snapshot is None:
            self.refresh()
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                raise IndexUnusableError(self.trouble or f"{self._folder.root} has no usable generation.")
            self._users[id(snapshot)] = self._users.get(id(snapshot), 0) + 1
        try:
            yield snapshot
        finally:
            self._release(snapshot)

    def refresh(self) -> None:
        """Serve the generation that CURRENT names. One that is broken is refused; the old one stays, or one before it.

        Raises IndexUnusableError only when no generation can be opened.
        """
        with self._refreshing:
            try:
                self._exchange()
                self.trouble = None
            except IndexUnusableError as unusable:
                if self._snapshot is None and not self._fall_back():
                    raise
                if self.trouble != str(unusable):
                    _log("error", f"An older generation is served. {unusable}")
                self.trouble = str(unusable)

    def close(self) -> None:
        """Close the served snapshot as soon as nobody uses it."""
        self._replace(None)

    def _older(self, name: str) -> Snapshot:
        try:
            if name in self._folder.names():
                return self._open(self._folder.path(name))
        except BrokenGenerationError:
            if name in self._folder.names():  # else it was pruned this moment
                raise
        raise GenerationGoneError(
            f"Generation {name} is no longer kept.", "Leave cursor out and begin again.", field="cursor"
        )

    def _exchange(self) -> None:
        name = self._folder.current_name()
        while self._snapshot is None or name != self._snapshot.manifest.name:
            if name == self._refused and self.trouble and monotonic() < self._again:
                raise BrokenGenerationError(self.trouble)
            try:
                self._serve(name)
            except BrokenGenerationError:
                # It may have been replaced and pruned since its name was read; then the newer one is asked for.
                if name == (name := self._folder.current_name()):
                    self._refused, self._again = name, monotonic() + REFUSED_FOR
                    raise

    def _fall_back(self) -> bool:
        """Serve the newest sound generation before the one that CURRENT names, or else any; tells whether one is."""
        try:
            current = self._folder.current_name()
        except IndexUnusableError:
            current = "~"  # sorts behind every name
        names = self._folder.names()
        before = [name for name in reversed(names) if name < current]
        for name in (*before, *(name for name in names if name > current)):
            try:
                self._serve(name)
            except BrokenGenerationError:
                continue
            return True
        return False

    def _serve(self, name: str) -> None:
        self._replace(self._open(self._folder.path(name)))
        _log("info", f"Serving generation {name}.")

    def _replace(self, new: Snapshot | None) -> None:
        with self._lock:
            old, self._snapshot = self._snapshot, new
            idle = old is not None and not self._users.get(id(old))
        if old is not None and idle:
            old.close()

    def _release(self, snapshot: Snapshot) -> None:
        user = id(snapshot)
        with self._lock:
            self._users[user] -= 1
            last = not self._users[user]
            if last:
                del self._users[user]
            superseded = last and snapshot is not self._snapshot
        if superseded:
            snapshot.close()


def _log(level: str, message: str) -> None:
    """Said where somebody listens: a service has loaded what logs, a query from a terminal need not."""
    if logging := sys.modules.get("logging"):
        getattr(logging.getLogger("lede.snapshot"), level)(message)
