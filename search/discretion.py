"""What may an answer say of the machine it comes from? Not where that keeps its files."""

import re
from pathlib import Path

_QUOTED = re.compile(r"""(?<=['"])(?:~|\.{1,2})?/(?:[^'"]*/)?(?=[^'"/]*['"])""")
_BARE = re.compile(r"""(?<![\w:/.~'"])(?:~|\.{1,2})?/(?:[^\s'"/:]+/)*(?=[^\s'"/]|$)""")


def without_folders(text: str, known: Path | None = None) -> str:
    """The text with every path cut to its last part: where a machine keeps its files is its owner's business.

    A `known` path is found even where blanks in it would hide where it ends.
    """
    if "/" not in text:
        return text
    if known is not None:
        for parent in (known.parent, known.resolve().parent):
            text = text.replace(f"{parent}/", "") if parent.name else text
    return _BARE.sub("", _QUOTED.sub("", text))
