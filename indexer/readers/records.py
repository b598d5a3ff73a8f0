"""YAML and TOML that hold articles: a file for each, or a list of them, as content systems beside Git write them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from indexer.content.conventions import states
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Omitted, Problem, Refused, SourceFile, UnfitError
from indexer.content.yaml_fields import yaml_fields
from indexer.readers.data import tree_documents
from search.index.manifest import Rejected

_KEY = re.compile(r"^(?:[ \t]*-[ \t]+)?[ \t]{0,8}[\"']?([^\W\d][\w -]{0,40}?)[\"']?[ \t]*[:=]", re.MULTILINE)
_LOOKED_AT = 200_000
_LEAST_TEXT = 60
"""Characters: what has no longer text is a menu, a setting or a translation of the site's words."""
_PARTED = re.compile(r"^---[ \t]*$", re.MULTILINE)


class YamlReader:
    """Reads a table with a title and a text as one article, a list of them as many; settings hold none."""

    name = "YAML"
    suffixes = frozenset({".yaml", ".yml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; nothing of a file of settings. Raises UnfitError for a list that is broken."""
        text = repaired(decoded(file.content)[0])
        return _found(file, *_tree_of_yaml(text)) if _may_hold_articles(text) else ()


class TomlReader:
    """The same of TOML."""

    name = "TOML"
    suffixes = frozenset({".toml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; nothing of a file of settings. Raises UnfitError for what is no TOML."""
        text = repaired(decoded(file.content)[0])
        if not _may_hold_articles(text):
            return ()
        try:
            return _found(file, tomllib.loads(text), ())
        except (ValueError, RecursionError) as wrong:
            raise UnfitError(f"is no TOML: {wrong}") from wrong


def _may_hold_articles(text: str) -> bool:
    """Whether keys of a file state a title and a text: settings are not looked into further."""
    keys = {found[1] for found in _KEY.finditer(text[:_LOOKED_AT])}
    return any(states(key, ("title",)) for key in keys) and any(states(key, ("text",)) for key in keys)


def _tree_of_yaml(text: str) -> tuple[object, tuple[Problem, ...]]:
    """What a file holds: a table, a list, or of several documents in one file the list of these."""
    parts = [part for part in _PARTED.split(text) if part.strip()]
    if len(parts) > 1:
        read = [_tree_of_yaml(part) for part in parts]
        return [tree for tree, _ in read], tuple(problem for _, problems in read for problem in problems)
    text = parts[0] if parts else ""
    if text.lstrip().startswith("- "):
        tree, problems = yaml_fields("items:\n" + text, 0)
        items = tree.get("items") if tree else None
        if problems or not isinstance(items, list):
            raise UnfitError(problems[0].why if problems else "is no list that can be read", 1)
        return items, ()
    tree, problems = yaml_fields(text, 1)
    return tree, tuple(problems)


def _found(file: SourceFile, tree: object, problems: tuple[Problem, ...]) -> Iterable[Found]:
    if tree is None and problems:
        yield Refused(Rejected(file.path, problems[0].line, problems[0].why))
        return
    if not isinstance(tree, Mapping | list):
        return
    found = [one for one in tree_documents(file, tree) if not isinstance(one, Omitted)]
    if not any(isinstance(one, Document) and len(one.body.strip()) >= _LEAST_TEXT for one in found):
        return
    for number, one in enumerate(found):
        if not isinstance(one, Document):
            yield one
        elif one.body.strip():
            yield replace(one, problems=() if number else problems)
        else:
            yield Omitted(f"{file.path}#{one.item}", "without a text")
