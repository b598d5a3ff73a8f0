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


def _line(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()
