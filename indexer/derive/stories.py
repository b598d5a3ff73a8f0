"""Stories: articles on one event, alike in title and lead.

In the order of time, an article joins the story of the one that it resembles most among those of the last two days, if
it resembles it enough: heads (title, description, lead) at a cosine of LIKE or more. A story is held together by its
first article: who joins must resemble that one, and be near it in time, so no chain of small steps grows into a month.
"""

import numpy as np

from search.arrays import Rows
from search.index.chunks import Chunks
from search.index.columns import UNDATED
from search.similarity import COSINES, SimilarityScale
from search.spill import Lines

LIKE = 0.90
"""The least cosine of two heads that tell the same: docs/experiments.md has what others cost."""
WITHIN = 2 * 86_400_000
"""How long after the first article of a story another may join it, in milliseconds."""
_AT_ONCE = 512


def stories(
    published: Rows,
    group: Rows,
    embedded_row: Rows,
    views: Chunks,
    matrix: Lines,
    scale: SimilarityScale = COSINES,
) -> Rows:
    """For each row, the group of the first article of its story: (articles,). An article alone is its own story.

    `published` are the times of the articles, UNDATED for none. `group` says which rows are one article,
    `embedded_row` whose vectors speak for a row (-1: nobody's). Who has no vector or no time tells a story of its own.
    `scale` says what the model's cosines mean.
    """
    story = group.copy()
    rows = np.unique(group)
    spoken = rows[(embedded_row[rows] >= 0) & (published[rows] != UNDATED)]
    order = spoken[np.argsort(published[spoken], kind="stable")]
    times = published[order]
    since = np.searchsorted(times, times - WITHIN)
    leads = np.ones(len(order), dtype=np.bool_)
    leader = np.arange(len(order))
    heads = views.heads(embedded_row[order])
    for first in range(0, len(order), _AT_ONCE):
        last = min(first + _AT_ONCE, len(order))
        recent = matrix[heads[since[first] : last]]
        likeness = scale.of(recent[first - since[first] :] @ recent.T)
        for place in np.flatnonzero((likeness >= LIKE).sum(axis=1) > 1) + first:
            before = np.arange(since[place], place)
            like = likeness[place - first, before - since[first]]
            like = np.where(leads[before], like, -1.0)
            if len(before) and like.max() >= LIKE:
                leader[place], leads[place] = before[like.argmax()], False
    story[order] = order[leader]
    return story[group]
