"""Where generations go and are looked after: a folder of this machine, or the cluster of the settings."""

from collections.abc import Callable, Collection, Iterator, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from indexer.release.diff import diff
from indexer.release.publish import chosen, prune, serve, writing
from indexer.release.takedowns import Found, remarks, serve_without_withdrawn, unheard
from indexer.release.verify import verify
from indexer.release.withdraw import hide, restore, show_in, shown_in, withdraw
from search.cli.counts import counted
from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.index.withdrawn import read_withdrawn
from search.settings import Settings
from search.wiring import cluster_address, vector_format

Told = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is (0: not known)."""


class Destination(Protocol):
    """The generations of one archive. Whatever changes them happens within `writing`, but withdrawing may at any time.

    Errors are those of indexer.release; a cluster that cannot be reached is an IndexUnusableError.
    """

    def building(self) -> AbstractContextManager[None]:
        """As long as one builds and delivers."""

    def deliver(self, name: str, changes: dict[str, int], told: Told, *, serve: bool, keep: int) -> bool:
        """Bring a generation that was built in the index folder to its readers; whether that changed anything."""

    def writing(self) -> AbstractContextManager[None]:
        """As long as one changes generations. Raises LockedError."""

    def names(self) -> list[str]:
        """All generations, oldest first."""

    def served(self) -> str:
        """The served generation. Raises IndexUnusableError where there is none."""

    def lines(self) -> list[str]:
        """The generations, the served one starred, a line each."""

    def verify(self, name: str | None) -> str:
        """See that a generation, by default the served one, is what was written; gives its name."""

    def diff(self, old: str, new: str) -> Iterator[dict[str, str]]:
        """Every article added, changed or removed from the old generation to the new, in the order of ids."""

    def folder(self, name: str) -> Path | None:
        """The whole generation in a folder of this machine; None where this machine does not have it."""

    def rollback(self, name: str | None, told: Found = unheard) -> str:
        """Serve another generation, the one before the served one if no name is given; gives its name.

        `told` is told what it has of withdrawn articles.
        """

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest generations, never the served one; gives the names removed."""

    def withdraw(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Put articles, and their twins unless `only`, on the list that no reader shows; gives the ids new to it."""

    def restore(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Take articles, and their twins unless `only`, off the list again; gives their ids."""

    def listed(self) -> frozenset[str]:
        """The ids on the list that no reader shows."""

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, whose lock is held, of articles that no generation has yet."""

    def shown(self, generation: str) -> frozenset[str]:
        """Those of the ids on the list that are shown in a generation all the same."""

    def show(self, generation: str, ids: Set[str]) -> bool:
        """Show these of the ids in a generation, and no others; tells whether that can be done. The lock is held."""

    def remarks(self, ids: Collection[str]) -> list[str]:
        """What an editor has to know of these withdrawn articles, as far as this machine has them."""


def destination(settings: Settings) -> Destination:
    """Where the generations of these settings are. Raises SettingsError, MissingExtraError."""
    if not settings.cluster:
        return IndexFolderDestination(IndexFolder(settings.index))
    from indexer.cluster.destination import ClusterDestination

    return ClusterDestination(
        cluster_address(settings), settings.cluster_prefix, IndexFolder(settings.index), vector_format()
    )


class IndexFolderDestination:
    """Generations of an index folder: built where they are served from."""

    def __init__(self, index: IndexFolder) -> None:
        self._index = index

    @contextmanager
    def building(self) -> Iterator[None]:
        """A build holds the writer's lock itself."""
        yield

    def deliver(self, name: str, changes: dict[str, int], told: Told, *, serve: bool, keep: int) -> bool:  # noqa: ARG002
        """Nothing: a build publishes where it writes."""
        return False

    def writing(self) -> AbstractContextManager[None]:
        """As long as one changes generations. Raises LockedError."""
        return writing(self._index)

    def names(self) -> list[str]:
        """All generations, oldest first."""
        return self._index.names()

    def served(self) -> str:
        """The served generation. Raises IndexUnusableError where there is none."""
        return self._index.current_name()

    def lines(self) -> list[str]:
        """The generations, the served one starred, a line each."""
        names = self._index.names()
        current = self._index.current_name() if names else ""
        return [f"{'*' if name == current else ' '} {name}  {self._described(name)}" for name in names]

    def _described(self, name: str) -> str:
        try:
            manifest = read_manifest(self._index.path(name))
        except IndexUnusableError as broken:
            return broken.problem
        return (
            f"{counted(manifest.articles, 'article')}, {manifest.keyword_engine}, {len(manifest.rejected):,} rejected"
        )

    def verify(self, name: str | None) -> str:
        """See that a generation, by default the served one, is what was written; gives its name."""
        name = name or self._index.current_name()
        verify(self._index.path(name))
        return name

    def diff(self, old: str, new: str) -> Iterator[dict[str, str]]:
        """Every article added, changed or removed from the old generation to the new, in the order of ids."""
        return diff(self._index, old, new)

    def folder(self, name: str) -> Path | None:
        """The generation's folder."""
        return self._index.path(name)

    def rollback(self, name: str | None, told: Found = unheard) -> str:
        """Serve another generation, the one before the served one if no name is given; gives its name.

        Raises VerificationError or BrokenGenerationError for one that is damaged or of another format.
        """
        name = chosen(self._index, name)
        folder = self._index.path(name)
        verify(folder)
        told(serve_without_withdrawn(self, self._index, folder, lambda: serve(self._index, folder.name)))
        return name

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest generations, never the served one; gives the names removed."""
        return prune(self._index, keep)

    def withdraw(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Put articles, and their twins unless `only`, on the list that no reader shows; gives the ids new to it."""
        return withdraw(self._index, ids, only=only)

    def restore(self, ids: Sequence[str], *, only: bool = False) -> list[str]:
        """Take articles, and their twins unless `only`, off the list again; gives their ids."""
        return restore(self._index, ids, only=only)

    def listed(self) -> frozenset[str]:
        """The ids on the list that no reader shows."""
        return read_withdrawn(self._index.withdrawn)

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, whose lock is held, of articles that no generation has yet."""
        hide(self._index, ids)

    def shown(self, generation: str) -> frozenset[str]:
        """Those of the ids on the list that are shown in a generation all the same."""
        return shown_in(self._index, generation)

    def show(self, generation: str, ids: Set[str]) -> bool:
        """Show these of the ids in a generation, and no others. The lock is held."""
        show_in(self._index, generation, ids)
        return True

    def remarks(self, ids: Collection[str]) -> list[str]:
        """What an editor has to know of these withdrawn articles."""
        return remarks(self._index, ids)
