"""Rows as hits: articles in one SELECT, their matches, best passages and twins."""

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.arrays import Mask
from search.article import Article, Span
from search.deadline import check
from search.hits.highlighter import Highlighter, byline, matched
from search.hits.snippet import Marks, Snippet, make_snippet
from search.index.chunks import PASSAGE
from search.index.sentence_index import Occurrences, SentenceIndex
from search.index.snapshot import Snapshot
from search.ports import KeywordQuery
from search.query.model import Query
from search.results import Contribution, Highlight, Hit, Matched, Passage, Signal, Twin
from search.times import Millis


class RankedRow(Struct, frozen=True):
    """A row to show, what ranked it, and its view that is nearest in meaning, if one is."""

    row: int
    contributions: tuple[Contribution, ...]
    best_view: int | None


class HitParts(Struct, frozen=True):
    """Which parts of a hit are wanted, of those that cost something."""

    marks: bool = True
    """Snippet and highlights."""
    passage: bool = True
    twins: bool = True
    matches: bool = False
    """The part of the article in which each word occurs."""

    @property
    def texts(self) -> bool:
        """Whether they are made of the texts of articles."""
        return self.marks or self.passage or self.matches


def parts_wanted(query: Query) -> HitParts:
    """The parts that a query wants."""
    return HitParts(
        marks=query.wants("snippet", "snippet_marks", "highlight"),
        passage=query.wants("passage"),
        twins=query.wants("twins"),
        matches=query.explain and query.wants("explain"),
    )


class ShownMatches(Struct, frozen=True):
    """What a hit shows of the words that were asked for."""

    snippet: str = ""
    snippet_marks: Marks | None = None
    highlight: Highlight = Highlight("", "")
    matched: tuple[Matched, ...] = ()


def hits(
    snapshot: Snapshot,
    shown: Sequence[RankedRow],
    words: KeywordQuery,
    now: Millis,
    *,
    parts: HitParts,
) -> tuple[Hit, ...]:
    """The hits of one page, in the order given; the words are marked where they occur.

    `parts` says what is wanted of each hit: the rest is left empty, and costs nothing.
    """
    if not shown:
        return ()
    rows = [one.row for one in shown]
    marks = parts.marks or parts.matches
    articles = snapshot.store.articles(rows, texts=parts.texts)
    passages: list[Passage | None] = [None] * len(rows)
    if marks or parts.passage:
        passages = [_passage(snapshot, one, article) for one, article in zip(shown, articles, strict=True)]
    matches = [ShownMatches()] * len(rows)
    if marks:
        matches = _shown_matches(snapshot, shown, articles, passages, words, parts.matches)
    others = twins(snapshot, rows) if parts.twins else [()] * len(rows)
    return tuple(
        Hit(
            article=article,
            score=_score(one),
            contributions=one.contributions,
            snippet=match.snippet,
            snippet_marks=match.snippet_marks,
            highlight=match.highlight,
            matched=match.matched,
            age_days=_age(one, article, now),
            passage=passage,
            twins=own,
        )
        for one, article, match, passage, own in zip(shown, articles, matches, passages, others, strict=True)
    )


def _shown_matches(
    snapshot: Snapshot,
    shown: Sequence[RankedRow],
    articles: Sequence[Article],
    passages: Sequence[Passage | None],
    words: KeywordQuery,
    where: bool,
) -> list[ShownMatches]:
    """Snippet and marks of each article; with `where`, the part of it in which each word occurs."""
    rows = [one.row for one in shown]
    terms = frozenset(term for word in words.words for term in word.terms)
    numbers = {number: term for term in terms if (number := snapshot.postings.number(term)) is not None}
    occurrences = snapshot.sentence_index.occurrences(np.array(rows), _bearing(len(snapshot.postings), numbers))
    wanted = _highlighters(terms, snapshot.analyzer, articles)
    matched = _matches(words, articles, occurrences, numbers, wanted) if where else [()] * len(rows)
    within = _within(shown, articles, passages, occurrences, wanted)
    excerpts = _excerpts(snapshot.sentence_index, rows, articles, within, occurrences, wanted)
    texts = _marked(wanted, [(a.title, a.description, e.text) for a, e in zip(articles, excerpts, strict=True)])
    return [
        ShownMatches(*excerpt.marked(text, span is not None), Highlight(title, description), own)
        for excerpt, span, (title, description, text), own in zip(excerpts, within, texts, matched, strict=True)
    ]


def _score(one: RankedRow) -> float:
    return float(sum(part.share for part in one.contributions))


def _highlighters(terms: Set[str], analyzer: Analyzer, articles: Sequence[Article]) -> list[Highlighter]:
    """What marks the terms in each article; articles that are read alike share one."""
    by_analyzer: dict[int, Highlighter] = {}
    found = []
    for article in articles:
        own = analyzer.of_article(article.base_language)
        if id(own) not in by_analyzer:
            by_analyzer[id(own)] = Highlighter(terms, own)
        found.append(by_analyzer[id(own)])
    return found


def _marked(wanted: Sequence[Highlighter], texts: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The texts of each article with marks; those of articles that share a highlighter all at once."""
    marked = list(texts)
    for one in dict.fromkeys(wanted):
        places = [place for place, own in enumerate(wanted) if own is one]
        every = one.marked([text for place in places for text in texts[place]])
        for place, three in zip(places, zip(every[::3], every[1::3], every[2::3], strict=True), strict=True):
            marked[place] = three
    return marked


def _bearing(size: int, numbers: Iterable[int]) -> Mask:
    """Which words of the archive have these numbers, (words,)."""
    bearing = np.zeros(size, dtype=np.bool_)
    bearing[list(numbers)] = True
    return bearing


def _matches(
    words: KeywordQuery,
    articles: Sequence[Article],
    occurrences: Occurrences,
    numbers: Mapping[int, str],
    wanted: Sequence[Highlighter],
) -> list[tuple[Matched, ...]]:
    """The part of each article in which the words occur."""
    in_text: list[set[str]] = [set() for _ in articles]
    for number, word in zip(occurrences.article.tolist(), occurrences.word.tolist(), strict=True):
        in_text[number].add(numbers[word])
    found = []
    for each in zip(articles, in_text, wanted, strict=True):
        check("showing")
        found.append(matched(words, *each))
    return found


def _within(
    shown: Sequence[RankedRow],
    articles: Sequence[Article],
    passages: Sequence[Passage | None],
    occurrences: Occurrences,
    wanted: Sequence[Highlighter],
) -> list[Span | None]:
    """The part of each article that its snippet is from: the passage, where meaning alone found it; None for all.

    Who asks for an author gets what she wrote: no passage of it is nearer to her name than another.
    """
    worded = np.bincount(occurrences.article, minlength=len(shown)).tolist()
    return [
        None
        if passage is None or (_by_words(one) and (words or own.terms(byline(article))))
        else (passage.start, passage.end)
        for one, article, passage, words, own in zip(shown, articles, passages, worded, wanted, strict=True)
    ]


def _by_words(one: RankedRow) -> bool:
    return any(part.ranking == Signal.KEYWORD and part.rank for part in one.contributions)


def _excerpts(
    outline: SentenceIndex,
    rows: Sequence[int],
    articles: Sequence[Article],
    within: Sequence[Span | None],
    occurrences: Occurrences,
    wanted: Sequence[Highlighter],
) -> list[Snippet]:
    """The excerpt of each article: the sentence with most of the words, and what follows it."""
    first, last = outline.first_sentence[rows], outline.first_sentence[np.array(rows) + 1]
    for number, passage in enumerate(within):
        if passage is not None:
            first[number], last[number] = outline.inside(rows[number], passage)
    sentences = zip(occurrences.best(first, last).tolist(), last.tolist(), strict=True)
    excerpts = []
    for article, passage, some, own in zip(articles, within, sentences, wanted, strict=True):
        check("showing")
        excerpts.append(make_snippet(article.text, outline.spans(*some), own, passage))
    return excerpts


def twins(snapshot: Snapshot, rows: Sequence[int]) -> list[tuple[Twin, ...]]:
    """For each of these rows, the same article in other languages."""
    columns = snapshot.columns
    others = [columns.twins(row) for row in rows]
    every = [other for group in others for other in group]
    ids = dict(zip(every, snapshot.store.ids(every), strict=True)) if every else {}
    language = columns.fields["language"].of
    return [tuple(Twin(ids[other], language(other)) for other in group) for group in others]


def _age(one: RankedRow, article: Article, now: Millis) -> int | None:
    """Whole days since the article was published, where time took part in its order."""
    shares = {part.ranking: part.share for part in one.contributions}
    timed = Signal.ORDER_OF_TIME in shares or shares.get(Signal.TIME)
    if not timed or article.published is None or article.published > now:
        return None
    return (now - article.published) // 86_400_000


def _passage(snapshot: Snapshot, one: RankedRow, article: Article) -> Passage | None:
    if one.best_view is None or snapshot.chunks.kind[one.best_view] != PASSAGE:
        return None
    start, end = snapshot.chunks.span(one.best_view)
    return Passage(article.text[start:end], start, end)
