"""A query's text put right before it is answered: what is answered, what was put right, and what is offered."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from search.analysis.analyzer import Analyzer
from search.engine.corrections import Correction, corrected_text, in_other_letters
from search.engine.named_sources import named_sources
from search.engine.question_language import (
    AskedLanguages,
    asked_languages,
    is_spoken,
    language_by_letters,
    phrase_analyzers,
)
from search.engine.shown_words import ShownWords
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.engine.spell_corrector import SpellCorrector
from search.index.snapshot import Snapshot
from search.query.model import ParsedText, Query
from search.query.syntax import excluded_words, only_plain, uses_language
from search.results import Corrected
from search.times import zone


class SpellCheck(Struct, frozen=True):
    """The query that is answered, how its text was put right, and the query that is offered."""

    query: Query
    corrected: Corrected | None = None
    offered: Query | None = None
    fuller: "SpellCheck | None" = None
    """What is answered if `query` finds nothing: all sure corrections, even if they are most of the words."""


def check_spelling(snapshot: Snapshot, query: Query) -> SpellCheck:
    """The query with words put right that were surely mistyped, unless it finds less so; and what to offer.

    In the query language plain words alone are doubted: a name may be the value of a field, and quotes mean what they
    say. Nor is an unfinished word.
    """
    text, plain_text = query.text, _doubtful(snapshot, query)
    if query.prefix or not plain_text.strip():
        return SpellCheck(query)
    knowledge = SnapshotKnowledge(snapshot)
    asked = asked_languages(knowledge, query)
    corrector = _corrector(snapshot, asked.analyzer)
    found = [
        one
        for one in _outside_of_sources(corrector.corrections(plain_text), plain_text, asked, knowledge)
        if text[one.start : one.end] == plain_text[one.start : one.end] and is_spoken(knowledge, asked, one.word)
    ]
    excluded = _excluded(text, plain_text, corrector) if query.correct else []
    if not found and not excluded:
        return SpellCheck(query)
    sure = [one for one in found if one.sure and query.correct]
    applied = [one for one in sure if one.applied]
    known = ShownWords(asked.analyzer, snapshot.postings, snapshot.manifest.articles, snapshot.columns.visible)
    joined = [one for one in applied if one.of_two]  # more articles have one of the two words
    if len(applied) > len(joined) and (
        known.matching(corrected_text(plain_text, applied)) < known.matching(corrected_text(plain_text, joined))
    ):
        applied = joined
    checked = _checked(snapshot, query, asked.analyzer, found, applied, excluded)
    if len(sure) == len(applied) or not known.has_every(corrected_text(plain_text, sure)):
        return checked
    return replace(checked, fuller=_checked(snapshot, query, asked.analyzer, found, sure, excluded))


def _excluded(text: str, plain_text: str, corrector: SpellCorrector) -> list[Correction]:
    """The words that a text in Russian excludes, put into Ukrainian as the others are: else they exclude nothing."""
    spans = excluded_words(text)
    whole = list(plain_text)
    for start, end in spans:
        whole[start:end] = text[start:end]
    found = corrector.corrections("".join(whole)) if spans else []
    return [one for one in found if one.margin == math.inf and (one.start, one.end) in spans]


def _checked(
    snapshot: Snapshot,
    query: Query,
    analyzer: Analyzer,
    found: Sequence[Correction],
    applied: Sequence[Correction],
    excluded: Sequence[Correction],
) -> SpellCheck:
    """The query with some corrections applied, and those of words that it excludes; all that were found are offered."""
    put = sorted([*applied, *excluded], key=lambda one: one.start)
    answered = corrected_text(query.text, put)
    every = sorted([*found, *excluded], key=lambda one: one.start)
    offered = corrected_text(query.text, every) if len(every) > len(put) else ""
    spoken = language_by_letters(query.parsed.said, analyzer) if in_other_letters(query.text, put) else ""
    return SpellCheck(
        replace(_rewritten(snapshot, query, answered), spoken=spoken) if put else query,
        Corrected(query.text, answered) if put else None,
        _rewritten(snapshot, query, offered) if offered else None,
    )


def _corrector(snapshot: Snapshot, analyzer: Analyzer) -> SpellCorrector:
    """What puts texts right by the words of a generation that may be shown."""
    visible = snapshot.columns.visible

    def adjacent(written: str) -> int:
        readings = {
            tuple(analyzer.terms(written)) for analyzer in phrase_analyzers(snapshot.analyzer, snapshot.languages)
        }
        found = [snapshot.keyword.in_order(terms, "text") for terms in readings]
        return sum(len(rows if visible is None else rows[visible[rows]]) for rows in found)

    articles = snapshot.manifest.articles
    return SpellCorrector(
        analyzer, snapshot.postings, snapshot.vocabulary, articles, adjacent, visible, partial(_reads_russian, snapshot)
    )


def _outside_of_sources(
    found: Sequence[Correction], text: str, asked: AskedLanguages, knowledge: SnapshotKnowledge
) -> list[Correction]:
    """Those that touch no name of a source."""
    sources = named_sources(text, asked.analyzer, knowledge) if found else ()
    names = [source.span for source in sources]
    return [one for one in found if all(one.end <= start or end <= one.start for start, end in names)]


def _reads_russian(snapshot: Snapshot) -> bool:
    """Whether articles that may be shown are in Ukrainian, or in no language that is told, and none is in Russian."""
    columns = snapshot.columns
    visible = np.ones(columns.size, dtype=np.bool_) if columns.visible is None else columns.visible
    untold = ~columns.fields["language"].has_any(snapshot.manifest.languages)
    if np.any(visible & columns.in_language("ru")):
        return False
    return bool(np.any(visible & (untold | columns.in_language("uk"))))


def _rewritten(snapshot: Snapshot, query: Query, text: str) -> Query:
    """The same with a text in which words were put right."""
    return replace(query, text=text, typed=_reread(snapshot, query, text))


def _doubtful(snapshot: Snapshot, query: Query) -> str:
    """The text with blanks where nothing may be doubted; nothing of it where that cannot be told for sure."""
    declared = snapshot.manifest.declared
    if not uses_language(query.text, declared):
        return query.text
    kept = only_plain(query.text, declared)
    return kept if kept.lower().split() == query.parsed.plain.lower().split() else ""


def _reread(snapshot: Snapshot, query: Query, text: str) -> ParsedText | None:
    """How a text is read in which plain words and excluded ones were put right: else the condition stays."""
    if query.typed is None or not uses_language(text, snapshot.manifest.declared):
        return None
    from search.query.parser import parse  # whoever used the language has it

    zoned = zone(query.zone)
    read, _ = parse(text, zoned, query.now or datetime.now(zoned), snapshot.manifest.declared)
    excluded = [[of[start:end] for start, end in excluded_words(of)] for of in (query.text, text)]
    condition = query.typed.condition if excluded[0] == excluded[1] else read.condition
    return replace(query.typed, plain=read.plain, said=read.said, condition=condition)
