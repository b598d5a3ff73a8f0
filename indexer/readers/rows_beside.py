"""Names that items refer to by the ids of rows in other lists of their file: `"author": {"id": 2}`, `"userId": 5`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer.content.conventions import is_blank, states
from indexer.content.values import stands_for_somebody

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
    told = {key: names for key, value in item.items() if (names := _told(value, _rows_of(_own(key), rows))) is not None}
    found: dict[str, Any] = {}
    for key, names in sorted(told.items(), key=lambda one: _own(one[0]) in _ALSO_WRITE):  # whose account it is, last
        field = "author" if _own(key) in _ALSO_WRITE else _ID.sub("", key)
        said = {one: value for one, value in {**item, **dict.fromkeys(told), **found}.items() if one != key}
        if not _is_said(field, said):
            found |= {key: None, field: names}
    return {**item, **found} if found else dict(item)


def _own(key: str) -> str:
    """What a key refers to, in small letters: `author` of `authorId`."""
    return _ID.sub("", key).casefold()


def _is_said(key: str, item: Mapping[str, Any]) -> bool:
    """Whether an item says itself, in words, what this key would say of it."""
    fields = [field for field in _FIELDS if states(key, (field,))]
    return any(states(one, fields) and _is_in_words(value) for one, value in item.items())


def _is_in_words(value: object) -> bool:
    """Whether a value is no number and no key that stands for a row."""
    if isinstance(value, list):
        return any(map(_is_in_words, value))
    if isinstance(value, Mapping):
        return not (is_blank(value) or set(value) <= set(_IDS))
    return isinstance(value, str) and bool(value.strip()) and not stands_for_somebody(value.strip())


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
