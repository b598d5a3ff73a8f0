"""Generations in a cluster, built in an index folder of this machine and delivered there."""

from collections.abc import Callable, Collection, Iterator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
from opensearchpy.exceptions import ConflictError

from indexer.cluster import publishing
from indexer.cluster.lease import Lease, leased, make_state
from indexer.cluster.loading import Loader, Told
from indexer.cluster.verification import verify
from indexer.release.takedowns import Found, forget, locked, remarks, remember, serve_without_withdrawn, unheard
from indexer.release.withdraw import kept_folders
from search.cli.counts import counted
from search.cluster.articles import ClusterStore
from search.cluster.connection import ClusterAddress, check_fit, connect
from search.cluster.engine import FETCHED
from search.cluster.generations import ClusterFolder, ClusterGenerations
from search.cluster.layout import Names
from search.cluster.withdrawal import read_list, write_list
from search.errors import LedeError, LockedError, NoGenerationError, RequestError
from search.index.columns import open_columns
from search.index.directory import IndexFolder
from search.index.history import changes
from search.index.manifest import read_manifest
from search.ports import VectorFormat

_TRIES = 5


class ClusterDestination:
    """One archive in a cluster. What changes its generations happens while its lease is held (`writing`)."""

    def __init__(self, address: ClusterAddress, prefix: str, index: IndexFolder, vectors: VectorFormat) -> None:
        """`index` is where builds work; `vectors` opens the vectors of a generation there."""
        self.generations = ClusterGenerations(connect(address), Names(prefix))
        self._index = index
        self._folder = ClusterFolder(index.root / FETCHED, self.generations)
        self._vectors = vectors
        self._lease: Lease | None = None

    def building(self) -> AbstractContextManager[None]:
        """As long as one builds and delivers; what a killed build has loaded of its generation stays."""
        names = self._index.names()
        return self._held(names[-1] if names else "")

    def writing(self) -> AbstractContextManager[None]:
        """As long as one changes generations. Raises LockedError."""
        return self.building()

    @contextmanager
    def _held(self, resumed: str) -> Iterator[None]:
        """Hold the lease, and clear away what killed runs left, but not the generation `resumed`."""
        check_fit(self.generations.connection)
        with leased(self.generations.connection, self.generations.names) as lease:
            self._lease = lease
            publishing.sweep(self.generations, resumed)
            yield
        self._lease = None

    def deliver(self, name: str, changes: dict[str, int], told: Told, *, serve: bool, keep: int) -> bool:
        """Load a generation of the index folder, and serve it; whether that changed anything.

        One that was loaded and published before is left as it is.
        """
        known = name in self.names()
        if known and (not serve or self._current() == name):
            return False
        Loader(self.generations, self._index.path(name), self._vectors, told).load(changes)
        if serve:
            self._publish(name)
            self.prune(keep)
        return True

    def _publish(self, name: str) -> str:
        """Serve a generation from now on, while the lease is still ours. Raises LockedError, NoGenerationError."""
        if self._lease is None:
            raise LockedError("The lease of the cluster is not held.", "Begin again.")
        self._lease.renew()
        return publishing.publish(self.generations, name)

    def folder(self, name: str) -> Path | None:
        """The whole generation in the index folder, if it was built on this machine."""
        return self._index.path(name) if name in self._index.names() else None

    def rollback(self, name: str | None, told: Found = unheard) -> str:
        """Serve another generation, the one before the served one if no name is given.

        Withdrawn texts are looked for in it if it was built on this machine.
        """
        chosen = name or publishing.earlier(self.generations)
        folder = self.folder(chosen)
        if folder is None:
            return self._publish(chosen)
        told(serve_without_withdrawn(self, self._index, folder, lambda: self._publish(chosen)))
        return chosen

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest generations, never the served one; gives the names removed."""
        return publishing.prune(self.generations, keep)

    def lines(self) -> list[str]:
        """The generations, the served one starred, a line each."""
        known, current = self.generations.complete(), self._current()
        return [
            f"{'*' if name == current else ' '} {name}  {counted(one.articles, 'article')}, {one.keyword_engine},"
            f" {one.rejected:,} rejected"
            for name, one in known.items()
        ]

    def served(self) -> str:
        """The served generation. Raises NoGenerationError."""
        return self.generations.current()

    def _current(self) -> str:
        try:
            return self.generations.current()
        except NoGenerationError:
            return ""

    def names(self) -> list[str]:
        """All generations that were loaded to the end, oldest first."""
        return list(self.generations.complete())

    def verify(self, name: str | None) -> str:
        """See that a generation is what was loaded; gives its name. Raises VerificationError, NoGenerationError."""
        name = name or self.generations.current()
        verify(self.generations, name, self._folder.path(name))
        return name

    def diff(self, old: str, new: str) -> Iterator[dict[str, str]]:
        """Every article added, changed or removed from the old generation to the new, in the order of ids."""
        found = changes(self._store(old).digests(), self._store(new).digests())
        kinds = {"added": found.added, "changed": found.changed, "removed": found.removed}
        for article_id, change in sorted((one, kind) for kind, ids in kinds.items() for one in ids):
            yield {"change": change, "id": article_id}

    def withdraw(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Put articles, and their twins unless `only`, on the list that no reader shows; gives the ids new to it.

        Raises RequestError for an id that no generation has, and changes nothing then.
        """
        known = self._with_twins(ids, only)

        def changed(listed: frozenset[str]) -> tuple[frozenset[str], list[str]]:
            unknown = [one for one in ids if one not in known and one not in listed]
            if unknown:
                raise RequestError(
                    f"No article has the id {unknown[0]!r}.", "Give ids as `lede query` shows them.", field="id"
                )
            return listed | known, sorted(known - listed)

        new = self._change(changed)
        if self._index.root.is_dir():
            with locked(self._index.root):
                remember(self._index, known, kept_folders(self._index), self.listed())
        return new

    def restore(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Take articles, and their twins unless `only`, off the list again; gives their ids. Raises RequestError."""
        known = self._with_twins(ids, only) | set(ids)
        unlisted = [one for one in ids if one not in self.listed()]
        if self._index.root.is_dir() and not unlisted:
            with locked(self._index.root):
                known = forget(self._index, known & self.listed(), kept_folders(self._index), only=only)

        def changed(listed: frozenset[str]) -> tuple[frozenset[str], list[str]]:
            unknown = [one for one in ids if one not in listed]
            if unknown:
                raise RequestError(f"{unknown[0]!r} is not withdrawn.", "See the ids that were.", field="id")
            return listed - known, sorted(known & listed)

        return self._change(changed)

    def listed(self) -> frozenset[str]:
        """The ids on the list that no reader shows."""
        return read_list(self.generations.connection, self.generations.names)[0]

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, whose lock is held, of articles that no generation has yet."""
        self._change(lambda listed: (listed | frozenset(ids), []))

    def shown(self, generation: str) -> frozenset[str]:  # noqa: ARG002
        """None of the ids on the list: in a cluster they are hidden in all generations."""
        return frozenset()

    def show(self, generation: str, ids: Set[str]) -> bool:  # noqa: ARG002
        """Not in a cluster."""
        return False

    def remarks(self, ids: Collection[str]) -> list[str]:
        """What an editor has to know of these withdrawn articles, as far as they were built on this machine."""
        return remarks(self._index, ids)

    def _change(self, changed: Callable[[frozenset[str]], tuple[frozenset[str], list[str]]]) -> list[str]:
        """Change the list, again where somebody else was faster."""
        connection, names = self.generations.connection, self.generations.names
        make_state(connection, names)
        written: tuple[frozenset[str], list[str]] | None = None
        for _ in range(_TRIES):
            listed, version = read_list(connection, names)
            if written is not None and listed == written[0]:  # it was sent twice, and came once
                return written[1]
            after, told = changed(listed)
            try:
                write_list(connection, names, after, version)
            except ConflictError:
                written = after, told
                continue
            return told
        raise LedeError("Others change the list of withdrawn articles all the time.", "Try again.")

    def _with_twins(self, ids: Sequence[str], only: bool) -> set[str]:
        """Those of the ids that any generation has, and the ids of their twins in it unless `only`."""
        found: set[str] = set()
        for name in self.names():
            store = self._store(name)
            rows = {row: one for one in ids if (row := store.row(one)) is not None}
            found |= set(rows.values())
            if rows and not only:
                folder = self._folder.path(name)
                group = open_columns(folder / "columns", read_manifest(folder).declared).group
                twins = np.flatnonzero(np.isin(group, group[list(rows)]))
                found |= set(store.ids(twins.tolist()))
        return found

    def _store(self, name: str) -> ClusterStore:
        self.generations.described(name)
        return ClusterStore(self.generations.connection, self.generations.names.index("articles", name))
