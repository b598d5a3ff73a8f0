"""Dumps of databases in SQL, as MySQL, MariaDB, PostgreSQL and SQLite write them: the tables that hold articles."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from indexer.content.beneath import open_source
from indexer.content.document import Found, Omitted, Refused, SourceFile, UnfitError
from indexer.readers.database_tables import holds_articles, row_document
from indexer.readers.items import ItemNames
from indexer.readers.sql_text import Dialect, columns_of, dialect_of, listed_rows, text_of_bytes, unescaped
from search.index.manifest import Rejected

MAX_DUMP = 256_000_000
"""A dump is read into memory, up to so many bytes."""
_NAME = r"[`\"\[]?(?:(\w+)[`\"\]]?\.[`\"\[]?)?(\w+)[`\"\]]?"
_STATEMENT = re.compile(
    rf"(CREATE[ \t]+(?:UNLOGGED[ \t]+)?TABLE|INSERT(?:[ \t]+(?:IGNORE|DELAYED|OR[ \t]+\w+))?(?:[ \t]+INTO)?"
    rf"|REPLACE[ \t]+INTO|COPY)[ \t]+(?:IF NOT EXISTS[ \t]+)?{_NAME}[ \t]*".encode(),
    re.IGNORECASE,
)
_COLUMNS = re.compile(rb"\s*+\(([\w`\"\[\], \n]{1,20000})\)\s*+")
_VALUES = re.compile(rb"\s*+(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES\s*+", re.IGNORECASE)
_FROM_HERE = re.compile(rb"\s*+(?:\([^()]{0,20000}\)\s*+)?FROM\s+STDIN\b([^;\n]*+);?[^\n]*+\n", re.IGNORECASE)
_END_OF_COPY = re.compile(rb"^\\\.[ \t]*+\r?$", re.MULTILINE)
_DELIMITER = re.compile(rb"DELIMITER[ \t]++(?!;[ \t\r]*$)\S++", re.IGNORECASE | re.MULTILINE)
_DELIMITER_AGAIN = re.compile(rb"^DELIMITER[ \t]+;", re.IGNORECASE | re.MULTILINE)


class _Rows(NamedTuple):
    """Where rows begin, and the names of their columns; none for a table that holds no articles."""

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
    """The rows of tables with articles, with their lines; None where one breaks off.

    Statement follows statement: what stands in a text, such as a reader's comment, begins none.
    """
    dialect = dialect_of(content)
    columns: dict[str, tuple[str, ...]] = {}
    line, counted, at = 1, 0, 0
    while (at := dialect.begin(content, at)) < len(content):
        begun = at
        if procedure := _DELIMITER.match(content, at):
            again = _DELIMITER_AGAIN.search(content, procedure.end())
            at = again.end() if again else len(content)
            continue
        rows, end = _statement(content, at, dialect, columns)
        if rows and rows.columns:
            line, counted = line + content.count(b"\n", counted, rows.at), rows.at
            found = _copied(content, rows.at) if rows.copied else listed_rows(content, rows.at, dialect)
            for values, behind in found:
                whole = values is not None and len(values) == len(rows.columns)
                yield line, dict(zip(rows.columns, values, strict=True)) if values is not None and whole else None
                at = behind if values is not None else at
            end = max(end, at) if rows.copied else dialect.end(content, at)
        at = max(end if end >= 0 else dialect.end(content, begun), begun + 1)


def _statement(
    content: bytes, at: int, dialect: Dialect, columns: dict[str, tuple[str, ...]]
) -> tuple[_Rows | None, int]:
    """The rows that a statement brings, and where it ends; -1 where that is to be looked for.

    The columns of a table that it creates are kept in `columns`.
    """
    begun = _STATEMENT.match(content, at)
    if not begun:
        return None, -1
    kind, table = begun[1].split()[0].upper(), text_of_bytes(begun[3])
    known = f"{text_of_bytes(begun[2]) if begun[2] else ''}_{table}".strip("_")
    if kind == b"CREATE":
        end = dialect.end(content, at)
        columns[table] = columns_of(content[begun.end() : end], dialect)
        return None, end
    names, place = columns.get(table, ()), begun.end()
    if listed := _COLUMNS.match(content, place):
        names = tuple(one.strip(' \n`"[]') for one in text_of_bytes(listed[1]).split(","))
    if not holds_articles(known, names):
        names = ()
    if kind == b"COPY":
        here = _FROM_HERE.match(content, place)
        if not here:
            return None, -1
        last = _END_OF_COPY.search(content, here.end())
        plain = b"csv" not in here[1].lower() and b"binary" not in here[1].lower()
        return _Rows(names if plain else (), here.end(), copied=True), last.end() if last else len(content)
    values = _VALUES.match(content, listed.end() if listed else place)
    return (_Rows(names, values.end(), copied=False) if values else None), -1


def _copied(content: bytes, at: int) -> Iterator[tuple[list[object] | None, int]]:
    """The values of each line behind PostgreSQL's COPY."""
    while at < len(content):
        end = content.find(b"\n", at)
        row = content[at : end if end >= 0 else len(content)]
        if row.startswith(b"\\.") or end < 0:
            return
        at = end + 1
        yield [None if cell == "\\N" else unescaped(cell) for cell in text_of_bytes(row).split("\t")], at
