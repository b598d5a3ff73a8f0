"""Fields of an item that are said in several languages, `{"fr": …, "en": …}`, in JSON within a text too."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from indexer.content.conventions import Fields
from indexer.content.languages import is_sure_code

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_MOST = 5_000_000


def said_by_language(item: Mapping[str, Any]) -> dict[str, Any]:
    """Such fields of an item in one language, that in which its title comes first, and what language that is.

    Laravel's packages keep them in columns of text, Sanity and others in tables. A field that says nothing in the
    language of the others is given in the first in which it says something.
    """
    tables = {key: table for key, value in item.items() if (table := _by_language(value))}
    if not tables:
        return {}
    title = next((key for key in tables if Fields({key: "x"}).first("title")), next(iter(tables)))
    language = next((code for code, said in tables[title].items() if said), "")
    found = {key: table.get(language) or next(filter(None, table.values()), None) for key, table in tables.items()}
    return found if not language or Fields(item).first("language") else {**found, "language": language}


def _by_language(value: object) -> dict[str, Any]:
    """The table of a value by language; an empty one where it is none."""
    if isinstance(value, str) and value.startswith('{"') and value.endswith("}") and len(value) < _MOST:
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return {}
    if not isinstance(value, Mapping):
        return {}
    said = {key: one for key, one in value.items() if isinstance(key, str) and not key.startswith("_")}
    plain = all(one is None or isinstance(one, str) or _is_of_texts(one) for one in said.values())
    named = all(map(_TAG.fullmatch, said)) and any(map(is_sure_code, said))
    return said if said and plain and named else {}


def _is_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
