"""Databases of SQLite: a site of Publii with the names of its tags and authors, or any with tables of articles."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from indexer.content.beneath import open_source
from indexer.content.document import Document, Found, Omitted, SourceFile, UnfitError
from indexer.readers.database_tables import holds_articles, row_document
from indexer.readers.items import ItemNames, item_digest
from indexer.readers.sql_text import text_of_bytes
from indexer.readers.withholding import PUBLII

MAX_DATABASE = 256_000_000
"""A database is read into memory, up to so many bytes."""
_MAGIC = b"SQLite format 3\0"
_MOST_STEPS = 20_000
"""A query may take so many thousand steps of SQLite: what is a view without end is given up."""
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.IGNORECASE)
_SHADOWS = tuple("_content _segments _segdir _docsize _stat _data _idx _config _node _parent _rowid".split())
"""What the names of the tables end in that SQLite keeps for a virtual one."""
_HIDDEN_COLUMN = 1
_POSTS = """
SELECT posts.id, title, posts.slug, posts.text, authors, created_at, modified_at, status,
       (SELECT url FROM posts_images WHERE posts_images.id = featured_image_id)
FROM posts ORDER BY posts.id
"""
_TAGS = "SELECT post_id, name FROM posts_tags JOIN tags ON tags.id = tag_id ORDER BY post_id, tags.id"
_SAID = "SELECT post_id, value FROM posts_additional_data WHERE key = '_core'"


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
                yield Omitted(file.path, "database without articles")
                return
            content = begins + opened.read(MAX_DATABASE + 1 - len(begins))
        if len(content) > MAX_DATABASE:
            raise UnfitError(f"has more than {MAX_DATABASE:,} bytes, the limit for a database")
        if begins != _MAGIC:
            raise UnfitError("is no SQLite database")
        with closing(sqlite3.connect(":memory:")) as database:
            try:
                database.deserialize(content)
                database.text_factory = text_of_bytes
                database.execute("PRAGMA trusted_schema = OFF")
                database.execute("PRAGMA query_only = ON")
                yield from _documents(file, database)
            except (sqlite3.Error, OverflowError, UnicodeDecodeError) as broken:
                raise UnfitError(f"is a database that cannot be read: {broken}") from broken


def _documents(file: SourceFile, database: sqlite3.Connection) -> Iterator[Found]:
    tables = {name for (name,) in _rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"posts", "tags", "posts_tags", "authors"} <= tables:
        yield from _of_tables(file, database)
        return
    people = {str(number): name for number, name in _rows(database, "SELECT id, name FROM authors")}
    tags: dict[int, list[str]] = {}
    for post, name in _rows(database, _TAGS):
        tags.setdefault(post, []).append(str(name))
    said = dict(_rows(database, _SAID)) if "posts_additional_data" in tables else {}
    for post in _rows(database, _POSTS):
        yield _found(file, post, people, tags, said)


def _of_tables(file: SourceFile, database: sqlite3.Connection) -> Iterator[Found]:
    """The rows of the tables that hold articles."""
    names = ItemNames()
    read = 0
    for table in _own_tables(database):
        columns = _columns(database, table)
        if not holds_articles(table, columns):
            continue
        listed = ", ".join(map(_quoted, columns))
        for row in _rows(database, f"SELECT {listed} FROM {_quoted(table)}"):  # nosec B608 - the names are quoted
            read += 1
            yield row_document(file, dict(zip(columns, row, strict=True)), names, read)
    if not read:
        yield Omitted(file.path, "database without articles")


def _own_tables(database: sqlite3.Connection) -> list[str]:
    """The tables whose rows are their own: a virtual one, such as an index of words, repeats those of others."""
    written = dict(_rows(database, "SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    virtual = [str(name) for name, sql in written.items() if _VIRTUAL.match(sql or "")]
    shadows = tuple(f"{name}_" for name in virtual)
    return sorted(
        str(name)
        for name in written
        if name not in virtual and not (name.startswith(shadows) and name.endswith(_SHADOWS))
    )


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, with those that are computed of others."""
    listed = _rows(database, f"PRAGMA table_xinfo({_quoted(table)})")
    return [str(name) for _, name, *_, hidden in listed if hidden != _HIDDEN_COLUMN]


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


def _rows(database: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, -1) < 0, 1_000)
    yield from database.execute(query)
