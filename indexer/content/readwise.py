"""Highlights as Readwise writes them into notes: a cover, and a list of fields under the heading `Metadata`."""

import re

_COVER = re.compile(r"^!\[rw-book-cover\]\(([^()\n]{1,1000})\)[ \t]*+\n?", re.MULTILINE)
_METADATA = re.compile(r"^## Metadata[ \t]*+\n\s{0,5}+((?:- [A-Z][\w ]{1,30}:[^\n]*+(?:\n|\Z)){2,20}+)", re.MULTILINE)
_LINE = re.compile(r"^- ([A-Z][\w ]{1,30}):[ \t]*+([^\n]*+)$", re.MULTILINE)
_NAMES = {"Author": "author", "URL": "url", "Summary": "summary", "Document Tags": "tags"}


def readwise_note(text: str) -> tuple[dict[str, object], str]:
    """What the list of a note says, and its text without the list and its cover."""
    fields: dict[str, object] = {}
    if cover := _COVER.search(text):
        fields["image"] = cover[1]
        text = text[: cover.start()] + text[cover.end() :]
    if found := _METADATA.search(text):
        fields |= {_NAMES[key]: value.strip() for key, value in _LINE.findall(found[1]) if key in _NAMES}
        text = text[: found.start()] + text[found.end() :]
    return fields, text
