"""Groups of hits: translations and stories, shown as one."""

from functools import cached_property

import numpy as np
from msgspec.structs import replace

from search.arrays import Mask, Rows, firsts, within
from search.article import Article
from search.index.columns import Columns
from search.index.snapshot import Snapshot
from search.results import Hit, Story, StoryMember

MAX_STORY_MEMBERS = 20
"""How many of the other articles are named."""


def collapse_stories(columns: Columns, keys: Rows) -> Rows:
    """Of each story the key that comes first."""
    return keys[firsts(columns.story[keys])]


def with_stories(snapshot: Snapshot, hits: tuple[Hit, ...], shown: Rows, found: Rows) -> tuple[Hit, ...]:
    """The hits, each with its story, if other articles tell it too.

    `shown` is the row of each hit, `found` the row of each article of the result set.
    """
    columns = snapshot.columns
    beside = within(columns.story[found], columns.story[shown]) & ~within(columns.group[found], columns.group[shown])
    others = found[beside]
    if not len(others):
        return hits
    others = others[np.lexsort((others, columns.published[others]))]
    others = others[firsts(columns.group[others])]
    by_story: dict[int, list[Article]] = {}
    told = snapshot.store.articles(others.tolist(), texts=False)
    for story, article in zip(columns.story[others].tolist(), told, strict=True):
        by_story.setdefault(story, []).append(article)
    stories = columns.story[shown].tolist()
    return tuple(
        replace(hit, story=_story(hit.article, by_story[story])) if story in by_story else hit
        for hit, story in zip(hits, stories, strict=True)
    )


def _story(best: Article, others: list[Article]) -> Story:
    sources = {article.source.key for article in (best, *others) if article.source}
    told = [
        StoryMember(a.id, a.title, a.source.name if a.source else "", a.published) for a in others[:MAX_STORY_MEMBERS]
    ]
    return Story(len(others) + 1, len(sources), tuple(told))


class TranslationGroups:
    """The keys of one question, and their copies."""

    def __init__(self, columns: Columns, folds: bool, language: str, admitted: Mask | None) -> None:
        """`folds`: twins are one article; `language` is the question's; `admitted` are the rows to choose from."""
        self._columns = columns
        self._folds = folds
        self._language = language
        self._admitted = admitted

    def keys(self, rows: Rows) -> Rows:
        """The key of each row."""
        return self._columns.group[rows] if self._folds else rows

    @cached_property
    def all(self) -> Rows:
        """For each key its copy in the question's language, or else its first."""
        return self._columns.copies(self._language, None) if self._folds else np.arange(self._columns.size)

    @cached_property
    def shown(self) -> Rows:
        """For each key the copy that is shown: of those that are admitted."""
        if self._admitted is None or not self._folds:
            return self.all
        return self._columns.copies(self._language, self._admitted)
