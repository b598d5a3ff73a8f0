"""Org files whose subtrees are articles: those that have a name to be exported by, as ox-hugo takes them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.content.org import front_of

_HEADING = re.compile(r"^(\*{1,12}+)[ \t]++(?:([A-Z]{3,12})[ \t]++)?+(?:\[#[A-Z]\][ \t]++)?+([^\n]*)$", re.MULTILINE)
_TAGS = re.compile(r"(?<![ \t])[ \t]+:([\w@#%:]+):[ \t]*$")
_DRAWER = re.compile(
    r"\n(?:[ \t]*(?:CLOSED|SCHEDULED|DEADLINE):[^\n]*\n)?[ \t]*:PROPERTIES:[ \t]*\n((?:[ \t]*:(?!END:)[^\n]*\n)*)",
    re.IGNORECASE,
)
_PROPERTY = re.compile(r"^[ \t]*:([\w-]+)\+?:[ \t]*([^\n]*)$", re.MULTILINE)
_CLOSED = re.compile(r"CLOSED:[ \t]*\[(\d{4}-\d{2}-\d{2})[^\]\n]{0,20}?(\d{1,2}:\d{2})?\]")
_MARK = re.compile(r"^[ \t]*#\+(begin|end)_(\w+)", re.MULTILINE | re.IGNORECASE)
_STATES = frozenset({"TODO", "DRAFT", "NEXT", "WAITING", "DONE", "CANCELLED", "CANCELED"})
_DEEPEST = 12
_DONE = ("DONE", "")
_UNREAD = ("COMMENT", "noexport", "ARCHIVE")
_NAME = "export_file_name"
_FIELDS = {"export_title": "title", "export_date": "date", "export_author": "author", "export_hugo_lastmod": "lastmod",
           "export_description": "description", "export_hugo_draft": "draft", "export_hugo_slug": "slug",
           "export_hugo_categories": "categories", "export_hugo_tags": "tags"}  # fmt: skip
"""By property of a subtree, the field that it states."""


class Subtree(NamedTuple):
    """One article of a file: the line in which it begins, its name, its fields, and its text."""

    line: int
    name: str
    fields: dict[str, object]
    text: str


class _Heading(NamedTuple):
    level: int
    state: str
    title: str
    tags: tuple[str, ...]
    start: int
    end: int


def has_subtrees(text: str) -> bool:
    """Whether subtrees of a file are articles of their own: a name of the whole file, or one in words, makes none."""
    if ":export_file_name:" not in text.casefold():
        return False
    return any(_NAME in _said(text, heading) for heading in _headings(text))


def org_subtrees(text: str, tags: tuple[str, ...] = ()) -> Iterator[Subtree]:
    """The articles of a file, in their order; `tags` are those of the file. Headings above lend their tags."""
    headings = _headings(text)
    ends = _ends(headings, len(text))
    above: list[_Heading] = []
    line, counted = 1, 0
    for place, heading in enumerate(headings):
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        said = _said(text, heading)
        if _NAME not in said or any(_is_unread(one) for one in above):
            continue
        own = text[heading.end : ends[place]]
        line, counted = line + text.count("\n", counted, heading.start), heading.start
        terms = [*tags, *(tag for one in above for tag in one.tags)]
        fields = _fields(heading, said, terms, own)
        name = said.get("export_hugo_bundle", "") or said[_NAME]
        yield Subtree(line, name, fields, _raised(own, heading.level))


def _headings(text: str) -> list[_Heading]:
    """The headings of a file; what stands in a block, such as an example, is none."""
    blocks = _blocks(text)
    headings, place = [], 0
    for found in _HEADING.finditer(text):
        while place < len(blocks) and blocks[place][1] < found.start():
            place += 1
        if place == len(blocks) or found.start() < blocks[place][0]:
            headings.append(_heading(found))
    return headings


def _blocks(text: str) -> list[tuple[int, int]]:
    """Where the blocks of a file begin and end, those that are closed."""
    blocks, kind, start = [], "", 0
    for mark in _MARK.finditer(text):
        if not kind and mark[1].casefold() == "begin":
            kind, start = mark[2].casefold(), mark.start()
        elif kind and mark[1].casefold() == "end" and mark[2].casefold() == kind:
            blocks.append((start, mark.end()))
            kind = ""
    return blocks


def _said(text: str, heading: _Heading) -> dict[str, str]:
    """The properties of a subtree."""
    drawer = _DRAWER.match(text, heading.end)
    return {key.casefold(): value.strip() for key, value in _PROPERTY.findall(drawer[1])} if drawer else {}


def _heading(found: "re.Match[str]") -> _Heading:
    state, title = found[2] or "", found[3]
    if state not in _STATES:
        state, title = "", f"{state} {title}".strip()
    tagged = _TAGS.search(title)
    tags = tuple(filter(None, tagged[1].split(":"))) if tagged else ()
    return _Heading(len(found[1]), state, _TAGS.sub("", title).strip(), tags, found.start(), found.end())


def _ends(headings: list[_Heading], length: int) -> list[int]:
    """Where each subtree ends: at the next heading of its level or of one above."""
    nearest = [length] * (_DEEPEST + 1)
    ends = [length] * len(headings)
    for place in range(len(headings) - 1, -1, -1):
        level, start = headings[place].level, headings[place].start
        ends[place] = min(nearest[: level + 1])
        nearest[level] = start
    return ends


def _is_unread(heading: _Heading) -> bool:
    return heading.title.startswith("COMMENT") or any(tag in _UNREAD for tag in heading.tags)


def _fields(heading: _Heading, said: dict[str, str], terms: list[str], text: str) -> dict[str, object]:
    """What a heading, its properties and the plan below it say."""
    fields: dict[str, object] = {"title": heading.title, "slug": said[_NAME]}
    closed = _CLOSED.search(text[:500])
    if closed:
        fields["date"] = f"{closed[1]} {closed[2]}" if closed[2] else closed[1]
    custom = " ".join(value for key, value in said.items() if key.startswith("export_hugo_custom_front_matter"))
    fields |= front_of(custom)
    fields["tags"] = [one for one in dict.fromkeys(terms) if not one.startswith("@")]
    fields["categories"] = [one[1:] for one in dict.fromkeys(terms) if one.startswith("@")]
    for key, field in _FIELDS.items():
        if said.get(key):
            listed = field in ("tags", "categories")
            fields[field] = said[key].split() if listed else said[key].strip("<>[]") if "date" in key else said[key]
    if heading.state not in _DONE:
        fields["draft"] = True
    return {key: value for key, value in fields.items() if value}


def _raised(text: str, level: int) -> str:
    """A subtree with its headings at the levels that they have in an article."""
    return re.sub(rf"^\*{{{level}}}(?=\*+[ \t])", "", text, flags=re.MULTILINE)
