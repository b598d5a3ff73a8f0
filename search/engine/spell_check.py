"""A query's text put right before it is answered: what is answered, what was put right, and what is offered."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from search.analysis.analyzer import Analyzer
from search.arrays import Mask
from search.engine.corrections import Correction, corrected_text, in_other_letters
from search.engine.named_sources import named_sources
from search.engine.question_language import AskedLanguages, asked_languages, is_spoken, phrase_analyzers
from search.engine.shown_words import ShownWords
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.engine.spell_corrector import SpellCorrector
from search.index.snapshot import Snapshot
from search.query.model import ParsedText, Query
from search.query.syntax import only_plain, uses_language
from search.results import Corrected


class SpellCheck(Struct, frozen=True):
    """The query that is answered, how its text was put right, and the query that is offered."""

    query: Query
    corrected: Corrected | None = None
    offered: Query | None = None


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
    found = [
        one
        for one in _outside_of_sources(
            _corrector(snapshot, asked.analyzer).corrections(plain_text), plain_text, asked, knowledge
        )
        if text[one.start : one.end] == plain_text[one.start : one.end] and is_spoken(knowledge, asked, one.word)
    ]
    sure = [one for one in found if one.sure and one.applied] if query.correct else []
    answered = corrected_text(text, sure)
    if answered != text and _finds_less(snapshot, asked.analyzer, corrected_text(plain_text, sure), plain_text):
        sure, answered = [], text
    offered = _rewritten(snapshot, query, corrected_text(text, found)) if len(found) > len(sure) else None
    if not sure:
        return SpellCheck(query, offered=offered)
    spoken = asked.analyzer.language(query.parsed.said) if in_other_letters(text, sure) else ""
    put_right = replace(_rewritten(snapshot, query, answered), spoken=spoken)
    return SpellCheck(put_right, Corrected(text, answered), offered)


def _corrector(snapshot: Snapshot, analyzer: Analyzer) -> SpellCorrector:
    """What puts texts right by the words of a generation that may be shown."""
    visible = snapshot.columns.visible

    def adjacent(written: str) -> int:
        readings = {
            tuple(analyzer.terms(written)) for analyzer in phrase_analyzers(snapshot.analyzer, snapshot.languages)
        }
        found = [snapshot.keyword.in_order(terms, "text") for terms in readings]
        return sum(len(rows if visible is None else rows[visible[rows]]) for rows in found)

    def has_articles_in(language: str) -> bool:
        return language in snapshot.languages and _is_shown(snapshot.columns.in_language(language), visible)

    articles = snapshot.manifest.articles
    return SpellCorrector(
        analyzer,
        snapshot.postings,
        snapshot.vocabulary,
        articles,
        adjacent,
        visible,
        lambda: has_articles_in("uk") and not has_articles_in("ru"),
    )


def _outside_of_sources(
    found: Sequence[Correction], text: str, asked: AskedLanguages, knowledge: SnapshotKnowledge
) -> list[Correction]:
    """Those that touch no name of a source."""
    sources = named_sources(text, asked.analyzer, knowledge) if found else ()
    names = [source.span for source in sources]
    return [one for one in found if all(one.end <= start or end <= one.start for start, end in names)]


def _finds_less(snapshot: Snapshot, analyzer: Analyzer, text: str, than: str) -> bool:
    """Whether the words of a text match fewer articles than those of another."""
    known = ShownWords(analyzer, snapshot.postings, snapshot.manifest.articles, snapshot.columns.visible)
    return known.matching(text) < known.matching(than)


def _is_shown(rows: Mask, visible: Mask | None) -> bool:
    return bool(np.any(rows if visible is None else rows & visible))


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
    """How a text is read in which plain words alone were put right: the condition stays."""
    if query.typed is None or not uses_language(text, snapshot.manifest.declared):
        return None
    from search.query.parser import parse  # whoever used the language has it

    read, _ = parse(text, UTC, datetime.now(UTC), snapshot.manifest.declared)
    return replace(query.typed, plain=read.plain, said=read.said)
