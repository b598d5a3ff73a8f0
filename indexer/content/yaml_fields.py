"""YAML front matter to fields: the strict reading, and line by line what is readable where it is broken.

Scalars stay what was written (`no`, `12:30`, `007`, `1.10`); only null is a value of its own. Which field is a date or
a truth value is known to whoever reads the field, and YAML 1.1 guesses wrongly. What is of the
plainest kind is read without libyaml (yaml_subset); what PyYAML does behind libyaml is done shorter here.

YAML can name a value once and repeat it (`&a`, `*a`), and put lists in lists without end: a few lines may stand for
more than memory holds, or go deeper than the C loader's stack. Where that could be, events are read first, one by one.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from indexer.content.conventions import names_a_field, states
from indexer.content.document import Problem, UnfitError
from indexer.content.publication_states import hides
from indexer.content.values import truth
from indexer.content.yaml_subset import plain_fields

DEEPEST = 50
"""How deep lists and mappings may lie in each other; an article's go three deep."""
MOST_VALUES = 100_000
"""How many values the fields may hold, repeated ones counted as often as they are repeated."""
MOST_RECOVERED = 200_000
"""Beyond so many characters a broken front matter is read as plain texts only."""
_ANCHOR = re.compile(r"(?<![A-Za-z0-9])&")
_OPENING, _IN_BRACKETS = re.compile(r"[-:?](?=\s|$)"), re.compile(r"[\[{:?]|-(?=\s|$)")
"""What opens a list or a table; inside of brackets no blank need stand behind it."""
_TEXT, _LIST, _TABLE, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map", "null"))
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BEGINS_LIST = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?+\n)*+[ \t]*+-(?:[ \t\n]|$)")
_KEY = re.compile(r"([^\s#\-:\[\]{}\"'][^\n:]*|\"[^\"\n]+\"|'[^'\n]+'):(?:[ \t]++([^\n]*))?$")
_LOOSE_KEY = re.compile(r"[ \t\xa0]*+([^\W\d][\w-]{0,40}+):(?![:/])[ \t\xa0]*+([^\n]*)$")
"""A key that nothing parts from its value, or that a tab or a no-break space stands before or behind."""
_SLIP = re.compile(r"[\"']?+([^\W\d][\w-]{0,40}+)[\"']?+[ \t\xa0]*+(?::(?![:/])|：|=(?!=))[ \t\xa0]*+([^\n]{0,40})$")
"""A flag or a state with a blank before its colon, in quotation marks, or with another sign in the place of a colon."""
_RESERVED = re.compile(r"^([ \t]*+(?:- ++)?(?:[\w-]+:[ \t]++)?)([@`][^'\n]*)$")
"""A value that begins with a sign that YAML keeps for later, as Grav's `@self.children` does."""
_HIDING = ("draft", "publication", "status", "embargo", "password")
_QUOTED = re.compile(r"([\"'])(.*)\1\s*(?:#.*)?$", re.DOTALL)


def is_yaml_list(written: str) -> bool:
    """Whether a text in YAML is a list, behind whatever comments stand in front of it."""
    return _BEGINS_LIST.match(written) is not None


def yaml_fields(written: str, first_line: int) -> tuple[Mapping[str, object] | None, list[Problem]]:
    """The fields of a YAML front matter that begins in that line of its file, and what is wrong with it.

    None where it is no table of fields at all, but a text, a list or nothing readable.
    """
    plain = plain_fields(written)
    if plain is not None:
        return plain, []
    try:
        _see_to_size(written)
        fields = yaml.load(written, Loader=_TextLoader if "*" in written else _QuickLoader)  # noqa: S506  # nosec B506
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None) or getattr(wrong, "context_mark", None)
        line = first_line + (mark.line if mark else 0)
        why = getattr(wrong, "problem", None) or " ".join(str(wrong).split())
        return _recovered(written, Problem("broken-front-matter", line, f"front matter: {why}"))
    except UnfitError as unfit:
        return _recovered(written, Problem("broken-front-matter", first_line + unfit.line - 1, str(unfit)))
    except (ValueError, TypeError, OverflowError, RecursionError, AttributeError) as wrong:
        return _recovered(written, Problem("broken-front-matter", first_line, f"front matter: {wrong}"))
    if fields is None:
        return {}, []
    if isinstance(fields, str) and all(map(loose_key, written.strip().split("\n"))):
        return _recovered(written, Problem("broken-front-matter", first_line, "front matter: no blank behind a colon"))
    return (fields, []) if isinstance(fields, dict) else (None, [])


def twice(written: str, first_line: int) -> list[Problem]:
    """The keys that stand twice at the top level: the last one counts."""
    seen: set[str] = set()
    found = []
    for number, line in enumerate(written.split("\n")):
        key = _KEY.match(line)
        if key:
            if key[1] in seen:
                found.append(Problem("key-twice", first_line + number, f"{key[1]!r:.40} stands twice; the last counts"))
            seen.add(key[1])
    return found


def _recovered(written: str, broken: Problem) -> tuple[Mapping[str, object] | None, list[Problem]]:
    """What can be read of broken YAML, one top-level key at a time."""
    fields: dict[str, object] = {}
    lines = _dedented(written).split("\n")
    starts = {number: key for number, line in enumerate(lines) if (key := _KEY.match(line) or loose_key(line))}
    if not starts:
        return None, [broken]
    strictly = len(written) <= MOST_RECOVERED
    for (start, found), end in zip(starts.items(), [*list(starts)[1:], len(lines)], strict=True):
        fields[found[1].strip(" \"'")] = _one_value(found[2] or "", lines[start + 1 : end], strictly=strictly)
    return fields, [broken]


def loose_key(line: str) -> re.Match[str] | None:
    """A line that states a field by a slip of the hand; behind a tab only one that may hide the article."""
    if line.startswith(" "):
        return None
    found = _LOOSE_KEY.match(line)
    if not found:
        slip = _SLIP.match(line)
        says = slip and states(slip[1], _HIDING) and (truth(slip[2]) is not None or hides(slip[2]))
        return slip if says else None
    known = names_a_field(found[1]) if line[:1].isalpha() else states(found[1], _HIDING)
    return found if known else None


def _one_value(head: str, rest: list[str], *, strictly: bool) -> object:
    """The value of one key: as YAML where that reads it, else as the text that stands there."""
    more = [line for line in rest if line.strip() and not line.lstrip().startswith("#")]
    if not more and head[:1] not in "[{&*!|>\"'%@`" and ": " not in head and " #" not in head:
        return None if head.strip() in _NULLS else head.strip()
    if strictly:
        try:
            chunk = "\n".join([f"value: {head}", *(f" {_RESERVED.sub(_in_quotes, line)}" for line in rest)])
            _see_to_size(chunk)
            read = yaml.load(chunk, Loader=_TextLoader)  # noqa: S506 - a safe loader  # nosec B506
            return read["value"]
        except (yaml.YAMLError, UnfitError, ValueError, TypeError, KeyError, RecursionError):
            pass
    quoted = _QUOTED.match(head.strip())
    if quoted:
        return quoted[2].replace("''", "'")
    items = [line.strip()[2:].strip(" \"'") for line in more if line.strip().startswith("- ")]
    return items if items and not head.strip() else head.strip()


def _in_quotes(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2].rstrip()}'"


def _dedented(written: str) -> str:
    """The text with the blanks taken off that every line begins with (V8's blog indents the whole by one)."""
    lines = [line for line in written.split("\n") if line.strip()]
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
    return "\n".join(line[indent:] for line in written.split("\n")) if indent else written


def _see_to_size(written: str) -> None:
    """Refuse what lies too deep and what stands for too many values. Raises UnfitError.

    Without a name to repeat, and with fewer signs that open something than may lie in each other, there is no need. A
    name stands where a value may begin, never right behind a letter or a digit, as `&` does in addresses of pictures.
    """
    if not _ANCHOR.search(written) and len(_openings(written)) <= DEEPEST:
        return
    sizes: dict[str, int] = {}
    within: list[tuple[str | None, int]] = []
    values = 0
    for event in yaml.parse(written, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            within.append((event.anchor, values))
            values += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = within.pop()
            if anchor:
                sizes[anchor] = values - before
        elif isinstance(event, yaml.AliasEvent):
            values += sizes.get(event.anchor or "", MOST_VALUES)  # of what is open it would be a part: endless
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.anchor:
                sizes[event.anchor] = 1
        line = event.start_mark.line + 1 if event.start_mark else 1
        if len(within) > DEEPEST:
            raise UnfitError(f"front matter: goes more than {DEEPEST} deep", line)
        if values > MOST_VALUES:
            raise UnfitError(f"front matter: stands for more than {MOST_VALUES:,} values", line)


def _openings(written: str) -> list[str]:
    return (_IN_BRACKETS if "[" in written or "{" in written else _OPENING).findall(written)


class _TextLoader(yaml.CSafeLoader):  # type: ignore[misc]
    """Gives texts, lists, tables and null, and nothing else."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """What kind of value a node is."""
        if kind is yaml.ScalarNode:
            return _NULL if implicit[0] and value in _NULLS else _TEXT
        return _LIST if kind is yaml.SequenceNode else _TABLE

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """The value of a node; one of a type of its own (`!!set`, `!ruby/object`) is what stands there."""
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else node.value
        node.tag = _LIST if isinstance(node, yaml.SequenceNode) else _TABLE
        return super().construct_object(node, deep=deep)


class _QuickLoader(_TextLoader):
    """Gives what _TextLoader gives, of a document without aliases."""

    def construct_document(self, node: Any) -> Any:
        """The value of the whole document."""
        return self._value(node)

    def _value(self, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self._value(each) for each in node.value]
        return {self._key(key): self._value(value) for key, value in node.value}

    def _key(self, node: Any) -> str:
        return str(node.value) if isinstance(node, yaml.ScalarNode) else " ".join(str(self._value(node)).split())
