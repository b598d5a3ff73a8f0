"""The headings of an Org file, and which subtrees Org itself leaves out when it exports the file."""

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

_HEADING = re.compile(r"^(\*++)[ \t]([^\n]*)$", re.MULTILINE)
_SETTING = re.compile(
    r"^[ \t]{0,40}#\+(?:seq_|typ_)?(todo|exclude_tags|select_tags|options|filetags):[ \t]{0,40}+([^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_TAGS = re.compile(r":[\w@#%:]+:")
_PRIORITY = re.compile(r"^\[#\w{1,2}\][ \t]*")
_TASKS = re.compile(r"(?<!\S)tasks:(\w+)")
_MARK = re.compile(r"^[ \t]*#\+(begin|end)_(\w+)", re.MULTILINE | re.IGNORECASE)
_COMMENT, _ARCHIVE = "COMMENT", "ARCHIVE"
_DRAFTS = frozenset({"DRAFT"})
"""States by which ox-hugo marks what is not published. Any other open task is exported with the text around it."""
_OPEN = frozenset({"TODO", "NEXT", "WAITING", "CANCELLED", "CANCELED"}) | _DRAFTS
_DONE = frozenset({"DONE"})


class Heading(NamedTuple):
    """A heading: its level, the state of its task, its words and tags, its line, and where its subtree ends."""

    level: int
    state: str
    title: str
    tags: tuple[str, ...]
    is_comment: bool
    start: int
    end: int
    """Where the line of the heading ends."""
    is_left_out: bool = False
    """Whether Org leaves out its subtree by what the heading itself says."""
    is_selected: bool = False
    """Whether a tag, such as `export`, selects its subtree."""
    stop: int = 0


class ExportRules(NamedTuple):
    """What a file says of its own export."""

    open: frozenset[str] = _OPEN
    """States of tasks that are not done."""
    done: frozenset[str] = _DONE
    excluded: frozenset[str] = frozenset({"noexport"})
    selected: frozenset[str] = frozenset({"export"})
    tasks: str = ""
    """Which tasks are exported: `nil`, `todo` or `done`; all of them without a word."""
    tags: frozenset[str] = frozenset()
    """Tags that every heading of the file inherits."""

    def judged(self, heading: Heading) -> Heading:
        """The heading with what these rules make of it: told once, for a subtree is looked at for each one above it."""
        left_out = heading.is_comment or _ARCHIVE in heading.tags or heading.state in _DRAFTS
        left_out = left_out or bool(self.excluded.intersection(heading.tags)) or self._is_other_task(heading.state)
        return heading._replace(is_left_out=left_out, is_selected=bool(self.selected.intersection(heading.tags)))

    def leaves_out_file(self) -> bool:
        """Whether every heading of the file inherits a tag that excludes it."""
        return bool(self.tags & self.excluded)

    def _is_other_task(self, state: str) -> bool:
        if not state or self.tasks in ("", "t"):
            return False
        return self.tasks != ("done" if state in self.done else "todo")


def export_rules(text: str) -> ExportRules:
    """The rules that the settings of a file state, wherever they stand in it."""
    found: dict[str, list[str]] = {}
    for setting, value in _SETTING.findall(text):
        found.setdefault(setting.casefold(), []).append(value)
    open_, done = set(_OPEN), set(_DONE)
    for line in found.get("todo", ()):
        states = _states(line)
        open_ = (open_ | states[0]) - states[1]
        done = (done | states[1]) - states[0]
    rules = ExportRules(frozenset(open_), frozenset(done))
    if "exclude_tags" in found:
        rules = rules._replace(excluded=_words(found["exclude_tags"]))
    if "select_tags" in found:
        rules = rules._replace(selected=_words(found["select_tags"]))
    tasks = _TASKS.findall(" ".join(found.get("options", ())))
    return rules._replace(tasks=tasks[-1] if tasks else "", tags=_words(found.get("filetags", ())))


def heading_of(line: str, rules: ExportRules) -> Heading | None:
    """The heading that a line is, if it is one."""
    found = _HEADING.match(line)
    return _heading(found, rules) if found else None


def headings(text: str, rules: ExportRules) -> list[Heading]:
    """The headings of a file; what stands in a block, such as an example, is none."""
    blocks = _blocks(text)
    found: list[Heading] = []
    place = 0
    for one in _HEADING.finditer(text):
        while place < len(blocks) and blocks[place][1] < one.start():
            place += 1
        if place == len(blocks) or one.start() < blocks[place][0]:
            found.append(_heading(one, rules))
    return _with_stops(found, len(text))


def exported(text: str, rules: ExportRules) -> str:
    """The text of a file without the subtrees that Org leaves out."""
    return exported_part(text, headings(text, rules), (0, len(text)))


def exported_part(
    text: str,
    inside: Sequence[Heading],
    part: tuple[int, int],
    others: Container[int] = (),
) -> str:
    """A part of a text without the subtrees that Org leaves out, and without `others`, which begin there.

    `inside` are the headings of the part.
    """
    chosen = _chosen(inside)
    at, stop = part
    kept = []
    if chosen:  # where some subtrees are selected, what stands above the first heading is not
        at = inside[0].start
    for one in inside:
        if one.start < at:
            continue
        if one.start in others or one.is_left_out or (chosen and one.start not in chosen):
            kept.append(text[at : one.start])
            at = one.stop
    return "".join([*kept, text[at:stop]])


def _chosen(found: Sequence[Heading]) -> set[int]:
    """Where the headings begin that a tag such as `export` selects, with those above and below them."""
    chosen: set[int] = set()
    above: list[Heading] = []
    until = 0
    for one in found:
        while above and above[-1].level >= one.level:
            above.pop()
        above.append(one)
        if one.is_selected:
            chosen.update(each.start for each in above)
            until = max(until, one.stop)
        elif one.start < until:
            chosen.add(one.start)
    return chosen


def _heading(found: "re.Match[str]", rules: ExportRules) -> Heading:
    rest = found[2].strip()
    last = rest.split()[-1] if rest else ""
    tags: tuple[str, ...] = ()
    if _TAGS.fullmatch(last):
        rest, tags = rest.removesuffix(last).rstrip(), tuple(filter(None, last.split(":")))
    first, _, behind = rest.replace("\t", " ").partition(" ")
    state = first if first in rules.open or first in rules.done else ""
    rest = _PRIORITY.sub("", behind.lstrip() if state else rest)
    first, _, behind = rest.partition(" ")
    is_comment = first == _COMMENT
    title = behind.strip() if is_comment else rest
    return rules.judged(Heading(len(found[1]), state, title, tags, is_comment, found.start(), found.end()))


def _with_stops(found: list[Heading], length: int) -> list[Heading]:
    """The headings with the place where the subtree of each ends: at the next one of its level or above."""
    stops = [length] * len(found)
    above: list[int] = []
    for place, one in enumerate(found):
        while above and found[above[-1]].level >= one.level:
            stops[above.pop()] = one.start
        above.append(place)
    return [one._replace(stop=stop) for one, stop in zip(found, stops, strict=True)]


def _blocks(text: str) -> list[tuple[int, int]]:
    """Where the blocks of a file begin and end, those that are closed."""
    blocks, kind, start = [], "", 0
    for mark in _MARK.finditer(text):
        begins, name = mark[1].casefold() == "begin", mark[2].casefold()
        if begins and kind in ("", name):  # of two beginnings the first one has no end
            kind, start = name, mark.start()
        elif kind == name:
            blocks.append((start, mark.end()))
            kind = ""
    return blocks


def _states(line: str) -> tuple[set[str], set[str]]:
    """The states of a workflow that are not done, and those that are: without a bar, the last one is."""
    words, _, done = line.partition("|")
    before, behind = ([word.partition("(")[0] for word in part.split()] for part in (words, done))
    if "|" not in line and before:
        before, behind = before[:-1], before[-1:]
    return set(before), set(behind)


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(lines).replace(":", " ").split())
