"""Texts that systems give as a list of components: Apple News has them by role, Quintype in cards of elements."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from indexer.content.rendering import markup_of
from indexer.readers.rich_text import text_of_nodes

_INNER = ("components", "story-elements", "story_elements", "elements", "cards")
"""In what a component holds others."""
_KINDS = ("role", "subtype", "type")
_UNREAD = frozenset(
    "title byline author caption photo image figure portrait logo gallery mosaic video audio music embedwebvideo"
    " facebookpost instagram tweet map advertisement banneradvertisement divider also-read alsoread jsembed"
    " external-file data".split()
)
"""Components whose text is no part of the article's: the title and the writers have fields of their own."""
_BLOCK_KINDS = ("__component", "blockType", "acf_fc_layout")
_BLOCK_TEXTS = frozenset("heading headline body text content richtext markdown html quote paragraph".split())
_UNREAD_BLOCKS = frozenset("media slider seo cta button form newsletter relatedarticles related spacer divider".split())
_DEEPEST = 20
_MOST = 50_000


def text_of_components(value: object) -> str | None:
    """The text of a list of components, as HTML, its parts in their order; None for anything else."""
    if not isinstance(value, list) or not any(map(_is_component, value)):
        return None
    return "\n\n".join(_texts(value, 0))


def text_of_blocks(value: object) -> str:
    """The text of a list of blocks that each name their kind, as Markdown; nothing for anything else.

    Strapi calls such a list a dynamic zone, Payload blocks, ACF flexible content.
    """
    if not isinstance(value, list) or not any(isinstance(one, Mapping) and _kind_of_block(one) for one in value):
        return ""
    return "\n\n".join(part for one in value[:_MOST] if isinstance(one, Mapping) for part in _of_block(one))


def _kind_of_block(block: Mapping[str, Any]) -> str:
    return next((str(block[key]) for key in _BLOCK_KINDS if isinstance(block.get(key), str)), "")


def _of_block(block: Mapping[str, Any]) -> Iterator[str]:
    if _kind_of_block(block).casefold().rpartition(".")[2] in _UNREAD | _UNREAD_BLOCKS:
        return
    for key, value in block.items():
        if key.casefold().replace("_", "") not in _BLOCK_TEXTS:
            continue
        text = value if isinstance(value, str) else text_of_nodes(value) if isinstance(value, list | Mapping) else None
        if text and text.strip():
            yield text.strip()


def _is_component(value: object) -> bool:
    """Whether a table is a component: of a role, or of a kind in which others lie."""
    if not isinstance(value, Mapping):
        return False
    return isinstance(value.get("role"), str) or any(isinstance(value.get(key), list) for key in _INNER)


def _texts(components: list[Any], depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for one in components[:_MOST]:
        if not isinstance(one, Mapping):
            continue
        kinds = {str(one[key]).casefold() for key in _KINDS if isinstance(one.get(key), str)}
        if kinds & _UNREAD:
            continue
        text = one.get("text")
        if isinstance(text, str) and text.strip():
            yield _as_html(text, kinds)
        for key in _INNER:
            if isinstance(inner := one.get(key), list):
                yield from _texts(inner, depth + 1)


def _as_html(text: str, kinds: set[str]) -> str:
    if markup_of(text) == "html":
        return text
    level = next((kind[-1] for kind in kinds if kind[:-1] == "heading" and kind[-1] in "123456"), "")
    tag = f"h{level}" if level else "h2" if "heading" in kinds else "p"
    parts = (f"<{tag}>{escape(part, quote=False)}</{tag}>" for part in text.split("\n\n") if part.strip())
    return "\n".join(parts)
