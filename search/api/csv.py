"""Hits as lines of CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from search.api.responses import HitAnswer

COLUMNS = (
    *("id", "score", "published", "language", "source", "sentiment", "title", "url"),
    *("source_name", "category", "tags", "description", "updated", "image", "authors"),
)
BOM = "\ufeff"
"""What tells spreadsheets that a table is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def head(declared: Iterable[str] = ()) -> str:
    """The names of the columns, as a line of CSV; those of the archive's own fields stand behind the others."""
    return _line([*COLUMNS, *declared])


def line(hit: HitAnswer, home: str = "", declared: Iterable[str] = ()) -> str:
    """A hit as a line of CSV; its address is absolute where `home` is the service's.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    source = hit.source
    own = {
        "source": source.key if source else "",
        "source_name": (source.name or source.key) if source else "",
        "tags": ", ".join(hit.tags),
        "authors": ", ".join(getattr(hit, "authors", ())),
        "url": urljoin(home, hit.url),
    }
    values = {name: own[name] if name in own else getattr(hit, name) for name in COLUMNS}
    shown = [_defused(value) if isinstance(value, str) else value for value in values.values()]
    return _line([*shown, *(_custom(hit, name) for name in declared)])


def _custom(hit: HitAnswer, name: str) -> str | float:
    value = (getattr(hit, "custom", None) or {}).get(name, "")
    return _defused(", ".join(value)) if isinstance(value, list) else value


def _defused(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()
