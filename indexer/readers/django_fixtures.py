"""Fixtures of Django, as `dumpdata` writes them: the rows of all models in one list, naming each other by their keys.

The rule that tells tables of articles in dumps of SQL tells the models here too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeGuard

from indexer.content.conventions import Fields
from indexer.content.document import Found, Omitted, SourceFile
from indexer.readers.database_tables import holds_articles, is_of_articles, is_placed, row_document
from indexer.readers.items import TableNames, looks_like_article
from indexer.readers.passed_over import WITHOUT_ARTICLES
from indexer.readers.rows_beside import with_names

_ROW = frozenset({"model", "pk", "fields"})
_MODEL = re.compile(r"[a-z_]\w*\.\w+", re.IGNORECASE)
_LOOKED_AT = 50
_PAGES = "wagtailcore.page"
"""Where Wagtail keeps what all kinds of pages have: title, slug, days; each kind has its own fields under the key."""
_AUTHORS = ("author", "authors")

_Row = dict[str, Any]


def is_fixture(tree: object) -> TypeGuard[list[object]]:
    """Whether a list holds rows of models."""
    return isinstance(tree, list) and bool(tree) and all(map(_is_row, tree[:_LOOKED_AT]))


def fixture_documents(file: SourceFile, tree: Sequence[object]) -> Iterator[Found]:
    """The articles among the rows; an omission where there are none."""
    models: dict[str, list[_Row]] = {}
    for row in filter(_is_row, tree):
        models.setdefault(str(row["model"]).casefold(), []).append({**row["fields"], "id": row.get("pk")})
    _give_titles(models)
    holding = [model for model, rows in models.items() if holds_articles(model, _columns(rows))]
    holding = holding or [model for model, rows in models.items() if is_of_articles(model) and _look_like(rows)]
    if not holding:
        yield Omitted(file.path, WITHOUT_ARTICLES)
    names, beside = TableNames(holding), _rows_beside(models, holding)
    for model in holding:
        rows = models[model]
        placed = is_placed(_columns(rows), partial(_said, rows))
        for named in with_names(rows, beside):
            if isinstance(named, Mapping):
                yield row_document(file, named, names.of(model), names.number(model), placed=placed)


def _is_row(one: object) -> TypeGuard[Mapping[str, Any]]:
    return (
        isinstance(one, Mapping)
        and set(one) <= _ROW
        and isinstance(one.get("model"), str)
        and bool(_MODEL.fullmatch(one["model"]))
        and isinstance(one.get("fields"), Mapping)
    )


def _give_titles(models: dict[str, list[_Row]]) -> None:
    """Give Wagtail's pages of all kinds what stands of them among its pages in general."""
    pages = {row["id"]: row for row in models.get(_PAGES, []) if _is_key(row["id"])}
    for model, rows in models.items() if pages else ():
        if model != _PAGES and not any(Fields(row).first("title") for row in rows[:_LOOKED_AT]):
            models[model] = [{**(pages.get(row["id"], {}) if _is_key(row["id"]) else {}), **row} for row in rows]


def _columns(rows: Sequence[_Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows[:_LOOKED_AT] for key in row))


def _look_like(rows: Sequence[_Row]) -> bool:
    return any(map(looks_like_article, rows[:_LOOKED_AT]))


def _said(rows: Sequence[_Row], column: str) -> Iterator[object]:
    return (row.get(column) for row in rows)


def _rows_beside(models: Mapping[str, list[_Row]], holding: Iterable[str]) -> dict[str, list[_Row]]:
    """By the name of a model the rows that articles may name; those who write, if no model is called so."""
    found: dict[str, list[_Row]] = {}
    for model, rows in models.items():
        if model not in holding:
            found.setdefault(model.rsplit(".", 1)[-1], []).extend(rows)
    if found.keys().isdisjoint(_AUTHORS):
        named = {key for model in holding for row in models[model] for one in _AUTHORS for key in _keys(row.get(one))}
        found["authors"] = [{"id": key, "name": name} for key, name in _people(found, named).items()]
    return found


def _keys(value: object) -> list[int | str]:
    return [one for one in (value if isinstance(value, list) else [value]) if _is_key(one)]


def _is_key(value: object) -> TypeGuard[int | str]:
    """Whether a value is one that others may name: some models have keys of several parts, and some none."""
    return isinstance(value, int | str)


def _people(models: Mapping[str, list[_Row]], named: set[int | str]) -> dict[int | str, str]:
    """The names of those whom articles may name by these keys: users, or what stands for users in another model.

    Of several models that have all the keys none is known to be meant: a name counts where it is the same in all.
    """
    users = {row["id"]: name for row in models.get("user", []) if _is_key(row["id"]) and (name := _name(row))}
    others = [
        {
            row["id"]: users[user]
            for row in rows
            if _is_key(user := row.get("user")) and _is_key(row["id"]) and user in users
        }
        for rows in models.values()
        if any(_is_key(row.get("user")) for row in rows[:_LOOKED_AT])
    ]
    meant = [people for people in (users, *others) if named and named <= people.keys()]
    return {key: meant[0][key] for key in named if meant and all(people[key] == meant[0][key] for people in meant)}


def _name(user: _Row) -> str:
    whole = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    return whole or str(user.get("name") or user.get("username") or "")
