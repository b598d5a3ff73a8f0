"""Addresses of the page; each holds the page's whole state."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus, urlencode

from search.query.syntax import AND, FIELDS, NEAR, NOT, OR, QUOTES

Pairs = tuple[tuple[str, str], ...]
"""Names and values, as they stand in an address."""
PLACE = ("offset",)
"""What a new filter takes back: other results are read from the first on."""


@dataclass(frozen=True, slots=True)
class Address:
    """One state of the page, and those beside it."""

    pairs: Pairs

    def __str__(self) -> str:
        return "?" + "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.pairs)

    def values(self, name: str) -> list[str]:
        """Every value of a name."""
        return [value for key, value in self.pairs if key == name]

    def without(self, *names: str) -> "Address":
        """The same without some names, from the first result on."""
        return Address(tuple(pair for pair in self.pairs if pair[0] not in (*names, *PLACE)))

    def having(self, **values: str) -> "Address":
        """The same with these values instead of those that the names had, from the first result on."""
        named = {name.rstrip("_"): value for name, value in values.items()}
        return Address((*self.without(*named).pairs, *named.items()))

    def adding(self, name: str, value: str) -> "Address":
        """The same with one value more."""
        return Address((*self.without().pairs, (name, value)))

    def lacking(self, name: str, *spellings: str) -> "Address | None":
        """The same without a value, whichever way it is spelt; None where it is not there."""
        folded = {spelling.casefold() for spelling in spellings}
        kept = tuple(pair for pair in self.pairs if pair[0] != name or pair[1].strip().casefold() not in folded)
        return Address(kept).without() if len(kept) < len(self.pairs) else None

    def untyped(self, fields: tuple[str, ...], fits: Callable[[str], bool]) -> "Address | None":
        """The same without `field:value` in the text where the value fits; None where it cannot simply be left out.

        Beside operators and in brackets something would be left hanging; there the reader changes the text.
        """
        text = next(iter(self.values("q")), "")
        if _OPERATORS.search(text):
            return None
        known = [typed for typed, field in FIELDS.items() if field in fields]
        names = "|".join(known or map(re.escape, fields))
        token = re.compile(rf"(?i)(?<![^\s(])(-?)(?:{names}):({_QUOTED}|[^\s()]+)")
        shorter = token.sub(lambda found: "" if fits(found[1] + found[2].strip(_MARKS)) else found[0], text)
        if shorter == text:
            return None
        rest = self.without("q")
        return Address((("q", " ".join(shorter.split())), *rest.pairs)) if shorter.strip() else rest


@lru_cache(maxsize=512)
def _quoted(text: str) -> str:
    """A name or a value as it stands in an address: a page has hundreds of links, which share nearly all of them."""
    return quote_plus(text)


def article_address(article_id: str, state: Pairs = (), passage: str = "") -> str:
    """The archive's own view of an article, with the state of the page that leads there.

    `passage` is the stretch of its text that answered, `start-end` in code points.
    """
    pairs = [*state, *([("passage", passage)] if passage else [])]
    return f"/articles/{quote(article_id)}" + (f"?{urlencode(pairs)}" if pairs else "")


_OPERATORS = re.compile(rf"[()]|\b(?:{AND}|{OR}|{NOT}|{NEAR})(?!\w)")
_MARKS = "".join({mark for pair in QUOTES for mark in "".join(pair)})
_QUOTED = "|".join(f"{begin}[^{end}]{{0,300}}[{end}]" for begin, end in QUOTES)
