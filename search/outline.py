"""Where do an article's sentences stand, and which words are in them?

What a snippet needs to know of a text without reading it. Sentence n is `[start[n], end[n])` of its article's text, in
code points; its words are `words[first_word[n]:first_word[n + 1]]`, by number, in order, one-piece forms behind them.
"""

from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import mapped
from search.article import Span
from search.ports import Mask

if TYPE_CHECKING:  # only an index being built needs them
    from search.lines import Lines
    from search.wording import Wordings

_ARRAYS = ("first_sentence", "start", "end", "first_word", "words")


class Occurrence(NamedTuple):
    """A word asked for, by number, and the sentence of its article, from 0, that it stands in."""

    word: int
    sentence: int


class Outline(Struct, frozen=True):
    """The sentences of every article of a generation."""

    first_sentence: NDArray[np.int64]
    """(articles + 1,)"""
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    first_word: NDArray[np.int64]
    """(sentences + 1,)"""
    words: NDArray[np.int32]

    def sentences(self, row: int) -> list[Span]:
        """The sentences of an article's text."""
        first, last = self.first_sentence[row : row + 2].tolist()
        return list(zip(self.start[first:last].tolist(), self.end[first:last].tolist(), strict=True))

    def occurrences(self, row: int, wanted: Mask) -> list[Occurrence]:
        """Where wanted words stand in an article, in order; `wanted` says of every word whether it is, (words,)."""
        first, last = self.first_sentence[row : row + 2].tolist()
        bounds = self.first_word[first : last + 1]
        words = self.words[bounds[0] : bounds[-1]]
        places = np.flatnonzero(wanted[words])
        if not len(places):
            return []
        sentences = np.searchsorted(bounds - bounds[0], places, side="right") - 1
        return list(map(Occurrence, words[places].tolist(), sentences.tolist()))


class OutlineWriter:
    """Takes the sentences of one article after another, and writes them in the end."""

    def __init__(self) -> None:
        self._articles = array("q", [0])
        self._start, self._end = array("i"), array("i")
        self._first_word, self._words = array("q", [0]), array("i")

    def add(self, sentences: "Wordings", words: "Lines") -> None:
        """The sentences of the next articles, and the words of each sentence."""
        self._articles.frombytes((sentences.first_sentence[1:] + len(self._start)).tobytes())
        self._start.frombytes(sentences.start.tobytes())
        self._end.frombytes(sentences.end.tobytes())
        self._first_word.frombytes((words.starts[1:] + len(self._words)).tobytes())
        self._words.frombytes(words.numbers.tobytes())

    @property
    def words(self) -> NDArray[np.int32]:
        """The words of all sentences, by the numbers that they came with."""
        return np.asarray(self._words, dtype=np.int32)

    def write(self, folder: Path, lasting: NDArray[np.int32]) -> None:
        """Write the outline into an empty folder; `lasting` gives the lasting number of each word."""
        written: tuple[NDArray[Any], ...] = (
            np.array(self._articles, dtype=np.int64),
            np.array(self._start, dtype=np.int32),
            np.array(self._end, dtype=np.int32),
            np.array(self._first_word, dtype=np.int64),
            lasting[self.words],
        )
        for name, values in zip(_ARRAYS, written, strict=True):
            np.save(folder / f"{name}.npy", values)


def open_outline(folder: Path) -> Outline:
    """Open what an OutlineWriter wrote."""
    return Outline(**{name: mapped(folder / f"{name}.npy") for name in _ARRAYS})
