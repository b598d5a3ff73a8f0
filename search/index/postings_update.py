"""Postings and sentences of a generation out of those of the one before: rows move, some go, others come.

The outcome is what the writers make of all articles, byte for byte. Words come and go with the articles that have
them, so nearly every number changes; but nothing is sorted that was in order, and no text is read. Postings are taken
by ranges of words, as they are written.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.arrays import Mask, Rows, mapped
from search.index.postings import ARTICLES, ENDS, STARTS, TERMS
from search.index.postings_writer import ranges_of, write_terms
from search.index.sentence_index import SentenceIndex, SentenceIndexWriter, open_sentence_index
from search.spill import ArrayFile

GONE = -1
"""The new row of an article that is not kept."""
_WORDS_AT_ONCE = 1 << 22
_ROWS_AT_ONCE = 4_096


class Lasting(NamedTuple):
    """The numbers that words have from now on, by those they had: GONE for a word that is left out, (words,) each."""

    kept: NDArray[np.int32]
    """Of the words of the generation before."""
    added: NDArray[np.int32]
    """Of the words of the articles that came."""


class _Terms(NamedTuple):
    """The words of one folder, and which articles have each."""

    written: list[bytes]
    starts: Rows
    articles: NDArray[np.int32]


def update_postings(folder: Path, before: Path, now: Rows, added: Path, besides: Mask) -> Lasting:
    """Write the postings of kept and added articles into an empty folder; gives the lasting number of each word.

    `now` says which row each article of `before` has from now on, GONE for none, (rows before,). `added` is a folder
    of postings of the others, by their new rows. `besides` marks the words of `before` that need numbers whether an
    article has them or not, (words before,).
    """
    old, new = _opened(before), _opened(added)
    counts = _kept_counts(old, now)
    used = np.flatnonzero((counts > 0) | besides)
    written, lasting = _joined(old.written, used, new.written)
    sizes = np.zeros(len(written), dtype=np.int64)
    sizes[lasting.kept[used]] = counts[used]
    sizes[lasting.added] += np.diff(new.starts)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    write_terms(folder, written)
    np.save(folder / STARTS, starts)
    with ArrayFile(folder / ARTICLES, np.int32, int(starts[-1])) as file:
        for entries in _entries(old, new, now, lasting, used, ranges_of(starts), len(written)):
            file.add(entries)
    return lasting


def _opened(folder: Path) -> _Terms:
    text = (folder / TERMS).read_bytes()
    written = text.split(b"\n") if len(mapped(folder / ENDS)) else []
    return _Terms(written, mapped(folder / STARTS), mapped(folder / ARTICLES))


def _kept_counts(old: _Terms, now: Rows) -> Rows:
    """How many of the articles of each word are kept, (words,)."""
    counts = np.zeros(len(old.written), dtype=np.int64)
    firsts = [*ranges_of(old.starts).tolist(), len(old.written)] if len(old.articles) else []
    for first, last in pairwise(firsts):
        begin, end = int(old.starts[first]), int(old.starts[last])
        kept = np.concatenate([[0], np.cumsum(now[old.articles[begin:end] >> 1] != GONE)])
        counts[first:last] = np.diff(kept[old.starts[first : last + 1] - begin])
    return counts


def _joined(old: list[bytes], used: Rows, new: list[bytes]) -> tuple[list[bytes], Lasting]:
    """The words that are used or new, in order, and their numbers."""
    numbers = {term: number for number, term in zip(used.tolist(), map(old.__getitem__, used.tolist()), strict=True)}
    coming = [term for term in new if term not in numbers]
    written = sorted([*numbers, *coming])  # two ordered runs: they are only merged
    place = {term: number for number, term in enumerate(written)}
    kept = np.full(len(old), GONE, dtype=np.int32)
    kept[used] = np.fromiter(map(place.__getitem__, numbers), dtype=np.int32, count=len(used))
    return written, Lasting(kept, np.fromiter(map(place.__getitem__, new), dtype=np.int32, count=len(new)))


def _entries(
    old: _Terms, new: _Terms, now: Rows, lasting: Lasting, used: Rows, firsts: Rows, words: int
) -> Iterator[NDArray[np.int32]]:
    """The articles of all words in order, some words at a time; `firsts` are the first words of each time."""
    of_used = lasting.kept[used]
    for first, last in zip(firsts.tolist(), [*firsts[1:].tolist(), words], strict=True):
        own = used[np.searchsorted(of_used, first) : np.searchsorted(of_used, last)]
        their = np.arange(np.searchsorted(lasting.added, first), np.searchsorted(lasting.added, last))
        parts = []
        if len(own):
            parts.append(_keys(old, range(int(own[0]), int(own[-1]) + 1), lasting.kept, now))
        if len(their):
            parts.append(_keys(new, range(int(their[0]), int(their[-1]) + 1), lasting.added, None))
        keys = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        keys.sort(kind="stable")  # few come between long runs that are in order
        yield keys.astype(np.int32)  # what stands in the lower half


def _keys(terms: _Terms, words: range, lasting: NDArray[np.int32], now: Rows | None) -> Rows:
    """One sortable key an entry: the lasting number of the word from bit 32 on, below it the entry."""
    starts = terms.starts[words.start : words.stop + 1]
    entries = terms.articles[int(starts[0]) : int(starts[-1])].astype(np.int64)
    numbers = np.repeat(lasting[words.start : words.stop].astype(np.int64), np.diff(starts))
    if now is not None:
        rows = now[entries >> 1]
        kept = rows != GONE
        entries, numbers = (rows[kept] << 1) | (entries[kept] & 1), numbers[kept]
    keys: Rows = numbers << 32 | entries
    return keys


def words_kept(before: Path, now: Rows, words: int) -> Mask:
    """Which words stand in sentences of kept articles, (words before,); `before` is a folder of sentences."""
    sentences = open_sentence_index(before)
    marks = np.zeros(words, dtype=np.bool_)
    for run in _runs(np.flatnonzero(now != GONE)):
        begin, end = sentences.first_word[sentences.first_sentence[[run.start, run.stop]]].tolist()
        for first in range(begin, end, _WORDS_AT_ONCE):
            marks[sentences.words[first : min(first + _WORDS_AT_ONCE, end)]] = True
    return marks


def update_sentences(folder: Path, before: Path, now: Rows, added: Path, size: int, lasting: Lasting) -> None:
    """Write the sentences of all articles into an empty folder; `size` is how many articles there are.

    `added` is a folder of the sentences of those that came, in the order of their rows.
    """
    old, new = open_sentence_index(before), open_sentence_index(added)
    source = np.full(size, GONE, dtype=np.int64)
    kept = np.flatnonzero(now != GONE)
    source[now[kept]] = kept
    came = source == GONE
    source[came] = np.arange(np.count_nonzero(came))
    writer = SentenceIndexWriter()
    breaks = np.flatnonzero((np.diff(source) != 1) | (came[1:] != came[:-1])) + 1
    bounds = [0, *breaks.tolist(), size] if size else []
    for first, last in pairwise(bounds):
        run = range(int(source[first]), int(source[last - 1]) + 1)
        sentences, numbers = (new, lasting.added) if came[first] else (old, lasting.kept)
        _copy(sentences, run, numbers, writer)
    count = int(max(lasting.kept.max(initial=GONE), lasting.added.max(initial=GONE))) + 1
    writer.write(folder, np.arange(count, dtype=np.int32))


def _copy(sentences: SentenceIndex, rows: range, numbers: NDArray[np.int32], writer: SentenceIndexWriter) -> None:
    """Add the sentences of these articles, some articles at a time."""
    for first in range(rows.start, rows.stop, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, rows.stop)
        own = sentences.first_sentence[first : last + 1]
        words = sentences.first_word[own[0] : own[-1] + 1]
        writer.add(
            own - own[0],
            sentences.start[own[0] : own[-1]],
            sentences.end[own[0] : own[-1]],
            words - words[0],
            numbers[sentences.words[words[0] : words[-1]]],
        )


def _runs(rows: Rows) -> Iterator[range]:
    """Ascending numbers as runs of adjacent ones."""
    if len(rows):
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            yield range(int(run[0]), int(run[-1]) + 1)
