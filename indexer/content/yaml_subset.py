"""The plainest YAML, read line by line: keys with one-line values, and lists and tables of these.

Nearly all front matter is of this kind, and libyaml with PyYAML takes five times as long for it. Whatever is not surely
read the same by both is left to them: a property test holds the two together.
"""

import re

_LINE = re.compile(r"( *)(?:(- ++)(?=\S)|([A-Za-z_][A-Za-z0-9_-]*):(?: ++|$))(.*)")
_SINGLE = re.compile(r"'((?:[^']|'')*)' *")
_DOUBLE = re.compile(r'"([^"\\]*)" *')
_SPECIAL = frozenset("-?:,[]{}#&*!|>'\"%@`=<~ ")
_NULLS = frozenset({"null", "Null", "NULL"})
_DEEPEST = 8


class _UnsureError(Exception):
    """Something that is better left to libyaml."""


_Line = tuple[int, bool, str, str]
"""The indent, whether it is an item of a list, the key, the value as written."""


def plain_fields(written: str) -> dict[str, object] | None:
    """The fields of a front matter of the plainest kind; None for any other."""
    if not written.replace("\n", "").isprintable():
        return None
    lines: list[_Line] = []
    for line in written.split("\n"):
        if not line or line.isspace():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        indent, item, key, value = found.groups()
        lines.append((len(indent), item is not None, key or "", value))
    if not lines or lines[0][0] or lines[0][1]:
        return None
    try:
        fields, end = _table(lines, 0, 0, 0)
    except _UnsureError:
        return None
    return fields if end == len(lines) else None


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
    first = written[0]
    if first == "'":
        found = _SINGLE.fullmatch(written)
        if found is None:
            raise _UnsureError
        return found[1].replace("''", "'")
    if first == '"':
        found = _DOUBLE.fullmatch(written)
        if found is None:
            raise _UnsureError
        return found[1]
    if first in _SPECIAL or ": " in written or " #" in written or written.rstrip()[-1] == ":":
        raise _UnsureError
    text = written.rstrip()
    return None if text in _NULLS else text
