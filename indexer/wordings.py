"""Of which words do many articles consist? They are read by all of the processor's cores.

Whoever reads gives words numbers of his own, which last, and tells each word once; here they become ours. With the
words come those that spelling is learned from, as they are counted in the same pass.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from itertools import starmap
from pathlib import Path

import msgspec
import numpy as np

from indexer.stretches import keep_stretches, stretches_known
from indexer.suggestions import spelled
from indexer.workers import Work, begun
from search.analysis import Analyzer
from search.article import Article, Span
from search.documents import counted
from search.lines import Lines, Numbering
from search.wording import Lexicon, Wordings

AT_ONCE = 128
"""How many articles are read together."""


class ArchiveReader:
    """Reads the articles of an archive, and knows what was met: its terms, its forms, and how words are written."""

    def __init__(self, analyzer: Analyzer, boilerplate: Set[str], kept: Path) -> None:
        """`kept` is the folder of what is remembered from build to build."""
        self._analyzer, self._boilerplate, self._kept = analyzer, boilerplate, kept
        self._terms, self._forms = Numbering(), Numbering()
        self._ours: dict[int, tuple[array[int], array[int]]] = {}
        """For each reader our number of each of his terms, and of each of his forms."""
        self._news: list[str] = []
        self.letters: Counter[str] = Counter()
        """How many articles contain each word as it is written."""

    @property
    def terms(self) -> list[str]:
        """The terms that were met, and maybe others, by number."""
        return self._terms.words

    @property
    def forms(self) -> list[str]:
        """The words not stemmed, by number, as `terms`."""
        return self._forms.words

    @contextmanager
    def begun(self, articles: Sequence[Article], cores: int) -> Iterator[tuple[Lexicon, Iterator[Wordings]]]:
        """A lexicon, and the words of these articles, some articles at a time, in their order, by so many cores.

        Other processes begin at once; this one takes part as soon as it asks for the first. What all of them learned
        is remembered for the next build; the lexicon, which is large, is not kept.
        """
        known = stretches_known(self._analyzer, self._kept)
        if known:
            self._terms, self._forms = Numbering(known.terms), Numbering(known.forms)
        lexicon = Lexicon(self._analyzer, known)
        about = msgspec.json.encode(_About(self._analyzer.names, sorted(self._boilerplate), str(self._kept))).decode()
        work = Work(__name__, about, Article, _Read, _reader(lexicon, self._boilerplate))
        with begun(work, articles, cores, AT_ONCE) as answers:
            yield lexicon, starmap(self._in_our_numbers, answers)
        self._ours.clear()
        if self._news:
            lexicon.learn(self._news)
            keep_stretches(self._analyzer, self._kept, lexicon.known)

    def _in_our_numbers(self, reader: int, read: "_Read") -> Wordings:
        if reader not in self._ours:  # both began with what was known before
            self._ours[reader] = array("i", range(read.first[0])), array("i", range(read.first[1]))
        terms, forms = self._ours[reader]
        terms.extend(self._terms.numbers(read.terms))
        forms.extend(self._forms.numbers(read.forms))
        self.letters.update(read.letters)
        self._news += read.stretches
        ordered, wholes, written = map(_ours, read.lines, (terms, terms, forms))
        return Wordings(read.first_text, read.spans, ordered, wholes, written)


def work(about: str) -> Work:
    """Reading articles, as work for workers."""
    told = msgspec.json.decode(about, type=_About)
    analyzer = Analyzer(told.names)
    lexicon = Lexicon(analyzer, stretches_known(analyzer, Path(told.kept)))
    return Work(__name__, about, Article, _Read, _reader(lexicon, frozenset(told.boilerplate)))


class _About(msgspec.Struct, frozen=True):
    names: dict[str, str]
    boilerplate: list[str]
    kept: str


class _Read(msgspec.Struct, frozen=True, array_like=True):
    """What a reader found in a batch of articles, in his numbers, and what he met for the first time."""

    first_text: list[int]
    spans: list[list[Span]]
    lines: list[tuple[bytes, bytes]]
    """Ordered terms, one-piece forms and forms: the numbers of each, and where its texts begin."""
    first: tuple[int, int]
    """The numbers of the first of the terms and forms that follow."""
    terms: list[str]
    forms: list[str]
    stretches: list[str]
    letters: dict[str, int]


def _reader(lexicon: Lexicon, boilerplate: Set[str]) -> Callable[[list[Article]], _Read]:
    told = len(lexicon.terms), len(lexicon.forms)

    def read(articles: list[Article]) -> _Read:
        nonlocal told
        words, letters = lexicon.read(articles)
        numbers, many = spelled(words, letters, counted(articles, words, boilerplate))
        written = {lexicon.letters[n]: count for n, count in zip(numbers.tolist(), many.tolist(), strict=True)}
        lines = [(each.numbers.tobytes(), each.starts.tobytes()) for each in (words.ordered, words.wholes, words.forms)]
        first, told = told, (len(lexicon.terms), len(lexicon.forms))
        new = lexicon.terms[first[0] :], lexicon.forms[first[1] :]
        return _Read(list(words.first_text), list(map(list, words.spans)), lines, first, *new, lexicon.news(), written)

    return read


def _ours(lines: tuple[bytes, bytes], ours: "array[int]") -> Lines:
    numbers, starts = np.frombuffer(lines[0], dtype=np.int32), np.frombuffer(lines[1], dtype=np.int64)
    return Lines(np.frombuffer(ours, dtype=np.int32)[numbers] if len(numbers) else numbers, starts)
