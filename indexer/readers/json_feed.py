"""A JSON Feed, version 1 or 1.1."""

from collections.abc import Iterator, Mapping
from typing import Any

from indexer.content.document import Found, Refused, SourceFile
from indexer.content.languages import language_tag
from indexer.readers.items import ItemNames, item_document
from search.index.manifest import Rejected


def is_json_feed(tree: object) -> bool:
    """Whether a JSON document is a JSON Feed."""
    return (
        isinstance(tree, Mapping)
        and "jsonfeed.org" in str(tree.get("version", ""))
        and isinstance(tree.get("items"), list)
    )


def json_feed_documents(file: SourceFile, tree: Any) -> Iterator[Found]:
    """A document for each item. What the feed says of all items holds where an item says nothing."""
    names = ItemNames()
    language = language_tag(str(tree.get("language") or ""))
    for number, item in enumerate(tree["items"], 1):
        if not isinstance(item, dict):
            yield Refused(Rejected(file.path, 1, f"item {number} is a {type(item).__name__}, not a table of fields"))
            continue
        fields = {key: value for key, value in item.items() if key not in ("external_url", "attachments")}
        if not fields.get("authors") and not fields.get("author"):
            fields["authors"] = tree.get("authors") or tree.get("author")
        if tree.get("title") and "source" not in fields:
            fields["source"] = tree["title"]
        if not (fields.get("content_html") or fields.get("content_text")) and not fields.get("title"):
            fields.setdefault("content_text", fields.get("summary"))
        yield item_document(file, fields, names, number, 1, language)
