"""The values of a row in SQL: texts, numbers, and what a database computes of them, such as `CAST(N'...' AS Date)`."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from indexer.readers.private_copies import Content
from indexer.readers.sql_text import Dialect, text_of_blob

Decode = Callable[[bytes], str]
"""Makes a text of bytes, in the encoding of the dump."""
MAX_VALUE = 5_000_000
"""One value may have so many bytes."""
_OPENING = re.compile(rb"\s{0,99}+(?:(replace|unistr)\()?", re.IGNORECASE)
_SIGN = re.compile(rb"\s{0,99}+(?:::\w[\w ]{0,40}\s{0,99}+)?([,)])")
_MARK = re.compile(rb"\s{0,99}+,\s{0,99}+'([^']{1,40})'\s{0,99}+,\s{0,99}+char\((10|13)\)\)", re.IGNORECASE)
_CLOSING = re.compile(rb"\s{0,99}+\)")
_BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
_UNICODE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\+([0-9a-fA-F]{6})|(\\))")
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": "", "b": "", "N": ""}
_BITS = {b"\\0": "0", b"\0": "0", b"\x01": "1"}
_NUMBER = re.compile(r"[+-]?\d[\w.]{0,40}")
_CONVERSIONS = frozenset(
    "cast convert try_cast try_convert to_date to_timestamp to_timestamp_tz to_char to_clob to_nclob str_to_date date"
    " datetime datetime2 time timestamp timestamptz json jsonb lower upper trim unistr replace".split()
)
"""Functions whose first text is what a reader sees of them."""
_JOINS = frozenset({"||", "+", "concat"})
_LETTERS = frozenset({"chr", "char", "nchr", "nchar"})
_NAMED = re.compile(rb"\s{0,99}+(`[^`\n]{1,200}+`|[\w$\x80-\xff]{1,200}+)\s{0,99}+=")
_BEHIND = re.compile(rb"[\s;)]*+(?:$|ON\b|RETURNING\b|AS\b|GO\b|--|\#|/)", re.IGNORECASE)


class TooLong(NamedTuple):
    """Stands for a value of which nothing is kept."""


class Value(NamedTuple):
    """A value, the sign behind it (none at the end of its statement), and the place behind that."""

    value: object
    sign: bytes
    at: int


Row = tuple[int, list[object] | None]
"""Where a row begins, and its values; None for what cannot be read."""


def listed_rows(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> Iterator[Row]:
    """Each row behind VALUES, up to the end of its statement. One that cannot be read costs no other."""
    while content[at : at + 1] == b"(":
        begun = at
        values, at = _row(content, at + 1, end, dialect, decode)
        yield begun, values
        comma = dialect.behind_blanks(content, at, end)
        if content[comma : comma + 1] != b",":
            break
        at = dialect.behind_blanks(content, comma + 1, end)
    if at < end and not _BEHIND.match(content[at : min(end, at + 200)]):
        yield at, None


def assigned(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> dict[str, object] | None:
    """The row behind SET, as MySQL may write it: `title = 'A tram', body = '...'`."""
    row: dict[str, object] = {}
    while named := _NAMED.match(content, at, end):
        found = _value_at(content, named.end(), end, dialect, decode)
        if not found or isinstance(found.value, TooLong):
            return None
        row[decode(named[1]).strip("`")] = found.value
        at = found.at
        if found.sign != b",":
            return row
    return None


def copied_rows(content: Content, at: int, end: int, decode: Decode) -> Iterator[Row]:
    """The values of each line behind PostgreSQL's COPY."""
    while at < end:
        behind = content.find(b"\n", at)
        row = content[at : behind if behind >= 0 else end]
        if row.startswith(b"\\.") or behind < 0:
            return
        yield at, [None if cell == "\\N" else unescaped(cell) for cell in decode(row.rstrip(b"\r")).split("\t")]
        at = behind + 1


def _row(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> tuple[list[object] | None, int]:
    """The values of a row whose bracket opened before a place, and the place behind it; that at which it breaks off."""
    values: list[object] = []
    while found := _value_at(content, at, end, dialect, decode):
        values.append(found.value)
        at = found.at
        if found.sign == b")":
            whole = not any(isinstance(one, TooLong) for one in values)
            return (values if whole else None), at
        if not found.sign:
            break
    return None, end


def _value_at(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> Value | None:
    """The value that begins at a place; None where it has no end."""
    return _plain(content, at, end, dialect, decode) or _computed(content, at, end, dialect, decode)


def _plain(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> Value | None:
    """A value that stands alone, or in what SQLite writes around texts with ends of lines; None for any other."""
    wrapped: list[bytes] = []
    while (opened := _OPENING.match(content, at, end)) and opened[1] and len(wrapped) < 2:
        wrapped.append(opened[1].lower())
        at = opened.end()
    found = dialect.value.match(content, opened.end() if opened else at, end)
    if not found:
        return None
    value, at = _value(found, decode), found.end()
    for one in reversed(wrapped):
        closed = (_MARK if one == b"replace" else _CLOSING).match(content, at, end)
        if not closed or not isinstance(value, str):
            return None
        value, at = _unwrapped(value, closed), closed.end()
    sign = _SIGN.match(content, at, end)
    return Value(value, sign[1], sign.end()) if sign else None


def _unwrapped(text: str, closed: re.Match[bytes]) -> str:
    """A text whose ends of lines SQLite wrote as signs of their own."""
    if closed.re is _CLOSING:
        return _UNICODE.sub(lambda one: one[4] or chr(min(int(one[1] or one[2] or one[3], 16), 0x10FFFF)), text)
    return text.replace(closed[1].decode("utf-8", "replace"), chr(int(closed[2])))


def _value(found: re.Match[bytes], decode: Decode) -> object:
    bare = found[3]
    if bare is not None:
        return _bare(bare.decode("utf-8", "replace"))
    return _text(found[1], found[2], decode)


def _text(escaped: bytes | None, plain: bytes | None, decode: Decode) -> object:
    """A text, with backslashes or without."""
    if len(escaped or plain or b"") > MAX_VALUE:
        return TooLong()
    if escaped is None:
        return decode(plain).replace("''", "'") if plain else ""
    return _BITS.get(escaped) or unescaped((decode(escaped) if escaped else "").replace("''", "'"))


def _bare(text: str) -> object:
    """What stands without quotes: a number, a name, or bytes, which may be a text or those of a picture."""
    if text[:2].casefold() in ("b'", "0b"):
        return text[2:].strip("'").lstrip("0") or "0"
    if text[:2].casefold() in ("x'", "0x"):
        digits = text[2:].strip("'")
        if len(digits) <= 2:
            return digits.lstrip("0") or "0"
        return _text_of_digits(digits)
    return None if text.upper() in ("NULL", "DEFAULT") else text


def _text_of_digits(digits: str) -> object:
    if len(digits) > 2 * MAX_VALUE:
        return None
    try:
        return text_of_blob(bytes.fromhex(digits))
    except ValueError:
        return None


def unescaped(text: str) -> str:
    """A text without the backslashes of MySQL, or of PostgreSQL's COPY."""
    return _BACKSLASH.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text


def _computed(content: Content, at: int, end: int, dialect: Dialect, decode: Decode) -> Value | None:
    """A value that a database would compute, up to the sign that ends it."""
    made = _Made()
    depth = 0
    while at < end and (piece := dialect.piece.match(content, at, end)):
        at = piece.end()
        sign = piece["sign"]
        if sign == b";" or (sign == b"]" and not depth):
            return Value(made.value(), b"", at) if sign == b";" and not depth else None
        if sign in (b",", b")") and not depth:
            return Value(made.value(), sign, at)
        depth += (sign in (b"(", b"[")) - (sign in (b")", b"]"))
        made.take(piece, decode, outside=not depth)
    return Value(made.value(), b"", at) if at >= end and not depth else None


class _Made:
    """What a computed value is made of: texts, words, and the letters that stand as numbers."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._parts: list[object] = []
        self._led = False
        """Whether a word stands before the first text."""

    def take(self, piece: re.Match[bytes], decode: Decode, *, outside: bool) -> None:
        """Add a piece; `outside` of all brackets, `"..."` is a text as MySQL and SQLite read it."""
        word = piece["word"] or piece["bits"]
        if word:
            told = word[:MAX_VALUE].decode("utf-8", "replace")
            if self._words and self._words[-1].casefold() in _LETTERS and told.isdecimal():
                self._parts.append(chr(min(int(told[:7]), 0x10FFFF)))
            self._words.append(told)
            self._led = self._led or not self._parts
        elif piece["quoted"] is not None and outside and piece["quoted"][:1] == b'"':
            self._parts.append(unescaped(decode(piece["quoted"][1:-1]).replace('""', '"')))
        elif piece[2] is not None or piece[3] is not None:
            self._parts.append(_text(piece[2], piece[3], decode))

    def value(self) -> object:
        """The text that is meant, a list of texts, or a number; None for what only a database can tell."""
        words = [one.casefold() for one in self._words]
        texts = [one for one in self._parts if isinstance(one, str)]
        if len(texts) < len(self._parts):
            return TooLong()
        if not texts:
            return self._number(words)
        if _JOINS.intersection(words) or not self._led:
            return "".join(texts)
        if words[0] == "array":
            return texts
        return texts[0] if words[0] in _CONVERSIONS or words[0].startswith("_") else None  # `_utf8'...'`

    def _number(self, words: list[str]) -> object:
        """The number that is converted, or stands in brackets."""
        known = len(words) == 1 or (words and (words[0] in _CONVERSIONS or words[0].startswith("_")))
        bits = next((one for one in self._words if _NUMBER.fullmatch(one) or one[:2] in ("x'", "X'", "0x")), None)
        return _bare(bits) if known and bits else None
