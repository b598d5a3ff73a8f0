"""Vectors of a query's text."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct, field

from search.arrays import Mask, Matrix, Rows, Scores
from search.engine.scoring import FEEDBACK_HITS, rank, rocchio_centroid, time_fit
from search.errors import ModelError
from search.index.related_terms import Near, family_of, related_to
from search.index.snapshot import Snapshot
from search.messages import say
from search.ports import Candidates, KeywordQuery, WeightedTerm
from search.query.model import FieldFilter, Filters, Mode, Query
from search.times import Time

TRANSLATION_POOL = 300
"""Among how many articles the few are looked for whose twins speak for a text that the model cannot read."""
GLOSS_WEIGHT = 0.75
"""What a gloss of all the words counts for beside the twins of the first keyword hits."""
TITLE_WEIGHT = 0.5
"""What a word in the title adds when the articles are chosen whose twins speak for a text."""

Embed = Callable[[str, Snapshot], Scores]
"""The vector of a text by the model of a snapshot. Raises ModelError."""


class Vectors(Struct, frozen=True):
    """Query vectors: one orders results, one decides which articles match.

    They differ only where twins speak: the order may depend on the keyword engine's scores, the result set must not.
    """

    order: Scores
    gate: Scores
    gloss: Scores | None = None
    """What the model reads of a text by its gloss, zero for nothing; None where it reads the text, or none is known."""


class SemanticInterpretation(Struct, frozen=True):
    """What a question means: no vectors where the model does not take part, or cannot."""

    vectors: Vectors | None = None
    related: Mapping[WeightedTerm, Near] = field(default_factory=dict)
    """What is related to its words, where words take part."""
    degraded: tuple[str, ...] = ()


def interpret_meaning(
    snapshot: Snapshot,
    query: Query,
    words: KeywordQuery,
    language: str,
    embed: Embed,
    time: Callable[[], Time | None],
    like: bool,
) -> SemanticInterpretation:
    """What the model makes of a text.

    `time` gives the time that the text names; `like` says that `embed` gives an article's own vector, whatever its
    language.
    """
    if not words.words:
        return SemanticInterpretation()
    related = _related(snapshot, query, words, language)
    if query.mode is Mode.KEYWORD:
        return SemanticInterpretation(related=related)
    try:
        vectors = _vectors(snapshot, query, words, language, embed, time, like)
    except ModelError as unfit:
        failed = say("semantic-failed", f"semantic: {unfit}", why=unfit.public)
        return SemanticInterpretation(related=related, degraded=(failed,))
    return SemanticInterpretation(vectors, related)


def heads(snapshot: Snapshot, rows: Rows) -> tuple[Matrix, Mask]:
    """The vector of the head that speaks for each article, (rows, dimension), 0 without one; and who has one."""
    speakers = snapshot.columns.embedded_row[rows]
    known = speakers >= 0
    found = snapshot.vector.vectors(snapshot.chunks.heads(speakers[known]))
    if len(found) == len(rows):
        return found, known
    vectors = np.zeros((len(rows), snapshot.vector.dimension), dtype=np.float32)
    vectors[known] = found
    return vectors, known


def _related(snapshot: Snapshot, query: Query, words: KeywordQuery, language: str) -> Mapping[WeightedTerm, Near]:
    """What is related to the words, where words take part: by the model beside meaning, else by how they begin."""
    if query.mode is Mode.SEMANTIC:
        return {}
    if language in snapshot.manifest.model.languages:
        return related_to(words, snapshot.related, snapshot.forms) if query.mode is Mode.HYBRID else {}
    return family_of(
        (word for word in words.words if snapshot.analyzer.language(word.text) == language), snapshot.postings
    )


def _vectors(
    snapshot: Snapshot,
    query: Query,
    words: KeywordQuery,
    language: str,
    embed: Embed,
    time: Callable[[], Time | None],
    like: bool,
) -> Vectors:
    """The vectors of the text. Raises ModelError where meaning cannot serve."""
    if not snapshot.chunks.size:
        raise ModelError(say("no-known-language"))
    if like or language in snapshot.manifest.model.languages:
        vector = embed(snapshot.analyzer.spelled_out(query.parsed.said), snapshot)
        return Vectors(vector, vector)
    return _vectors_by_twins(snapshot, query.parsed.said, words, language, embed, time)


def _vectors_by_twins(
    snapshot: Snapshot, text: str, words: KeywordQuery, language: str, embed: Embed, time: Callable[[], Time | None]
) -> Vectors:
    """Vectors for a text in a language that the model does not know.

    A gloss of the text by the archive's own glossary, as far as it goes, and for the rest the twins of the articles
    that its words find: for the order by the engine's scores, for the result set by the words they contain.
    """
    glossary = snapshot.glossary(language)
    gloss = glossary.gloss(text, snapshot.analyzer.of_article(language)) if glossary else None
    share = GLOSS_WEIGHT * gloss.known if gloss and gloss.text else 0.0
    vector = embed(gloss.text, snapshot) if gloss and share else None
    any_word = words.any
    everywhere = Filters(language=FieldFilter(include=(language,)))
    scored = snapshot.keyword.search(
        any_word, everywhere, TRANSLATION_POOL if time() is None else snapshot.columns.size
    )
    by_score = _twins_of(snapshot, words, *scored, time())
    rows = snapshot.postings.matching(any_word)
    rows = rows[snapshot.columns.in_language(language)[rows]]
    rarity = snapshot.postings.sum_idf(any_word, rows)
    in_title = snapshot.postings.sum_idf(any_word, rows, title=True)
    by_words = _twins_of(snapshot, words, rows, rarity + np.float32(TITLE_WEIGHT) * in_title, time())
    order, gate = _mixed(share, vector, by_score), _mixed(share, vector, by_words)
    if order is None or gate is None:
        known = ", ".join(snapshot.manifest.model.languages)
        raise ModelError(say("no-language", known=known, language=language))
    nothing = np.zeros(len(order), dtype=np.float32) if glossary else None
    return Vectors(order, gate, nothing if vector is None else vector)


def _twins_of(snapshot: Snapshot, words: KeywordQuery, rows: Rows, scores: Scores, time: Time | None) -> Scores | None:
    """The mean of the heads of the best of these rows that have one, by words and time."""
    spoken = snapshot.columns.embedded_row[rows] >= 0
    rows, scores = rows[spoken], scores[spoken]
    if not len(rows):
        return None
    scored = scores.astype(np.float64) / words.idf
    columns = snapshot.columns
    times = None if time is None else time_fit(columns.published[rows], columns.newest, time)
    nothing, none = np.zeros((0, 0), dtype=np.float32), np.zeros(len(rows), dtype=np.bool_)
    first = rank(Candidates(scored, None, None, None, times, nothing, none, none)).total
    best = np.argsort(-first, kind="stable")[:FEEDBACK_HITS]
    return rocchio_centroid(first[best], *heads(snapshot, rows[best]))


def _mixed(share: float, gloss: Scores | None, twins: Scores | None) -> Scores | None:
    """So much of the gloss and the rest of the twins; whichever there is alone, if there is but one."""
    if gloss is None or twins is None:
        return twins if gloss is None else gloss
    mixed: Scores = (share * gloss + (1 - share) * twins).astype(np.float32)
    return mixed
