"""Interpretation of a query's text: words, language and time."""

import re
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.characters import is_cyrillic
from search.analysis.request_words import (
    WHAT_HAPPENED,
    without_articles,
    without_request_for_articles,
    without_request_for_newest,
)
from search.engine.named_sources import NamedSource, named_sources, without_sources
from search.engine.query_vectors import Embed, SemanticInterpretation, interpret_meaning
from search.engine.question_language import asked_languages
from search.engine.term_query import condition_words, has_content, hinges_on_unknown_name, keyword_query, typed_names
from search.knowledge import Knowledge
from search.messages import say
from search.ports import KeywordQuery, WeightedTerm
from search.query.dates import may_name_time
from search.query.model import Mode, Query, positive_leaves
from search.times import Time, zone

_WORD = re.compile(r"\w+")
_DAY = 25 * 3_600_000
"""The longest day in milliseconds: clocks are set back in some."""


class LexicalInterpretation(Struct, frozen=True):
    """A question's text, understood by what one archive knows."""

    language: str
    analyzer: Analyzer
    """What reads its words."""
    words: KeywordQuery
    unknown: tuple[str, ...]
    """Words looked for that no article contains, and prefixes that no word begins with."""
    sources: tuple[NamedSource, ...] = ()
    """The sources that its words name."""


class Named(Struct, frozen=True):
    """The time that a text names, if it counts, or why one that it names does not."""

    time: Time | None = None
    note: str = ""


def interpret_terms(knowledge: Knowledge, query: Query) -> LexicalInterpretation:
    """The words of a text, and its language."""
    asked = asked_languages(knowledge, query)
    required = condition_words(query.parsed.condition, knowledge.analyzer, knowledge.forms_beginning)
    about, sources = subject(knowledge, query, asked.analyzer)

    def frequency(terms: tuple[str, ...]) -> int:
        """How many articles have a word: in their text, or for being from a source that it names."""
        return max(knowledge.frequency(terms), *(one.articles for one in sources if terms in one.terms), 0)

    words = keyword_query(about, asked.analyzer, frequency, knowledge.articles, required)
    unknown = [word.text for word in (*words.words, *required) if not (word.terms and word.frequency)]
    return LexicalInterpretation(asked.language, asked.analyzer, words, tuple(dict.fromkeys(unknown)), sources)


def subject(knowledge: Knowledge, query: Query, analyzer: Analyzer) -> tuple[str, tuple[NamedSource, ...]]:
    """What a text is about, without words that only ask for articles, and the sources that it names."""
    about = _about(knowledge, query, analyzer)
    sources = named_sources(about, analyzer, knowledge)
    if sources:
        without = without_articles(about, [source.span for source in sources])
        about = without if has_content(without, analyzer) else about
    return about, sources


def _about(knowledge: Knowledge, query: Query, analyzer: Analyzer) -> str:
    """The plain words of a text without those that only ask for articles, or for the newest.

    They stay where nothing else is asked for: neither other words nor a condition.
    """
    plain = query.parsed.plain
    asked_for = plain
    if query.time and may_name_time(plain, knowledge.days):
        asked_for = without_request_for_newest(asked_for)

    def is_name(word: str) -> bool:
        """Whether articles have a word, which they write as a name."""
        known = may_be_name(word, analyzer) and knowledge.frequency(tuple(analyzer.terms(word)))
        return bool(known) and knowledge.writes_as_name(word)

    about = without_request_for_articles(asked_for, is_name)
    if about == plain:
        return plain
    if next(positive_leaves(query.parsed.condition), None) is not None:
        return about
    return next((text for text in (about, asked_for) if has_content(text, analyzer)), plain)


def may_be_name(word: str, analyzer: Analyzer) -> bool:
    """Whether a word may be a name as it is typed: a Cyrillic one by its capital, or for being in no dictionary.

    Articles write Ukrainian nouns with capitals that mostly begin their sentences.
    """
    return not is_cyrillic(word) or word[:1].isupper() or not (analyzer.lemmas and analyzer.lemmas.of(word.lower()))


def named(knowledge: Knowledge, query: Query, now: datetime) -> Named:
    """The time that the text names, if it shall count and something was published then; else why it does not."""
    filters, newest, zoned = query.filters, knowledge.newest, zone(query.zone)
    if (
        not query.time
        or filters.since is not None
        or filters.until is not None
        or newest is None
        or not may_name_time(query.text, knowledge.days)
    ):
        return Named()
    from search.analysis.time_expressions import named_time

    time = named_time(query.parsed.plain, now, zoned, knowledge.days)
    if time is None or time.fresh or knowledge.published_within(time.since, time.until):
        return Named(time)
    # A month without a year is the latest that the archive can have, not the latest there was.
    last = datetime.fromtimestamp(newest / 1000, now.tzinfo)
    time = named_time(query.parsed.plain, min(now, last), zoned, knowledge.days)
    if time is None or time.fresh or knowledge.published_within(time.since, time.until):
        return Named(time)
    return Named(note=say("time-left-out", time=repr(time.text)))


def surely_named(time: Time | None) -> Time | None:
    """The time, if it surely says when articles were published: a year alone may be the subject."""
    return None if time is None or time.fresh or time.certainty < 1 else time


def naming(time: Time, words: KeywordQuery) -> list[WeightedTerm]:
    """Those of the words that are part of what names the time."""
    said = time.text.casefold()
    parts = {*said.split(), *_WORD.findall(said)}
    return [word for word in words.words if word.text.casefold() in parts]


def without_time(text: str, time: Time | None, analyzer: Analyzer) -> str:
    """The text without the words of a span of time that it surely names, if others with content are left.

    Dates of publication answer them: by meaning *early 2026* finds whatever looks ahead to that year. A single day
    stays, for it tells one story from the others of its week, and articles name it. So does the name of an event.
    """
    span = surely_named(time)
    if span is None or span.event or span.until - span.since <= _DAY:
        return text
    words = r"\s+".join(re.escape(word).replace("'", "['’]") for word in span.text.split())
    rest = " ".join(re.sub(rf"(?<!\w){words}(?!\w)", " ", text, flags=re.IGNORECASE).split())
    return rest if has_content(rest, analyzer) else text


class QueryInterpretation:
    """The text of one question, as one archive understands it."""

    def __init__(self, knowledge: Knowledge, query: Query, now: datetime, embed: Embed, like: bool) -> None:
        """`embed` gives the vector of a text; `like`: the vector is an article's own, and the text was not typed."""
        self._knowledge = knowledge
        self._query = query
        self._now = now
        self._embed = embed
        self.typed = not like
        """Whether somebody typed the text."""
        self._understood = interpret_terms(knowledge, query)
        self.language, self.words = self._understood.language, self._understood.words
        self.sources = self._understood.sources if self.typed else ()
        """The sources that its words name."""

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Words that no article contains, but for those that name, or ask for, a time in which some were published."""
        time = surely_named(self.time)
        said = {word.text for word in naming(time, self.words)} if time else set()
        return tuple(
            word
            for word in self._understood.unknown
            if word not in said and not (time and word.casefold() in WHAT_HAPPENED)
        )

    @cached_property
    def meant(self) -> SemanticInterpretation:
        """What the model makes of the text."""
        return interpret_meaning(
            self._knowledge, self._query, self.words, self.language, self._embed, self._read, like=not self.typed
        )

    def _read(self) -> tuple[str, Time | None]:
        """What the model shall read of the text, and the time that the text names."""
        said, analyzer = self._query.parsed.said, self._understood.analyzer
        if self.typed:
            said = without_time(said, self.time, analyzer)
            said = without_sources(said, self.sources, analyzer) if self.sources else said
        return said, self.time

    @cached_property
    def by_words(self) -> bool:
        """Whether words answer."""
        return self._query.mode is not Mode.SEMANTIC or self.meant.vectors is None

    @cached_property
    def _named(self) -> Named:
        return named(self._knowledge, self._query, self._now)

    @property
    def time(self) -> Time | None:
        """The time that the text names, if it counts."""
        return self._named.time

    def names_day(self, time: Time) -> bool:
        """Whether a time is told by a day that has a name, such as Christmas."""
        said = time.text.casefold()
        return any(name in said for name in self._knowledge.days)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on how the text was read."""
        return (*self._query.parsed.notes, *([self._named.note] if self._named.note else []))

    @property
    def across_languages(self) -> bool:
        """Whether the model reads the text and no article is in its language: then its words tell nothing."""
        known = self._knowledge
        return self.language in known.model_languages and self.language not in known.languages

    @cached_property
    def hinges_on_unknown_name(self) -> bool:
        """Whether it asks about somebody whom no article names; then nothing is near enough in meaning."""
        if not self.typed or self.across_languages:
            return False
        said, analyzer = self._query.parsed.said, self._understood.analyzer
        return hinges_on_unknown_name(said, self.words, analyzer, self._knowledge.nearest_word)

    def is_name(self, word: WeightedTerm) -> bool:
        """Whether a word, however it is typed, is the name of something in articles."""
        own = may_be_name(word.text, self._understood.analyzer)
        return own and bool(word.frequency) and self._knowledge.names_things(word.text)

    @cached_property
    def names(self) -> tuple[WeightedTerm, ...]:
        """The words that are typed as names."""
        return typed_names(self._query.parsed.said, self.words, self._understood.analyzer) if self.typed else ()
