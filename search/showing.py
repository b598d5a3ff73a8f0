"""Rows to hits: their articles in one SELECT, where they match, the passage that means it, and their twins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.analysis import Analyzer
from search.article import Article, Span
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


def hits(snapshot: Snapshot, shown: Sequence[Shown], terms: frozenset[str], analyzer: Analyzer) -> tuple[Hit, ...]:
    """The hits of one page, in the order given; `terms` are marked in their snippets."""
    if not shown:
        return ()
    articles = snapshot.store.articles([one.row for one in shown])
    return tuple(_hit(snapshot, one, article, terms, analyzer) for one, article in zip(shown, articles, strict=True))


def twins(snapshot: Snapshot, row: int) -> tuple[Twin, ...]:
    """The same article in other languages."""
    columns = snapshot.columns
    others = [int(other) for other in np.flatnonzero(columns.group == columns.group[row]) if other != row]
    ids = snapshot.store.ids(others) if others else []
    return tuple(
        Twin(twin, columns.values.languages[columns.language[other]]) for twin, other in zip(ids, others, strict=True)
    )


def _hit(snapshot: Snapshot, one: Shown, article: Article, terms: frozenset[str], analyzer: Analyzer) -> Hit:
    passage = _passage(snapshot, one, article)
    return Hit(
        article=article,
        score=float(sum(part.share for part in one.contributions)),
        contributions=one.contributions,
        snippet=snippet(article.text, terms, analyzer, _where(article, terms, passage, analyzer)),
        passage=passage,
        twins=twins(snapshot, one.row),
        confidence=_confidence(snapshot, one),
    )


def _confidence(snapshot: Snapshot, one: Shown) -> float | None:
    """How likely the hit is relevant; None where words and meaning did not both rank it: only that was calibrated."""
    shares = {part.ranking: part.share for part in one.contributions}
    if not {"keyword", "semantic"} <= shares.keys():
        return None
    return snapshot.manifest.model.calibration.confidence(sum(shares.values()) - shares.get("time", 0.0))


def _passage(snapshot: Snapshot, one: Shown, article: Article) -> Extract | None:
    if one.best_view is None or snapshot.views.kind[one.best_view] != PASSAGE:
        return None
    start, end = snapshot.views.span(one.best_view)
    return Extract(article.text[start:end], start, end)


def _where(article: Article, terms: frozenset[str], passage: Extract | None, analyzer: Analyzer) -> Span | None:
    """Where to look for a snippet: anywhere if the words occur, else in the passage that is near in meaning."""
    if passage is None or analyzer.find(article.text, terms):
        return None
    return passage.start, passage.end
