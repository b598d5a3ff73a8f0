"""Fields in TOML, read in time that grows with the text."""

import re
import tomllib

_DEEPEST = 50
_PART = r"(?:[\w-]++|\"(?:[^\"\\\n]++|\\.)*+\"|'[^'\n]*+')"
_DEEP_KEY = re.compile(rf"(?<![\w\"'.\\-])(?:{_PART}[ \t]*+\.[ \t]*+){{{_DEEPEST}}}")
"""A key of so many parts: the parser takes time by the square of them."""


def toml_fields(text: str) -> dict[str, object]:
    """The table that a text in TOML says. Raises ValueError, with the line, where it is none; and RecursionError."""
    if found := _DEEP_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ValueError(f"A key has more than {_DEEPEST} parts (at line {line})")
    return tomllib.loads(text)
