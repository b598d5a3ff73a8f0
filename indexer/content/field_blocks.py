"""Texts of fields alone, parted by lines of dashes, as flat-file systems keep a page: Lektor's and Kirby's."""

import json
import re
from collections.abc import Mapping

from indexer.content.conventions import states

_LEKTOR = re.compile(r"^---[ \t]*$", re.MULTILINE)
_KIRBY = re.compile(r"^----[ \t]*$", re.MULTILINE)
_FLOW_BLOCK = re.compile(r"^#{4}[ \t]*[\w-]{1,60}[ \t]*#{4}[ \t]*$", re.MULTILINE)
"""The line that begins a block of one of Lektor's flows, with the name of its model."""
_READ_IN_FLOW = ("title", "text", "description")
_LONE_TITLE = re.compile(r"\s*+title:[^\n]*+\s*+", re.IGNORECASE)
_FIELD = re.compile(r"\s*([A-Za-z_][\w -]{0,60}?)[ \t]*:")
_ESCAPED = re.compile(r"^-(?=-{3,}[ \t]*$)", re.MULTILINE)
_BODIES = ("body", "text", "content", "article", "html", "markdown", "main", "blocks", "layout")
_TIMED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4})?_")
_LISTED = ("tags", "categories", "authors")
_KIRBY_TAG = re.compile(
    r"\((?:image|link|video|file|email|tel|gist|twitter|youtube|vimeo|gallery|audio|anchor|date):\s*+([^()\n]*+)\)"
)
_KIRBY_KEY = re.compile(r"(?<!\S)([a-z]{1,20}):(?!\S)")
_LIST = re.compile(r"^[ \t]*- ++(.+)$", re.MULTILINE)


def lektor_fields(text: str) -> tuple[dict[str, object], str]:
    """The fields of a `contents.lr` and the text of its body. Tags and people stand a line each."""
    fields, body = _parted(_ESCAPED.sub("", block) for block in _LEKTOR.split(text))
    listed = {
        key: [line.strip() for line in value.split("\n") if line.strip()]
        for key, value in fields.items()
        if isinstance(value, str) and "\n" in value and states(key, _LISTED)
    }
    return {**fields, **listed}, _of_flow(body)


def _of_flow(body: str) -> str:
    """The words of the blocks of a flow: their titles and texts, and not their pictures, sizes and classes."""
    before, *blocks = _FLOW_BLOCK.split(body)
    if not blocks:
        return body
    texts = [before.strip()]
    for block in blocks:
        for field in _LEKTOR.split(block):
            named = _FIELD.match(field)
            if named and (value := field[named.end() :].strip()) and states(named[1], _READ_IN_FLOW):
                texts.append(f"## {value}" if states(named[1], ("title",)) else value)
    return "\n\n".join(filter(None, texts))


def kirby_words(text: str) -> str:
    """A text without Kirby's tags: of a link its words, of a picture its caption."""
    return _KIRBY_TAG.sub(lambda found: _kirby_caption(found[1]), text)


def _kirby_caption(attributes: str) -> str:
    """The words of a tag, of `beach.jpg caption: The new pier alt: a pier`."""
    _, *parts = _KIRBY_KEY.split(attributes)
    return next(
        (words.strip() for key, words in zip(parts[::2], parts[1::2], strict=True) if key in ("text", "caption")), ""
    )


def kirby_fields(text: str) -> tuple[dict[str, object], str] | None:
    """The fields of one of Kirby's text files and the text of its body; None for a text of another kind."""
    blocks = _KIRBY.split(text)
    if not all(_FIELD.match(block) for block in blocks if block.strip()) or (
        len(blocks) < 2 and not _LONE_TITLE.fullmatch(text)
    ):
        return None
    fields, body = _parted(block.replace("\\----", "----") for block in blocks)
    return (fields, body) if any(key.casefold() == "title" for key in fields) else None


def day_of_folder(path: str) -> str:
    """The day by which Kirby numbers a folder, as YYYY-MM-DD; an empty text without one."""
    found = _TIMED.match(path.rsplit("/", 2)[-2]) if "/" in path else None
    return "-".join(found.groups()) if found else ""


def _parted(blocks: object) -> tuple[dict[str, object], str]:
    fields: dict[str, object] = {}
    for block in blocks:  # type: ignore[attr-defined]
        if named := _FIELD.match(block):
            value = block[named.end() :].strip()
            listed = _LIST.findall(value)
            fields[named[1].strip()] = listed if listed and len(listed) == value.count("\n") + 1 else value
    key = next((key for name in _BODIES for key in fields if key.casefold() == name and fields[key]), "")
    body = fields.pop(key, "")
    return fields, _of_blocks(body) if isinstance(body, str) else "\n".join(
        map(str, body if isinstance(body, list) else [])
    )


def _of_blocks(body: str) -> str:
    """The HTML of a body that Kirby's editor of blocks wrote; any other body as it is."""
    if not body.startswith("["):
        return body
    try:
        blocks = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return "\n\n".join(_of_block(block) for block in blocks if isinstance(block, Mapping)) or body


def _of_block(block: Mapping[str, object]) -> str:
    if "columns" in block and isinstance(block["columns"], list):
        inner = [
            one for column in block["columns"] if isinstance(column, Mapping) for one in column.get("blocks") or []
        ]
        return "\n\n".join(_of_block(one) for one in inner if isinstance(one, Mapping))
    content = block.get("content")
    if not isinstance(content, Mapping) or block.get("isHidden") is True:
        return ""
    text = next((str(content[key]) for key in ("text", "caption", "code", "citation") if content.get(key)), "")
    level = str(content.get("level", ""))
    return f"<{level}>{text}</{level}>" if re.fullmatch("h[1-6]", level) else text
