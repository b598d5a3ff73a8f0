"""Which words are read as which name? A small table that an editor can extend."""

import tomllib
from pathlib import Path

from search.errors import SettingsError

BUILT_IN = Path(__file__).parent / "names.toml"


def read_names(path: Path) -> dict[str, str]:
    """For each word that stands for a name, the name. Raises SettingsError."""
    remedy = f'Write it like {BUILT_IN.name}: name = ["other", "words"].'
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"The table of names {path} cannot be read: {wrong}.", remedy, field="names") from wrong
    names: dict[str, str] = {}
    for name, others in table.items():
        if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
            raise SettingsError(f"{path}: {name} is {others!r}.", remedy, field="names")
        for other in others:
            if names.setdefault(other.lower(), name) != name:
                raise SettingsError(f"{path}: {other!r} stands for two names.", "Leave one.", field="names")
    return names
