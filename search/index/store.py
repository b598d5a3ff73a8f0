"""Article store: row to article, and id to row.

The text is stored apart from the rest of the article, uncompressed: that is read faster than from JSON. Safe HTML of
the body is the last column, compressed by zlib, and no search reads it. Each generation has one SQLite file, written
once and opened read-only and immutable, so that no reader ever locks or writes.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from search.arrays import Rows
from search.article import Article
from search.times import Millis

ARTICLES = "articles.sqlite"
"""The store's name in a generation."""

_AT_ONCE = 500
"""Rows that are asked for together."""
_SCHEMA = """
CREATE TABLE articles (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, file TEXT NOT NULL,
                       card BLOB NOT NULL, text TEXT NOT NULL, html BLOB NOT NULL);
"""
_COPY = """
INSERT INTO articles SELECT row + ?, id, digest, file, card, text, html FROM other.articles
WHERE row BETWEEN ? AND ? ORDER BY row
"""

StoredRow = tuple[str, str, str, bytes, str, bytes]
"""A row as it is written: id, digest, digest of the file, the article without its text, text, compressed body."""


class StoredRun(NamedTuple):
    """Adjacent rows of another store, which are written as they are there."""

    store: Path
    first: int
    rows: int


class _Times(msgspec.Struct):
    """What of an article says when it was touched."""

    published: Millis | None = None
    updated: Millis | None = None


class _Title(msgspec.Struct):
    """What of an article is its title."""

    title: str


class Store:
    """The articles of one generation. Safe to ask from several threads."""

    def __init__(self, path: Path) -> None:
        self._address = _read_only(path)
        self._opened = os.getpid(), self._connect()
        self._one_at_a_time = Lock()
        self._article = msgspec.json.Decoder(Article)

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for, in one SELECT; without `texts`, theirs are empty."""
        marks = ",".join("?" * len(rows))
        text = "text" if texts else "''"
        statement = f"SELECT row, card, {text} FROM articles WHERE row IN ({marks})"
        found = {row: self._decoded(card, text) for row, card, text in self._all(statement, tuple(map(int, rows)))}
        return [found[int(row)] for row in rows]

    def row(self, article_id: str) -> int | None:
        """The row of the article with that id."""
        found = self._all("SELECT row FROM articles WHERE id = ?", (article_id,))
        return int(found[0][0]) if found else None

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""
        marks = ",".join("?" * len(rows))
        found = dict(self._all(f"SELECT row, id FROM articles WHERE row IN ({marks})", tuple(map(int, rows))))
        return [found[int(row)] for row in rows]

    def touched(self, rows: Sequence[int]) -> list[tuple[str, Millis | None]]:
        """The ids of these rows in the order of rows, each with the time of its update, else of its publication."""
        if not rows:
            return []
        times = msgspec.json.Decoder(_Times)
        statement = "SELECT row, id, card FROM articles WHERE row BETWEEN ? AND ? ORDER BY row"
        wanted = set(rows)
        found = self._all(statement, (min(rows), max(rows)))
        cards = [(str(article_id), times.decode(card)) for row, article_id, card in found if row in wanted]
        return [
            (article_id, card.updated if card.updated is not None else card.published) for article_id, card in cards
        ]

    def near_ids(self, article_id: str, limit: int = 3) -> list[str]:
        """Ids that contain the last part of this one: what was probably meant."""
        tail = article_id.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
        found = self._all("SELECT id FROM articles WHERE instr(id, ?) > 0 ORDER BY id LIMIT ?", (tail, limit))
        return [str(found_id) for (found_id,) in found]

    def iterate(self) -> Iterator[tuple[str, str, Article]]:
        """Every article with its digest and that of the file it was read from, in the order of rows."""
        every = self._connection().execute("SELECT digest, file, card, text FROM articles ORDER BY row")
        for digest, file, card, text in every:
            yield str(digest), str(file), self._decoded(card, text)

    def identities(self) -> Iterator[tuple[str, str, str]]:
        """The id of every article, its digest and that of the file it was read from, in the order of rows."""
        for found_id, digest, file in self._connection().execute("SELECT id, digest, file FROM articles ORDER BY row"):
            yield str(found_id), str(digest), str(file)

    def stretch(self, first: int, count: int) -> list[Article]:
        """The articles of so many rows from one on."""
        statement = "SELECT card, text FROM articles WHERE row BETWEEN ? AND ? ORDER BY row"
        return [self._decoded(card, text) for card, text in self._all(statement, (first, first + count - 1))]

    def bare(self, first: int, count: int) -> list[Article]:
        """The articles of so many rows from one on without their texts."""
        statement = "SELECT card FROM articles WHERE row BETWEEN ? AND ? ORDER BY row"
        return [self._decoded(card, "") for (card,) in self._all(statement, (first, first + count - 1))]

    def titles(self, rows: Rows) -> list[str]:
        """The titles of these rows, in their order."""
        title, titles = msgspec.json.Decoder(_Title), list[str]()
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE].tolist()
            marks = ",".join("?" * len(some))
            found = dict(self._all(f"SELECT row, card FROM articles WHERE row IN ({marks})", tuple(some)))
            titles += [title.decode(found[row]).title for row in some]
        return titles

    def body_html(self, row: int) -> str:
        """The body of that row's article as allow-listed HTML; empty where its reader gave none."""
        packed = self.body(row)
        return zlib.decompress(packed).decode() if packed else ""

    def body(self, row: int) -> bytes:
        """The body of that row's article as it is kept: HTML, compressed by zlib."""
        found = self._all("SELECT html FROM articles WHERE row = ?", (int(row),))
        return bytes(found[0][0]) if found else b""

    def digests(self) -> dict[str, str]:
        """By id, the digest of what each article was made of."""
        return {str(i): str(d) for i, d in self._all("SELECT id, digest FROM articles", ())}

    def close(self) -> None:
        """Close the file."""
        self._opened[1].close()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._address, uri=True, check_same_thread=False)

    def _connection(self) -> sqlite3.Connection:
        """A connection of this process: SQLite's do not survive a fork."""
        process, connection = self._opened
        if process != os.getpid():
            connection, self._one_at_a_time = self._connect(), Lock()
            self._opened = os.getpid(), connection
        return connection

    def _decoded(self, card: bytes, text: str) -> Article:
        article = self._article.decode(card)
        return replace(article, text=text) if text else article

    def _all(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        connection = self._connection()
        # From Python 3.13 on, two threads that run one statement at once share its cursor.
        with self._one_at_a_time:
            return connection.execute(statement, values).fetchall()


def read_digests(path: Path) -> dict[str, str]:
    """By id the digest of every article of a store."""
    store = Store(path)
    try:
        return store.digests()
    finally:
        store.close()


def stored_row(digest: str, file: str, article: Article, html: bytes) -> StoredRow:
    """A row of a store: the digest of an article, that of its file, it, its compressed body."""
    return article.id, digest, file, msgspec.json.encode(replace(article, text="")), article.text, html


def write_store(path: Path, rows: Iterable[StoredRow | StoredRun]) -> None:
    """Write articles in the order of their rows; those of another store, of one at most, are copied inside SQLite."""
    connection = sqlite3.connect(f"file:{_quoted(path)}", uri=True)
    try:
        connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        row, attached = 0, False
        for stored in rows:
            if not isinstance(stored, StoredRun):
                connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", (row, *stored))
                row += 1
                continue
            if not attached:
                connection.execute("ATTACH ? AS other", (_read_only(stored.store),))
                attached = True
            connection.execute(_COPY, (row - stored.first, stored.first, stored.first + stored.rows - 1))
            row += stored.rows
        connection.commit()
    finally:
        connection.close()


def _read_only(path: Path) -> str:
    return f"file:{_quoted(path)}?mode=ro&immutable=1"


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
