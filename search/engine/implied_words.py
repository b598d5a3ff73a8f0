"""Words of a question that an article has by what is known of it, whatever its text says.

`hack in february 2026` asks for hacks of that month, whatever words the articles use for it, and `coindesk solana etf`
for what CoinDesk wrote. So what was published then counts as having *february* and *2026*, and what CoinDesk
published as having *coindesk*.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from search.analysis.request_words import WHAT_HAPPENED
from search.arrays import Mask, Scores
from search.engine.interpretation import QueryInterpretation, naming, surely_named
from search.index.columns import Columns
from search.index.postings import Coverage, Postings
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import FieldFilter, Filters

SCORE = 0.5
"""What the word of a time adds to the BM25 score, as a share of its idf: a text that says it adds more."""
SOURCE = 1.0
"""The same of the words of a source, for what it published, however often that says its own name.

So a source's own texts about itself (`CoinDesk 20 index update`) do not come before what was asked of it.
"""
PUBLISHED = 0.4
"""What being from the source adds besides, as a share of the idf of all words: as much as being of the time named."""


class ImpliedWords(Struct, frozen=True):
    """Words that some articles have by their time or their source."""

    words: tuple[WeightedTerm, ...]
    rows: Mask
    """The articles that have them, (articles,)."""
    filters: Filters
    """What admits these articles alone."""
    dates: bool = False
    """Whether they are words of the calendar."""
    source: bool = False
    """Whether they name a source."""


def implied_words(said: QueryInterpretation, columns: Columns) -> tuple[ImpliedWords, ...]:
    """The words that name a time for certain, and those that name sources.

    A day with a name, as Christmas, is the subject of a text that has no other.
    """
    found = []
    time = surely_named(said.time)
    if time is not None:
        words, named = tuple(naming(time, said.words)), said.names_day(time)
        if not named or len(words) < len(said.words.words):
            rows, inside = columns.within(time.since, time.until), Filters(since=time.since, until=time.until)
            found.append(ImpliedWords(words, rows, inside, dates=not named))
    for source in said.sources:
        words = tuple(word for word in said.words.words if word.terms in source.terms)
        own = Filters(source=FieldFilter(include=source.values))
        found.append(ImpliedWords(words, columns.fields["source"].has_any(source.values), own, source=True))
    return tuple(one for one in found if one.words)


def name_all(implied: Sequence[ImpliedWords], words: KeywordQuery) -> bool:
    """Whether these words name a date or a span of the calendar, and beside it sources at most.

    `what happened on january 15` asks for what was published that day. An article that mentions the day is none of it.
    """
    named = {word for one in implied for word in one.words}
    others = (word for word in words.words if word not in named)
    return any(one.dates for one in implied) and all(word.text.casefold() in WHAT_HAPPENED for word in others)


def full_coverage(implied: Sequence[ImpliedWords], words: KeywordQuery) -> Coverage:
    """All of the words for every article of the date, and of one of the sources if any is named; nothing for others."""
    inside = np.logical_and.reduce([one.rows for one in implied if one.dates])
    if sources := [one.rows for one in implied if not one.dates]:
        inside &= np.logical_or.reduce(sources)
    rarity = (inside * words.idf).astype(np.float32)
    weights = inside.astype(np.int32) * sum(word.clause_weight for word in words.words)
    return Coverage(weights, inside.astype(np.int32) * len(words.words), rarity, np.zeros(len(inside), np.float32))


def implied_coverage(implied: Sequence[ImpliedWords], postings: Postings) -> Coverage:
    """What every article has of the words in this way, beside what it contains.

    What a source published has the words of its name in the byline, which is as good as in the title.
    """
    weights, count = (np.zeros(postings.size, dtype=np.int32) for _ in range(2))
    rarity, in_title = (np.zeros(postings.size, dtype=np.float32) for _ in range(2))
    for one in implied:
        for word in one.words:
            gains = one.rows.copy()
            gains[postings.rows(word.terms)] = False
            weights[gains] += word.clause_weight
            count[gains] += 1
            rarity[gains] += np.float32(word.idf)
            if one.source:
                gains = one.rows.copy()
                gains[postings.rows(word.terms, title=True)] = False
                in_title[gains] += np.float32(word.idf)
    return Coverage(weights, count, rarity, in_title)


def scored_words(implied: Sequence[ImpliedWords], words: KeywordQuery) -> KeywordQuery:
    """The words that the keyword engine scores: all but those of sources, where articles have others."""
    named = {word for one in implied if one.source for word in one.words}
    rest = tuple(word for word in words.words if word not in named)
    return KeywordQuery(rest, words.minimum_should_match) if named and any(word.frequency for word in rest) else words


def implied_scores(implied: Sequence[ImpliedWords], scored: KeywordQuery, idf: float, postings: Postings) -> Scores:
    """What such words add to the BM25 score of every article, (articles,).

    `scored` are the words that the engine scores, and `idf` is that of all words.
    """
    added = np.zeros(postings.size, dtype=np.float32)
    for one in implied:
        if one.source and not set(one.words) <= set(scored.words):
            added[one.rows] += np.float32(PUBLISHED * idf)
        for word in one.words:
            says = postings.rows(word.terms)
            share = np.where(one.rows, np.float32(SCORE), np.float32(0))
            share[says] = 0
            if word not in scored.words:
                share[says] = SCORE
                share[one.rows] = SOURCE
            added += share * np.float32(word.idf)
    return added
