"""Withdrawal: articles hidden at once in every kept and later generation, and shown again."""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer.release.shrink import Find, likeness
from search.article import Article
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
    served: Collection[str],
    ids: Collection[str],
    before: Path | None,
    cards: Find,
    whole: Find,
) -> list[str]:
    """Withdraw articles whose withdrawn ids are gone and that stand under new ones; gives these ids.

    `served` and `ids` are those of the generation served in the folder `before` and of the next one. `cards` finds
    articles of the next one, `whole` finds them with their texts. An article has moved if a new one has its title, time
    and language and also its text, as after its file was renamed, or its file, as after its database got a second table
    of articles. An id that another article has now is not followed: nobody withdrew that article.
    """
    gone = [one for one in takedowns.listed() if one in served and one not in ids]
    if not gone or before is None:
        return []
    withdrawn = _articles(before, gone)
    known = {likeness(article) for article in withdrawn}
    alike = [article.id for article in cards([one for one in ids if one not in served]) if likeness(article) in known]
    witnesses = {witness for article in withdrawn for witness in _witnesses(article)}
    moved = [article.id for article in whole(alike) if not witnesses.isdisjoint(_witnesses(article))]
    new = sorted(set(moved) - takedowns.listed())
    if new:
        takedowns.hide(new)
    return new


def _witnesses(article: Article) -> Iterator[tuple[object, ...]]:
    """What is the same of an article under another id: its likeness with its text; with its file, if it has a time."""
    yield *likeness(article), article.text
    if article.published is not None:
        yield *likeness(article), Path(article.path.partition("#")[0])


def _articles(folder: Path, ids: Iterable[str]) -> list[Article]:
    """These articles of a generation; none where it cannot be read, as one of an older format."""
    try:
        with closing(Store(folder / ARTICLES)) as store:
            rows = [row for one in ids if (row := store.row(one)) is not None]
            return store.articles(rows) if rows else []
    except Exception:  # the next generation has to be built all the same
        return []


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
