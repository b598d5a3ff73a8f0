"""What does the text of a question stand for: which words, which time, which vectors?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from search.columns import UNDATED
from search.condition import Conditions
from search.errors import ModelError
from search.keywords import KeywordQuery, Word, keyword_query
from search.ports import Mask, Matrix, Rows, Scores
from search.query import Choice, Filters, Mode, Query
from search.ranking import Candidates, centre, first_round
from search.related import Near, related_to
from search.snapshot import Snapshot
from search.when import Time, may_name_time, zone

SPEAKERS = 300
"""Of how many articles the twins are asked to speak for a text in a language that the model does not know."""
GLOSS_WEIGHT = 0.75
"""What a gloss of all the words counts for beside the twins of the first keyword hits."""
TITLE_WEIGHT = 0.5
"""What a word in the title adds when the articles are chosen whose twins speak for a text."""
BEFORE, AFTER = 3 * 86_400_000, 7 * 86_400_000
"""How long before and after a named time an article still fits it a little, in milliseconds."""
FRESH = 30 * 86_400_000
"""How old an article is, at which "latest" prefers it no more, in milliseconds."""

Embed = Callable[[str, Snapshot], Scores]
"""The vector of a text by the model of a snapshot. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """What stands for a text among the vectors: one for the order, one for what is an answer at all.

    They differ only where twins speak: the order may depend on the keyword engine's scores, the result set must not.
    """

    order: Scores
    gate: Scores


@dataclass(frozen=True, slots=True)
class Understood:
    """A question's text, understood by what one snapshot knows."""

    language: str
    words: KeywordQuery
    time: Time | None
    vectors: Vectors | None
    unknown: tuple[str, ...] = ()
    """Words looked for that no article contains, and prefixes that no word begins with."""
    degraded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    related: Mapping[Word, Near] = field(default_factory=dict)
    """What is related to its words, where words and meaning both take part."""


def understand(snapshot: Snapshot, query: Query, now: datetime, embed: Embed, like: bool = False) -> Understood:
    """What the text stands for; `like` says that `embed` gives an article's own vector, whatever its language."""
    language = snapshot.analyzer.language(query.asked.said)
    required = Conditions(snapshot).words(query.asked.condition)
    frequency, articles = snapshot.words.frequency, snapshot.manifest.articles
    words = keyword_query(query.asked.plain, snapshot.analyzer, frequency, articles, required)
    unknown = [word.text for word in (*words.words, *required) if not (word.terms and word.frequency)]
    time, note = _named(snapshot, query, now, zone(query.zone))
    notes = (*query.asked.notes, *([note] if note else []))
    understood = Understood(language, words, time, None, tuple(dict.fromkeys(unknown)), notes=notes)
    if query.mode is Mode.KEYWORD or not words.words:
        return understood
    try:
        vectors = _vectors(snapshot, query, understood, embed, like)
        return replace(understood, vectors=vectors, related=_related(snapshot, query, understood, embed))
    except ModelError as unfit:
        return replace(understood, degraded=(f"semantic: {unfit}",))


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


def heads(snapshot: Snapshot, rows: Rows) -> tuple[Matrix, Mask]:
    """The vector of the head that speaks for each article, (rows, dimension), 0 without one; and who has one."""
    speakers = snapshot.columns.embedded_row[rows]
    vectors = np.zeros((len(rows), snapshot.vector.dimension), dtype=np.float32)
    known = speakers >= 0
    vectors[known] = snapshot.vector.vectors(snapshot.views.heads(speakers[known]))
    return vectors, known


def _named(snapshot: Snapshot, query: Query, now: datetime, zoned: tzinfo) -> tuple[Time | None, str]:
    """The time that the text names, if it shall count and something was published then; else why it does not."""
    filters, newest = query.filters, snapshot.columns.newest
    if (
        not query.time
        or filters.since is not None
        or filters.until is not None
        or newest == UNDATED
        or not may_name_time(query.text, snapshot.days)
    ):
        return None, ""
    from search.dates import named_time

    time = named_time(query.asked.plain, now, zoned, snapshot.days)
    if time is None or time.fresh or snapshot.columns.any_within(time.since, time.until):
        return time, ""
    # A month without a year is the latest that the archive can have, not the latest there was.
    last = datetime.fromtimestamp(newest / 1000, now.tzinfo)
    time = named_time(query.asked.plain, min(now, last), zoned, snapshot.days)
    if time is None or time.fresh or snapshot.columns.any_within(time.since, time.until):
        return time, ""
    return None, f"Nothing was published in {time.text!r}; the time was left out of account."


def _related(snapshot: Snapshot, query: Query, understood: Understood, embed: Embed) -> dict[Word, Near]:
    """What is related to the words, where words and meaning both take part in a language that the model knows."""
    if query.mode is not Mode.HYBRID or understood.language not in snapshot.manifest.model.languages:
        return {}
    return related_to(
        understood.words, snapshot.related, snapshot.words, snapshot.forms, lambda word: embed(word, snapshot)
    )


def _vectors(snapshot: Snapshot, query: Query, understood: Understood, embed: Embed, like: bool) -> Vectors:
    """The vectors that stand for the text. Raises ModelError where meaning cannot serve."""
    if not snapshot.views.size:
        raise ModelError("no article of this index is in a language that the model knows")
    if like or understood.language in snapshot.manifest.model.languages:
        vector = embed(snapshot.analyzer.spelled_out(query.asked.said), snapshot)
        return Vectors(vector, vector)
    return _vectors_by_twins(snapshot, query.asked.said, understood, embed)


def _vectors_by_twins(snapshot: Snapshot, text: str, understood: Understood, embed: Embed) -> Vectors:
    """Vectors for a text in a language that the model does not know.

    A gloss of the text by the archive's own glossary, as far as it goes, and for the rest the twins of the articles
    that its words find: for the order by the engine's scores, for the result set by the words they contain.
    """
    glossary = snapshot.glossary(understood.language)
    gloss = glossary.gloss(text, snapshot.analyzer) if glossary else None
    share = GLOSS_WEIGHT * gloss.known if gloss and gloss.text else 0.0
    vector = embed(gloss.text, snapshot) if gloss and share else None
    any_word = understood.words.any
    everywhere = Filters(language=Choice(wanted=(understood.language,)))
    by_score = _twins_of(snapshot, understood, *snapshot.keyword.search(any_word, everywhere, snapshot.columns.size))
    rows = snapshot.words.matching(any_word)
    rows = rows[snapshot.columns.in_language(understood.language)[rows]]
    rarity = snapshot.words.contained(any_word, rows)
    in_title = snapshot.words.contained(any_word, rows, title=True)
    by_words = _twins_of(snapshot, understood, rows, rarity + np.float32(TITLE_WEIGHT) * in_title)
    order, gate = _mixed(share, vector, by_score), _mixed(share, vector, by_words)
    if order is None or gate is None:
        known = ", ".join(snapshot.manifest.model.languages)
        raise ModelError(f"the model knows {known}, not {understood.language}, and no twin could help")
    return Vectors(order, gate)


def _twins_of(snapshot: Snapshot, understood: Understood, rows: Rows, scores: Scores) -> Scores | None:
    """The mean of the heads of the best of these rows that have one, by words and time."""
    spoken = snapshot.columns.embedded_row[rows] >= 0
    rows, scores = rows[spoken], scores[spoken]
    if not len(rows):
        return None
    words = scores.astype(np.float64) / understood.words.rarity
    times = time_fit(snapshot, understood.time, rows)
    nothing, none = np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.bool_)
    first = first_round(Candidates(words, None, None, None, times, nothing, none, none))
    best = np.argsort(-first, kind="stable")[:SPEAKERS]
    return centre(first[best], *heads(snapshot, rows[best]))


def _mixed(share: float, gloss: Scores | None, twins: Scores | None) -> Scores | None:
    """So much of the gloss and the rest of the twins; whichever there is alone, if there is but one."""
    if gloss is None or twins is None:
        return twins if gloss is None else gloss
    mixed: Scores = (share * gloss + (1 - share) * twins).astype(np.float32)
    return mixed
