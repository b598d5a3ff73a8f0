"""Sources that a question names: `coindesk solana etf` and `what did the financial times write about tether`."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, islice

from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.request_words import is_quoted, without_reports
from search.analysis.source_names import plain_name
from search.engine.term_query import has_content
from search.knowledge import Knowledge

_MOST_WORDS = 6
"""Of a name that is looked for."""
_MOST_NAMES = 8
"""Further ones in one text are words like others."""

_Keys = tuple[str, ...]
_Surely = Callable[[_Keys, str, bool], bool]


class NamedSource(Struct, frozen=True):
    """What a question names by one name, nearly always one source, and the words that name it."""

    values: tuple[str, ...]
    """The keys of the sources that go by the name."""
    terms: frozenset[tuple[str, ...]]
    """The terms of each of the words."""
    articles: int
    """How many articles are from them."""
    start: int = 0
    """Where the name stands in the text, in code points."""
    written: str = ""
    """The name as it stands there."""

    @property
    def span(self) -> tuple[int, int]:
        """Where the name begins and ends."""
        return self.start, self.start + len(self.written)


def named_sources(text: str, analyzer: Analyzer, knowledge: Knowledge) -> tuple[NamedSource, ...]:
    """The sources that a text surely names, in its order; of names that begin alike the longest."""
    return tuple(islice(_named(text, analyzer, knowledge), _MOST_NAMES)) if knowledge.source_names else ()


def without_sources(text: str, sources: Sequence[NamedSource], analyzer: Analyzer) -> str:
    """The text without the names of these sources, and without words that only ask what they wrote, if others are left.

    `what did the financial times write about tether` is about tether.
    """
    rest = without_reports(text, [source.written for source in sources], analyzer.is_stop_word)
    return rest if has_content(rest, analyzer) else text


def _named(text: str, analyzer: Analyzer, knowledge: Knowledge) -> Iterator[NamedSource]:
    units = list(analyzer.units(text))
    surely = cache(knowledge.mostly_names)
    at = 0
    while at < len(units):
        begins = knowledge.source_names.may_begin(text[units[at].start : units[at].end], analyzer)
        for end in range(min(len(units), at + _MOST_WORDS), at if begins else len(units), -1):
            start, stop = units[at].start, units[end - 1].end
            values = _sources(text, start, stop, analyzer, knowledge, surely)
            if values:
                terms = frozenset(chain.from_iterable(unit.every for unit in units[at:end]))
                yield NamedSource(values, terms, knowledge.sources_size(values), start, text[start:stop])
                at = end - 1
                break
        at += 1


def _sources(text: str, start: int, stop: int, analyzer: Analyzer, knowledge: Knowledge, surely: _Surely) -> _Keys:
    """The sources that a part of a text is the name of, and surely nothing else; none where there are none."""
    names, written = knowledge.source_names, text[start:stop]
    values = names.called(written, analyzer)
    if not values and (" " in plain_name(written) or _has_capital_of_its_own(text, start)):
        values = names.inflected(written, analyzer)
    if values:
        return values if all(surely(values, one, False) for one in names.spellings(written)) else ()
    if not (written[0].isupper() and is_quoted(text[:start], text[stop:])):
        return ()
    values = names.sounding(written)
    return values if values and surely(values, plain_name(written), True) else ()


def _has_capital_of_its_own(text: str, start: int) -> bool:
    """Whether a word has a capital letter, and the word before it has none: *новини Правди*, not *ціна правди*.

    One word in another case is an ordinary word far oftener than the name of a source.
    """
    before = text[:start].split()
    return text[start].isupper() and bool(before) and before[-1].islower() and before[-1][-1] not in ".!?…"
