"""Names that the sources of an archive go by."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile("['’ʼ]s$")
_LEAST_LETTERS = 3
"""A shorter name is none: it is an ordinary word too often."""


def source_names(spelled: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each name that a source goes by its key, of keys and their names as people read them.

    `Financial Times (Crypto)` goes by `financial times` too, `The Block` by `block`, and `www.decrypt.co` by `decrypt`.
    A name of fewer than three letters is none.
    """
    names: dict[str, str] = {}
    for key, label in spelled:
        for written in (key, label):
            for name in (written, written.partition("(")[0], _of_domain(written)):
                words = plain_name(name)
                for one in (words, words.removeprefix("the ")):
                    if sum(map(str.isalpha, one)) >= _LEAST_LETTERS:
                        names.setdefault(one, key)
    return names


def _of_domain(name: str) -> str:
    """What a domain is called by: `decrypt` of `www.decrypt.co`; empty for any other name."""
    labels = name.lower().removeprefix("www.").split(".")
    return labels[0] if len(labels) > 1 and all(label.replace("-", "").isalnum() for label in labels) else ""


def plain_name(name: str) -> str:
    """A name as names are compared: its words in small letters, without a possessive's end."""
    return " ".join(_WORD.findall(_POSSESSIVE.sub("", name.casefold())))
