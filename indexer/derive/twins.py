"""Groups of translations: one article in several languages.

First by path: the same but for the suffix or the folder of the language. Of the rest, by an externalId that exactly
one article of each language bears; an id that several articles of one language share says nothing, and is passed over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from indexer.content.languages import without_language, without_language_folders
from search.arrays import Mask, Rows
from search.article import Article


def groups(articles: Sequence[Article]) -> Rows:
    """For each row, the first row of its group: itself, or a twin of it. (articles,)"""
    group = np.arange(len(articles))
    paired: set[int] = set()
    for rows in _by(articles, range(len(articles)), _path_key):
        _join(group, rows)
        paired.update(rows)
    rest = [row for row in range(len(articles)) if row not in paired and articles[row].external_id]
    for rows in _by(articles, rest, lambda article: article.external_id):
        _join(group, rows)
    return group


def speakers(group: Rows, embedded: Mask) -> Rows:
    """For each row, the row whose vectors speak for it: itself, an embedded twin, or -1. (articles,)"""
    first = np.full(len(group) + 1, -1, dtype=np.int64)
    rows = np.flatnonzero(embedded)[::-1]
    first[group[rows]] = rows  # of several, what is written last stays: the first one
    return np.where(embedded, np.arange(len(group)), first[group])


def _path_key(article: Article) -> str:
    """What the paths of twins share: the id without the language's suffix, and with a star for the language's folder.

    `story.en` and `story.uk` share `story`, and so does a `story` without a suffix; `en/story` and `uk/story` share
    `*/story`.
    """
    bare = without_language(article.id)
    if not article.language or "#" in article.path.rsplit("/", 1)[-1]:
        return bare
    return without_language_folders(bare, article.base_language) or bare


def _by(articles: Sequence[Article], rows: Iterable[int], key: Callable[[Article], str]) -> list[list[int]]:
    """Rows that share a key, where there are several, each of another language."""
    shared: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if name := key(articles[row]):
            shared[name].append(row)
    return [
        together
        for together in shared.values()
        if len(together) > 1 and len({articles[row].language for row in together}) == len(together)
    ]


def _join(group: Rows, rows: list[int]) -> None:
    group[rows] = min(rows)
