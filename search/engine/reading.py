"""One article as somebody reads it: its body, the words asked for, its translations and the rest of its story."""

from collections.abc import Callable

import numpy as np

from search.arrays import Rows, firsts
from search.article import base_language
from search.engine.interpretation import interpret_terms
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.hits.highlighter import Highlighter
from search.hits.hit_builder import twins
from search.index.snapshot import Snapshot
from search.query.model import Filters, Query
from search.results import ArticleAddress, ArticleAddresses, Place, Reading, StoryMember

MAX_RELATED = 8
"""How many other articles of the story are named."""


def read_article(snapshot: Snapshot, row: int, query: Query | None) -> Reading:
    """The article of a row, with what a query asks for marked; `query` is None where nothing was asked."""
    article = snapshot.store.articles([row])[0]
    others = _story_rows(snapshot, row, article.language)
    told = snapshot.store.articles(others[:MAX_RELATED].tolist()) if len(others) else []
    return Reading(
        article,
        twins(snapshot, [row])[0],
        tuple(StoryMember(a.id, a.title, a.source.name if a.source else "", a.published) for a in told),
        len(others),
        snapshot.store.body_html(row),
        snapshot.manifest.name,
        _finder(snapshot, query, article.language),
    )


def listed_addresses(snapshot: Snapshot, first: int, limit: int) -> ArticleAddresses:
    """So many of the articles that readers may see, from the `first` on, and how many there are."""
    columns = snapshot.columns
    admitted = columns.filter_mask(Filters())
    rows = np.arange(columns.size) if admitted is None else np.flatnonzero(admitted)
    touched = snapshot.store.touched(rows[first : first + limit].tolist())
    return ArticleAddresses(len(rows), [ArticleAddress(article_id, moment) for article_id, moment in touched])


def _finder(snapshot: Snapshot, query: Query | None, language: str) -> Callable[[str], list[Place]]:
    if query is None or not query.text.strip():
        return lambda _: []
    words = interpret_terms(SnapshotKnowledge(snapshot), query).words
    analyzer = snapshot.analyzer.of_article(base_language(language))
    return Highlighter({term for word in words.words for term in word.terms}, analyzer).find


def _story_rows(snapshot: Snapshot, row: int, language: str) -> Rows:
    """The other articles of the row's story, in that language where there is such a copy, oldest first."""
    columns = snapshot.columns
    others = (columns.story == columns.story[row]) & (columns.group != columns.group[row])
    admitted = columns.filter_mask(Filters())
    found: Rows = np.flatnonzero(others if admitted is None else others & admitted)
    foreign = ~columns.in_language(language)[found]
    found = found[np.lexsort((found, foreign))]
    found = found[firsts(columns.group[found])]
    return found[np.lexsort((found, columns.published[found]))]
