"""SQL as databases write it in dumps: where a statement ends, the columns of a table, the values of a row."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.content.decoding import decoded
from indexer.content.document import UnfitError

MAX_VALUE = 5_000_000
"""One value may have so many bytes."""
_MOST_COLUMNS = 200_000
"""Bytes of a definition in which columns are looked for."""
_LOOKED_AT = 65_536
_ESCAPED = rb"'(?:[^'\\]++|\\.?|'')*+(?:'|\Z)"
_PLAIN = rb"'(?:[^']++|'')*+(?:'|\Z)"
_NAMES = rb'"(?:[^"]++|"")*+(?:"|\Z)|`[^`]*+(?:`|\Z)'
_COMMENT = rb"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)"
_GO = rb"(?!(?<=\n)GO[ \t]*+\r?\n)"
"""SQL Server ends a batch so, and its statements not at all."""
_BARE = rb"[xXbB]'[0-9A-Fa-f]*+'|[^\s,()'\";]++"
_OPENING = re.compile(rb"\s{0,99}+(?:(replace|unistr)\()?", re.IGNORECASE)
_SIGN = re.compile(rb"\s{0,99}+(?:::\w[\w ]{0,40}\s{0,99}+)?([,)])")
_MARK = re.compile(rb"\s{0,99}+,\s{0,99}+'([^']{1,40})'\s{0,99}+,\s{0,99}+char\((10|13)\)\)", re.IGNORECASE)
_CLOSING = re.compile(rb"\s{0,99}+\)")
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
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_UNICODE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\+([0-9a-fA-F]{6})|(\\))")
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": "", "b": "", "N": ""}
_BITS = {b"\\0": "0", b"\0": "0", b"\x01": "1"}


class Dialect(NamedTuple):
    """How one kind of databases writes its texts: with backslashes as MySQL, or without."""

    value: re.Pattern[bytes]
    rest: re.Pattern[bytes]
    skipped: re.Pattern[bytes]
    token: re.Pattern[bytes]

    def end(self, content: bytes, at: int) -> int:
        """Where the statement ends that stands at a place; what stands in its texts and comments ends nothing."""
        found = self.rest.match(content, at)
        return found.end() if found else at

    def begin(self, content: bytes, at: int) -> int:
        """Where the next statement begins: behind blanks, comments, and lines for the program that reads the dump."""
        found = self.skipped.match(content, at)
        return found.end() if found else at


def _dialect(*, backslashes: bool) -> Dialect:
    text = _ESCAPED if backslashes else rb"(?:[eE]" + _ESCAPED + rb"|" + _PLAIN + rb")"
    remark = rb"--(?=\s|\Z)[^\n]*+|\#[^\n]*+" if backslashes else rb"--[^\n]*+"
    names = rb'"(?:[^"\\]++|\\.?|"")*+(?:"|\Z)|`[^`]*+(?:`|\Z)' if backslashes else _NAMES
    dollars = rb"|\$(?P<tag>\w*+)\$(?:.*?\$(?P=tag)\$|.*+)" if not backslashes else b""
    inside = rb"(?:" + text + rb"|" + names + rb"|" + _COMMENT + rb"|" + remark + dollars
    rest = inside + rb"|" + _GO + rb"\w++|[^\w;'\"`/\#$-]|[/\#$-])*+;?"
    skipped = rb"(?:\s++|;|GO\b|\\[^\n]*+|" + _COMMENT + rb"|" + remark + rb")*+"
    token = (
        rb"(?P<name>"
        + names
        + rb"|\[[^\]\n]{1,200}\]|\w++)|(?P<sign>[(),])|"
        + text
        + rb"|"
        + _COMMENT
        + rb"|"
        + remark
    )
    if backslashes:
        value = rb"(?:_\w{1,20}[ \t]{0,9}+|[NnEe])?'((?:[^'\\]++|\\.?|'')*+)(?:'|\Z)|()(?!)|(" + _BARE + rb")"
    else:
        value = rb"[eE]'((?:[^'\\]++|\\.|'')*+)'|[nN]?'((?:[^']++|'')*+)'|(" + _BARE + rb")"
    return Dialect(*(re.compile(one, re.DOTALL) for one in (value, rest, skipped, token)))


WITH_BACKSLASHES, WITHOUT = _dialect(backslashes=True), _dialect(backslashes=False)


def dialect_of(content: bytes) -> Dialect:
    """How a dump writes its texts, by its first lines: what stands in a text tells nothing."""
    head = content[:_LOOKED_AT]
    first = _OF_OTHERS.search(head[:4_096])
    mysql = _OF_MYSQL.search(head)
    return WITH_BACKSLASHES if mysql and not (first and first.start() <= mysql.start()) else WITHOUT


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
    for token in dialect.token.finditer(written[:_MOST_COLUMNS]):
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
            plain = text_of_bytes(name)
            if plain.casefold() not in _NO_COLUMNS or _TYPED.match(written, token.end()):
                found.append(plain.strip('`"[]'))
    return tuple(found)


def row_values(content: bytes, at: int, dialect: Dialect) -> tuple[list[object] | None, int]:
    """The values of a row whose bracket opened before a place, and the place behind it; None where it is no row."""
    values: list[object] = []
    while True:
        wrapped: list[bytes] = []
        while (opened := _OPENING.match(content, at)) and opened[1] and len(wrapped) < 2:
            wrapped.append(opened[1].lower())
            at = opened.end()
        found = dialect.value.match(content, opened.end() if opened else at)
        if not found or len(found[1] or found[2] or b"") > MAX_VALUE:
            return None, at
        value, at = _value(found), found.end()
        for one in reversed(wrapped):
            closed = (_MARK if one == b"replace" else _CLOSING).match(content, at)
            if not closed or not isinstance(value, str):
                return None, at
            value, at = _unwrapped(value, closed), closed.end()
        sign = _SIGN.match(content, at)
        if not sign:
            return None, at
        at = sign.end()
        values.append(value)
        if sign[1] == b")":
            return values, at


def _unwrapped(text: str, closed: re.Match[bytes]) -> str:
    """A text whose ends of lines SQLite wrote as signs of their own."""
    if closed.re is _CLOSING:
        return _UNICODE.sub(lambda one: one[4] or chr(min(int(one[1] or one[2] or one[3], 16), 0x10FFFF)), text)
    return text.replace(text_of_bytes(closed[1]), chr(int(closed[2])))


def _value(found: re.Match[bytes]) -> object:
    escaped, plain, bare = found.groups()
    if bare is not None:
        return _bare(bare.decode("utf-8", "replace"))
    if escaped is None:
        return text_of_bytes(plain).replace("''", "'") if plain else ""
    return _BITS.get(escaped) or unescaped((text_of_bytes(escaped) if escaped else "").replace("''", "'"))


def _bare(text: str) -> object:
    """What stands without quotes: a number, a name, or the bytes of a picture, which are no text."""
    if text[:2].casefold() in ("b'", "0b"):
        return text[2:].strip("'").lstrip("0") or "0"
    if text[:2].casefold() in ("x'", "0x"):
        digits = text[2:].strip("'").lstrip("0")
        return digits or "0" if len(digits) <= 1 else None
    return None if text.upper() in ("NULL", "DEFAULT") else text


def unescaped(text: str) -> str:
    """A text without the backslashes of MySQL, or of PostgreSQL's COPY."""
    return _BACKSLASH.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text


def listed_rows(content: bytes, at: int, dialect: Dialect) -> Iterator[tuple[list[object] | None, int]]:
    """Each row behind VALUES and the place behind it; None where one is no row, which is the last one."""
    while content[at : at + 1] == b"(":
        values, at = row_values(content, at + 1, dialect)
        yield values, at
        if values is None:
            return
        between = _BETWEEN.match(content, at)
        at = between.end() if between else at


_BETWEEN = re.compile(rb"\s{0,99}+,\s{0,99}+(?=\()")
