"""YAML and TOML that hold articles: a file for each, or a list of them, as content systems beside Git write them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from indexer.content.built_sites import is_configuration
from indexer.content.conventions import Fields, states
from indexer.content.dates import day_of_name
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Omitted, Problem, Refused, SourceFile, UnfitError
from indexer.content.yaml_fields import is_yaml_list, yaml_fields
from indexer.readers.data import tree_documents
from search.index.manifest import Rejected

_KEY = re.compile(r"^(?:[ \t]*-[ \t]+)?[ \t]{0,8}[\"']?([^\W\d][\w -]{0,40}?)[\"']?[ \t]*[:=]", re.MULTILINE)
_LOOKED_AT = 200_000
_LEAST_TEXT = 60
"""Characters: what has no longer text is a menu, a setting or a translation of the site's words."""
_LEAST_ARTICLE = 200
"""Characters of a text that may well be an article's, though nothing tells it."""
UNTOLD = "data with a title and a text, but neither a day nor an author"
_PARTED = re.compile(r"^---[ \t]*+(?:(?<=[ \t])#[^\n]*+)?$", re.MULTILINE)


class _Part(NamedTuple):
    """What one document of YAML or TOML holds: None where it cannot be read at all."""

    tree: object
    line: int
    problems: tuple[Problem, ...] = ()


class YamlReader:
    """Reads a table with a title and a text as one article, a list of them as many; settings hold none."""

    name = "YAML"
    suffixes = frozenset({".yaml", ".yml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; nothing of a file of settings. Raises UnfitError for a list that is broken."""
        text = repaired(decoded(file.content)[0])
        return _found(file, list(_parts_of_yaml(text))) if may_hold_articles(text) else ()


class TomlReader:
    """The same of TOML."""

    name = "TOML"
    suffixes = frozenset({".toml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; nothing of a file of settings. Raises UnfitError for what is no TOML."""
        text = repaired(decoded(file.content)[0])
        if not may_hold_articles(text):
            return ()
        try:
            return _found(file, [_Part(tomllib.loads(text), 1)])
        except (ValueError, RecursionError) as wrong:
            raise UnfitError(f"is no TOML: {wrong}") from wrong


def may_hold_articles(text: str) -> bool:
    """Whether keys of a file state a title and a text: settings are not looked into further."""
    keys = {found[1] for found in _KEY.finditer(text[:_LOOKED_AT])}
    return any(states(key, ("title",)) for key in keys) and any(states(key, ("text",)) for key in keys)


def _parts_of_yaml(text: str) -> Iterator[_Part]:
    """Each document of a file that says anything."""
    line, begin = 1, 0
    for mark in (*_PARTED.finditer(text), None):
        part = text[begin : mark.start() if mark else len(text)]
        if any(one.strip() and not one.lstrip().startswith("#") for one in part.split("\n")):
            yield _part_of_yaml(part, line)
        line += part.count("\n")
        begin = mark.end() if mark else len(text)


def _part_of_yaml(text: str, line: int) -> _Part:
    """A document that begins in that line: a table, or a list."""
    if not is_yaml_list(text):
        tree, problems = yaml_fields(text, line)
        return _Part(tree, line, tuple(problems))
    tree, problems = yaml_fields("items:\n" + text, line - 1)
    items = tree.get("items") if tree else None
    if problems or not isinstance(items, list):
        raise UnfitError(problems[0].why if problems else "is no list that can be read", line)
    return _Part(items, line)


def _found(file: SourceFile, parts: Sequence[_Part]) -> Iterator[Found]:
    for part in parts:
        if part.tree is None and part.problems:
            yield Refused(Rejected(file.path, part.problems[0].line, part.problems[0].why))
    entries = [part for part in parts if isinstance(part.tree, Mapping | list)]
    if len(entries) > 1:
        entries = [part._replace(tree=tree) for part in entries for tree in _tables(part.tree)]
    if not entries:
        return
    tree = entries[0].tree if len(entries) == 1 else [entry.tree for entry in entries]
    found = list(tree_documents(file, tree))
    documents = [one for one in found if isinstance(one, Document)]
    if not any(map(_is_article, documents)):
        if any(_is_titled(one) and len(one.body) >= _LEAST_ARTICLE for one in documents):
            yield Omitted(file.path, UNTOLD)
        return
    own = entries if len(found) == len(entries) else [entries[0], *(_Part(None, 1) for _ in found[1:])]
    for entry, one in zip(own, found, strict=True):
        if isinstance(one, Document) and not one.body.strip():
            yield Omitted(f"{file.path}#{one.item}", "without a text")
        elif isinstance(one, Document):
            yield replace(one, line=entry.line, problems=entry.problems)
        elif isinstance(one, Refused):
            yield one


def _tables(tree: object) -> list[object]:
    return tree if isinstance(tree, list) else [tree]


def _is_article(document: Document) -> bool:
    """Whether a document is an article, and none of a site's own words, which have neither a day nor a writer.

    What only has a name is a person; what stands among the settings of a site is a setting, however long it is.
    """
    fields = Fields(document.fields)
    told = day_of_name(document.path.rsplit("/", 1)[-1])[0] or fields.first("published") or fields.first("authors")
    return bool(told) and _is_titled(document) and len(document.body) >= _LEAST_TEXT


def _is_titled(document: Document) -> bool:
    """Whether a document has a title and a text, and is neither a person nor a file of settings."""
    fields = Fields(document.fields)
    titled = any(one.key.casefold() != "name" for one in fields.all("title"))
    settings = all(one.key.partition(".")[0].casefold() in ("params", "extra") for one in fields.all("text"))
    return titled and not settings and not is_configuration(document.path.rsplit("/", 1)[-1])
