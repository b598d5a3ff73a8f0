"""Groups of translations: one article in several languages.

First by path: the same but for the suffix or the folder of the language. Of the rest, by an externalId that exactly
one article of each language bears; an id that several articles of one language share says nothing, and is passed over.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator

import numpy as np

from indexer.content.languages import without_language, without_language_folders
from search.arrays import Mask, Rows
from search.article import Article

_DIGEST = 16


class TwinKeys:
    """What twins share, of one article after another. Of each it keeps digests, and the language."""

    def __init__(self) -> None:
        self._paths, self._external = bytearray(), bytearray()
        self._bearing: list[int] = []
        """The rows of articles with an external id."""
        self.languages: list[str] = []
        """The language of each article, as it says it."""

    def add(self, article: Article) -> None:
        """The article of the next row; its text is not looked at."""
        if article.external_id:
            self._bearing.append(len(self.languages))
            self._external += _digest(article.external_id)
        self._paths += _digest(_path_key(article))
        self.languages.append(sys.intern(article.language))

    def groups(self) -> Rows:
        """For each row, the first row of its group: itself, or a twin of it. (articles,)"""
        group = np.arange(len(self.languages))
        alone = np.ones(len(group), dtype=np.bool_)
        for rows in self._twins(self._paths, group):
            group[rows] = rows[0]
            alone[rows] = False
        bearing = np.array(self._bearing, dtype=np.int64)
        rest = alone[bearing]
        left = np.frombuffer(self._external, dtype=f"V{_DIGEST}")[rest].tobytes()
        for rows in self._twins(left, bearing[rest]):
            group[rows] = rows[0]
        return group

    def _twins(self, digests: bytes | bytearray, rows: Rows) -> Iterator[list[int]]:
        """Rows of one digest, ascending, where there are several, each of another language."""
        first, second = np.frombuffer(bytes(digests), dtype=np.uint64).reshape(-1, 2).T
        order = np.lexsort((rows, second, first))
        new = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
        bounds = np.concatenate([[0], np.flatnonzero(new) + 1, [len(order)]])
        for place in np.flatnonzero(np.diff(bounds) > 1).tolist():
            together = rows[order[bounds[place] : bounds[place + 1]]].tolist()
            if len({self.languages[row] for row in together}) == len(together):
                yield together


def groups(articles: Iterable[Article]) -> Rows:
    """For each row, the first row of its group: itself, or a twin of it. (articles,)"""
    keys = TwinKeys()
    for article in articles:
        keys.add(article)
    return keys.groups()


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


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
