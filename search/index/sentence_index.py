"""Sentence index: the sentences of each article, and the terms in them.

What a snippet needs to know of a text without reading it. Sentence n is `[start[n], end[n])` of its article's text, in
code points; its words are `words[first_word[n]:first_word[n + 1]]`, by number, in order, one-piece forms behind them.
"""

from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Mask, Rows, distinct, mapped, ranges
from search.article import Span
from search.spill import ArrayFile, SpilledArray, marks_of

_ARRAYS = ("first_sentence", "start", "end", "first_word", "words")


class Occurrences(Struct, frozen=True):
    """Every occurrence of wanted words in some articles, in the order of the articles: (places,) each."""

    article: Rows
    """Which of the articles, from 0."""
    sentence: Rows
    """The number of the sentence among those of all articles."""
    word: NDArray[np.int32]

    def best(self, first: Rows, last: Rows) -> Rows:
        """For each article the sentence from the first to before the last with the most different of the words.

        Of several the one with more of them, then the first; where there is none, the first of all. (articles,)
        """
        best = first.copy()
        inside = (self.sentence >= first[self.article]) & (self.sentence < last[self.article])
        sentence = self.sentence[inside]
        if not len(sentence):
            return best
        article = self.article[inside]
        begins = np.flatnonzero((np.diff(sentence, prepend=-1) != 0) | (np.diff(article, prepend=-1) != 0))
        chosen, counts = sentence[begins], np.diff(begins, append=len(sentence))
        different = distinct(sentence << 32 | self.word[inside]) >> 32
        varieties = np.searchsorted(different, chosen, side="right") - np.searchsorted(different, chosen)
        order = np.lexsort((-chosen, counts, varieties))  # ascending: what is written last stays
        best[article[begins][order]] = chosen[order]
        return best


class SentenceIndex(Struct, frozen=True):
    """The sentences of every article of a generation."""

    first_sentence: NDArray[np.int64]
    """(articles + 1,)"""
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first_word: NDArray[np.int64]
    """(sentences + 1,)"""
    words: NDArray[np.int32]

    def spans(self, first: int, last: int) -> list[Span]:
        """The sentences from the first to before the last, by their numbers among all; each in its article's text."""
        return list(zip(self.start[first:last].tolist(), self.end[first:last].tolist(), strict=True))

    def inside(self, row: int, passage: Span) -> tuple[int, int]:
        """The numbers of the first sentence that lies in a passage of an article, and of the one behind the last."""
        first, last = self.first_sentence[row : row + 2].tolist()
        behind = first + int(np.searchsorted(self.end[first:last], passage[1], side="right"))
        return first + int(np.searchsorted(self.start[first:last], passage[0])), behind

    def occurrences(self, rows: Rows, wanted: Mask) -> Occurrences:
        """Occurrences of wanted words in these articles; `wanted` says of every word whether it is, (words,)."""
        first = self.first_word[self.first_sentence[rows]]
        lengths = self.first_word[self.first_sentence[rows + 1]] - first
        ends = np.cumsum(lengths)
        places = ranges(first, lengths)
        words = self.words[places]
        bearing = np.flatnonzero(wanted[words])
        sentence = np.searchsorted(self.first_word, places[bearing], side="right") - 1
        return Occurrences(np.searchsorted(ends, bearing, side="right"), sentence, words[bearing])


class SentenceIndexWriter:
    """Takes the sentences of one article after another, and writes them in the end. None of them is held."""

    def __init__(self) -> None:
        self._articles, self._first_word = SpilledArray(np.int64), SpilledArray(np.int64)
        self._start, self._end, self._words = (SpilledArray(np.int32) for _ in range(3))
        self._met = np.zeros(0, dtype=np.bool_)
        for starts in (self._articles, self._first_word):
            starts.add(np.zeros(1, dtype=np.int64))

    def add(
        self,
        first_sentence: NDArray[np.int64],
        start: NDArray[np.int32],
        end: NDArray[np.int32],
        first_word: NDArray[np.int64],
        words: NDArray[np.int32],
    ) -> None:
        """Add the sentences of the next articles, and the words of each sentence.

        `first_sentence` is (articles + 1,), `start` and `end` are (sentences,), `first_word` is (sentences + 1,); all
        count from 0 at the first of these articles.
        """
        self._articles.add(first_sentence[1:] + len(self._start))
        self._start.add(start)
        self._end.add(end)
        self._first_word.add(first_word[1:] + len(self._words))
        self._words.add(words)
        if len(words):
            self._met = marks_of(words, self._met)

    @property
    def words(self) -> NDArray[np.int64]:
        """The words of all sentences, each once, by the numbers that they came with."""
        return np.flatnonzero(self._met)

    def write(self, folder: Path, lasting: NDArray[np.int32]) -> None:
        """Write the outline into an empty folder; `lasting` gives the lasting number of each word."""
        spilled = (self._articles, self._start, self._end, self._first_word)
        for name, values in zip(_ARRAYS, spilled, strict=False):
            with ArrayFile(folder / f"{name}.npy", values.kind, len(values)) as file:
                for part in values.parts():
                    file.add(part)
        with ArrayFile(folder / f"{_ARRAYS[-1]}.npy", np.int32, len(self._words)) as file:
            for part in self._words.parts():
                file.add(lasting[part])


def open_sentence_index(folder: Path) -> SentenceIndex:
    """Open what an OutlineWriter wrote."""
    return SentenceIndex(**{name: mapped(folder / f"{name}.npy") for name in _ARRAYS})
