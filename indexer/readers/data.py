"""JSON, JSON Lines and CSV: one file, many articles, read piece by piece."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import PurePath
from typing import Any

import msgspec

from indexer.content.beneath import open_source
from indexer.content.conventions import Fields
from indexer.content.dates import is_moment
from indexer.content.decoding import MIXED, STRAY, decoded
from indexer.content.document import Document, Found, Omitted, Problem, Refused, SourceFile, UnfitError
from indexer.content.repository_files import why_none_without_days
from indexer.readers.ans import is_ans, is_no_story
from indexer.readers.bounds import BoundedLines, see_to_density
from indexer.readers.cms_items import plain_item
from indexer.readers.columns import columns_of
from indexer.readers.contentful import contentful_items, is_contentful
from indexer.readers.discussions import is_change
from indexer.readers.django_fixtures import fixture_documents, is_fixture
from indexer.readers.drupal import is_json_api, json_api_items
from indexer.readers.ghost import ghost_documents, is_ghost
from indexer.readers.indieweb import is_activity, is_no_post
from indexer.readers.items import (
    ItemNames,
    has_text,
    is_of_kubernetes,
    is_only_named,
    item_document,
    looks_like_article,
)
from indexer.readers.json_feed import is_json_feed, json_feed_documents
from indexer.readers.json_stream import list_items, whole_items
from indexer.readers.linked_items import is_linked_other, linked_items
from indexer.readers.ninjs import is_ninjs, is_no_article
from indexer.readers.plone import is_no_page, is_plone
from indexer.readers.rows_beside import with_names
from indexer.readers.slashed_dates import slashed_dates
from search.index.manifest import Rejected

MAX_TREE = 128_000_000
"""JSON that is no list is read as a whole, up to so many bytes."""
MAX_ITEM = 5_000_000
"""One item of a file of many may have so many bytes."""
_DEEPEST = 4
"""A list of items lies no deeper than this."""
_LOOKED_AT = 50
"""So many rows are looked at to tell what the columns are."""
_OTHER_DOCUMENTS = frozenset(
    "person author category tag topic section settings sitesettings siteconfig navigation menu redirect".split()
)
"""Kinds of Sanity's documents that are no articles, whatever texts they have."""
_LISTS = ("articles", "items", "posts", "entries", "stories", "news", "records", "docs", "documents", "results", "data",
          "pages", "content", "response", "nodes",
          "messages", "collections", "hits", "rows", "edges", "value", "list", "orderedItems", "itemListElement",
          "threads", "topics", "issues")  # fmt: skip
_LISTS_BESIDE_TEXTS = tuple(key for key in _LISTS if key not in ("threads", "topics", "issues"))
"""What a table that has a text of its own may hold articles in: what it says of itself may be a text of the site."""


class JsonLinesReader:
    """Reads one article a line."""

    name = "JSON Lines"
    suffixes = frozenset({".jsonl", ".ndjson", ".jsonlines"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document a line; a line that is none is a rejection."""
        names = ItemNames()
        with open_source(file) as lines:
            file = replace(file, slashed=slashed_dates(lines))
            for number, line in _lines(lines):
                if line is None:
                    yield _refused(file, number, f"a line of more than {MAX_ITEM:,} bytes")
                elif line.strip():
                    yield from _line_documents(file, line, names, number)


class JsonReader:
    """Reads JSON of one article, a list of them, a JSON Feed or a Ghost export."""

    name = "JSON"
    suffixes = frozenset({".json"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; a file of something else is an omission. Raises UnfitError."""
        with open_source(file) as opened:
            file = replace(file, slashed=slashed_dates(opened))
            if os.fstat(opened.fileno()).st_size > MAX_TREE:
                yield from _listed(file, list_items(opened, MAX_ITEM))
                return
            content = opened.read(MAX_TREE + 1)
        see_to_density(content)
        try:
            tree = _tree(content)
        except UnfitError as broken:
            if _is_lines(content):
                yield from JsonLinesReader().read(file)
                return
            head, items = whole_items(decoded(content)[0])
            if not any(map(looks_like_article, items)):
                raise
            yield _refused(file, broken.line, f"{broken}; the {len(items)} whole items before that were read")
            tree = {**head, "items": items} if head else items
        if is_ghost(tree):
            yield from ghost_documents(file, tree)
        elif is_json_api(tree) and isinstance(tree, dict):
            yield from _listed(file, enumerate(json_api_items(tree), 1))
        elif is_contentful(tree) and isinstance(tree, dict):
            yield from _listed(file, enumerate(contentful_items(tree), 1))
        elif is_json_feed(tree):
            yield from json_feed_documents(file, tree)
        else:
            yield from tree_documents(file, tree)


class CsvReader:
    """Reads one article a row; the first row names the columns."""

    name = "CSV"
    suffixes = frozenset({".csv", ".tsv"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document a row. Raises UnfitError for a file whose first row names no columns of articles."""
        csv.field_size_limit(MAX_ITEM)
        with open_source(file) as raw:
            file = replace(file, slashed=slashed_dates(raw))
            head = raw.read(65_536)
            raw.seek(0)
            encoding = _encoding(head)
            utf_8 = encoding in ("utf-8-sig", MIXED)
            codec, errors = ("utf-8-sig", STRAY) if utf_8 else (encoding, "replace")
            text = TextIOWrapper(raw, encoding=codec, errors=errors, newline="")
            lines = BoundedLines(text, MAX_ITEM)
            rows = _rows(lines, csv.reader(lines, delimiter=_delimiter(head, PurePath(file.path).suffix)))
            try:
                first, broken = _first(rows)
                columns, begin = columns_of([row for _, row in first])
                names = ItemNames()
                for number, (line, row) in enumerate(chain(first[begin:], rows), 1):
                    if any(row):
                        item: dict[str, object] = {
                            key: value for key, value in zip(columns, row, strict=False) if value
                        }
                        document = item_document(file, item, names, number, line)
                        yield document if number > 1 else replace(document, problems=_of_encoding(encoding))
                if broken:
                    raise broken
            except csv.Error as wrong:
                raise UnfitError(f"is no CSV: {wrong}", max(1, lines.number)) from wrong


def _first(rows: Iterator[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], Exception | None]:
    """The rows that tell what the columns are, and what ended them, if they broke off."""
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend(islice(rows, _LOOKED_AT))
    except (csv.Error, UnfitError) as broken:
        if not found:
            raise
        return found, broken
    return found, None


def _rows(lines: BoundedLines, rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line in which it ends."""
    for row in rows:
        lines.restart()
        yield rows.line_num, row


def _line_documents(file: SourceFile, line: bytes, names: ItemNames, number: int) -> Iterator[Found]:
    try:
        item = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            item = json.loads(decoded(line)[0], strict=False)
        except (UnfitError, ValueError, RecursionError) as wrong:
            yield _refused(file, number, f"is no JSON: {wrong}")
            return
    if not isinstance(item, dict):
        yield _refused(file, number, f"is a {type(item).__name__}, not a table of fields")
    else:
        yield from _items(file, item, names, number, number)


def _items(file: SourceFile, item: dict[str, Any], names: ItemNames, number: int, line: int) -> Iterator[Found]:
    """What an item holds: one article, but for graphs of JSON-LD."""
    for one in linked_items(item) or [item]:
        yield _item(file, one, names, number, line)


def _item(file: SourceFile, item: Mapping[str, Any], names: ItemNames, number: int, line: int) -> Found:
    agencys = (is_ninjs(item) and is_no_article(item)) or (is_ans(item) and is_no_story(item))
    systems = (is_plone(item) and is_no_page(item)) or (is_activity(item) and is_no_post(item)) or is_change(item)
    others = str(item.get("_type", "")).casefold() in _OTHER_DOCUMENTS or is_of_kubernetes(item)
    if agencys or systems or others or item.get("type") == "service" or is_only_named(item) or is_linked_other(item):
        return Omitted(f"{file.path}#{number}", "of another kind than an article")
    return item_document(file, item, names, number, line)


def _lines(file: Any) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file with their numbers; None for one that is too long, which is passed over unread."""
    number = 0
    while line := file.readline(MAX_ITEM + 1):
        number += 1
        if len(line) <= MAX_ITEM:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_ITEM)
        yield number, None


def _is_lines(content: bytes) -> bool:
    """Whether a file holds a table of JSON in each of its first lines, whatever its name says."""
    lines = [line for line in content[:MAX_ITEM].split(b"\n", 20)[:20] if line.strip()][:2]
    try:
        return len(lines) > 1 and all(isinstance(msgspec.json.decode(line), dict) for line in lines)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _tree(content: bytes) -> object:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    text, _ = decoded(content)
    try:
        return json.loads(text, strict=False)
    except RecursionError as deep:
        raise UnfitError("is JSON that lies too deep in itself") from deep
    except ValueError as wrong:
        raise UnfitError(f"is no JSON: {wrong}", getattr(wrong, "lineno", 1)) from wrong


def tree_documents(file: SourceFile, tree: object) -> Iterator[Found]:
    """The documents of a table or a list, whatever system made it; an omission where nothing looks like articles.

    Where programs keep test data or the words of their pages, such as `locales`, articles have days.
    """
    found = fixture_documents(file, tree) if is_fixture(tree) else _documents(file, tree)
    why = why_none_without_days(file.path)
    if not why:
        return found
    listed = list(found)
    if any(isinstance(one, Document) and _is_dated(one) for one in listed):
        return iter(listed)
    return iter([Omitted(file.path, why)])


def _is_dated(document: Document) -> bool:
    """Whether a document states a day on which it was published."""
    return any(is_moment(stated.value) for stated in Fields(document.fields).all("published"))


def _documents(file: SourceFile, tree: object) -> Iterator[Found]:
    if isinstance(tree, dict) and _is_one_article(tree):
        found = list(_items(file, tree, ItemNames(), 1, 1))
        yield from (replace(one, item="") if isinstance(one, Document) and len(found) == 1 else one for one in found)
        return
    items = _items_of(tree)
    if items is None:
        yield Omitted(file.path, "JSON without articles")
        return
    named = with_names(items, tree) if isinstance(tree, dict) else items
    yield from _listed(file, enumerate(named, 1))


def articles_in(tree: object) -> list[object] | None:
    """The items that are read of a list, or of the table that holds one; None for one article, and for an export."""
    if isinstance(tree, dict) and (is_ghost(tree) or is_json_api(tree) or is_contentful(tree) or _is_one_article(tree)):
        return None
    return _items_of(tree)


def _is_one_article(tree: dict[str, Any]) -> bool:
    says_more = looks_like_article(tree) and (_says_any(tree, ("published", "description")) or has_text(tree))
    return says_more and not _holds_items(tree)


def _holds_items(tree: dict[str, Any]) -> bool:
    """Whether a table that has a title is a list of articles all the same, as a feed is.

    Of a table with a text of its own, the lists name what it belongs to, unless their entries say more than that.
    """
    own = has_text(tree)
    needed = ("text", "description") if Fields(tree).first("published") else ("text", "description", "published")
    for key in _LISTS_BESIDE_TEXTS if own else _LISTS:
        listed = tree.get(key)
        entries = filter(looks_like_article, listed[:50]) if isinstance(listed, list) else ()
        if any(not own or _says_any(entry, needed) for entry in entries):
            return True
    return False


def _says_any(item: Mapping[str, Any], fields: Iterable[str]) -> bool:
    stated = Fields(plain_item(item))
    return any(stated.first(field) is not None for field in fields)


def _items_of(tree: object, depth: int = 0) -> list[object] | None:
    """The items of a list, or of the table that holds one; None where nothing looks like articles."""
    if isinstance(tree, list):
        return tree if any(map(looks_like_article, tree[:50])) else _items_within(tree, depth)
    if not isinstance(tree, dict) or depth > _DEEPEST:
        return None
    for key in (*_LISTS, *tree):
        listed = tree.get(key)
        if isinstance(listed, list) and any(map(looks_like_article, listed[:50])):
            return listed
        named = key in _LISTS or (isinstance(listed, dict) and depth)  # GraphQL: data, a name of one's own, nodes
        if isinstance(listed, dict | list) and named and (found := _items_of(listed, depth + 1)) is not None:
            return found
    values = list(tree.values())
    if len(values) > 1 and all(map(looks_like_article, values[:50])):
        return [{"id": key, **value} for key, value in tree.items() if isinstance(value, dict)]
    return None


def _items_within(tree: list[object], depth: int) -> list[object] | None:
    """The items of all the lists that the tables of a list hold, such as the posts of several blogs."""
    found = [items for one in tree[:1_000] if isinstance(one, dict) if (items := _items_of(one, depth + 1))]
    return [item for items in found for item in items] or None


def _listed(file: SourceFile, items: Iterable[tuple[int, object]]) -> Iterator[Found]:
    names = ItemNames()
    for number, item in items:
        if not isinstance(item, dict):
            yield _refused(file, 1, f"item {number} is a {type(item).__name__}, not a table of fields")
        else:
            yield from _items(file, item, names, number, 1)


def _encoding(head: bytes) -> str:
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        return decoded(head)[1] or "utf-16"


def _of_encoding(encoding: str) -> tuple[Problem, ...]:
    """What is said once, of the first row, where the encoding was guessed."""
    if encoding.startswith(("utf-8", "utf-16")):
        return ()
    return (Problem("guessed-encoding", 1, f"is not UTF-8; the file was read as {encoding}"),)


def _delimiter(head: bytes, suffix: str) -> str:
    if suffix.lower() == ".tsv":
        return "\t"
    first = head.split(b"\n", 1)[0].replace(b"\0", b"")
    counts = {sign: first.count(sign.encode()) for sign in (",", ";", "\t", "|")}
    return max(counts, key=lambda sign: counts[sign])


def _refused(file: SourceFile, line: int, why: str) -> Refused:
    return Refused(Rejected(file.path, line, why))
