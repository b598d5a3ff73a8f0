"""Rows to hits: their articles in one SELECT, where they match, the passage that means it, and their twins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.article import Article
from search.keywords import KeywordQuery
from search.result import Contribution, Extract, Hit, Twin
from search.snapshot import Snapshot
from search.snippet import snippet
from search.views import PASSAGE


@dataclass(frozen=True, slots=True)
class Shown:
    """A row to show, what ranked it, and its view that is nearest in meaning, if one is."""

    row: int
    contributions: tuple[Contribution, ...]
    best_view: int | None


def hits(snapshot: Snapshot, shown: Sequence[Shown], words: KeywordQuery, calibrated: bool = True) -> tuple[Hit, ...]:
    """The hits of one page, in the order given; the words are marked in their snippets.

    `calibrated` says that the scores are those that a confidence is known for.
    """
    if not shown:
        return ()
    terms = frozenset(term for word in words.words for term in word.terms)
    numbers = [number for number in map(snapshot.words.number, terms) if number is not None]
    articles = snapshot.store.articles([one.row for one in shown])
    others = twins(snapshot, [one.row for one in shown])
    found = (
        _hit(snapshot, one, article, twin, terms, numbers)
        for one, article, twin in zip(shown, articles, others, strict=True)
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


def _hit(
    snapshot: Snapshot,
    one: Shown,
    article: Article,
    others: tuple[Twin, ...],
    terms: frozenset[str],
    numbers: Sequence[int],
) -> Hit:
    passage = _passage(snapshot, one, article)
    found = snapshot.outline.occurrences(one.row, numbers)
    within = None if found or passage is None else (passage.start, passage.end)
    stretches = snapshot.outline.sentences(one.row)
    return Hit(
        article=article,
        score=float(sum(part.share for part in one.contributions)),
        contributions=one.contributions,
        snippet=snippet(article.text, stretches, found, terms, snapshot.analyzer, within),
        passage=passage,
        twins=others,
        confidence=_confidence(snapshot, one),
    )


def _confidence(snapshot: Snapshot, one: Shown) -> float | None:
    """How likely the hit is relevant; None where words and meaning did not both rank it: only that was calibrated."""
    shares = {part.ranking: part.share for part in one.contributions if part.ranking not in ("time", "reranker")}
    if not {"keyword", "semantic"} <= shares.keys():
        return None
    return snapshot.manifest.model.calibration.confidence(sum(shares.values()))


def _passage(snapshot: Snapshot, one: Shown, article: Article) -> Extract | None:
    if one.best_view is None or snapshot.views.kind[one.best_view] != PASSAGE:
        return None
    start, end = snapshot.views.span(one.best_view)
    return Extract(article.text[start:end], start, end)
