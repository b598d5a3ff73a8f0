"""Names that the sources of an archive go by."""

import re
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"(?:www\.)?([a-z0-9-]+)(?:\.(?:co|com|org|net))?\.[a-z]{2,18}")
_POSSESSIVE = re.compile("['’ʼ]s$")
_LEAST_LETTERS = 3
"""A shorter name is none: it is an ordinary word too often."""


def source_names(spelled: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """For each name that sources go by their keys, of keys and their names as people read them.

    `Financial Times (Crypto)` goes by `financial times` too, `The Block` by `block`, and `www.decrypt.co` by `decrypt`.
    `BBC` and `BBC (World)` both go by `bbc`. A name of fewer than three letters is none.
    """
    names: dict[str, tuple[str, ...]] = {}
    for key, label in spelled:
        called = dict.fromkeys(one for written in (key, label) for one in _called(written))
        for name in called:
            if sum(map(str.isalpha, name)) >= _LEAST_LETTERS:
                names[name] = (*names.get(name, ()), key)
    return names


def _called(written: str) -> Iterator[str]:
    for name in (written, written.partition("(")[0], without_ending(written)):
        words = plain_name(name)
        yield from (words, words.removeprefix("the "))


def without_ending(name: str) -> str:
    """What a domain is called by: `decrypt` of `www.decrypt.co`, `pravda` of `pravda.com.ua`; empty for other names.

    `news.example.org` is called by none of its parts.
    """
    found = _DOMAIN.fullmatch(name.lower())
    return found[1] if found else ""


def plain_name(name: str) -> str:
    """A name as names are compared: its words in small letters, without a possessive's end."""
    return " ".join(_WORD.findall(_POSSESSIVE.sub("", name.casefold())))
