"""SQL as databases write it in dumps: where a statement ends, what a text is, the columns of a table."""

import re
from typing import NamedTuple

from indexer.content.decoding import decoded
from indexer.content.document import UnfitError
from indexer.readers.private_copies import Content

MOST_DEFINITION = 200_000
"""Bytes of a definition in which columns are looked for."""
_LOOKED_AT = 65_536
_ESCAPED = rb"'(?:[^'\\]++|\\.?|'')*+(?:'|\Z)"
_PLAIN = rb"'(?:[^']++|'')*+(?:'|\Z)"
_NAMES = rb'"(?:[^"]++|"")*+(?:"|\Z)|`[^`]*+(?:`|\Z)'
_COMMENT = rb"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)"
_GO = rb"(?!(?<=\n)GO[ \t]*+\r?\n)"
"""SQL Server ends a batch so, and its statements not at all."""
_BARE = rb"[xXbB]'[0-9A-Fa-f]*+'|[^\s,()'\";]++"
_NO_COLUMNS = frozenset(
    "constraint primary unique foreign check exclude spatial index key fulltext period like".split()
)
_TYPED = re.compile(
    rb"\s{1,99}+(?:(?:tiny|medium|long|n)?text|(?:n?var)?char(?:acter)?|n?varchar|int(?:eger)?|(?:big|small|tiny)int|date|time"
    rb"|timestamp|bool(?:ean)?|[bc]lob|jsonb?|numeric|real)\b",
    re.IGNORECASE,
)
_OF_MYSQL = re.compile(rb"MySQL|MariaDB|phpMyAdmin|^/\*!|^[^'\n]{0,200}`", re.MULTILINE)
_OF_OTHERS = re.compile(
    rb"PostgreSQL database|^PRAGMA foreign_keys|^BEGIN TRANSACTION|^SET statement_timeout", re.MULTILINE
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Dialect(NamedTuple):
    """How one kind of databases writes its texts: with backslashes as MySQL, or without."""

    value: re.Pattern[bytes]
    rest: re.Pattern[bytes]
    skipped: re.Pattern[bytes]
    token: re.Pattern[bytes]
    piece: re.Pattern[bytes]
    """A part of what a value is computed from."""
    blanks: re.Pattern[bytes]
    """Blanks and comments."""

    def end(self, content: Content, at: int) -> int:
        """Where the statement ends that stands at a place; what stands in its texts and comments ends nothing."""
        found = self.rest.match(content, at)
        return found.end() if found else at

    def behind_blanks(self, content: Content, at: int, end: int) -> int:
        """The place behind blanks and comments, before the end of a statement."""
        found = self.blanks.match(content, at, end)
        return found.end() if found else at

    def begin(self, content: Content, at: int) -> int:
        """Where the next statement begins: behind blanks, comments, and lines for the program that reads the dump.

        A line that connects to another database is a statement.
        """
        found = self.skipped.match(content, at)
        return found.end() if found else at


def _dialect(*, backslashes: bool) -> Dialect:
    text = _ESCAPED if backslashes else rb"(?:[eE]" + _ESCAPED + rb"|" + _PLAIN + rb")"
    remark = rb"--(?=\s|\Z)[^\n]*+|\#[^\n]*+" if backslashes else rb"--[^\n]*+"
    names = rb'"(?:[^"\\]++|\\.?|"")*+(?:"|\Z)|`[^`]*+(?:`|\Z)' if backslashes else _NAMES
    dollars = rb"|\$(?P<tag>\w*+)\$(?:.*?\$(?P=tag)\$|.*+)" if not backslashes else b""
    inside = rb"(?:" + text + rb"|" + names + rb"|" + _COMMENT + rb"|" + remark + dollars
    rest = inside + rb"|" + _GO + rb"\w++|[^\w;'\"`/\#$-]|[/\#$-])*+;?"
    skipped = rb"(?:\s++|;|GO\b|\\(?!c(?:onnect)?[ \t])[^\n]*+|" + _COMMENT + rb"|" + remark + rb")*+"
    token = (
        rb"(?P<name>"
        + names
        + rb"|\[[^\]\n]{1,200}\]|[\w$\x80-\xff]++)|(?P<sign>[(),])|"
        + text
        + rb"|"
        + _COMMENT
        + rb"|"
        + remark
    )
    if backslashes:
        texts = rb"(?:_\w{1,20}[ \t]{0,9}+|[NnEe])?'((?:[^'\\]++|\\.?|'')*+)(?:'|\Z)|()(?!)"
    else:
        texts = rb"[eE]'((?:[^'\\]++|\\.|'')*+)'|[nN]?'((?:[^']++|'')*+)'"
    piece = rb"(?P<bits>[xXbB]'[0-9A-Fa-f]*+')|" + texts + rb"|(?P<quoted>" + names + rb")|" + _COMMENT + rb"|" + remark
    piece += rb"|(?P<sign>[(),;\[\]])|(?P<word>\|\||[^\s,()'\";`\[\]|]++|\|)|\s++"
    blanks = rb"(?:\s++|" + _COMMENT + rb"|" + remark + rb")*+"
    patterns = (texts + rb"|(" + _BARE + rb")", rest, skipped, token, piece, blanks)
    return Dialect(*(re.compile(one, re.DOTALL) for one in patterns))


WITH_BACKSLASHES, WITHOUT = _dialect(backslashes=True), _dialect(backslashes=False)


def dialect_of(content: Content) -> Dialect:
    """How a dump writes its texts, by its first lines: what stands in a text tells nothing."""
    head = content[:_LOOKED_AT]
    first = _OF_OTHERS.search(head[:4_096])
    mysql = _OF_MYSQL.search(head)
    return WITH_BACKSLASHES if mysql and not (first and first.start() <= mysql.start()) else WITHOUT


def text_of_blob(written: bytes) -> str | None:
    """The text that stands in a column of bytes; None for those of a picture."""
    try:
        text = written.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text) else text


def text_of_bytes(written: bytes) -> str:
    """A text of a database, in whatever encoding its program wrote it; a sign stands for what is none."""
    try:
        return written.decode() if b"\r" not in written else decoded(written)[0]
    except (UnicodeDecodeError, UnfitError):
        return _in_a_code_page(written)


def _in_a_code_page(written: bytes) -> str:
    try:
        return decoded(written)[0]
    except UnfitError:
        return written.decode("utf-8", "replace")


def columns_of(written: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The names of the columns that the definition of a table lists."""
    depth, begins, found = 0, False, []
    for token in dialect.token.finditer(written[:MOST_DEFINITION]):
        sign, name = token["sign"], token["name"]
        if sign == b"(":
            depth += 1
            begins = depth == 1
        elif sign == b")":
            depth -= 1
            if depth <= 0:
                break
        elif sign:
            begins = depth == 1
        elif name and begins:
            begins = False
            plain = name.decode("utf-8", "replace")
            if plain.casefold() not in _NO_COLUMNS or _TYPED.match(written, token.end()):
                found.append(plain.strip('`"[]'))
    return tuple(found)
