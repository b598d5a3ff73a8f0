"""The lines between --- and --- to fields, and what stands behind them.

YAML can name a value once and repeat it (`&a`, `*a`), and lists in lists without end: a few lines may stand for more
than memory holds, or go deeper than the C loader's stack. Events are read first, one by one, to see that they do not.
"""

from collections.abc import Mapping

import frontmatter
import yaml

DEEPEST = 50
"""How deep lists and mappings may lie in each other; an article's go three deep."""
MOST_VALUES = 100_000
"""How many values the fields may hold, repeated ones counted as often as they are repeated."""
_HANDLER = frontmatter.YAMLHandler()


class UnfitError(Exception):
    """Why a file cannot become an article, and in which line."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


def front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """The fields of a file, and its body. Raises UnfitError."""
    if not text.startswith("---"):
        raise UnfitError("has no front matter: the first line is not ---")
    try:
        if _HANDLER.detect(text):
            _see_to_size(_HANDLER.split(text)[0])
        fields, body = frontmatter.parse(text)
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
    """Refuse what lies too deep and what stands for too many values. Raises UnfitError."""
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
