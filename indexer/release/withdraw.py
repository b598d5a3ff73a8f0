"""Withdrawal: articles hidden at once in every kept and later generation, and shown again."""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer.release.shrink import Find, likeness
from search.errors import RequestError
from search.index.directory import IndexFolder
from search.index.store import ARTICLES, Store
from search.index.withdrawn import read_withdrawn, write_withdrawn

_REMEDY = "Give ids as `lede query` shows them: paths below the content folder, without their suffix."


def withdraw(index: IndexFolder, ids: Sequence[str], *, only: bool = False) -> list[str]:
    """Put articles, and their twins unless `only`, on the list that no reader shows; gives the ids that are new to it.

    Raises RequestError for an id that no kept generation has, and changes nothing then.
    """
    with _changing(index) as listed:
        known = _with_twins(index, ids, only)
        unknown = [article_id for article_id in ids if article_id not in known and article_id not in listed]
        if unknown:
            raise RequestError(f"No article has the id {unknown[0]!r}.", _REMEDY, field="id")
        new = sorted(known - listed)
        listed.update(new)
        return new


def restore(index: IndexFolder, ids: Sequence[str], *, only: bool = False) -> list[str]:
    """Take articles, and their twins unless `only`, off the list again; gives their ids.

    Raises RequestError for an id that is not on it, and changes nothing then.
    """
    with _changing(index) as listed:
        unknown = [article_id for article_id in ids if article_id not in listed]
        if unknown:
            raise RequestError(f"{unknown[0]!r} is not withdrawn.", f"See {index.withdrawn.name}.", field="id")
        back = sorted((_with_twins(index, ids, only) | set(ids)) & listed)
        listed.difference_update(back)
        return back


def hide(index: IndexFolder, ids: Collection[str]) -> None:
    """Put ids on the list, of articles that no generation has yet."""
    with _changing(index) as listed:
        listed.update(ids)


@contextmanager
def _changing(index: IndexFolder) -> Iterator[set[str]]:
    """The list, to be changed by one at a time; a build need not end first."""
    if not index.root.is_dir():
        raise RequestError(f"{index.root} is no index.", "Name it by --index.", field="index")
    folder = os.open(index.root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        listed = set(read_withdrawn(index.withdrawn))
        yield listed
        write_withdrawn(index.withdrawn, listed)
    finally:
        os.close(folder)


class Takedowns(Protocol):
    """The list of what no reader shows."""

    def listed(self) -> frozenset[str]:
        """The ids on the list."""

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, of articles that no generation has yet."""


def follow(
    takedowns: Takedowns,
    served: Mapping[str, str],
    ids: Mapping[str, str],
    before: Path | None,
    after: Find,
) -> list[str]:
    """Withdraw articles that stand under other ids now than those that were withdrawn; gives these ids.

    `served` and `ids` are digests by id, of the generation served in the folder `before` and of the next one, whose
    articles `after` finds. An article has moved whose title, time and language one has that is new or changed: its file
    was renamed, its database has a second table of articles, or another item stands before it in a list.
    """
    away = [one for one in takedowns.listed() if one in served and ids.get(one) != served[one]]
    if not away or before is None:
        return []
    withdrawn = _likenesses(before, away)
    came = [one for one, digest in ids.items() if served.get(one) != digest]
    moved = [article.id for article in after(came) if likeness(article) in withdrawn] if withdrawn else []
    new = sorted(set(moved) - takedowns.listed())
    if new:
        takedowns.hide(new)
    return new


def _likenesses(folder: Path, ids: Iterable[str]) -> set[tuple[str, int | None, str]]:
    """What tells these articles of a generation; nothing where it cannot be read, as one of an older format."""
    try:
        with closing(Store(folder / ARTICLES)) as store:
            rows = [row for one in ids if (row := store.row(one)) is not None]
            return {likeness(article) for article in store.articles(rows, texts=False)} if rows else set()
    except Exception:  # the next generation has to be built all the same
        return set()


def _with_twins(index: IndexFolder, ids: Iterable[str], only: bool) -> set[str]:
    """Those of the ids that any kept generation has, and the ids of their twins in it unless `only`."""
    found: set[str] = set()
    for name in index.names():
        found |= _of_generation(index.path(name), tuple(ids), only)
    return found


def _of_generation(folder: Path, ids: Sequence[str], only: bool) -> set[str]:
    with closing(Store(folder / ARTICLES)) as store:
        rows = {row: article_id for article_id in ids if (row := store.row(article_id)) is not None}
        if only or not rows:
            return set(rows.values())
        group = np.load(folder / "columns" / "group.npy", allow_pickle=False)
        twins = np.flatnonzero(np.isin(group, group[list(rows)]))
        return set(store.ids(twins.tolist()))
