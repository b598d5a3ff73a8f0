"""Ziggy, in which Zine's pages have their front matter: `.title = "The bridge",` and `.date = @date("2024-05-03"),`."""

import json
import re

_BEGINS = re.compile(r"\s*+(?:\{\s*+)?\.\w{1,60}[ \t]*=")
_LINE = re.compile(r"^[ \t]*+\.(\w{1,60})[ \t]*=[ \t]*+([^\n]*+)$", re.MULTILINE)
_TAGGED = re.compile(r"@\w{1,40}\((.*)\)")
"""A literal with a tag before it."""


def ziggy_fields(written: str) -> dict[str, object] | None:
    """The fields of a front matter in Ziggy, those of tables in it not; None for one of another form."""
    if not _BEGINS.match(written):
        return None
    fields: dict[str, object] = {}
    depth = 0
    for found in _LINE.finditer(written):
        value = found[2].rstrip().removesuffix(",").rstrip()
        if not depth:
            fields.setdefault(found[1], _value(value))
        depth = max(0, depth + value.count("{") - value.count("}"))
    return {key: value for key, value in fields.items() if value is not None}


def _value(written: str) -> object:
    """What a literal says; nothing of a table, whose lines follow."""
    tagged = _TAGGED.fullmatch(written)
    written = tagged[1] if tagged else written
    try:
        return json.loads(re.sub(r",\s*\]$", "]", written))
    except (ValueError, RecursionError):
        return None
