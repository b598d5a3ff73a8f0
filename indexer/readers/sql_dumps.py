"""Dumps of databases in SQL, as MySQL, MariaDB, PostgreSQL, SQL Server and SQLite write them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.content.beneath import open_source
from indexer.content.document import Document, Found, Omitted, Problem, Refused, SourceFile, UnfitError
from indexer.content.publication_states import is_known_state
from indexer.readers.database_tables import doubtful_states, row_document
from indexer.readers.items import TableNames
from indexer.readers.passed_over import WITHOUT_ARTICLES, named_otherwise, passed_over
from indexer.readers.private_copies import Content, in_utf_8
from indexer.readers.sql_encodings import encoding_of
from indexer.readers.sql_statements import Brought, Statements
from indexer.readers.sql_text import Dialect, dialect_of
from indexer.readers.sql_values import Decode, assigned, copied_rows, listed_rows
from search.index.manifest import Rejected

MAX_DUMP = 16_000_000_000
"""A large dump is copied before it is read, up to so many bytes."""
_PIECE = 1 << 20

_Row = tuple[int, dict[str, object] | None]
"""Where a row begins, and its values by the names of their columns; None for one that cannot be read."""


class SqlReader:
    """Reads each row of the tables that hold articles; a dump without any is omitted."""

    name = "SQL"
    suffixes = frozenset({".sql"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each row. Raises UnfitError for a dump that is too long."""
        with open_source(file) as opened:
            if os.fstat(opened.fileno()).st_size > MAX_DUMP:
                raise UnfitError(f"has more than {MAX_DUMP:,} bytes, the limit for a dump")
            with in_utf_8(opened) as content:
                yield from _found(file, content)


def _found(file: SourceFile, content: Content) -> Iterator[Found]:
    dialect = dialect_of(content)
    statements = Statements(content, dialect)
    encoding = encoding_of(content, ((one.at, one.end) for one in statements.brought()))
    problems: tuple[Problem, ...] = ()
    if encoding.guessed:
        problems = (Problem("guessed-encoding", 1, f"is not UTF-8; the dump was read as {encoding.name}"),)
    names = TableNames(statements.holding)
    lines = _Lines(content)
    placed = _placed(content, statements, dialect, encoding.decode)
    read = False
    for brought in statements.brought():
        for at, row in _rows(content, brought, dialect, encoding.decode):
            read, line, number = True, lines.of(at), names.number(brought.table)
            if row is None:
                yield Refused(Rejected(file.path, line, f"a row of the table {brought.table} that cannot be read"))
                continue
            found = row_document(file, row, names.of(brought.table), number, line, placed=brought.table in placed)
            if problems and isinstance(found, Document):
                found, problems = replace(found, problems=(*found.problems, *problems)), ()
            yield found
    if read:
        yield from named_otherwise(file, statements.tables, statements.holding)
    else:
        yield Omitted(file.path, WITHOUT_ARTICLES, note=passed_over(statements.tables))


def _placed(content: Content, statements: Statements, dialect: Dialect, decode: Decode) -> set[str]:
    """The tables with a `state` or the like in which no row says a state of publication that is known."""
    asked = {table: columns for table in statements.holding if (columns := doubtful_states(statements.tables[table]))}
    for brought in statements.brought() if asked else ():
        if brought.table in asked and any(
            is_known_state(row.get(column))
            for _, row in _rows(content, brought, dialect, decode)
            if row
            for column in asked[brought.table]
        ):
            del asked[brought.table]
    return set(asked)


def _rows(content: Content, brought: Brought, dialect: Dialect, decode: Decode) -> Iterator[_Row]:
    """The rows that a statement brings; one of more or fewer values than there are columns is none."""
    if brought.form == "assigned":
        yield brought.at, assigned(content, brought.at, brought.end, dialect, decode)
        return
    found = (
        copied_rows(content, brought.at, brought.end, decode)
        if brought.form == "copied"
        else listed_rows(content, brought.at, brought.end, dialect, decode)
    )
    for at, values in found:
        whole = values is not None and len(values) == len(brought.columns)
        yield at, dict(zip(brought.columns, values or (), strict=True)) if whole else None


class _Lines:
    """The lines of places, asked for in their order."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._line, self._counted = 1, 0

    def of(self, place: int) -> int:
        """The line of a place."""
        while self._counted < place:
            upto = min(place, self._counted + _PIECE)
            self._line += self._content[self._counted : upto].count(b"\n")
            self._counted = upto
        return self._line
