"""Org files whose subtrees are articles: those that have a name to be exported by, as ox-hugo takes them."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, takewhile
from typing import NamedTuple

from indexer.content.org import front_of
from indexer.content.org_outline import ExportRules, Heading, exported_part, headings

_DRAWER = re.compile(
    r"\n(?:[ \t]*(?:CLOSED|SCHEDULED|DEADLINE):[^\n]*\n)?[ \t]*:PROPERTIES:[ \t]*\n((?:[ \t]*:(?!END:)[^\n]*\n)*)",
    re.IGNORECASE,
)
_PROPERTY = re.compile(r"^[ \t]*:([\w-]+)\+?:[ \t]*([^\n]*)$", re.MULTILINE)
_CLOSED = re.compile(r"CLOSED:[ \t]*\[(\d{4}-\d{2}-\d{2})[^\]\n]{0,20}?(\d{1,2}:\d{2})?\]")
_NAME = "export_file_name"
_MOST_TAGS = 200
"""Tags that an article has of the file and of all headings above it."""
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


def has_subtrees(text: str, rules: ExportRules) -> bool:
    """Whether subtrees of a file are articles of their own: a name of the whole file, or one in words, makes none."""
    if f":{_NAME}:" not in text.casefold():
        return False
    return any(_NAME in _said(text, heading) for heading in headings(text, rules))


def org_subtrees(text: str, rules: ExportRules, tags: tuple[str, ...] = ()) -> Iterator[Subtree]:
    """The articles of a file, in their order; `tags` are those of the file. Headings above lend their tags.

    What is left out when Org exports the file, or stands below an open task, is a draft.
    """
    outline = headings(text, rules)
    named = {heading.start: said for heading in outline if _NAME in (said := _said(text, heading))}
    above: list[Heading] = []
    line, counted = 1, 0
    for place, heading in enumerate(outline):
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        if heading.start not in named:
            continue
        said = named[heading.start]
        line, counted = line + text.count("\n", counted, heading.start), heading.start
        inside = list(_inside(outline, place))
        own = exported_part(text, inside, (heading.end, heading.stop), named)
        terms = list(islice(chain(tags, *(one.tags for one in above)), _MOST_TAGS))
        fields = _fields(heading, said, terms, own)
        if rules.leaves_out_file() or any(one.is_left_out or one.state in rules.open for one in above):
            fields["draft"] = True
        name = said.get("export_hugo_bundle", "") or said[_NAME]
        yield Subtree(line, name, fields, _raised(own, heading.level))


def _inside(outline: Sequence[Heading], place: int) -> Iterator[Heading]:
    """The headings in the subtree of one."""
    behind = (outline[each] for each in range(place + 1, len(outline)))
    return takewhile(lambda one: one.start < outline[place].stop, behind)


def _said(text: str, heading: Heading) -> dict[str, str]:
    """The properties of a subtree."""
    drawer = _DRAWER.match(text, heading.end)
    return {key.casefold(): value.strip() for key, value in _PROPERTY.findall(drawer[1])} if drawer else {}


def _fields(heading: Heading, said: dict[str, str], terms: list[str], text: str) -> dict[str, object]:
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
    return {key: value for key, value in fields.items() if value}


def _raised(text: str, level: int) -> str:
    """A subtree with its headings at the levels that they have in an article."""
    return re.sub(rf"^\*{{{level}}}(?=\*+[ \t])", "", text, flags=re.MULTILINE)
