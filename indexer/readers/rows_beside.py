"""Names that items refer to by the ids of rows in other lists of their file: `"author": {"id": 2}`, `"userId": 5`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer.content.conventions import states

_ID = re.compile(r"_?ids?$|(?<=[a-z])Ids?$")
_FIELDS = ("authors", "categories", "tags")
_ALSO_WRITE = frozenset({"user", "users"})
"""What else the list of those is called who write."""
_IDS = ("id", "_id", "documentId")
_NAMES = ("name", "full_name", "fullName", "display_name", "displayName", "title", "label", "term", "username", "slug")
_MOST_ROWS = 100_000


def with_names(items: Sequence[object], tree: Mapping[str, Any]) -> list[object]:
    """The items of one list of a table with the names of what stands in its other lists."""
    rows = dict(_named_lists(tree, items))
    if not rows:
        return list(items)
    return [_with_names(item, rows) if isinstance(item, Mapping) else item for item in items]


def _named_lists(tree: Mapping[str, Any], items: Sequence[object]) -> Iterator[tuple[str, dict[str, str]]]:
    """By the name of a list, the names of its rows by id; by place, counted from 1, where no row has an id."""
    for key, listed in tree.items():
        named = states(key, _FIELDS) or key.casefold() in _ALSO_WRITE
        if listed is items or not named or not isinstance(listed, list) or len(listed) > _MOST_ROWS:
            continue
        if not listed or not all(isinstance(row, Mapping) for row in listed):
            continue
        by_id = {identity: name for row in listed if (identity := _id(row)) and (name := _name(row))}
        if not any(map(_id, listed)):
            by_id = {str(place): name for place, row in enumerate(listed, 1) if (name := _name(row))}
        if by_id:
            yield key.casefold(), by_id


def _with_names(item: Mapping[str, Any], rows: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in item.items():
        own = _ID.sub("", key)
        names = _rows_of(own.casefold(), rows)
        told = _told(value, names) if names else None
        if told is not None:
            found[key] = None
            found["author" if own.casefold() in _ALSO_WRITE else own] = told
    return {**item, **found} if found else dict(item)


def _rows_of(name: str, rows: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The rows of the list that a key means: `category` and `categories`, `author` and `authors`."""
    spellings = (name, f"{name}s", f"{name[:-1]}ies", name.removesuffix("s"), f"{name.removesuffix('ies')}y")
    return next((rows[one] for one in spellings if one in rows), {})


def _told(value: object, names: Mapping[str, str]) -> object:
    """The names that a value refers to; None for what refers to none."""
    if isinstance(value, list) and value:
        told = [_told(each, names) for each in value]
        return told if all(told) else None
    if isinstance(value, Mapping):
        return names.get(_id(value)) if set(value) <= set(_IDS) else None
    return None if isinstance(value, bool) or not isinstance(value, int | str) else names.get(str(value))


def _id(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in _IDS if isinstance(row.get(key), int | str) and row[key] != ""), "")


def _name(row: Mapping[str, Any]) -> str:
    return next((row[key] for key in _NAMES if isinstance(row.get(key), str) and row[key].strip()), "")
