"""YAML and TOML that hold articles: a file for each, or a list of them, as content systems beside Git write them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from indexer.content.built_sites import is_configuration
from indexer.content.conventions import Fields, states
from indexer.content.dates import day_of_name
from indexer.content.decoding import decoded, repaired
from indexer.content.document import Document, Found, Omitted, Problem, Refused, SourceFile, UnfitError
from indexer.content.site_files import is_about_repository, tells_day
from indexer.content.toml_fields import toml_fields
from indexer.content.yaml_fields import is_yaml_list, yaml_fields
from indexer.readers.data import tree_documents
from search.index.manifest import Rejected

_KEY = re.compile(r"^(?:[ \t]*-[ \t]+)?[ \t]{0,8}[\"']?([^\W\d][\w -]{0,40}?)[\"']?[ \t]*[:=]", re.MULTILINE)
_LOOKED_AT = 200_000
_LEAST_TEXT = 60
"""Characters: what has no longer text is a menu, a setting or a translation of the site's words.

JSON and databases have no such limit: no site keeps its settings there under the keys of articles."""
_TOO_SHORT, _WITHOUT_FIELDS = "text too short for an article", "text without the fields of an article"
_ITEM = re.compile(r"([ ]*+)-(?:[ \t]|$)")
_NEXT_KEY = re.compile(r"[^\s#-][^\n:]{0,80}:(?:\s|$)")
_SETTINGS = frozenset("params site theme menu menus navigation languages".split())
"""Names of files in which generators keep what is said of the whole site."""
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
        """The documents of a file; nothing of a file of settings."""
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
            return _found(file, [_Part(toml_fields(text), 1)])
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
            yield from _parts_of_document(part, line)
        line += part.count("\n")
        begin = mark.end() if mark else len(text)


def _parts_of_document(text: str, line: int) -> Iterator[_Part]:
    """A document that begins in that line: a table, or a list; the items of a broken list one by one."""
    if is_yaml_list(text):
        tree, problems = yaml_fields("items:\n" + text, line - 1)
        items = tree.get("items") if tree else None
        if isinstance(items, list) and not problems:
            yield _Part(items, line)
        else:
            yield from _items_of_broken(text, line)
        return
    tree, problems = yaml_fields(text, line)
    has_text = any(states(key, ("text",)) for key in tree or ())
    found = [] if has_text or not problems else list(_items_of_broken(text, line))
    yield from found or [_Part(tree, line, _named(problems))]


def _items_of_broken(text: str, line: int) -> Iterator[_Part]:
    """Each item of the first list in a text, with what is wrong with it alone."""
    lines = text.split("\n")
    is_list = is_yaml_list(text)
    indent = next((found[1] for one in lines if (found := _ITEM.match(one))), "")
    starts = [number for number, one in enumerate(lines) if (found := _ITEM.match(one)) and found[1] == indent]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        own = [f"{indent} {lines[start][len(indent) + 1 :]}", *lines[start + 1 : end]]
        if is_list:  # a line that is not indented belongs to the text of the item
            own = [one if one[:1] in ("", " ", "#") else f"    {one}" for one in own]
        else:  # the next key of the table ends the list of a key
            own = list(takewhile(lambda one: not _NEXT_KEY.match(one), own))
        tree, problems = yaml_fields("\n".join(own), line + start)
        within = (replace(one, line=min(one.line, line + end - 1)) for one in problems)
        yield _Part([tree] if tree else None, line + start, _named(within))


def _named(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems, of a file that is no front matter."""
    return tuple(replace(one, why=one.why.removeprefix("front matter: ")) for one in problems)


def _found(file: SourceFile, parts: Sequence[_Part]) -> Iterator[Found]:
    refused = [
        Refused(Rejected(file.path, part.problems[0].line, part.problems[0].why))
        for part in parts
        if part.tree is None and part.problems
    ]
    entries = [part for part in parts if isinstance(part.tree, Mapping | list)]
    if len(entries) > 1:
        entries = [part._replace(tree=tree) for part in entries for tree in _tables(part.tree)]
    tree = entries[0].tree if len(entries) == 1 else [entry.tree for entry in entries]
    found = list(tree_documents(file, tree)) if entries else []
    documents = [one for one in found if isinstance(one, Document)]
    if not any(_is_article(one) for one in documents):
        yield from refused[:1]  # of a template of a program, which has a fault in every line, it is enough
        yield from _nearly_articles(documents)
        return
    yield from refused
    own = entries if len(found) == len(entries) else [entries[0], *(_Part(None, 1) for _ in found[1:])]
    for entry, one in zip(own, found, strict=True):
        if isinstance(one, Document) and not one.body.strip():
            yield Omitted(f"{file.path}#{one.item}", "without a text")
        elif isinstance(one, Document):
            yield replace(one, line=entry.line, problems=entry.problems)
        elif isinstance(one, Refused):
            yield one


def _nearly_articles(documents: Iterable[Document]) -> Iterator[Omitted]:
    for document in documents:
        if reason := _what_lacks(document):
            path = f"{document.path}#{document.item}" if document.item else document.path
            yield Omitted(path, reason)


def _tables(tree: object) -> list[object]:
    return tree if isinstance(tree, list) else [tree]


def _is_article(document: Document) -> bool:
    """Whether a document is an article, and none of a site's own words, which have neither a day nor a writer."""
    return _is_titled(document) and _is_told(document) and len(document.body) >= _LEAST_TEXT


def _what_lacks(document: Document) -> str:
    """What a document lacks that is nearly an article; an empty text where it is surely none."""
    body = document.body.strip()
    if not _is_titled(document) or not body:
        return ""
    if _is_told(document):
        return _TOO_SHORT
    return _WITHOUT_FIELDS if len(body) >= _LEAST_TEXT else ""


def _is_titled(document: Document) -> bool:
    """Whether it may be an article by its title and where its text stands.

    What only has a name is a person; what stands among the settings of a site is a setting, however long it is.
    """
    fields = Fields(document.fields)
    titled = any(one.key.casefold() != "name" for one in fields.all("title"))
    name = _name(document)
    stem = name.rsplit(".", 1)[0].casefold()
    settings = (
        is_about_repository(stem)
        or stem in _SETTINGS
        or all(one.key.partition(".")[0].casefold() in ("params", "extra") for one in fields.all("text"))
    )
    return titled and not settings and not is_configuration(name)


def _is_told(document: Document) -> bool:
    """Whether its day or its writer is told."""
    fields = Fields(document.fields)
    return bool(day_of_name(_name(document))[0] or tells_day(fields) or fields.first("authors"))


def _name(document: Document) -> str:
    return document.path.rsplit("/", 1)[-1]
