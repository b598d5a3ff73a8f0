"""Front matter of a file: its fields, and the text behind them, by python-frontmatter.

YAML can name a value once and repeat it (`&a`, `*a`), and put lists in lists without end: a few lines may stand for
more than memory holds, or go deeper than the C loader's stack. Where that could be, events are read first, one by one.

YAML is most of the time that a file takes to read. libyaml does its part; what PyYAML then does in Python for every
value is done shorter here for documents without aliases (an alias may stand for half of a document, again and again).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler

DEEPEST = 50
"""How deep lists and mappings may lie in each other; an article's go three deep."""
MOST_VALUES = 100_000
"""How many values the fields may hold, repeated ones counted as often as they are repeated."""
_ANCHOR = re.compile(r"(?<![A-Za-z0-9])&")
_OPENING, _IN_BRACKETS = re.compile(r"[-:?](?=\s|$)"), re.compile(r"[\[{:?]|-(?=\s|$)")
"""What opens a list or a table; inside of brackets no blank need stand behind it."""
_TEXT, _LIST, _TABLE = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))


class UnfitError(Exception):
    """Why a file cannot become an article, and in which line."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


def front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """The fields of a file and the text behind them. Raises UnfitError."""
    if not text.startswith("---"):
        raise UnfitError("has no front matter: the first line is not ---")
    try:
        if not _HANDLER.detect(text):
            raise UnfitError("has no front matter between --- and ---")
        parts = _HANDLER.FM_BOUNDARY.split(text, 2)
        if len(parts) < 3:
            raise UnfitError("has no front matter between --- and ---")
        _see_to_size(parts[1])
        fields, body = frontmatter.parse(text, handler=_HANDLER)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        before = text[3 : len(text) - len(text[3:].lstrip())].count("\n")
        raise UnfitError(f"front matter: {wrong.problem}", before + mark.line if mark else 1) from wrong
    except yaml.YAMLError as wrong:
        raise UnfitError(f"front matter: {' '.join(str(wrong).split())}") from wrong
    except (ValueError, TypeError, OverflowError, RecursionError) as wrong:
        raise UnfitError(f"front matter: {wrong}") from wrong
    if not isinstance(fields, dict) or not fields:
        raise UnfitError("has no front matter between --- and ---")
    return fields, body


def _see_to_size(written: str) -> None:
    """Refuse what lies too deep and what stands for too many values. Raises UnfitError.

    Without a name to repeat, and with fewer signs that open something than may lie in each other, there is no need. A
    name stands where a value may begin, never right behind a letter or a digit, as `&` does in addresses of pictures.
    """
    if not _ANCHOR.search(written) and len(_openings(written)) <= DEEPEST:
        return
    sizes: dict[str, int] = {}
    within: list[tuple[str | None, int]] = []
    """The anchor of each collection that is still open, and how many values came before it."""
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
            values += sizes.get(event.anchor, MOST_VALUES)  # of what is still open it would be a part: endless
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.anchor:
                sizes[event.anchor] = 1
        if len(within) > DEEPEST:
            raise UnfitError(f"front matter: goes more than {DEEPEST} deep", event.start_mark.line + 1)
        if values > MOST_VALUES:
            raise UnfitError(f"front matter: stands for more than {MOST_VALUES:,} values", event.start_mark.line + 1)


def _openings(written: str) -> list[str]:
    return (_IN_BRACKETS if "[" in written or "{" in written else _OPENING).findall(written)


class _Loader(SafeLoader):  # type: ignore[misc]
    """Gives what SafeLoader gives, of a document without aliases."""

    def resolve(self, kind: Any, value: str, implicit: tuple[bool, bool]) -> Any:
        """What kind of value a node is."""
        if kind is yaml.ScalarNode:
            return _kind(value) if implicit[0] else _TEXT
        return super().resolve(kind, value, implicit)

    def construct_document(self, node: yaml.Node) -> Any:
        """The value of the whole document."""
        try:
            return self._value(node)
        except _UnusualError:
            return super().construct_document(node)

    def _value(self, node: yaml.Node) -> Any:
        if node.tag == _TEXT:
            return node.value
        if node.tag == _LIST:
            return [self._value(each) for each in node.value]
        if node.tag != _TABLE:
            return self.construct_object(node, deep=True)
        if any(key.tag != _TEXT for key, _ in node.value):  # numbers, tables, << and = as keys
            raise _UnusualError
        return {key.value: self._value(value) for key, value in node.value}


class _UnusualError(Exception):
    """A document that is better left to PyYAML."""


class _Handler(YAMLHandler):  # type: ignore[misc]
    def load(self, fm: str, **_: object) -> Any:
        return yaml.load(fm, Loader=SafeLoader if "*" in fm else _Loader)  # noqa: S506 - both are safe  # nosec B506


_HANDLER = _Handler()


@lru_cache(4_096)
def _kind(value: str) -> str:
    """What kind of value an unquoted text is: years, true and null are met in every file."""
    tag: str = yaml.SafeLoader("").resolve(yaml.ScalarNode, value, (True, False))
    return tag
