"""Lists in JSON of articles that lie beside them as files, as builds write for a front page."""

from collections.abc import Collection, Mapping
from typing import Any

from indexer.content.companions import FILE_KEYS, name_of_file
from indexer.content.conventions import Fields
from indexer.readers.cms_items import plain_item
from indexer.readers.data import articles_in
from indexer.readers.items import text_of

LISTED = "list of articles that are here as files"
"""Why such a file is left out."""
_LONG = 1_000


def lists_files(tree: object, names: Collection[str]) -> bool:
    """Whether each item that would be read of a file's JSON names a file, and none has a text: nothing is lost then.

    `names` are those of the files beside and below it, as `name_of_file` gives them.
    """
    items = articles_in(tree) if names else None
    return bool(items) and all(isinstance(one, Mapping) and _only_names(one, names) for one in items or ())


def _only_names(item: Mapping[str, Any], names: Collection[str]) -> bool:
    told = (name_of_file(item[key]) for key in FILE_KEYS if key in item)
    if not any(name in names and not name.isdigit() for name in told):  # A number is of anything.
        return False
    return not text_of(Fields(plain_item(item)))[0] and not _has_long_text(item)


def _has_long_text(item: Mapping[str, Any]) -> bool:
    """Whether a text of the length of an article stands anywhere in an item, whatever its key."""
    waiting: list[object] = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and len(value) > _LONG:
            return True
        waiting += value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return False
