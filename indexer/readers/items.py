"""One item of a file of many to a document: its fields, its text and markup, and a name that lasts."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, urlsplit

import msgspec

from indexer.content.conventions import Fields, Stated
from indexer.content.document import Document, Markup, SourceFile
from indexer.content.front_matter import front_matter
from indexer.content.rendering import markup_of
from indexer.content.values import UnreadableError, one_text
from indexer.readers.cms_items import plain_item
from indexer.readers.components import text_of_components
from indexer.readers.rich_text import text_of_nodes

_MARKDOWN = re.compile(r"^#{1,6} \S|\]\(https?://|^[^\S\n]*[-*] \S.*\n\s*[-*] |\*\*\S", re.MULTILINE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff#?\\]+")
_MOST_NAME = 120
_OF_TYPECHO = "<!--markdown-->"
"""By what Typecho tells a text in Markdown from one in HTML."""


class ItemNames:
    """Names for the items of one file, or of one table in it: lasting from build to build, and each given once."""

    def __init__(self, table: str = "", given: dict[str, int] | None = None) -> None:
        """`table` stands before each name; `given` is how often each name of the file was given, if others give too."""
        self._before = f"{_name_of(table)}/" if table else ""
        self._given: dict[str, int] = {} if given is None else given

    def name(self, fields: Fields, number: int) -> str:
        """The item's own id, else its slug, its address, or its number in the file."""
        for field in ("id", "slug", "url"):
            for stated in fields.all(field):
                try:
                    if found := _name_of(one_text(stated.value)):
                        return self.once(found)
                except UnreadableError:
                    continue
        return self.once(str(number))

    def once(self, name: str) -> str:
        """The name behind that of its table, with a number at the end if it was given before."""
        return self._once(self._before + name)

    def _once(self, name: str) -> str:
        times = self._given[name] = self._given.get(name, 0) + 1
        return name if times == 1 else self._once(f"{name}-{times}")


class TableNames:
    """Names for the rows of a file's tables of articles.

    Of several tables each has its rows by its own name, `posts/57`: so a new row takes no name that another had.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        """`tables` are all of the file that hold articles, those without a row too."""
        given: dict[str, int] = {}
        listed = list(dict.fromkeys(tables))
        self._names = {table: ItemNames(table if len(listed) > 1 else "", given) for table in listed}
        self._rows = dict.fromkeys(listed, 0)

    def of(self, table: str) -> ItemNames:
        """Those of one table."""
        return self._names[table]

    def number(self, table: str) -> int:
        """The number of the next row of a table."""
        self._rows[table] += 1
        return self._rows[table]


def item_document(
    file: SourceFile, item: Mapping[str, object], names: ItemNames, number: int, line: int, language: str = ""
) -> Document:
    """The document that an item is; its text is the first of its fields that is one."""
    origin, item = item, plain_item(item)
    revision = _revision(item.get("revision"))
    if revision:
        item = {key: value for key, value in item.items() if key != "revision"}
    fields = Fields(item)
    body, markup = text_of(fields)
    if markup == "markdown" and body.startswith("---"):  # dev.to repeats the fields above the text
        body = front_matter(body).body
    return Document(
        path=file.path,
        fields=item,
        body=body,
        markup=markup,
        item=names.name(fields, number),
        line=line,
        digest=item_digest(file, item),
        revision=revision,
        file_language=language or file.language,
        slashed=file.slashed,
        origin=None if item is origin else origin,
    )


def _revision(noted: object) -> tuple[str, str, str] | None:
    """What tells the versions of an agency's item, where its reader noted it; an item without a name has none."""
    if not isinstance(noted, list | tuple) or len(noted) != 3 or not all(isinstance(one, str) for one in noted):
        return None
    name, number, time = noted
    return (name, number, time) if name and (number or time) else None


def item_digest(file: SourceFile, item: Mapping[str, object]) -> str:
    """The digest of one item: equal items of one file read equal articles."""
    try:
        written = msgspec.json.encode(item, order="deterministic", enc_hook=str)
    except UnicodeEncodeError:  # half a pair of surrogates
        written = json.dumps(item, sort_keys=True, default=str).encode()
    return hashlib.sha256(file.path.encode() + b"\0" + written).hexdigest()


def looks_like_article(item: object) -> bool:
    """Whether a table of JSON has a title, and besides it a text, an address, a date or a description."""
    if not isinstance(item, Mapping) or is_of_kubernetes(item):
        return False
    fields = Fields(plain_item(item))
    others: tuple[str, ...] = ("text", "url", "published", "description")
    title = fields.first("title")
    if title is not None and title.key == "name":  # a package, a person, a web manifest
        others = ("text", "published")
    if title is None:
        return fields.first("text") is not None and any(fields.first(one) for one in ("published", "id", "url"))
    return any(fields.first(one) is not None for one in others)


def is_of_kubernetes(item: Mapping[str, object]) -> bool:
    """Whether a table is what a cluster of computers is set up by, secrets among it."""
    return "apiVersion" in item and "kind" in item


def is_only_named(item: Mapping[str, object]) -> bool:
    """Whether a table has nothing of an article but a name: a person or a tag that stands among articles."""
    if "name" not in item:
        return False
    fields = Fields(item)
    title = fields.first("title")
    others = ("text", "url", "published", "description")
    return title is not None and title.key == "name" and all(fields.first(one) is None for one in others)


def has_text(item: Mapping[str, object]) -> bool:
    """Whether a table says a text of its own, in whatever form."""
    return bool(text_of(Fields(plain_item(item)))[0])


def text_of(fields: Fields) -> tuple[str, Markup]:
    """The first of the fields that is a text, and its markup; components count where nothing else is a text."""
    stated = fields.all("text")
    text, markup = _plain_text(stated)
    if not text:
        text = next(filter(None, (text_of_components(one.value) for one in stated)), "")
        markup = "html" if text else markup
    return text, markup


def text_of_any_field(fields: Mapping[str, object]) -> str:
    """The text of the first field that is a tree of nodes, whatever its name: a field of Statamic's Bard."""
    trees = (value for value in fields.values() if isinstance(value, list | Mapping))
    return next(filter(None, map(text_of_nodes, trees)), "")


def _plain_text(texts: Iterable[Stated]) -> tuple[str, Markup]:
    for stated in texts:
        value = stated.value
        if isinstance(value, list | Mapping) and (text := text_of_nodes(value)) is not None:
            value = text
        if isinstance(value, Mapping):
            value = value.get("rendered") or value.get("html") or value.get("text")
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = "\n\n".join(value)
        if isinstance(value, list) and any(isinstance(each, str) for each in value):  # Telegram: words and links
            value = "".join(each if isinstance(each, str) else _own_text(each) for each in value)
        if isinstance(value, str) and value.startswith(_OF_TYPECHO):
            return value.removeprefix(_OF_TYPECHO), "markdown"
        if isinstance(value, str) and value.strip():
            return value, _markup(stated.key.casefold(), value)
    return "", "text"


def _own_text(value: object) -> str:
    return str(value.get("text") or "") if isinstance(value, Mapping) else ""


def _markup(key: str, text: str) -> Markup:
    if "markdown" in key:
        return "markdown"
    if markup_of(text) == "html" or ("html" in key and "<" in text):
        return "html"
    return "markdown" if _MARKDOWN.search(text) else "text"


def _address_of(written: str) -> SplitResult | None:
    """The parts of an address; None for any other text, and for an address that is none."""
    try:
        return urlsplit(written) if "://" in written else None
    except ValueError:
        return None


def _name_of(written: str) -> str:
    """A name that can stand in an id: of an address its path; what is too long, its digest."""
    parts = _address_of(written)
    if parts is not None:
        written = f"{parts.path.strip('/')}{'-' if parts.path.strip('/') and parts.query else ''}{parts.query}"
        written = written or parts.netloc
    name = _UNSAFE.sub("-", written.strip("/ ")).strip("-")
    return name if len(name) <= _MOST_NAME else hashlib.sha256(name.encode()).hexdigest()[:16]
