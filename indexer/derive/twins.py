"""Groups of translations: one article in several languages.

First by path: the same but for the suffix or the folder of the language. Of the rest, by an externalId that exactly
one article of each language bears; an id that several articles of one language share says nothing, and is passed over.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.content.languages import without_language, without_language_folders
from search.arrays import Mask, Rows
from search.article import Article
from search.index.facts import moved

_DIGEST = 16
_NOTHING = bytes(_DIGEST)
"""In the place of the digest of an external id that an article lacks."""
Digests = NDArray[np.void]


class TwinKeys:
    """What twins share, of one article after another: digests, in the order of rows."""

    def __init__(self, paths: bytes = b"", external: bytes = b"") -> None:
        """The digests of these articles come first."""
        self.paths, self.external = bytearray(paths), bytearray(external)

    def add(self, article: Article) -> None:
        """The article of the next row; its text is not looked at."""
        self.external += _digest(article.external_id) if article.external_id else _NOTHING
        self.paths += _digest(_path_key(article))

    def moved(self, source: Rows, others: "TwinKeys") -> "TwinKeys":
        """Those of articles that have a `source` here, and of the others, in their order, where it is -1."""
        both = ((self.paths, others.paths), (self.external, others.external))
        return TwinKeys(*(moved(_digests(own), source, _digests(new)).tobytes() for own, new in both))

    def groups(self, languages: Sequence[str]) -> Rows:
        """For each row, the first row of its group: itself, or a twin of it, (articles,); so are `languages`."""
        group = np.arange(len(languages))
        alone = np.ones(len(group), dtype=np.bool_)
        paths, external = _digests(self.paths), _digests(self.external)
        for rows in _twins(paths, group, languages):
            group[rows] = rows[0]
            alone[rows] = False
        left = np.flatnonzero((external != np.void(_NOTHING)) & alone)
        for rows in _twins(external[left], left, languages):
            group[rows] = rows[0]
        return group


def _twins(digests: Digests, rows: Rows, languages: Sequence[str]) -> Iterator[list[int]]:
    """Rows of one digest, ascending, where there are several, each of another language."""
    first, second = np.frombuffer(digests.tobytes(), dtype=np.uint64).reshape(-1, 2).T
    order = np.lexsort((rows, second, first))
    new = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    bounds = np.concatenate([[0], np.flatnonzero(new) + 1, [len(order)]])
    for place in np.flatnonzero(np.diff(bounds) > 1).tolist():
        together = rows[order[bounds[place] : bounds[place + 1]]].tolist()
        if len({languages[row] for row in together}) == len(together):
            yield together


def groups(articles: Iterable[Article]) -> Rows:
    """For each row, the first row of its group: itself, or a twin of it. (articles,)"""
    keys, languages = TwinKeys(), list[str]()
    for article in articles:
        keys.add(article)
        languages.append(sys.intern(article.language))
    return keys.groups(languages)


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


def _digests(written: bytes | bytearray) -> Digests:
    return np.frombuffer(bytes(written), dtype=f"V{_DIGEST}")
