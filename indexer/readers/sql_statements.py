"""The statements of a dump that bring rows: of which table, with which columns, and where."""

import re
from array import array
from collections.abc import Iterator
from typing import Literal, NamedTuple

from indexer.readers.database_tables import holds_articles, is_of_articles
from indexer.readers.private_copies import Content
from indexer.readers.sql_text import MOST_DEFINITION, Dialect, columns_of

_NAME = rb"(?:`[^`\n]{1,200}+`|\"[^\"\n]{1,200}+\"|\[[^\]\n]{1,200}+\]|[\w$\x80-\xff]{1,200}+)"
_STATEMENT = re.compile(
    rb"(?:(CREATE)\s{1,9}+(?:(?:UNLOGGED|TEMPORARY|GLOBAL|LOCAL)\s{1,9}+)?TABLE"
    rb"|(?:INSERT|REPLACE)(?:\s{1,9}+(?:IGNORE|DELAYED|LOW_PRIORITY|HIGH_PRIORITY|OR\s{1,9}+\w{1,20}+|INTO)\b){0,4}+"
    rb"|(COPY))(?=[\s`\"\[])\s{0,99}+(?:IF\s{1,9}+NOT\s{1,9}+EXISTS\s{1,9}+)?"
    rb"(" + _NAME + rb"(?:\s{0,9}+\.\s{0,9}+" + _NAME + rb"){0,2}+)",
    re.IGNORECASE,
)
_USE = re.compile(rb"USE\s{1,9}+(" + _NAME + rb")[ \t]{0,99}+(?=[;\r\n]|$)", re.IGNORECASE)
_CONNECT = re.compile(
    rb"\\c(?:onnect)?[ \t]{1,9}+(?:-[\w=-]{1,40}+[ \t]{1,9}+)?(?:\"dbname='([^'\n]{1,200}+)'|("
    + _NAME
    + rb"))?+[^\n]*+"
)
"""How psql goes to another database."""
_ONE_NAME = re.compile(_NAME)
_COLUMNS = re.compile(
    rb"\s{0,99}+\(\s{0,99}+(" + _NAME + rb"(?:\s{0,99}+,\s{0,99}+" + _NAME + rb"){0,4000}+)\s{0,99}+\)"
)
_VALUES = re.compile(rb"\s{0,99}+(?:OVERRIDING\s{1,9}+\w{1,40}+\s{1,9}+VALUE\s{1,9}+)?VALUES?\s{0,99}+", re.IGNORECASE)
_SET = re.compile(rb"\s{0,99}+SET\b", re.IGNORECASE)
_ASSIGNED = re.compile(rb"(" + _NAME + rb")\s{0,99}+=")
_LOOKED_AT = 1 << 20
"""Bytes behind SET in which the names of columns are looked for."""
_FROM_HERE = re.compile(rb"\s{0,99}+FROM\s{1,9}+STDIN\b([^;\n]{0,300}+);?[^\n]{0,300}+\n", re.IGNORECASE)
_END_OF_COPY = re.compile(rb"^\\\.[ \t]*+\r?$", re.MULTILINE)
_DELIMITER = re.compile(rb"DELIMITER[ \t]++(?!;[ \t\r]*$)\S++", re.IGNORECASE | re.MULTILINE)
_DELIMITER_AGAIN = re.compile(rb"^DELIMITER[ \t]+;", re.IGNORECASE | re.MULTILINE)
_USUAL = ("", "public", "dbo", "main")
"""Schemas that are not named with their tables."""
_MOST_TABLES = 1_000
"""So many tables without articles are kept in mind."""

Form = Literal["values", "copied", "assigned"]


class Brought(NamedTuple):
    """Rows that a statement brings: their table and columns, how they are written, where they begin and end."""

    table: str
    columns: tuple[str, ...]
    form: Form
    at: int
    end: int


class Statements:
    """What the statements of a dump say: each is looked at once, and none begins within a text or a comment."""

    def __init__(self, content: Content, dialect: Dialect) -> None:
        self.tables: dict[str, tuple[str, ...]] = {}
        """The columns of each table that is created or filled."""
        self.holding: dict[str, None] = {}
        """The tables that hold articles, by their names and columns."""
        self._content = content
        self._dialect = dialect
        self._kinds: list[tuple[str, tuple[str, ...], Form]] = []
        self._places = array("q")
        """Of each statement that brings articles its kind, where its rows begin and where it ends."""
        self._database = ""
        self._copies: set[str] = set()
        """The tables with articles of databases that are named as copies or drafts of another."""
        self._of: dict[str, str] = {}
        """By table, the database that a statement before it uses."""
        self._read()
        self._leave_out_copies()
        if len({self._of.get(table, "") for table in self.holding}) < 2:
            self._leave_out_databases()

    def brought(self) -> Iterator[Brought]:
        """The rows of the tables that hold articles, in the order of the dump."""
        for first in range(0, len(self._places), 3):
            kind, at, end = self._places[first : first + 3]
            yield Brought(*self._kinds[kind], at, end)

    def _read(self) -> None:
        content, dialect, at = self._content, self._dialect, 0
        known: dict[tuple[str, tuple[str, ...], Form], int] = {}
        while (at := dialect.begin(content, at)) < len(content):
            if procedure := _DELIMITER.match(content, at):
                again = _DELIMITER_AGAIN.search(content, procedure.end())
                at = again.end() if again else len(content)
                continue
            found, end = self._statement(at)
            if found and found.columns and found.table in self.holding:
                kind = known.setdefault(found[:3], len(known))
                if kind == len(self._kinds):
                    self._kinds.append(found[:3])
                self._places.extend((kind, found.at, found.end))
            at = max(end, at + 1)

    def _statement(self, at: int) -> tuple[Brought | None, int]:
        """The rows that a statement brings, and where it ends."""
        content, dialect = self._content, self._dialect
        if used := _USE.match(content, at) or _CONNECT.match(content, at):
            self._database = _plain(next(filter(None, used.groups()), b""))
            return None, used.end()
        begun = _STATEMENT.match(content, at)
        if not begun:
            return None, dialect.end(content, at)
        names = [_plain(one) for one in _ONE_NAME.findall(begun[3])]
        table = names[-1] if len(names) < 2 or names[-2] in _USUAL else f"{names[-2]}.{names[-1]}"
        if self._database and table == names[-1]:
            table = f"{self._database}.{table}"
            self._of[table] = self._database
        if begun[1]:
            end = dialect.end(content, at)
            self._note(table, columns_of(content[begun.end() : min(end, begun.end() + MOST_DEFINITION)], dialect))
            return None, end
        columns, place = self.tables.get(table, ()), begun.end()
        listed = _COLUMNS.match(content, place)
        if listed:
            columns, place = tuple(_plain(one) for one in _ONE_NAME.findall(listed[1])), listed.end()
        place = dialect.behind_blanks(content, place, len(content))
        if begun[2]:
            here = _FROM_HERE.match(content, place)
            if not here:
                return None, dialect.end(content, at)
            self._note(table, columns)
            last = _END_OF_COPY.search(content, here.end())
            plain = b"csv" not in here[1].lower() and b"binary" not in here[1].lower()
            end = last.end() if last else len(content)
            return (Brought(table, columns, "copied", here.end(), end) if plain else None), end
        end = dialect.end(content, at)
        if values := _VALUES.match(content, place):
            self._note(table, columns)
            return Brought(table, columns, "values", dialect.behind_blanks(content, values.end(), end), end), end
        if (told := _SET.match(content, place)) and not listed:
            part = content[told.end() : min(end, told.end() + _LOOKED_AT)]
            columns = columns or tuple(map(_plain, _ASSIGNED.findall(part)))
            self._note(table, columns)
            return Brought(table, columns, "assigned", told.end(), end), end
        return None, end

    def _bare(self, table: str) -> str:
        """A table without the database that a statement before it uses."""
        return table.removeprefix(f"{self._of[table]}.") if table in self._of else table

    def _leave_out_copies(self) -> None:
        """Of several databases with articles, forget those that are named as copies or drafts."""
        kept = {one: None for one in self.holding if one not in self._of or is_of_articles(one.replace(".", "_"))}
        if 0 < len(kept) < len(self.holding):
            self._copies = self.holding.keys() - kept.keys()
            self.holding = kept
            places = [self._places[first : first + 3] for first in range(0, len(self._places), 3)]
            self._places = array("q", [one for place in places if self._kinds[place[0]][0] in kept for one in place])

    def _leave_out_databases(self) -> None:
        """Name the tables without their databases, but for copies: one alone brings articles."""
        ordered = sorted(self.tables, key=self.holding.__contains__)
        self.tables = {one if one in self._copies else self._bare(one): self.tables[one] for one in ordered}
        self.holding = {self._bare(table): None for table in self.holding}
        self._kinds = [(self._bare(table), columns, form) for table, columns, form in self._kinds]

    def _note(self, table: str, columns: tuple[str, ...]) -> None:
        """Keep the columns of a table in mind, and whether it holds articles."""
        if table in self.tables and (not columns or self.tables[table] == columns):
            return
        holds = holds_articles(self._bare(table).replace(".", "_"), columns)
        if holds or table in self.tables or len(self.tables) < _MOST_TABLES:
            self.tables[table] = columns
        if holds:
            self.holding[table] = None


def _plain(name: bytes) -> str:
    """A name without its quotes."""
    return (name[1:-1] if name[:1] in b'`"[' else name).decode("utf-8", "replace")
