"""Names that mean the same, and named days: a small table that an editor can extend."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from search.errors import SettingsError

BUILT_IN = Path(__file__).parent / "names.toml"
DAYS = "days"
"""The part of the table that names days."""
_LEAP_YEAR = "2024-"


@dataclass(frozen=True, slots=True)
class Names:
    """`words`: for each word that stands for a name, the name; `days`: for each name of a day, its date."""

    words: dict[str, str]
    days: dict[str, str]


def read_names(path: Path) -> Names:
    """The table of that file. Raises SettingsError."""
    remedy = f'Write it like {BUILT_IN.name}: name = ["other", "words"].'
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"The table of names {path} cannot be read: {wrong}.", remedy, field="names") from wrong
    days = table.pop(DAYS, {})
    if not isinstance(days, dict):
        raise SettingsError(f"{path}: {DAYS} is {days!r}.", remedy, field="names")
    for date in days:
        try:
            datetime.fromisoformat(date if len(date) > len("12-25") else _LEAP_YEAR + date)
        except ValueError as wrong:
            raise SettingsError(
                f"{path}: {date!r} is no date.", "Write 2024-04-20, or 12-25 for every year.", field="names"
            ) from wrong
    return Names(_by_alias(table, path, remedy), _by_alias(days, path, remedy))


def _by_alias(table: dict[str, object], path: Path, remedy: str) -> dict[str, str]:
    """For each of the words behind a name, in small letters, the name."""
    names: dict[str, str] = {}
    for name, others in table.items():
        if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
            raise SettingsError(f"{path}: {name} is {others!r}.", remedy, field="names")
        for other in others:
            if names.setdefault(other.lower(), name) != name:
                raise SettingsError(f"{path}: {other!r} stands for two names.", "Leave one.", field="names")
    return names
