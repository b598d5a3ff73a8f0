"""What does the text of a question stand for: which words, in which language, of which time?"""

from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.columns import UNDATED
from search.condition import Conditions
from search.keywords import KeywordQuery, keyword_query
from search.ports import Rows
from search.query import Query
from search.snapshot import Snapshot
from search.when import Time, may_name_time, zone

BEFORE, AFTER = 3 * 86_400_000, 7 * 86_400_000
"""How long before and after a named time an article still fits it a little, in milliseconds."""
FRESH = 30 * 86_400_000
"""How old an article is, at which "latest" prefers it no more, in milliseconds."""


class Understood(Struct, frozen=True):
    """A question's text, understood by what one snapshot knows."""

    language: str
    words: KeywordQuery
    unknown: tuple[str, ...]
    """Words looked for that no article contains, and prefixes that no word begins with."""


class Named(Struct, frozen=True):
    """The time that a text names, if it counts, or why one that it names does not."""

    time: Time | None = None
    note: str = ""


def understand(snapshot: Snapshot, query: Query) -> Understood:
    """The words of a text, and its language."""
    language = snapshot.analyzer.language(query.asked.said)
    required = Conditions(snapshot).words(query.asked.condition)
    frequency, articles = snapshot.words.frequency, snapshot.manifest.articles
    words = keyword_query(query.asked.plain, snapshot.analyzer, frequency, articles, required)
    unknown = [word.text for word in (*words.words, *required) if not (word.terms and word.frequency)]
    return Understood(language, words, tuple(dict.fromkeys(unknown)))


def time_fit(snapshot: Snapshot, time: Time | None, rows: Rows) -> NDArray[np.float64] | None:
    """How well the time of each article fits the one named: 1 inside, falling to 0 over some days beside it."""
    if time is None:
        return None
    times = snapshot.columns.published[rows]
    dated = times != UNDATED
    times = np.where(dated, times, 0).astype(np.float64)
    if time.fresh:
        fit = 1 - (snapshot.columns.newest - times) / FRESH
    else:
        early, late = time.since - times, times - time.until + 1
        fit = np.where(early > 0, 1 - early / BEFORE, np.where(late > 0, 1 - late / AFTER, 1.0))
    return np.where(dated, np.clip(fit, 0.0, 1.0) * time.certainty, 0.0)


def named(snapshot: Snapshot, query: Query, now: datetime) -> Named:
    """The time that the text names, if it shall count and something was published then; else why it does not."""
    filters, newest, zoned = query.filters, snapshot.columns.newest, zone(query.zone)
    if (
        not query.time
        or filters.since is not None
        or filters.until is not None
        or newest == UNDATED
        or not may_name_time(query.text, snapshot.days)
    ):
        return Named()
    from search.dates import named_time

    time = named_time(query.asked.plain, now, zoned, snapshot.days)
    if time is None or time.fresh or snapshot.columns.any_within(time.since, time.until):
        return Named(time)
    # A month without a year is the latest that the archive can have, not the latest there was.
    last = datetime.fromtimestamp(newest / 1000, now.tzinfo)
    time = named_time(query.asked.plain, min(now, last), zoned, snapshot.days)
    if time is None or time.fresh or snapshot.columns.any_within(time.since, time.until):
        return Named(time)
    return Named(note=f"Nothing was published in {time.text!r}; the time was left out of account.")
