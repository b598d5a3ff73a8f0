"""Dumps of databases in SQL, as MySQL, MariaDB, PostgreSQL and SQLite write them: the tables that hold articles."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from indexer.content.beneath import open_source
from indexer.content.decoding import decoded
from indexer.content.document import Found, Omitted, Refused, SourceFile, UnfitError
from indexer.readers.database_tables import holds_articles, row_document
from indexer.readers.items import ItemNames
from search.index.manifest import Rejected

MAX_DUMP = 256_000_000
"""A dump is read into memory, up to so many bytes."""
MAX_VALUE = 5_000_000
"""One value may have so many bytes."""
_NAME = r"[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(\w+)[`\"\]]?"
_STATEMENT = re.compile(
    rf"^[ \t]*(CREATE[ \t]+TABLE|INSERT[ \t]+(?:IGNORE[ \t]+)?INTO|REPLACE[ \t]+INTO|COPY)[ \t]+"
    rf"(?:IF NOT EXISTS[ \t]+)?{_NAME}[ \t]*".encode(),
    re.MULTILINE | re.IGNORECASE,
)
_COLUMN = re.compile(rb"(?:^|[,(])[ \t]*[`\"\[]?(\w+)[`\"\]]?[ \t]+[a-z]", re.MULTILINE | re.IGNORECASE)
_NO_COLUMNS = frozenset("primary key unique constraint index fulltext foreign check create spatial".split())
_END_OF_TABLE = re.compile(rb"^\)|\);", re.MULTILINE)
_COLUMNS = re.compile(rb"\s*\(([\w`\"\[\], \n]{1,20000})\)\s*")
_VALUES = re.compile(rb"\s*VALUES\s*", re.IGNORECASE)
_INTRODUCED = rb"\s*(?:_\w{1,20}[ \t]*|[NE])?"
_ESCAPED = re.compile(_INTRODUCED + rb"(?:'((?:[^'\\]++|\\.|'')*+)'|([^\s,()']++))\s*([,)])", re.DOTALL)
_PLAIN = re.compile(_INTRODUCED + rb"(?:'((?:[^']++|'')*+)'|([^\s,()']++))\s*([,)])", re.DOTALL)
"""A value and the sign behind it, with backslashes as MySQL writes them, and without."""
_BETWEEN = re.compile(rb"\s*,\s*(?=\()|\s*;?")
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": "", "b": "", "N": ""}


class _Insert(NamedTuple):
    """Where rows begin, the names of their columns, and of which table they are."""

    table: str
    columns: tuple[str, ...]
    at: int
    copied: bool


class SqlReader:
    """Reads each row of the tables that hold articles; a dump without any is omitted."""

    name = "SQL"
    suffixes = frozenset({".sql"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each row. Raises UnfitError for a dump that is too long."""
        with open_source(file) as opened:
            content = opened.read(MAX_DUMP + 1)
        if len(content) > MAX_DUMP:
            raise UnfitError(f"has more than {MAX_DUMP:,} bytes, the limit for a dump")
        names = ItemNames()
        number = 0
        for number, (line, row) in enumerate(_rows(content), 1):
            if row is None:
                yield Refused(Rejected(file.path, line, "a row of SQL that cannot be read"))
            else:
                yield row_document(file, row, names, number, line)
        if not number:
            yield Omitted(file.path, "database without articles")


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, object] | None]]:
    """The rows of tables with articles, with their lines; None where one breaks off."""
    backslashes = b"`" in content[:65_536] or b"MySQL" in content[:4_096]
    line, counted = 1, 0
    for insert in _inserts(content):
        line, counted = line + content.count(b"\n", counted, insert.at), insert.at
        rows = _copied(content, insert) if insert.copied else _inserted(content, insert, backslashes=backslashes)
        for values in rows:
            whole = values is not None and len(values) == len(insert.columns)
            yield line, dict(zip(insert.columns, values, strict=True)) if values is not None and whole else None


def _inserts(content: bytes) -> Iterator[_Insert]:
    columns: dict[str, tuple[str, ...]] = {}
    for found in _STATEMENT.finditer(content):
        kind, table = found[1].split()[0].upper(), found[2].decode()
        if kind == b"CREATE":
            end = _END_OF_TABLE.search(content, found.end())
            written = content[found.end() : end.start() if end else found.end()]
            names = (one.decode() for one in _COLUMN.findall(written[:200_000]))
            columns[table] = tuple(one for one in names if one.casefold() not in _NO_COLUMNS)
            continue
        at = found.end()
        listed = _COLUMNS.match(content, at)
        names_here = columns.get(table, ())
        if listed:
            names_here = tuple(one.strip(' \n`"[]') for one in listed[1].decode().split(","))
            at = listed.end()
        if names_here and holds_articles(table, names_here):
            yield _Insert(table, names_here, at, kind == b"COPY")


def _inserted(content: bytes, insert: _Insert, *, backslashes: bool) -> Iterator[list[object] | None]:
    """The values of each row of an INSERT; None where one is no row."""
    begun = _VALUES.match(content, insert.at)
    if not begun:
        return
    at = begun.end()
    value = _ESCAPED if backslashes else _PLAIN
    while content[at : at + 1] == b"(":
        values: list[object] = []
        at += 1
        while True:
            found = value.match(content, at)
            if not found or len(found[1] or b"") > MAX_VALUE:
                yield None
                return
            at = found.end()
            values.append(_value(found[1], found[2], backslashes=backslashes))
            if found[3] == b")":
                break
        yield values
        behind = _BETWEEN.match(content, at)
        at = behind.end() if behind else at


def _copied(content: bytes, insert: _Insert) -> Iterator[list[object] | None]:
    """The values of each line behind PostgreSQL's COPY."""
    at = content.find(b"\n", insert.at) + 1
    while 0 < at < len(content):
        end = content.find(b"\n", at)
        row = content[at : end if end >= 0 else len(content)]
        if row.startswith(b"\\.") or end < 0:
            return
        cells = decoded(row)[0].split("\t")
        yield [None if cell == "\\N" else _unescaped(cell) for cell in cells]
        at = end + 1


def _value(quoted: bytes | None, bare: bytes | None, *, backslashes: bool) -> object:
    if quoted is None:
        text = (bare or b"").decode("utf-8", "replace")
        return None if text.upper() == "NULL" else text
    text = decoded(quoted)[0].replace("''", "'") if quoted else ""
    return _unescaped(text) if backslashes else text


def _unescaped(text: str) -> str:
    return _BACKSLASH.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text
