"""Hits as lines of CSV."""

import csv
import io
from collections.abc import Sequence
from urllib.parse import urljoin

from search.api.responses import HitAnswer

COLUMNS = (
    *("id", "score", "published", "language", "source", "sentiment", "title", "url"),
    *("source_name", "category", "tags", "description", "updated", "image"),
)
BOM = "\ufeff"
"""What tells spreadsheets that a table is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TEXTS = frozenset({"title", "source_name", "category", "tags", "description"})


def head() -> str:
    """The names of the columns, as a line of CSV."""
    return _line(COLUMNS)


def line(hit: HitAnswer, home: str = "") -> str:
    """A hit as a line of CSV; its address is absolute where `home` is the service's.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    source = hit.source
    own = {
        "source": source.key if source else "",
        "source_name": (source.name or source.key) if source else "",
        "tags": ", ".join(hit.tags),
        "url": urljoin(home, hit.url),
    }
    values = {name: own[name] if name in own else getattr(hit, name) for name in COLUMNS}
    return _line([_defused(value) if name in _TEXTS else value for name, value in values.items()])


def _defused(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()
