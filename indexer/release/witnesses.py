"""Witnesses: digests of the title, the time and the text of articles, by which a generation is searched for them."""

import sqlite3
from collections.abc import Iterable, Iterator, Set
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

import msgspec

from search.article import Article
from search.errors import IndexUnusableError
from search.index.manifest import broken_generation
from search.index.store import ARTICLES, Store

_LONG_ENOUGH = 100
"""A text of so many letters is no other article's; what is shorter may be a stock text."""
_TOGETHER = 1_024
"""So many articles are read together."""


class Witness(msgspec.Struct, frozen=True, array_like=True):
    """Digests by which an article is known."""

    title: str
    likeness: str
    """Of its title and time."""
    text: str
    """Of its title and text; empty for one that is known by its id alone."""


def _witness(article: Article) -> Witness:
    title, text = _plain(article.title), _plain(article.text)
    return Witness(
        title=_digest(title),
        likeness=_digest(title, str(article.published)),
        text=_digest(title, text) if title and len(text) >= _LONG_ENOUGH else "",
    )


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _digest(*said: str) -> str:
    return sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def first_of(ids: Iterable[str], folders: Iterable[Path]) -> dict[str, Witness]:
    """By id, the witnesses of these articles in the first of the generations that has each."""
    found: dict[str, Witness] = {}
    for folder in folders:
        found |= witnesses(folder, [one for one in ids if one not in found])
    return found


def with_titles(folder: Path, titles: Set[str]) -> dict[str, Witness]:
    """By id, the witnesses of the articles of a generation that have one of these titles."""
    return witnesses(folder, ids_with_titles(folder, titles)) if titles else {}


def ids_with_titles(folder: Path, titles: Set[str]) -> Iterator[str]:
    """The ids of the articles of a generation that have one of these titles. Raises IndexUnusableError."""
    with _store(folder) as store:
        first = 0
        while some := store.bare(first, _TOGETHER):
            yield from (one.id for one in some if _digest(_plain(one.title)) in titles)
            first += len(some)


def witnesses(folder: Path | None, ids: Iterable[str]) -> dict[str, Witness]:
    """By id, the witnesses of these articles of a generation; none of one that cannot be read."""
    try:
        return read_witnesses(folder, ids) if folder else {}
    except IndexUnusableError:
        return {}


def read_witnesses(folder: Path, ids: Iterable[str]) -> dict[str, Witness]:
    """By id, the witnesses of these articles of a generation. Raises IndexUnusableError."""
    with _store(folder) as store:
        rows = [row for one in ids if (row := store.row(one)) is not None]
        parts = (rows[first : first + _TOGETHER] for first in range(0, len(rows), _TOGETHER))
        return {one.id: _witness(one) for part in parts for one in store.articles(part)}


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    """The articles of a generation. Raises BrokenGenerationError where they cannot be read."""
    try:
        with closing(Store(folder / ARTICLES)) as store:
            yield store
    except (sqlite3.Error, msgspec.DecodeError) as broken:
        raise broken_generation(folder, f"{ARTICLES} cannot be read ({broken})") from broken
