"""Vectors of a query's text."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct, field

from search.arrays import Scores
from search.engine.scoring import FEEDBACK_HITS, rank, rocchio_centroid, time_fit
from search.errors import ModelError
from search.knowledge import FeedbackHits, Knowledge, RelatedTerms
from search.messages import say
from search.ports import Candidates, KeywordQuery, WeightedTerm
from search.query.model import Mode, Query
from search.times import Time

TRANSLATION_POOL = 300
"""Among how many articles the few are looked for whose twins speak for a text that the model cannot read."""
GLOSS_WEIGHT = 0.75
"""What a gloss of all the words counts for beside the twins of the first keyword hits."""
TITLE_WEIGHT = 0.5
"""What a word in the title adds when the articles are chosen whose twins speak for a text."""

Embed = Callable[[str], Scores]
"""The vector of a text by the model of the archive. Raises ModelError."""


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
    related: Mapping[WeightedTerm, RelatedTerms] = field(default_factory=dict)
    """What is related to its words, where words take part."""
    degraded: tuple[str, ...] = ()


def interpret_meaning(
    knowledge: Knowledge,
    query: Query,
    words: KeywordQuery,
    language: str,
    embed: Embed,
    read: Callable[[], tuple[str, Time | None]],
    like: bool,
) -> SemanticInterpretation:
    """What the model makes of a text.

    `read` gives what it shall read of the text, and the time that the text names; `like` says that `embed` gives an
    article's own vector, whatever its language.
    """
    if not words.words:
        return SemanticInterpretation()
    related = _related(knowledge, query, words, language)
    if query.mode is Mode.KEYWORD:
        return SemanticInterpretation(related=related)
    try:
        vectors = _vectors(knowledge, words, language, embed, read, like)
    except ModelError as unfit:
        failed = say("semantic-failed", f"semantic: {unfit}", why=unfit.public)
        return SemanticInterpretation(related=related, degraded=(failed,))
    return SemanticInterpretation(vectors, related)


def _related(
    knowledge: Knowledge, query: Query, words: KeywordQuery, language: str
) -> Mapping[WeightedTerm, RelatedTerms]:
    """What is related to the words, where words take part: by the model beside meaning, else by how they begin."""
    if query.mode is Mode.SEMANTIC:
        return {}
    if language in knowledge.model_languages:
        return knowledge.related(words) if query.mode is Mode.HYBRID else {}
    return knowledge.same_beginning(
        [word for word in words.words if knowledge.analyzer.language(word.text) == language]
    )


def _vectors(
    knowledge: Knowledge,
    words: KeywordQuery,
    language: str,
    embed: Embed,
    read: Callable[[], tuple[str, Time | None]],
    like: bool,
) -> Vectors:
    """The vectors of the text. Raises ModelError where meaning cannot serve."""
    if not knowledge.has_vectors:
        raise ModelError(say("no-known-language"))
    text, time = read()
    if like or language in knowledge.model_languages:
        vector = embed(knowledge.analyzer.spelled_out(text))
        return Vectors(vector, vector)
    return _vectors_by_twins(knowledge, text, words, language, embed, time)


def _vectors_by_twins(
    knowledge: Knowledge, text: str, words: KeywordQuery, language: str, embed: Embed, time: Time | None
) -> Vectors:
    """Vectors for a text in a language that the model does not know.

    A gloss of the text by the archive's own glossary, as far as it goes, and for the rest the twins of the articles
    that its words find: for the order by the engine's scores, for the result set by the words they contain.
    """
    glossary = knowledge.glossary(language)
    gloss = glossary.gloss(text, knowledge.analyzer.of_article(language)) if glossary else None
    share = GLOSS_WEIGHT * gloss.known if gloss and gloss.text else 0.0
    vector = embed(gloss.text) if gloss and share else None
    scored = knowledge.best_by_words(words.any, language, TRANSLATION_POOL if time is None else None)
    contained = knowledge.containing(words.any, language, TITLE_WEIGHT)
    order = _mixed(share, vector, _centroid(knowledge, words, scored, time))
    gate = _mixed(share, vector, _centroid(knowledge, words, contained, time))
    if order is None or gate is None:
        known = ", ".join(knowledge.model_languages)
        raise ModelError(say("no-language", known=known, language=language))
    nothing = np.zeros(len(order), dtype=np.float32) if glossary else None
    return Vectors(order, gate, nothing if vector is None else vector)


def _centroid(knowledge: Knowledge, words: KeywordQuery, hits: FeedbackHits, time: Time | None) -> Scores | None:
    """The mean of the heads of the best of these articles, by words and time; None where there are none."""
    size, newest = len(hits.rows), knowledge.newest
    if not size:
        return None
    times = None if time is None or newest is None else time_fit(hits.published, newest, time)
    nothing, none = np.zeros((0, 0), dtype=np.float32), np.zeros(size, dtype=np.bool_)
    first = rank(Candidates(hits.scores / words.idf, None, None, None, times, nothing, none, none)).total
    best = np.argsort(-first, kind="stable")[:FEEDBACK_HITS]
    return rocchio_centroid(first[best], *knowledge.heads(hits.rows[best]))


def _mixed(share: float, gloss: Scores | None, twins: Scores | None) -> Scores | None:
    """So much of the gloss and the rest of the twins; whichever there is alone, if there is but one."""
    if gloss is None or twins is None:
        return twins if gloss is None else gloss
    mixed: Scores = (share * gloss + (1 - share) * twins).astype(np.float32)
    return mixed
