"""Databases of SQLite: a site of Publii with the names of its tags and authors, or any with tables of articles."""

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from indexer.content.beneath import open_beneath, open_source
from indexer.content.document import Document, Found, Omitted, Refused, SourceFile, UnfitError
from indexer.readers.database_tables import holds_articles, is_placed, row_document
from indexer.readers.items import TableNames, item_digest
from indexer.readers.passed_over import WITHOUT_ARTICLES, named_otherwise, passed_over
from indexer.readers.private_copies import database_of
from indexer.readers.sql_text import text_of_blob, text_of_bytes
from indexer.readers.withholding import PUBLII
from search.index.manifest import Rejected

MAX_DATABASE = 16_000_000_000
"""A database is copied before it is read, in memory where it is small, up to so many bytes."""
_MAGIC = b"SQLite format 3\0"
_MOST_STEPS = 20_000
"""A query may take so many thousand steps of SQLite: what is a view without end is given up."""
_STEPS_OF_BYTES = 10_000
"""For so many bytes of a database, a query may take a thousand steps more."""
_MOST_VALUE = 256_000_000
"""No value of a row may have more bytes."""
_OWN = re.compile(r"\s*CREATE\s+TABLE\b", re.IGNORECASE)
"""How a table that holds its rows is written down; a stranger may write a virtual one in any way, with comments too."""
_SHADOWS = tuple("_content _segments _segdir _docsize _stat _data _idx _config _node _parent _rowid".split())
"""What the names of the tables end in that SQLite keeps for a virtual one."""
_PASSED_OVER_COLUMNS = frozenset({1, 2})
"""Hidden ones, and those that are computed when they are read: one function may take hours and ends with no step."""
_POSTS = """
SELECT posts.id, title, posts.slug, posts.text, authors, created_at, modified_at, status,
       (SELECT url FROM posts_images WHERE posts_images.id = featured_image_id)
FROM posts ORDER BY posts.id
"""
_TAGS = "SELECT post_id, name FROM posts_tags JOIN tags ON tags.id = tag_id ORDER BY post_id, tags.id"
_SAID = "SELECT post_id, value FROM posts_additional_data WHERE key = '_core'"
_PUBLII = {
    "posts": set("id title slug text authors created_at modified_at status featured_image_id".split()),
    "posts_images": {"id", "url"},
    "posts_tags": {"post_id", "tag_id"},
    "tags": {"id", "name"},
    "authors": {"id", "name"},
}
"""Tables by which a database of Publii is known, with their columns: other systems have tables of these names."""
_LOG = "-wal"
"""What the name of the log of a database ends in."""


class SqliteReader:
    """Reads each post of Publii, or each row of the tables that hold articles; a database without any is omitted."""

    name = "SQLite"
    suffixes = frozenset({".sqlite", ".sqlite3", ".db", ".db3"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each post. Raises UnfitError for what is no whole database."""
        with open_source(file) as opened:
            begins = opened.read(len(_MAGIC))
            if begins != _MAGIC and file.path.lower().endswith(".db"):  # of other programs
                yield Omitted(file.path, WITHOUT_ARTICLES)
                return
            if begins != _MAGIC:
                raise UnfitError("is no SQLite database")
            size = os.fstat(opened.fileno()).st_size
            if size > MAX_DATABASE:
                raise UnfitError(f"has more than {MAX_DATABASE:,} bytes, the limit for a database")
            opened.seek(0)
            yield from _of_database(file, opened, size)
        if _has_log(file):
            why = "is a log of changes that are not in the database yet, and is not read; close or back up the database"
            yield Refused(Rejected(f"{file.path}{_LOG}", 1, why))


def _of_database(file: SourceFile, opened: BinaryIO, size: int) -> Iterator[Found]:
    """What a database holds. Raises UnfitError."""
    try:
        with closing(database_of(opened)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE)
            database.text_factory = text_of_bytes
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            yield from _documents(file, _Database(database, size))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as broken:
        raise UnfitError(f"is a database that cannot be read: {broken}") from broken


def _has_log(file: SourceFile) -> bool:
    """Whether a log stands beside the database with what was written last."""
    try:
        with open_beneath(Path(file.root), f"{file.path}{_LOG}") as opened:
            return bool(opened.read(1))
    except (OSError, UnfitError):
        return False


class _Database:
    """A database of which a query reads no longer than its size explains."""

    def __init__(self, database: sqlite3.Connection, size: int) -> None:
        self._database = database
        self._most = _MOST_STEPS + size // _STEPS_OF_BYTES

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows that a query finds. Raises sqlite3.Error."""
        steps = iter(range(self._most))
        self._database.set_progress_handler(lambda: next(steps, -1) < 0, 1_000)
        yield from self._database.execute(query)

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, with those that were computed of others when a row was written."""
        listed = self.rows(f"PRAGMA table_xinfo({_quoted(table)})")
        return [str(name) for _, name, *_, hidden in listed if hidden not in _PASSED_OVER_COLUMNS]


def _documents(file: SourceFile, database: _Database) -> Iterator[Found]:
    tables = set(_own_tables(database))
    if not all(table in tables and columns <= set(database.columns(table)) for table, columns in _PUBLII.items()):
        yield from _of_tables(file, database)
        return
    people = {str(number): name for number, name in database.rows("SELECT id, name FROM authors")}
    tags: dict[int, list[str]] = {}
    for post, name in database.rows(_TAGS):
        tags.setdefault(post, []).append(str(name))
    said = dict(database.rows(_SAID)) if "posts_additional_data" in tables else {}
    for post in database.rows(_POSTS):
        yield _found(file, post, people, tags, said)


def _of_tables(file: SourceFile, database: _Database) -> Iterator[Found]:
    """The rows of the tables that hold articles."""
    tables = {table: database.columns(table) for table in _own_tables(database)}
    holding = [table for table, columns in tables.items() if holds_articles(table, columns)]
    names = TableNames(holding)
    read = False
    for table in holding:
        columns = tables[table]
        listed = ", ".join(map(_quoted, columns))
        placed = is_placed(columns, partial(_said, database, table))
        for row in database.rows(f"SELECT {listed} FROM {_quoted(table)}"):  # nosec B608 - the names are quoted
            read = True
            told = dict(zip(columns, map(_told, row), strict=True))
            yield row_document(file, told, names.of(table), names.number(table), placed=placed)
    if read:
        yield from named_otherwise(file, tables, holding)
    else:
        yield Omitted(file.path, WITHOUT_ARTICLES, note=passed_over(tables))


def _said(database: _Database, table: str, column: str) -> Iterator[object]:
    """What the rows of a table say in a column, each value once."""
    found = database.rows(f"SELECT DISTINCT {_quoted(column)} FROM {_quoted(table)}")  # nosec B608 - names are quoted
    return (value for (value,) in found)


def _told(value: object) -> object:
    """A value of a row; programs in PHP and Go may write a text as bytes."""
    return (text_of_blob(value) or value) if isinstance(value, bytes) and len(value) > 1 else value


def _own_tables(database: _Database) -> list[str]:
    """The tables whose rows are their own: a virtual one, such as an index of words, repeats those of others.

    No virtual one is opened: its code reads what a stranger wrote, in any time and by no step that is counted.
    """
    written = dict(database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    virtual = [str(name) for name, sql in written.items() if not _OWN.match(str(sql or ""))]
    shadows = tuple(f"{name}_" for name in virtual)
    return sorted(
        str(name)
        for name in written
        if name not in virtual and not (name.startswith(shadows) and name.endswith(_SHADOWS))
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _found(
    file: SourceFile, post: tuple[Any, ...], people: dict[str, Any], tags: dict[int, list[str]], said: dict[Any, Any]
) -> Found:
    number, title, slug, text, authors, created, modified, status, picture = post
    if why := PUBLII.withheld({"status": status}):
        return Omitted(f"{file.path}#{number}", why)
    fields: dict[str, Any] = {
        "title": title,
        "slug": slug,
        "published_at": created,
        "updated_at": modified,
        "authors": [people[one] for one in str(authors or "").split(",") if one in people],
        "tags": tags.get(number, []),
        "image": f"media/posts/{number}/{picture}" if picture else "",
        "description": _description(said.get(number)),
    }
    fields = {key: value for key, value in fields.items() if value}
    return Document(
        path=file.path,
        fields=fields,
        body=str(text or ""),
        markup="html",
        item=str(slug or number),
        digest=item_digest(file, {**fields, "text": text}),
        file_language=file.language,
    )


def _description(written: object) -> object:
    try:
        told = json.loads(written) if isinstance(written, str) else None
    except (ValueError, RecursionError):
        return None
    return told.get("metaDesc") if isinstance(told, dict) else None
