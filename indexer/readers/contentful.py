"""Contentful's exports and answers: entries with their fields by locale, and links between entries and assets."""

from collections.abc import Iterator, Mapping
from typing import Any

from indexer.content.conventions import states
from indexer.readers.tables import tables_of

_LISTS = ("entries", "items")
_PEOPLE = ("name", "fullName", "displayName", "title", "label", "slug")


def is_contentful(tree: object) -> bool:
    """Whether a JSON document is a space's export, or a list of entries as the interfaces give it."""
    return isinstance(tree, Mapping) and any(map(_is_entry, _entries(tree)[:20]))


def contentful_items(tree: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The entries that may be articles, one for each locale that has a text of its own, with links put in.

    An entry that another one links to, and that has no text, is a person or a term; one that was never published, in an
    export that says so, is a draft.
    """
    entries = [one for one in _entries(tree) if _is_entry(one)]
    included = tree.get("includes")
    others = [
        one for listed in (included.values() if isinstance(included, Mapping) else ()) for one in tables_of(listed)
    ]
    known = {_key(one): one for one in (*entries, *others, *tables_of(tree.get("assets")))}
    default = _default_locale(tree)
    linked = {key for entry in entries for value in entry["fields"].values() for key in _links(value)}
    says_published = any("publishedVersion" in entry["sys"] for entry in entries)
    for entry in entries:
        if _key(entry) in linked and not _has_text(entry["fields"]):
            continue
        system = entry["sys"]
        draft = says_published and not system.get("publishedVersion")
        for locale in _locales(entry["fields"], default):
            fields = {
                name: _resolved(_of_locale(value, locale, default), known, default)
                for name, value in entry["fields"].items()
            }
            first = locale in ("", default)
            yield {
                "firstPublishedAt": system.get("firstPublishedAt") or system.get("createdAt"),
                "updatedAt": system.get("updatedAt"),
                "language": locale or None,
                **fields,
                "id": system.get("id") if first else f"{system.get('id')}-{locale}",
                "translationKey": system.get("id"),
                "draft": draft or None,
            }


def _entries(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return next((tables_of(tree[key]) for key in _LISTS if isinstance(tree.get(key), list)), [])


def _is_entry(value: Mapping[str, Any]) -> bool:
    system = value.get("sys")
    return isinstance(system, Mapping) and "contentType" in system and isinstance(value.get("fields"), Mapping)


def _key(entry: Mapping[str, Any]) -> str:
    system = entry.get("sys")
    return str(system.get("id")) if isinstance(system, Mapping) else ""


def _default_locale(tree: Mapping[str, Any]) -> str:
    locales = tables_of(tree.get("locales"))
    chosen = next((one for one in locales if one.get("default")), locales[0] if locales else {})
    return str(chosen.get("code") or "")


def _is_localized(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(key, str) and 2 <= len(key) <= 10 and key[:2].islower() and key[:2].isalpha()
                and (len(key) == 2 or key[2:3] in ("-", "_")) for key in value)
    )  # fmt: skip


def _locales(fields: Mapping[str, Any], default: str) -> list[str]:
    """The locales in which an entry has a long text of its own; else the default one."""
    found: dict[str, None] = {}
    for value in fields.values():
        if _is_localized(value):
            found |= {key: None for key, one in value.items() if isinstance(one, Mapping) or len(str(one)) > 100}
    return list(found) or [default]


def _of_locale(value: object, locale: str, default: str) -> object:
    if not isinstance(value, Mapping) or not _is_localized(value):
        return value
    return value.get(locale, value.get(default, next(iter(value.values()))))


def _link(value: object) -> str:
    """The id of what a value links to; an empty text for any other value."""
    system = value.get("sys") if isinstance(value, Mapping) and len(value) == 1 else None
    return str(system.get("id")) if isinstance(system, Mapping) and system.get("type") == "Link" else ""


def _links(value: object) -> Iterator[str]:
    for one in value.values() if _is_localized(value) and isinstance(value, Mapping) else (value,):
        yield from filter(None, map(_link, one if isinstance(one, list) else (one,)))


def _resolved(value: object, known: Mapping[str, Mapping[str, Any]], default: str) -> object:
    """A value with names and addresses in the place of links."""
    if isinstance(value, list):
        found = [_resolved(one, known, default) for one in value]
        return [one for one in found if one is not None]
    if not (key := _link(value)):
        return value
    fields = known.get(key, {}).get("fields")
    if not isinstance(fields, Mapping):
        return None
    told = {name: _of_locale(one, default, default) for name, one in fields.items()}
    file = told.get("file")
    if isinstance(file, Mapping):
        address = str(file.get("url") or "")
        return f"https:{address}" if address.startswith("//") else address
    return next((told[name] for name in _PEOPLE if isinstance(told.get(name), str)), None)


def _has_text(fields: Mapping[str, Any]) -> bool:
    return any(name == "article" or states(str(name), ("text",)) for name in fields)
