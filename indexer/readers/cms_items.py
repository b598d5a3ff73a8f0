"""Items as the interfaces of content systems give them, with their wrapped values made plain.

Contentful gives each field by locale, Strapi wraps what an item refers to in `data` and `attributes`, Drupal gives a
body by its formats, Sanity a text as blocks of spans, Joomla a text in two parts, and agencies have words of their own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from indexer.content.conventions import Fields
from indexer.content.values import truth
from indexer.readers.ans import is_ans, plain_ans
from indexer.readers.by_language import said_by_language
from indexer.readers.components import text_of_blocks, text_of_components
from indexer.readers.discussions import is_issue, is_topic, plain_issue, plain_topic
from indexer.readers.drupal import is_drupal_node, plain_drupal_node
from indexer.readers.indieweb import is_activity, is_microformat, plain_activity, plain_microformat
from indexer.readers.linked_items import is_linked, plain_linked
from indexer.readers.news_apis import is_guardian_item, is_times_item, plain_guardian_item, plain_times_item
from indexer.readers.ninjs import is_ninjs, plain_ninjs
from indexer.readers.plone import is_plone, plain_plone
from indexer.readers.rich_text import text_of_nodes
from indexer.readers.withholding import times_of_system, withheld_by_system
from indexer.readers.wordpress_rest import is_wordpress_post, plain_wordpress_post

_SYSTEMS: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], dict[str, Any]]], ...] = (
    (is_ninjs, plain_ninjs),
    (is_ans, plain_ans),
    (is_plone, plain_plone),
    (is_activity, plain_activity),
    (is_microformat, plain_microformat),
    (is_linked, plain_linked),
    (is_wordpress_post, plain_wordpress_post),
    (is_guardian_item, plain_guardian_item),
    (is_times_item, plain_times_item),
    (is_drupal_node, plain_drupal_node),
    (is_topic, plain_topic),
    (is_issue, plain_issue),
)
"""What tells the items of one system, and what makes them plain."""
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_MONGO = frozenset({"$date", "$oid", "$numberLong", "$numberInt", "$numberDouble"})
"""What MongoDB's exports wrap single values in."""
_FOLDED = {"data": ("uid", "first_publication_date"), "content": ("full_slug", "first_published_at")}
"""Tables that hold the fields of an item of Prismic and Storyblok, and keys that tell such an item."""
_WRAPPERS = ("_source", "node", "doc", "document")
"""In what Elasticsearch, GraphQL, CouchDB and Firestore wrap an item."""
_LETTERS = frozenset("from sender fromname fromemail emailtype secondaryid eventtime messageid recipients".split())
"""Keys, without their signs, that tell a letter or an entry of a diary, whose subject is its title."""
_SHOPS = frozenset("blogid blog summaryhtml bodyhtml contenthtml templatesuffix admingraphqlapiid".split())
"""Keys, without their signs, that tell an article of Shopify, whose handle is its slug."""
_LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def plain_item(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with plain values; the same item where nothing is wrapped."""
    for claims, made_plain in _SYSTEMS:
        if claims(item):
            return made_plain(item)
    item = _unfolded(item)
    inner = item.get("attributes")
    if isinstance(inner, Mapping):
        item = {**{key: value for key, value in item.items() if key != "attributes"}, **inner}
    fields, system = item.get("fields"), item.get("sys")
    if isinstance(fields, Mapping) and isinstance(system, Mapping):
        item = {**{key: _of_locale(value) for key, value in fields.items()}, "id": system.get("id")}
    if by_language := said_by_language(item):
        item = {**item, **by_language}
    wrapped = {key: plain for key, value in item.items() if (plain := _plain(value)) is not value}
    name = str(item.get("_id", ""))
    if name.startswith("drafts.") or (name.startswith("versions.") and "_type" in item):  # Sanity's releases to come
        wrapped["draft"] = True
    if isinstance(item.get("introtext"), str):
        wrapped |= {"text": f"{item['introtext']}\n{item.get('fulltext') or ''}"}
        wrapped |= {"slug": item.get("alias"), "state": None, "fulltext": None}
    told = fields if isinstance(fields, Mapping) and not system else item  # Django writes the fields of a row apart
    if withheld_by_system(item) or withheld_by_system(told):
        wrapped["draft"] = True
    wrapped |= times_of_system(item)
    wrapped |= _composed(item) | _named_otherwise(item)
    if "publish_up" in item and item.get("alias"):
        wrapped |= {"slug": item["alias"], "alias": None}
    for key, value in item.items():
        if isinstance(value, Mapping) and len(value) == 1 and "$oid" in value and key not in ("_id", "id"):
            wrapped[key] = None  # the row of another table, whose name is not here
    return {**item, **wrapped} if wrapped else item


def _composed(item: Mapping[str, Any]) -> dict[str, Any]:
    """The text that stands in components (Apple News) or cards (Quintype) of an item without another."""
    for key in ("components", "cards"):
        if isinstance(item.get(key), list) and Fields(item).first("text") is None:
            text = text_of_components(item[key])
            if text:
                return {key: None, "content_html": text}
    for key, value in item.items():
        if (blocks := text_of_blocks(value)) and Fields({**item, key: None}).first("text") is None:
            return {key: None, "content_markdown": blocks}
    return {}


def _named_otherwise(item: Mapping[str, Any]) -> dict[str, Any]:
    """What some systems call by a name that means something else elsewhere: the title of a letter, Shopify's slug."""
    names = {key.casefold(): key for key in item}
    found: dict[str, Any] = {}
    subject, handle = names.get("subject", ""), names.get("handle", "")
    if not (subject or handle):
        return found
    plain = {name.replace("_", "").replace("-", "").replace(" ", "") for name in names}
    if isinstance(item.get(subject), str) and plain & _LETTERS and Fields(item).first("title") is None:
        found |= {"title": item[subject], subject: None}
    if isinstance(item.get(handle), str) and plain & _SHOPS and Fields(item).first("slug") is None:
        found |= {"slug": item[handle], handle: None}
    return found


def _unfolded(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with the fields that stand in a table of their own, its user as its author, its host as its source."""
    for table in _WRAPPERS:
        inner = item.get(table)
        if isinstance(inner, Mapping) and "title" not in item:
            item = {**item, table: None, **inner}
    for table, marks in _FOLDED.items():
        inner = item.get(table)
        if isinstance(inner, Mapping) and any(mark in item for mark in marks):
            item = {**item, table: None, **inner, "slug": item.get("slug") or item.get("uid")}
    added: dict[str, Any] = {}
    user, author = item.get("user"), item.get("author") or item.get("authors")
    if isinstance(user, Mapping) and not author:
        added["author"] = user.get("name") or user.get("username")
    host = next((item[key] for key in ("domain", "hostname") if isinstance(item.get(key), str)), "")
    if _HOST.fullmatch(host) and not item.get("source-hostname"):
        added["source_domain"] = host
    if item.get("object") == "page" and truth(item.get("archived")):  # in the bin of Notion
        added["draft"] = True
    return {**item, **added} if added else item


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
    if len(value) == 1 and (name := next(iter(value))) in _MONGO:
        return _plain(value[name])
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
