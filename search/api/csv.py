"""Hits as lines of CSV."""

import csv
import io
from collections.abc import Sequence

from search.api.responses import HitAnswer

COLUMNS = ("id", "score", "published", "language", "source", "sentiment", "title", "url")


def head() -> str:
    """The names of the columns, as a line of CSV."""
    return _line(COLUMNS)


def line(hit: HitAnswer) -> str:
    """A hit as a line of CSV."""
    values = {name: getattr(hit, name) for name in COLUMNS} | {"source": hit.source.key if hit.source else ""}
    return _line(tuple(values.values()))


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet takes for a formula, which may call out or run something."""


def _line(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([_defused(value) for value in values])
    return written.getvalue()


def _defused(value: object) -> object:
    """The value of a cell; a text that would be a formula stands behind an apostrophe, and is shown as it is."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value
