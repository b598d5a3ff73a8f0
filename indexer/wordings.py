"""Of which words do many articles consist? They are read by all of the processor's cores.

Whoever reads gives words numbers of his own, which last, and tells each word once; here they become ours. With the
words come those that spelling is learned from, as they are counted in the same pass.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from itertools import starmap

import msgspec
import numpy as np

from indexer.suggestions import Letters
from indexer.workers import Work, begun
from search.analysis import Analyzer
from search.article import Article, Span
from search.lines import Lines, Numbering
from search.wording import Lexicon, Wordings

AT_ONCE = 128
"""How many articles are read together."""


class ArchiveReader:
    """Reads the articles of an archive, and knows what was met: its terms, its forms, and how words are written."""

    def __init__(self, lexicon: Lexicon, analyzer: Analyzer, boilerplate: Set[str]) -> None:
        self._terms, self._forms = Numbering(), Numbering()
        self.terms, self.forms = self._terms.words, self._forms.words
        self.letters: Counter[str] = Counter()
        """How many articles contain each word as it is written."""
        about = msgspec.json.encode(_About(analyzer.names, sorted(boilerplate))).decode()
        self._work = Work(__name__, about, Article, _Read, _reader(lexicon, boilerplate))
        self._ours: dict[int, tuple[array[int], array[int]]] = {}
        """For each reader our number of each of his terms, and of each of his forms."""

    @contextmanager
    def begun(self, articles: Sequence[Article], cores: int) -> Iterator[Iterator[Wordings]]:
        """The words of these articles, some articles at a time, in their order, by so many cores.

        Other processes begin at once; this one takes part as soon as it asks for the first.
        """
        with begun(self._work, articles, cores, AT_ONCE) as answers:
            yield starmap(self._in_our_numbers, answers)

    def _in_our_numbers(self, reader: int, read: "_Read") -> Wordings:
        terms, forms = self._ours.setdefault(reader, (array("i"), array("i")))
        terms.extend(self._terms.numbers(read.terms))
        forms.extend(self._forms.numbers(read.forms))
        self.letters.update(read.letters)
        ordered, wholes, written = map(_ours, read.lines, (terms, terms, forms))
        return Wordings(read.first_text, read.spans, ordered, wholes, written)


def work(about: str) -> Work:
    """Reading articles, as work for workers."""
    told = msgspec.json.decode(about, type=_About)
    return Work(__name__, about, Article, _Read, _reader(Lexicon(Analyzer(told.names)), frozenset(told.boilerplate)))


class _About(msgspec.Struct, frozen=True):
    names: dict[str, str]
    boilerplate: list[str]


class _Read(msgspec.Struct, frozen=True, array_like=True):
    """What a reader found in a batch of articles, in his numbers, and the words that he met for the first time."""

    first_text: list[int]
    spans: list[list[Span]]
    lines: list[tuple[bytes, bytes]]
    """Ordered terms, one-piece forms and forms: the numbers of each, and where its texts begin."""
    terms: list[str]
    forms: list[str]
    letters: dict[str, int]


def _reader(lexicon: Lexicon, boilerplate: Set[str]) -> Callable[[list[Article]], _Read]:
    letters = Letters(boilerplate)
    told = [0, 0]

    def read(articles: list[Article]) -> _Read:
        words = lexicon.read(articles)
        lines = [(each.numbers.tobytes(), each.starts.tobytes()) for each in (words.ordered, words.wholes, words.forms)]
        new = lexicon.terms[told[0] :], lexicon.forms[told[1] :]
        told[:] = len(lexicon.terms), len(lexicon.forms)
        return _Read(list(words.first_text), list(map(list, words.spans)), lines, *new, letters.counted(articles))

    return read


def _ours(lines: tuple[bytes, bytes], ours: "array[int]") -> Lines:
    numbers, starts = np.frombuffer(lines[0], dtype=np.int32), np.frombuffer(lines[1], dtype=np.int64)
    return Lines(np.frombuffer(ours, dtype=np.int32)[numbers] if len(numbers) else numbers, starts)
