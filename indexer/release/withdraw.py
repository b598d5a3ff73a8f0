"""Withdrawal: articles hidden at once in every kept and later generation, and shown again."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np

from indexer.release.takedowns import copies, forget, locked, remember, served_folder
from search.errors import RequestError
from search.index.directory import IndexFolder
from search.index.store import ARTICLES, Store
from search.index.withdrawn import read_shown, read_withdrawn, write_shown, write_withdrawn

_REMEDY = "Give ids as `lede query` shows them: paths below the content folder, without their suffix."


def withdraw(index: IndexFolder, ids: Sequence[str], *, only: bool = False) -> list[str]:
    """Put articles on the list that no reader shows, with their twins and served copies unless `only`.

    Gives the ids that are new to it. Raises RequestError for an id that no kept generation has, and changes nothing
    then.
    """
    with _changing(index) as listed:
        known = _with_twins(index, ids, only)
        unknown = [article_id for article_id in ids if article_id not in known and article_id not in listed]
        if unknown:
            raise RequestError(f"No article has the id {unknown[0]!r}.", _REMEDY, field="id")
        folders = kept_folders(index)
        hidden = listed - shown_in(index, folders[0].name) if folders else set(listed)
        _hide_everywhere(index, known)  # at once: to look for copies takes time, and may fail
        write_withdrawn(index.withdrawn, listed | known)
        if folders and not only:
            known |= copies(folders[0], known, folders[1:])
            _hide_everywhere(index, known)
        listed.update(known)
        remember(index, known, folders, listed - shown_in(index, folders[0].name) if folders else listed)
        return sorted(known - hidden)


def restore(index: IndexFolder, ids: Sequence[str], *, only: bool = False) -> list[str]:
    """Take articles off the list again, under all their ids, with their twins and copies unless `only`; gives the ids.

    Raises RequestError for an id that is not on it, and changes nothing then.
    """
    with _changing(index) as listed:
        unknown = [article_id for article_id in ids if article_id not in listed]
        if unknown:
            raise RequestError(f"{unknown[0]!r} is not withdrawn.", f"See {index.withdrawn.name}.", field="id")
        meant = (_with_twins(index, ids, only) | set(ids)) & listed
        back = sorted(forget(index, meant, kept_folders(index), only=only) & listed)
        listed.difference_update(back)
        return back


def hide(index: IndexFolder, ids: Collection[str]) -> None:
    """Put ids on the list, whose lock is held, of articles that no generation has yet."""
    write_withdrawn(index.withdrawn, read_withdrawn(index.withdrawn) | {*ids})


def shown_in(index: IndexFolder, generation: str) -> frozenset[str]:
    """Those of the ids on the list that are shown in a generation all the same."""
    return read_shown(index.withdrawn).get(generation, frozenset())


def show_in(index: IndexFolder, generation: str, ids: Set[str]) -> None:
    """Show these of the ids in a generation, and no others. The lock of the list is held."""
    kept = {name: one for name, one in read_shown(index.withdrawn).items() if name in index.names()}
    write_shown(index.withdrawn, {**kept, generation: ids})


def _hide_everywhere(index: IndexFolder, ids: Set[str]) -> None:
    """Show none of these ids in any generation."""
    write_shown(index.withdrawn, {name: shown - ids for name, shown in read_shown(index.withdrawn).items()})


@contextmanager
def _changing(index: IndexFolder) -> Iterator[set[str]]:
    """The list, to be changed by one at a time; a build need not end first."""
    if not index.root.is_dir():
        raise RequestError(f"{index.root} is no index.", "Name it by --index.", field="index")
    with locked(index.root):
        listed = set(read_withdrawn(index.withdrawn))
        yield listed
        write_withdrawn(index.withdrawn, listed)


def kept_folders(index: IndexFolder) -> list[Path]:
    """The kept generations: the served one, then the others from the newest on."""
    served = served_folder(index)
    others = [path for name in reversed(index.names()) if (path := index.path(name)) != served]
    return [served, *others] if served else others


def _with_twins(index: IndexFolder, ids: Iterable[str], only: bool) -> set[str]:
    """Those of the ids that any kept generation has, and the ids of their twins in it unless `only`."""
    found: set[str] = set()
    for name in index.names():
        found |= _of_generation(index.path(name), tuple(ids), only)
    return found


def _of_generation(folder: Path, ids: Sequence[str], only: bool) -> set[str]:
    found: set[str] = set()
    with suppress(sqlite3.Error, OSError, ValueError), closing(Store(folder / ARTICLES)) as store:  # one is damaged
        rows = {row: article_id for article_id in ids if (row := store.row(article_id)) is not None}
        found.update(rows.values())
        if rows and not only:
            group = np.load(folder / "columns" / "group.npy", allow_pickle=False)
            twins = np.flatnonzero(np.isin(group, group[list(rows)]))
            found.update(store.ids(twins.tolist()))
    return found
