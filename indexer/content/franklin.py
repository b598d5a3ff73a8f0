"""Pages of Franklin, Julia's generator: definitions at the head, and marks in the text that no reader sees."""

import json
import re

_DEFINITION = re.compile(
    r"@def[ \t]++(\w{1,60}+)[ \t]*+=[ \t]*+(?:\"{3}((?:[^\"]|\"(?!\"\")){0,2000}+)\"{3}[ \t]*+|([^\n]*+))(?:\n|\Z)"
)
_MOST_COMMENT = 5_000
_MARKS = re.compile(
    r"^(?:@@[\w, -]{0,200}|\\(?:toc|tableofcontents)\b.{0,100}|\{\{[^{}\n]{0,200}\}\})[ \t]*+$", re.MULTILINE
)
_DAY = re.compile(r"(?:Dates\.)?Date\((\d{4}), ?(\d{1,2}), ?(\d{1,2})\)")
_NAMES = {"is_draft": "draft", "rss_description": "description"}


def franklin_head(text: str) -> tuple[dict[str, object], int] | None:
    """The definitions that a page begins with and where they end, comments between them passed over."""
    fields: dict[str, object] = {}
    at = end = 0
    while at < len(text):
        if found := _DEFINITION.match(text, at):
            at = end = found.end()
            fields[_NAMES.get(found[1], found[1])] = _value((found[2] or found[3] or "").strip())
        elif text.startswith("<!--", at) and (closing := text.find("-->", at, at + _MOST_COMMENT)) >= 0:
            at = closing + 3
        elif text[at].isspace():
            at += 1
        else:
            break
    return (fields, end) if fields else None


def franklin_text(text: str) -> str:
    """The text of a page without its lists of contents and the marks around its blocks."""
    return _MARKS.sub("", text)


def _value(written: str) -> object:
    """A value of Julia: a text, a list or a truth, as JSON has them too; anything else is kept as a text.

    A comment may stand behind it: `true # until Monday`.
    """
    if day := _DAY.match(written):
        return "-".join(day.groups())
    try:
        value, end = json.JSONDecoder().raw_decode(written)
    except (ValueError, RecursionError):
        return written.strip('"')
    if not written[end:].lstrip().startswith("#") and written[end:].strip():
        return written.strip('"')
    return value.strip() if isinstance(value, str) else value
