"""The plainest YAML, read line by line: keys with one-line values, and lists and tables of these.

Nearly all front matter is of this kind, and libyaml with PyYAML takes five times as long for it. Whatever is not surely
read the same by both is left to them: a property test holds the two together.
"""

import re

_LINE = re.compile(r"^( *)(?:(- ++)(?=\S)|([A-Za-z_][A-Za-z0-9_-]*):(?: ++|$))(.*)$", re.MULTILINE)
_SINGLE = re.compile(r"'((?:[^']|'')*)' *")
_DOUBLE = re.compile(r'"([^"\\]*)" *')
_SPECIAL = frozenset("-?:,[]{}#&*!|>'\"%@`=<~ ")
_NULLS = frozenset({"null", "Null", "NULL"})
_NULL_LENGTH = 4
_DEEPEST = 8


class _UnsureError(Exception):
    """Something that is better left to libyaml."""


_Line = tuple[int, bool, str, str]
"""The indent, whether it is an item of a list, the key, the value as written."""


def plain_fields(written: str) -> dict[str, object] | None:
    """The fields of a front matter of the plainest kind; None for any other."""
    if not written.replace("\n", "").isprintable():
        return None
    lines: list[_Line] = [(len(indent), bool(item), key, value) for indent, item, key, value in _LINE.findall(written)]
    if not lines or lines[0][0] or lines[0][1] or len(lines) != _count_of_written(written):
        return None
    try:
        fields, end = _table(lines, 0, 0, 0)
    except _UnsureError:
        return None
    return fields if end == len(lines) else None


def _count_of_written(written: str) -> int:
    """How many lines hold more than blanks."""
    if "\n\n" in written or " \n" in written or written[:1].isspace() or written[-1:] != "\n":
        return sum(1 for line in written.split("\n") if line and not line.isspace())
    return written.count("\n")


def _table(lines: list[_Line], at: int, indent: int, depth: int) -> tuple[dict[str, object], int]:
    """The table whose keys stand at that indent, and where it ends."""
    if depth > _DEEPEST:
        raise _UnsureError
    fields: dict[str, object] = {}
    count = len(lines)
    while at < count:
        its, item, key, value = lines[at]
        if its < indent or (item and its == indent):
            break
        if its > indent or item:
            raise _UnsureError
        at += 1
        if value:
            fields[key] = _scalar(value)
        elif at < count and (lines[at][0] > indent or (lines[at][1] and lines[at][0] == indent)):
            inner = lines[at][0]
            fields[key], at = _listed(lines, at, inner) if lines[at][1] else _table(lines, at, inner, depth + 1)
        else:
            fields[key] = None
    return fields, at


def _listed(lines: list[_Line], at: int, indent: int) -> tuple[list[object], int]:
    """The list whose items stand at that indent, and where it ends."""
    items: list[object] = []
    while at < len(lines):
        its, item, _, value = lines[at]
        if its < indent or (its == indent and not item):
            break
        if its > indent:
            raise _UnsureError
        items.append(_scalar(value))
        at += 1
    return items, at


def _scalar(written: str) -> str | None:
    first, last = written[0], written[-1]
    if first == "'":
        if last == "'" and written.count("'") == 2 and len(written) > 1:
            return written[1:-1]
        found = _SINGLE.fullmatch(written)
        if found is None:
            raise _UnsureError
        return found[1].replace("''", "'")
    if first == '"':
        found = _DOUBLE.fullmatch(written)
        if found is None:
            raise _UnsureError
        return found[1]
    if first in _SPECIAL or ": " in written or " #" in written or last == ":":
        raise _UnsureError
    if last.isspace():
        written = written.rstrip()
        if written[-1] == ":":
            raise _UnsureError
    return None if len(written) == _NULL_LENGTH and written in _NULLS else written
