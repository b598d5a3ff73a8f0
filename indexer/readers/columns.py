"""What the columns of a table are: by its first row, or by what stands in them."""

from collections.abc import Sequence

from indexer.content.conventions import Fields
from indexer.content.dates import moment
from indexer.content.document import UnfitError

MAX_COLUMNS = 2_000
_LEAST_TEXT, _MOST_TITLE = 300, 300
"""A column of longer texts than this, on average, holds the articles; one of shorter ones may hold titles."""


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """The names of the columns, and the row that the articles begin with.

    Raises UnfitError where the first row names none and the columns cannot be told by what they hold.
    """
    if not rows:
        raise UnfitError("holds no rows")
    if len(rows[0]) > MAX_COLUMNS:
        raise UnfitError(f"has {len(rows[0]):,} columns; {MAX_COLUMNS:,} is the limit")
    names = [name.strip().removeprefix("\ufeff") for name in rows[0]]
    if Fields(dict.fromkeys(names, "x")).first("title") is not None and max(map(len, names)) <= 100:
        return names, 1
    guessed = _guessed(rows)
    if "title" not in guessed or not {"url", "text"} & set(guessed):
        raise UnfitError(
            "its first row names no columns of articles: one must be a title (`title`, `headline`); write a head row,"
            " or name the columns in lede.toml under [fields]"
        )
    return guessed, 0


def _guessed(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names for columns by what most of their cells are: addresses, days, long texts, and titles before these."""
    names = [f"column {number}" for number in range(1, len(rows[0]) + 1)]
    for number in range(len(names)):
        cells = [row[number].strip() for row in rows if number < len(row) and row[number].strip()]
        if not cells:
            continue
        kind = _kind_of(cells)
        if kind and kind not in names:
            names[number] = kind
    return names


def _kind_of(cells: Sequence[str]) -> str:
    length = sum(map(len, cells)) / len(cells)
    if sum(cell.startswith(("http://", "https://")) for cell in cells) * 2 > len(cells):
        return "url"
    if length > _LEAST_TEXT:
        return "text"
    if sum(map(_is_day, cells)) * 2 > len(cells):
        return "date"
    return "title" if 15 < length < _MOST_TITLE and sum(" " in cell for cell in cells) * 2 > len(cells) else ""


def _is_day(cell: str) -> bool:
    try:
        return len(cell) < 40 and not cell.isdigit() and moment(cell) is not None
    except ValueError:
        return False
