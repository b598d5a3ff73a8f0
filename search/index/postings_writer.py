"""Postings on their way to disk.

Articles come in the order of rows, words by the number that they were first met under. What is found is held up to a
size and then spilled to a temporary file. In the end all of it is put in the order of the words: at once if it is
little, else by ranges of words, each of which is sorted for itself.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.arrays import Mask, Rows, distinct
from search.index.postings import ARTICLES, ENDS, STARTS, TERMS
from search.spill import ArrayFile, SpilledArray

_HELD = 1 << 23
"""Entries that are held and sorted together: 64 MB of keys. An archive of 11,280 articles has 2,900,000."""
_ENTRY = (1 << 32) - 1
_ROW_SHIFT = 33


class _Part(NamedTuple):
    """What some articles contain: each one's row and how many words it has; their numbers, doubled as ARTICLES are."""

    rows: Rows
    counts: Rows
    words: NDArray[np.uint32]


class PostingsWriter:
    """Takes the words of one article after another, by number, and writes them in the end."""

    def __init__(self) -> None:
        self._found: list[_Part] = []
        self._held = 0
        self._spilled: _Spilled | None = None

    def add(self, rows: Rows, words: NDArray[np.int32], in_title: Mask) -> None:
        """The words that articles contain, and which of them are in a title. All of an article come at once."""
        # A word in the title and elsewhere makes two keys, of which the title's sorts first and is kept.
        keys = distinct(_packed(rows, words, ~in_title))
        keys = keys[np.diff(keys >> 1, prepend=-1) != 0]
        articles = keys >> _ROW_SHIFT
        begins = np.flatnonzero(np.diff(articles, prepend=-1))
        counts = np.diff(begins, append=len(articles))
        entries = (keys ^ 1) & _ENTRY  # the lowest bit now says that the word is in the title
        self._found.append(_Part(articles[begins], counts, entries.astype(np.uint32)))
        self._held += len(entries)
        if self._held > _HELD:
            self._spill()

    def write(self, folder: Path, every: Sequence[str], besides: NDArray[np.int64] | None = None) -> NDArray[np.int32]:
        """Write the words that articles contain, and those `besides`, into an empty folder.

        `every` says which word has which number; gives the lasting number of each, -1 if it is not written, (words,).
        """
        kept = np.zeros(len(every), dtype=np.bool_)
        if besides is not None:
            kept[besides] = True
        if self._spilled is not None:
            self._spill()
        for words in self._entries():
            kept[words >> 1] = True
        ordered = sorted((every[number].encode(), number) for number in np.flatnonzero(kept).tolist())
        written = [term for term, _ in ordered]
        lasting = np.full(len(every), -1, dtype=np.int32)
        lasting[[number for _, number in ordered]] = np.arange(len(ordered), dtype=np.int32)
        write_terms(folder, written)
        starts = self._starts(lasting, len(ordered))
        np.save(folder / STARTS, starts)
        with ArrayFile(folder / ARTICLES, np.int32, int(starts[-1])) as file:
            for found in self._sorted(lasting, starts):
                file.add(found.astype(np.int32))  # what stands in the lower half
        return lasting

    def _starts(self, lasting: NDArray[np.int32], words: int) -> Rows:
        """Where the articles of each word begin, (words + 1,)."""
        counts = np.zeros(words, dtype=np.int64)
        for some in self._entries():
            counts += np.bincount(lasting[some >> 1], minlength=words)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])

    def _entries(self) -> Iterator[NDArray[np.uint32]]:
        """The words of all entries, very many at a time."""
        if self._spilled is not None:
            yield from self._spilled.words.parts()
        elif self._found:
            yield np.concatenate([part.words for part in self._found])

    def _sorted(self, lasting: NDArray[np.int32], starts: Rows) -> Iterator[Rows]:
        """All that was found, with lasting numbers, in order; nothing of it is left here."""
        if self._spilled is None:
            yield self._joined(lasting)
            return
        firsts = ranges_of(starts)
        ranges = [SpilledArray(np.int64) for _ in firsts]
        for some in self._spilled.parts():
            keys = _keys(some, lasting)
            which = np.searchsorted(firsts, keys >> 32, side="right") - 1
            order = np.argsort(which, kind="stable")
            bounds = np.searchsorted(which[order], np.arange(len(firsts) + 1))
            keys = keys[order]
            for number in np.flatnonzero(np.diff(bounds)).tolist():
                ranges[number].add(keys[bounds[number] : bounds[number + 1]])
        self._spilled = None
        for spilled in ranges:
            yield np.sort(spilled.read(0, len(spilled)))

    def _joined(self, lasting: NDArray[np.int32]) -> Rows:
        """All that is held, with lasting numbers, in order. Each part is freed at once."""
        found: Rows = np.empty(sum(len(part.words) for part in self._found), dtype=np.int64)
        at = len(found)
        while self._found:
            part = self._found.pop()
            at -= len(part.words)
            found[at : at + len(part.words)] = _keys(part, lasting)
        found.sort()
        return found

    def _spill(self) -> None:
        self._spilled = self._spilled or _Spilled()
        for part in self._found:
            self._spilled.add(part)
        self._found.clear()
        self._held = 0


class _Spilled:
    """Parts in temporary files."""

    def __init__(self) -> None:
        self._rows, self._counts, self.words = SpilledArray(np.int32), SpilledArray(np.int32), SpilledArray(np.uint32)
        self._sizes: list[tuple[int, int]] = []

    def add(self, part: _Part) -> None:
        self._rows.add(part.rows)
        self._counts.add(part.counts)
        self.words.add(part.words)
        self._sizes.append((len(part.rows), len(part.words)))

    def parts(self) -> Iterator[_Part]:
        row = word = 0
        for rows, words in self._sizes:
            yield _Part(
                self._rows.read(row, rows).astype(np.int64),
                self._counts.read(row, rows).astype(np.int64),
                self.words.read(word, words),
            )
            row, word = row + rows, word + words


def _packed(rows: Rows, words: NDArray[np.int32], outside_title: Mask) -> Rows:
    """One sortable key a word of an article: the row from bit 33 on, the word in bits 1 to 32, the flag in bit 0."""
    return (rows << 32 | words) << 1 | outside_title


def _keys(part: _Part, lasting: NDArray[np.int32]) -> Rows:
    """One sortable key an entry: the lasting number of the word from bit 32 on, below it the entry."""
    entries = np.repeat(part.rows << 1, part.counts) | part.words & 1
    keys: Rows = lasting[part.words >> 1].astype(np.int64) << 32 | entries
    return keys


def write_terms(folder: Path, written: Sequence[bytes]) -> None:
    """Write words, in their order, and where each ends."""
    (folder / TERMS).write_bytes(b"\n".join(written))
    lengths = np.fromiter(map(len, written), dtype=np.int64, count=len(written))
    np.save(folder / ENDS, np.cumsum(lengths + 1) - 1)


def ranges_of(starts: Rows) -> Rows:
    """The first words of ranges that have about _HELD entries each; a word that has more is a range of its own."""
    quota = np.arange(0, int(starts[-1]), _HELD)
    firsts: Rows = distinct(np.searchsorted(starts[:-1], quota, side="right") - 1)
    return firsts
