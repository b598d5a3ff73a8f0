"""Ziggy, in which Zine's pages have their front matter: `.title = "The bridge",` and `.date = @date("2024-05-03"),`."""

import json
import re

_BEGINS = re.compile(r"\s*+(?:\{\s*+)?\.\w{1,60}[ \t]*=")
_LINE = re.compile(r"^[ \t]*+\.(\w{1,60})[ \t]*=[ \t]*+([^\n]*+)$", re.MULTILINE)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|//.*', re.DOTALL)
"""A text in quotation marks, to the end of the line if they do not close, or a comment: no brace in it is a table's."""
_TAGGED = re.compile(r"@\w{1,40}\(")
"""What stands before a literal with a tag."""
_CLOSING = re.compile(r",(?=\s*\])")


def ziggy_fields(written: str) -> dict[str, object] | None:
    """The fields of a front matter in Ziggy, those of tables in it not; None for one of another form."""
    if not _BEGINS.match(written):
        return None
    fields: dict[str, object] = {}
    depth = 0
    for found in _LINE.finditer(written):
        value = found[2].strip()
        if not depth:
            fields.setdefault(found[1], _value(value))
        unquoted = _TEXT.sub("", value)
        depth = max(0, depth + unquoted.count("{") - unquoted.count("}"))
    return {key: value for key, value in fields.items() if value is not None}


def _value(written: str) -> object:
    """What a literal says, whatever comment stands behind it; nothing of a table, whose lines follow."""
    tagged = _TAGGED.match(written)
    written = written[tagged.end() :] if tagged else written
    try:
        return json.JSONDecoder().raw_decode(_CLOSING.sub("", written) if written[:1] == "[" else written)[0]
    except (ValueError, RecursionError):
        return None
