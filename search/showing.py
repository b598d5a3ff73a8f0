"""Rows to hits: their articles in one SELECT, where they match, the passage that means it, and their twins."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from search.article import Article, Millis
from search.keywords import KeywordQuery
from search.matching import matched
from search.ports import Mask
from search.result import Contribution, Extract, Highlight, Hit, Twin
from search.snapshot import Snapshot
from search.snippet import highlighted, snippet
from search.views import PASSAGE
from search.wanted import Wanted

_UNCALIBRATED = ("time", "reranker", "neighbours")
"""Shares that the confidence was fitted without; with neighbours it was a little worse (docs/experiments.md)."""


class Shown(Struct, frozen=True):
    """A row to show, what ranked it, and its view that is nearest in meaning, if one is."""

    row: int
    contributions: tuple[Contribution, ...]
    best_view: int | None


class Looked(Struct, frozen=True):
    """What was looked for: words, what finds them in a text, and their terms by number as the outline knows them."""

    words: KeywordQuery
    wanted: Wanted
    numbers: dict[int, str]
    bearing: Mask
    """Which words of the archive these are, (words,)."""
    now: Millis
    """What ages are counted to."""
    explained: bool
    """Whether it is said where each word stands."""


def hits(
    snapshot: Snapshot,
    shown: Sequence[Shown],
    words: KeywordQuery,
    now: Millis,
    *,
    calibrated: bool,
    explained: bool,
) -> tuple[Hit, ...]:
    """The hits of one page, in the order given; the words are marked where they stand.

    `calibrated` says that the scores are those that a confidence is known for, `explained` that it is told in which
    part of an article each word stands.
    """
    if not shown:
        return ()
    terms = frozenset(term for word in words.words for term in word.terms)
    numbers = {number: term for term in terms if (number := snapshot.words.number(term)) is not None}
    bearing = np.zeros(len(snapshot.words), dtype=np.bool_)
    bearing[list(numbers)] = True
    looked = Looked(words, Wanted(terms, snapshot.analyzer), numbers, bearing, now, explained)
    articles = snapshot.store.articles([one.row for one in shown])
    others = twins(snapshot, [one.row for one in shown])
    found = (
        _hit(snapshot, one, article, twin, looked) for one, article, twin in zip(shown, articles, others, strict=True)
    )
    return tuple(found if calibrated else (replace(hit, confidence=None) for hit in found))


def twins(snapshot: Snapshot, rows: Sequence[int]) -> list[tuple[Twin, ...]]:
    """For each of these rows, the same article in other languages."""
    columns = snapshot.columns
    others = [columns.twins(row) for row in rows]
    every = [other for group in others for other in group]
    ids = dict(zip(every, snapshot.store.ids(every), strict=True)) if every else {}
    languages = columns.values.languages
    return [tuple(Twin(ids[other], languages[columns.language[other]]) for other in group) for group in others]


def _hit(snapshot: Snapshot, one: Shown, article: Article, others: tuple[Twin, ...], looked: Looked) -> Hit:
    passage = _passage(snapshot, one, article)
    found = snapshot.outline.occurrences(one.row, looked.bearing)
    by_words = any(part.ranking == "keyword" and part.rank for part in one.contributions)
    within = None if passage is None or (found and by_words) else (passage.start, passage.end)
    stretches = snapshot.outline.sentences(one.row)
    wanted = looked.wanted
    excerpt = snippet(article.text, stretches, found, wanted, within)
    in_text = {looked.numbers[occurrence.word] for occurrence in found}
    return Hit(
        article=article,
        score=float(sum(part.share for part in one.contributions)),
        contributions=one.contributions,
        snippet=excerpt.text,
        snippet_marks=excerpt.marks,
        highlight=Highlight(*(highlighted(text, wanted) for text in (article.title, article.description))),
        matched=matched(looked.words, article, in_text, wanted) if looked.explained else (),
        age_days=_age(one, article, looked.now),
        passage=passage,
        twins=others,
        confidence=_confidence(snapshot, one),
    )


def _age(one: Shown, article: Article, now: Millis) -> int | None:
    """Whole days since the article was published, where time took part in its order."""
    timed = any(
        part.ranking == "order of time" or (part.ranking == "time" and part.share) for part in one.contributions
    )
    if not timed or article.published is None or article.published > now:
        return None
    return (now - article.published) // 86_400_000


def _confidence(snapshot: Snapshot, one: Shown) -> float | None:
    """How likely the hit is relevant; None where words and meaning did not both rank it: only that was calibrated."""
    shares = {part.ranking: part.share for part in one.contributions if part.ranking not in _UNCALIBRATED}
    if not {"keyword", "semantic"} <= shares.keys():
        return None
    return snapshot.manifest.model.calibration.confidence(sum(shares.values()))


def _passage(snapshot: Snapshot, one: Shown, article: Article) -> Extract | None:
    if one.best_view is None or snapshot.views.kind[one.best_view] != PASSAGE:
        return None
    start, end = snapshot.views.span(one.best_view)
    return Extract(article.text[start:end], start, end)
