"""Sources that a question names: `coindesk solana etf` and `what did the financial times write about tether`."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.source_names import plain_name
from search.knowledge import Knowledge

_MOST_WORDS = 6
"""Of a name that is looked for."""


class NamedSource(Struct, frozen=True):
    """A source, and the words of a question that name it."""

    value: str
    """Its key."""
    terms: frozenset[tuple[str, ...]]
    """The terms of each of the words."""
    articles: int
    """How many articles are from it."""


def named_sources(text: str, analyzer: Analyzer, knowledge: Knowledge) -> tuple[NamedSource, ...]:
    """The sources that a text surely names, in its order; of names that begin alike the longest."""
    names = knowledge.source_names
    return tuple(_named(text, names, analyzer, knowledge)) if names else ()


def _named(text: str, names: Mapping[str, str], analyzer: Analyzer, knowledge: Knowledge) -> Iterator[NamedSource]:
    units = list(analyzer.units(text))
    at = 0
    while at < len(units):
        for end in range(min(len(units), at + _MOST_WORDS), at, -1):
            written = text[units[at].start : units[end - 1].end]
            value = names.get(plain_name(written))
            if value is not None and knowledge.mostly_names(value, written):
                terms = (unit.alternatives(part) for unit in units[at:end] for part in range(len(unit.terms)))
                yield NamedSource(value, frozenset(terms), knowledge.source_size(value))
                at = end - 1
                break
        at += 1
