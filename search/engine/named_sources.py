"""Sources that a question names: `coindesk solana etf` and `what did the financial times write about tether`."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, islice

from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.source_names import plain_name, without_ending
from search.knowledge import Knowledge

_MOST_WORDS = 6
"""Of a name that is looked for."""
_MOST_NAMES = 8
"""Further ones in one text are words like others."""


class NamedSource(Struct, frozen=True):
    """What a question names by one name, nearly always one source, and the words that name it."""

    values: tuple[str, ...]
    """The keys of the sources that go by the name."""
    terms: frozenset[tuple[str, ...]]
    """The terms of each of the words."""
    articles: int
    """How many articles are from them."""


def named_sources(text: str, analyzer: Analyzer, knowledge: Knowledge) -> tuple[NamedSource, ...]:
    """The sources that a text surely names, in its order; of names that begin alike the longest."""
    names = knowledge.source_names
    return tuple(islice(_named(text, names, analyzer, knowledge), _MOST_NAMES)) if names else ()


def _named(
    text: str, names: Mapping[str, tuple[str, ...]], analyzer: Analyzer, knowledge: Knowledge
) -> Iterator[NamedSource]:
    units = list(analyzer.units(text))
    surely = cache(knowledge.mostly_names)
    at = 0
    while at < len(units):
        for end in range(min(len(units), at + _MOST_WORDS), at, -1):
            written = text[units[at].start : units[end - 1].end]
            domain = without_ending(written)
            values = names.get(plain_name(written)) or names.get(domain, ())
            if values and surely(values, plain_name(domain or written)):
                terms = frozenset(chain.from_iterable(unit.every for unit in units[at:end]))
                yield NamedSource(values, terms, knowledge.sources_size(values))
                at = end - 1
                break
        at += 1
