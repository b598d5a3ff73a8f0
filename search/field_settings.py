"""The table `[fields]` of lede.toml: which keys state a field, and fields of the archive's own."""

import re
from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from search.errors import SettingsError

FieldKind = Literal["keyword", "number", "date"]
FIELDS = (
    "title published embargo updated expires description authors tags categories language image draft publication"
    " status slug url source sentiment external_id id text time shown"
).split()
"""The fields whose keys can be named; of `shown`, states that readers may see, as `inspect` names them."""
RESERVED = frozenset(
    "q limit offset cursor mode source tag sentiment lang language author category from to tz sort facets explain"
    " fields strictness min_confidence correct prefix fold alpha time format bom value passage ui within utm n index"
    " json jsonl csv help exact since until month title intitle after before when text query id path description"
    " published updated expires tags authors categories image url row cluster".split()
)
"""Names that no field of one's own may have: parameters, flags, words of the query language, and what is there."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class CustomField(msgspec.Struct, frozen=True):
    """A field of the archive's own: the kind of its values, and the dotted keys that state it."""

    kind: FieldKind
    keys: tuple[str, ...]


class FieldSettings(msgspec.Struct, frozen=True):
    """By field the dotted keys that state it before all conventions; the same for paths by glob; and custom fields."""

    keys: dict[str, tuple[str, ...]] = {}
    folders: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = ()
    custom: dict[str, CustomField] = {}


def field_settings(written: object, origin: str) -> FieldSettings:
    """What a table `[fields]` says. Raises SettingsError."""
    if isinstance(written, FieldSettings):
        return written
    if not isinstance(written, Mapping):
        raise SettingsError(f"{origin}: fields is {written!r}.", "Give a table [fields] in lede.toml.", field="fields")
    keys = {name: value for name, value in written.items() if name not in ("custom", "folders")}
    custom, folders = written.get("custom", {}), written.get("folders", {})
    if not isinstance(custom, Mapping) or not isinstance(folders, Mapping):
        raise SettingsError(f"{origin}: [fields.custom] and [fields.folders] are tables.", field="fields")
    return FieldSettings(
        _keys(keys, origin),
        tuple((str(glob), _keys(table, origin)) for glob, table in folders.items()),
        {name: _custom(name, value, origin) for name, value in custom.items()},
    )


def _keys(table: object, origin: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, Mapping):
        raise SettingsError(f"{origin}: {table!r} is no table of fields.", field="fields")
    for name in table:
        if name not in FIELDS:
            raise SettingsError(f"{origin}: [fields] knows no {name!r}.", _near(name), field="fields")
    return {name: _paths(name, value, origin) for name, value in table.items()}


def _paths(name: str, value: object, origin: str) -> tuple[str, ...]:
    paths = [value] if isinstance(value, str) else value
    if not isinstance(paths, list) or not paths or not all(isinstance(path, str) and path for path in paths):
        raise SettingsError(
            f"{origin}: fields.{name} is {value!r}.", 'Give a key or a list, such as ["meta.date"].', field="fields"
        )
    return tuple(paths)


def _custom(name: str, value: object, origin: str) -> CustomField:
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise SettingsError(
            f"{origin}: fields.custom.{name} cannot have that name.",
            f"{name} is a parameter or field of every archive: take another, and name the key that states it, such as"
            f' archive_{name} = {{kind = "keyword", keys = ["{name}"]}}.'
            if name in RESERVED
            else "Take small letters, digits and _, beginning with a letter.",
            field="fields",
        )
    table = value if isinstance(value, Mapping) else {"kind": value}
    kind = table.get("kind", table.get("type", "keyword"))
    if kind not in ("keyword", "number", "date") or set(table) - {"kind", "type", "keys"}:
        raise SettingsError(
            f"{origin}: fields.custom.{name} is {value!r}.",
            'Give a kind (keyword, number or date), or a table such as {kind = "keyword", keys = ["desk"]}.',
            field="fields",
        )
    return CustomField(cast(FieldKind, kind), _paths(f"custom.{name}", table.get("keys", [name]), origin))


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, FIELDS, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Fields are {', '.join(FIELDS)}."
