"""Tables of a database that hold articles, whatever system they are of: those with columns for a title and a text."""

import re
from collections.abc import Mapping, Sequence

from indexer.content.conventions import states
from indexer.content.document import Found, Omitted, SourceFile
from indexer.readers.items import ItemNames, item_document

_NO_TITLES = ("name", "label", "heading", "subject")
_SECRET = re.compile(r"pass(?:word|wd)?|token|secret|salt|session|e_?mail|hash|_ip\b", re.IGNORECASE)
"""Columns that no article needs, and that are not kept."""
_OTHERS = re.compile(
    r"(?:comments?|users?|members?|sessions?|logs?|migrations?|redirects?|revisions?|messages?)$", re.IGNORECASE
)
"""Tables of something else, whatever their columns are called."""


def holds_articles(table: str, columns: Sequence[str]) -> bool:
    """Whether a table of these columns holds articles."""
    titled = any(states(one, ("title",)) and one.casefold() not in _NO_TITLES for one in columns)
    return titled and any(states(one, ("text",)) for one in columns) and not _OTHERS.search(table)


def row_document(file: SourceFile, row: Mapping[str, object], names: ItemNames, number: int, line: int = 1) -> Found:
    """What a row holds: an article, or nothing that is to be shown."""
    item = {
        key: value
        for key, value in row.items()
        if value is not None and not isinstance(value, bytes) and not _SECRET.search(key)
    }
    document = item_document(file, item, names, number, line)
    shown = f"{file.path}#{document.item}"
    if item.get("post_type", "post") != "post":  # WordPress keeps pages, pictures and menus in one table
        return Omitted(shown, "of another kind than a post")
    if row.get("post_password"):
        return Omitted(shown, "protected by a password")
    return document if document.body.strip() else Omitted(shown, "without a text")
