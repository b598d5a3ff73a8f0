"""Items as the interfaces of content systems give them, with their wrapped values made plain.

Contentful gives each field by locale, Strapi wraps what an item refers to in `data` and `attributes`, Drupal gives a
body by its formats, Sanity a text as blocks of spans, Joomla a text in two parts, and agencies have words of their own.
"""

import re
from collections.abc import Mapping
from typing import Any

from indexer.readers.ninjs import is_ninjs, plain_ninjs
from indexer.readers.rich_text import text_of_nodes

_LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def plain_item(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with plain values; the same item where nothing is wrapped."""
    if is_ninjs(item):
        return plain_ninjs(item)
    inner = item.get("attributes")
    if isinstance(inner, Mapping):
        item = {**{key: value for key, value in item.items() if key != "attributes"}, **inner}
    fields, system = item.get("fields"), item.get("sys")
    if isinstance(fields, Mapping) and isinstance(system, Mapping):
        item = {**{key: _of_locale(value) for key, value in fields.items()}, "id": system.get("id")}
    wrapped = {key: plain for key, value in item.items() if (plain := _plain(value)) is not value}
    if str(item.get("_id", "")).startswith("drafts."):
        wrapped["draft"] = True
    if isinstance(item.get("introtext"), str):
        wrapped |= {"text": f"{item['introtext']}\n{item.get('fulltext') or ''}"}
        wrapped["draft"] = str(item.get("state", "1")) not in ("1", "")
        wrapped |= {"slug": item.get("alias"), "state": None, "fulltext": None}
    return {**item, **wrapped} if wrapped else item


def _of_locale(value: object) -> object:
    """A value given by locale: that of the first."""
    if isinstance(value, Mapping) and value and all(isinstance(key, str) and _LOCALE.fullmatch(key) for key in value):
        return next(iter(value.values()))
    return value


def _plain(value: object) -> object:
    """A value without its wrapping; the very same where it has none."""
    if isinstance(value, Mapping):
        return _plain_table(value)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        if (text := text_of_nodes(value)) is not None:
            return text
        if isinstance(value[0].get("attributes"), Mapping):
            return [_named(each) for each in value]
    return value


def _plain_table(value: Mapping[str, Any]) -> object:
    if "data" in value and set(value) <= {"data", "meta", "links"}:
        inner = value["data"]
        return [_named(each) for each in inner] if isinstance(inner, list) else _named(inner)
    if "format" in value and ("value" in value or "processed" in value):
        return value.get("processed") or value.get("value")
    if (text := text_of_nodes(value)) is not None:
        return text
    if value.get("_type") == "slug" or set(value) == {"current"}:
        return value.get("current")
    return value


def _named(value: object) -> object:
    """What an item refers to: its attributes as a table of its own."""
    inner = value.get("attributes") if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else value
