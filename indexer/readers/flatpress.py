"""Entries of FlatPress: a text file each, of names and values between bars, with BBCode in the text."""

import re

_ENTRY = re.compile(r"\s*VERSION\|fp-[\w.]+\|")
_PICTURE = re.compile(r"\[(?:img|gallery|photoswipe\w*)\b[^\[\]\n]{0,500}\]")
_TAG = re.compile(
    r"\[/?(?:b|i|u|s|url|mail|quote|code|list|\*|color|size|align|html|del|sup|sub|h[1-6]|more)(?:=[^\[\]\n]{0,2000})?\]"
)
_NAMES = {"subject": "title", "author": "author", "date": "date", "content": "content"}


def flatpress_fields(text: str, path: str) -> tuple[dict[str, object], str] | None:
    """The fields of an entry and its text; None for a text of another kind, and for a comment."""
    if not _ENTRY.match(text):
        return None
    parts = text.strip().split("|")
    told = {name.casefold(): value for name, value in zip(parts[::2], parts[1::2], strict=False)}
    fields: dict[str, object] = {_NAMES[name]: value.strip() for name, value in told.items() if name in _NAMES}
    if "draft" in told.get("categories", "").split(",") or "/drafts/" in f"/{path}":
        fields["draft"] = True
    body = str(fields.pop("content", ""))
    return (fields, _without_bbcode(body)) if "title" in fields else None


def _without_bbcode(text: str) -> str:
    text = text.replace("&#124;", "|")
    return _TAG.sub("", _PICTURE.sub("", text))
