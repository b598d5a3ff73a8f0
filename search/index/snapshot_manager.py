"""Which generation a process serves: acquired by readers, exchanged when another is published.

A query acquires one snapshot and keeps it to the end. A newer generation is opened beside it, takes its place for the
queries to come, and the old one is closed by the last who uses it. No query waits for that.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from time import monotonic

from search.errors import BrokenGenerationError, GenerationGoneError, IndexUnusableError
from search.index.directory import IndexFolder
from search.index.manifest import Manifest
from search.index.snapshot import Snapshot
from search.messages import Message, local_text, say

REFUSED_FOR = 60.0
"""Seconds after which a generation that was found broken is looked at again: somebody may have mended it."""


class SnapshotManager:
    """The snapshot that queries are answered from, and its exchange for a newer one. Safe to use from threads."""

    def __init__(self, folder: IndexFolder, open_generation: Callable[[Path], Snapshot]) -> None:
        self.folder = folder
        self._open = open_generation
        self._lock = Lock()
        self._refreshing = Lock()
        self._users: dict[int, int] = {}
        self._snapshot: Snapshot | None = None
        self._refused, self._again = "", 0.0
        self._told: Callable[[], Message | None] | None = None
        self.last_error: Message | None = None
        """Why the generation that CURRENT names is not the one served, and what to do; None when it is."""

    @cached_property
    def key(self) -> bytes:
        """What signs the cursors of this index."""
        return self.folder.key()

    @property
    def degraded(self) -> tuple[str, ...]:
        """What to say of every answer while an older generation is served."""
        if not self.last_error:
            return ()
        return (say("older-generation", f"generation: an older one answers. {local_text(self.last_error)}"),)

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
                raise IndexUnusableError(self.last_error or f"{self.folder.root} has no usable generation.")
            self._users[id(snapshot)] = self._users.get(id(snapshot), 0) + 1
        try:
            yield snapshot
        finally:
            self._release(snapshot)

    def refresh(self) -> None:
        """Serve the generation that CURRENT names. One that is broken is refused; the old one stays, or one before it.

        Raises IndexUnusableError only when no generation can be opened.
        """
        if self._told is not None and self._snapshot is not None:
            self.last_error = self._told()
            return
        with self._refreshing:
            try:
                self._exchange()
                self.last_error = None
            except IndexUnusableError as unusable:
                if self._snapshot is None and not self._open_latest_intact():
                    raise
                what, remedy = unusable.told(everything=True)
                told = say("what-and-remedy", str(unusable), what=what, remedy=remedy or "")
                if self.last_error != told:
                    _log("error", f"An older generation is served. {unusable}")
                self.last_error = told

    def follow(self, told: Callable[[], Message | None]) -> None:
        """Keep the snapshot that is served: another process looks for newer ones, and `told` gives its trouble."""
        own = self.last_error
        self._told = lambda: told() or own

    def close(self) -> None:
        """Close the served snapshot after its last use."""
        self._replace(None)

    def _older(self, name: str) -> Snapshot:
        try:
            if name in self.folder.names():
                return self._open(self.folder.path(name))
        except BrokenGenerationError:
            if name in self.folder.names():  # else it was pruned this moment
                raise
        raise GenerationGoneError(
            say("generation-gone", f"Generation {name} is no longer kept."), say("begin-again"), field="cursor"
        )

    def _exchange(self) -> None:
        name = self.folder.current_name()
        while self._snapshot is None or name != self._snapshot.manifest.name:
            if name == self._refused and self.last_error and monotonic() < self._again:
                raise BrokenGenerationError(self.last_error)
            try:
                self._serve(name)
            except BrokenGenerationError:
                refused, name = name, self.folder.current_name()
                if name == refused:  # else it was replaced and pruned since its name was read
                    self._refused, self._again = refused, monotonic() + REFUSED_FOR
                    raise

    def _open_latest_intact(self) -> bool:
        """Serve the newest sound generation before the one that CURRENT names, or else any; tells whether one is."""
        try:
            current = self.folder.current_name()
        except IndexUnusableError:
            current = "~"  # sorts behind every name
        names = self.folder.names()
        before = [name for name in reversed(names) if name < current]
        for name in (*before, *(name for name in names if name > current)):
            try:
                self._serve(name)
            except BrokenGenerationError:
                continue
            return True
        return False

    def _serve(self, name: str) -> None:
        self._replace(self._open(self.folder.path(name)))
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
