"""Nodes as Drupal gives them: each field a list of tables of values; or JSON:API, with what it refers to beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from indexer.readers.tables import tables_of

_NAMES = ("display_name", "name", "title", "label")


def is_drupal_node(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a node of Drupal's REST interface."""
    return isinstance(item.get("title"), list) and any(isinstance(item.get(key), list) for key in ("nid", "uuid"))


def plain_drupal_node(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a node with plain values. What it refers to by numbers alone says nothing and is left out."""
    fields = {key: _plain(value) for key, value in item.items()}
    body = next((one for one in tables_of(item.get("body"))), {})
    alias = next((one.get("alias") for one in tables_of(item.get("path"))), None)
    return fields | {
        "id": fields.get("uuid") or fields.get("nid"),
        "text": body.get("processed") or body.get("value"),
        "summary": body.get("summary"),
        "body": None,
        "url": alias,
        "path": None,
    }


def is_json_api(tree: object) -> bool:
    """Whether a JSON document is one of JSON:API, as Drupal, Strapi and others give it."""
    return isinstance(tree, Mapping) and isinstance(tree.get("data"), list | Mapping) and any(
        isinstance(one.get("attributes"), Mapping) for one in tables_of(tree["data"])
    )  # fmt: skip


def json_api_items(tree: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of a document, each with what it refers to in the place of the reference."""
    included = {_reference(one): one.get("attributes") for one in tables_of(tree.get("included"))}
    for item in tables_of(tree["data"]):
        attributes = item["attributes"] if isinstance(item.get("attributes"), Mapping) else {}
        relations = item.get("relationships")
        joined = {
            key: found
            for key, relation in (relations.items() if isinstance(relations, Mapping) else ())
            if (found := _joined(relation, included))
        }
        yield {"id": item.get("id"), **joined, **_described(attributes), **_authors(joined)}


def _described(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an item, with the address and the summary that Drupal keeps in tables of its own."""
    path, body = attributes.get("path"), attributes.get("body")
    found = dict(attributes)
    if isinstance(path, Mapping):
        found |= {"path": None, "url": path.get("alias")}
    if isinstance(body, Mapping) and "summary" not in found:
        found["summary"] = body.get("summary")
    return found


def _authors(joined: Mapping[str, Any]) -> dict[str, Any]:
    return {"uid": None, "author": joined["uid"]} if "uid" in joined else {}


def _joined(relation: object, included: Mapping[tuple[str, str], Any]) -> list[Any]:
    data = relation.get("data") if isinstance(relation, Mapping) else None
    found = (included.get(_reference(one)) for one in tables_of(data))
    return [value for one in found if isinstance(one, Mapping) and (value := _told(one))]


def _reference(table: Mapping[str, Any]) -> tuple[str, str]:
    return str(table.get("type")), str(table.get("id"))


def _told(attributes: Mapping[str, Any]) -> Any:
    """What an included table says of itself: the address of a file, or a name."""
    file = attributes.get("uri")
    if isinstance(file, Mapping):
        return file.get("url") or file.get("value")
    return next((attributes[key] for key in _NAMES if attributes.get(key)), None)


def _plain(value: object) -> object:
    """The value of a field: of several values a list; None for references by number."""
    if not isinstance(value, list) or not value or not all(isinstance(one, Mapping) for one in value):
        return value
    found = [said for one in value if (said := one.get("value", one.get("url") if "alt" in one else None)) is not None]
    return found if len(found) > 1 else next(iter(found), None)
