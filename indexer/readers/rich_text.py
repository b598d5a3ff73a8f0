"""Texts that systems give as trees of nodes, as Markdown.

ProseMirror (Tiptap, Statamic, Storyblok), Contentful, Lexical, Slate, Editor.js and Portable Text differ in names: a
node has a type, its words or its inner nodes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MOST_NODES = 50_000
_DEEPEST = 40
_INNER = ("content", "children", "blocks")
_ROOTS: tuple[tuple[str, type], ...] = (("root", Mapping), ("document", list))
"""In what Lexical, and Keystone, put the tree of a whole text."""
_IN_BLOCKS = ("heading", "title", "text", "quote", "paragraph", "body", "content", "caption", "attribution")
"""Of a block with fields of its own (Payload, Wagtail) those that are read."""
_KINDS = ("type", "nodeType", "_type")
_HEADING = re.compile(r"(?:h|heading-?|header)([1-6])", re.IGNORECASE)
_LISTS = frozenset({"bulletlist", "orderedlist", "unorderedlist", "list", "ul", "ol"})
_ITEMS = frozenset({"listitem", "li", "taskitem"})
_WITHIN = frozenset(
    {"text", "link", "hyperlink", "autolink", "inline", "hardbreak", "linebreak", "span", "a", "mention"}
)
_UNREAD = frozenset({"image", "set", "embed", "htmlembed", "youtube", "horizontalrule", "hr", "delimiter"})


def text_of_nodes(value: object) -> str | None:
    """The text of a tree or a list of nodes, its blocks parted by empty lines; None for anything else."""
    nodes = _nodes(value)[:_MOST_NODES]
    if not any(map(_is_node, nodes)) or not all(_is_node(node) or _is_unread(node) for node in nodes):
        return None
    return "\n\n".join(filter(None, _blocks(nodes, 0)))


def _nodes(value: object) -> list[Any]:
    """The nodes of a text: of a whole tree, of a list of nodes, or the only one."""
    if isinstance(value, Mapping) and isinstance(inner := value.get("value"), Mapping) and "document" in inner:
        value = inner["document"]  # DatoCMS
    if isinstance(value, Mapping):
        value = next((value[key] for key, kind in _ROOTS if isinstance(value.get(key), kind)), value)
    return value if isinstance(value, list) else [value]


def _is_unread(value: object) -> bool:
    """Whether a value stands among nodes and holds no words: a picture, what is embedded, a block of one's own."""
    return isinstance(value, Mapping) and (_kind(value) in _UNREAD or "_type" in value)


def _is_node(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    if isinstance(value.get("blocks"), list) and len(value) <= 4:  # Editor.js names no type of the whole
        return all(isinstance(one, Mapping) and "type" in one for one in value["blocks"])
    known = _kind(value) or "children" in value
    return bool(known) and any(key in value for key in (*_INNER, "text", "value", "data", "attrs", "style"))


def _blocks(nodes: list[Any], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for node in nodes:
        if not isinstance(node, Mapping):
            continue
        kind = _kind(node)
        inner = _inner(node)
        data = node.get("data")
        if kind in _UNREAD:
            continue
        if kind == "codeblock" and inner:
            yield f"```\n{_words(inner, 0)}\n```"
            continue
        if isinstance(data, Mapping) and not inner:
            yield _of_data(node, data)
        elif kind in _LISTS:
            yield "\n".join(f"- {' '.join(_blocks(_inner(item) or [item], depth + 1))}" for item in inner)
        elif inner and all(_is_inline(one) for one in inner):
            yield f"{'#' * _level(node)} {_words(inner, 0)}".strip()
        elif inner:
            yield from _blocks(inner, depth + 1)
        elif isinstance(own := node.get("text", node.get("value")), str):
            yield own
        elif isinstance(own := node.get("fields", node.get("value")), Mapping):
            yield from _of_fields(own, depth + 1)


def _of_fields(fields: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The texts of a block that has fields of its own."""
    for key in _IN_BLOCKS:
        value = fields.get(key)
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping | list):
            yield from _blocks(_nodes(value), depth)


def _inner(node: Mapping[str, Any]) -> list[Any]:
    return next((node[key] for key in _INNER if isinstance(node.get(key), list)), [])


def _is_inline(node: object) -> bool:
    if not isinstance(node, Mapping):
        return False
    kind = _kind(node)
    return kind in _WITHIN or ("text" in node and not _inner(node)) or (not kind and not _inner(node))


def _words(nodes: list[Any], depth: int) -> str:
    """The words of what stands in one line."""
    if depth > _DEEPEST:
        return ""
    written = []
    for node in nodes:
        if not isinstance(node, Mapping):
            continue
        own = node.get("text", node.get("value"))
        if isinstance(own, str):
            written.append(f"`{own}`" if _is_code(node) and "<" in own and "`" not in own else own)
        elif _kind(node) in ("hardbreak", "linebreak"):
            written.append("\n")
        else:
            written.append(_words(_inner(node), depth + 1))
    return "".join(written)


def _is_code(node: Mapping[str, Any]) -> bool:
    """Whether words are marked as code, as ProseMirror does it: a tag in them is to be read."""
    marks = node.get("marks")
    return isinstance(marks, list) and any(isinstance(one, Mapping) and one.get("type") == "code" for one in marks)


def _of_data(node: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The text of a block of Editor.js."""
    if isinstance(items := data.get("items"), list):
        texts = (one.get("content") or one.get("text") if isinstance(one, Mapping) else one for one in items)
        return "\n".join(f"- {text}" for text in texts if text)
    text = str(data.get("text") or data.get("caption") or data.get("code") or "")
    level = data.get("level") if _kind(node) == "header" else 0
    return f"{'#' * level} {text}" if isinstance(level, int) and 0 < level < 7 else text


def _level(node: Mapping[str, Any]) -> int:
    """The level of a heading; 0 for any other node."""
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, Mapping) else node.get("level")
    if _kind(node) == "heading" and isinstance(level, int) and 0 < level < 7:
        return level
    found = next(
        (match for key in (*_KINDS, "style", "tag") if (match := _HEADING.fullmatch(str(node.get(key, ""))))), None
    )
    return int(found[1]) if found else 0


def _kind(node: Mapping[str, Any]) -> str:
    written = next((node[key] for key in _KINDS if isinstance(node.get(key), str)), "")
    return str(written).casefold().replace("_", "").replace("-", "")
