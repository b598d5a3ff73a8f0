"""Words of many articles, read by all processor cores.

Whoever reads gives words numbers of his own, which last, and tells each word once; here they become ours. With the
words come those that spelling is learned from, as they are counted in the same pass.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from itertools import starmap
from pathlib import Path

import msgspec
import numpy as np

from indexer.text.boilerplate import counted
from indexer.text.lexicon import Lexicon, TokenizedBatch
from indexer.text.lexicon_cache import keep_stretches, stretches_known
from indexer.text.token_matrix import REMEMBERED, Flags, TermIds, TokenMatrix
from indexer.worker_pool import Work, begun
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas
from search.arrays import Rows, distinct
from search.article import Article

AT_ONCE = 128
"""How many articles are read together."""


WORTH_KEEPING = 5_000
"""New stretches that cost more to take apart again than all to be written."""
_WORTH_KNOWING = 500
"""Articles whose words cost more to learn than what is remembered costs to read."""


class ArchiveReader:
    """Reads the articles of an archive, and knows what was met: its terms, its forms, and how words are written."""

    def __init__(self, analyzer: Analyzer, boilerplate: Set[str], kept: Path) -> None:
        """`kept` is the folder of what is remembered from build to build."""
        self._analyzer, self._boilerplate, self._kept = analyzer, boilerplate, kept
        self._terms, self._forms, self._letters = TermIds(), TermIds(), TermIds()
        self._ours: dict[int, tuple[array[int], ...]] = {}
        """For each reader our number of each of his terms, of his forms, and of his words of letters."""
        self._many = np.zeros(0, dtype=np.int64)
        """How many articles contain each word of letters; behind these there is room."""
        self._news: list[str] = []
        self._room = REMEMBERED
        """How many stretches more are remembered for the next build: what all builds remember is bounded."""

    @property
    def terms(self) -> list[str]:
        """The terms that were met, and maybe others, by number."""
        return self._terms.words

    @property
    def forms(self) -> list[str]:
        """The words not stemmed, by number, as `terms`."""
        return self._forms.words

    @property
    def letters(self) -> dict[str, int]:
        """How many articles contain each word as it is written."""
        words = self._letters.words
        return {words[number]: int(self._many[number]) for number in np.flatnonzero(self._many).tolist()}

    @contextmanager
    def lexicon(self, articles: int) -> Iterator[Lexicon]:
        """A lexicon to read so many articles; if it learns much, the next build knows that.

        For more than a few it knows what earlier builds learned, which costs as much as to learn the words of a few.
        """
        if articles < _WORTH_KNOWING:
            yield Lexicon(self._analyzer)
            return
        lexicon = Lexicon(self._analyzer, stretches_known(self._analyzer, self._kept))
        yield lexicon
        if len(lexicon.news()) > WORTH_KEEPING:
            keep_stretches(self._analyzer, self._kept, lexicon.known)

    @contextmanager
    def begun(self, articles: Sequence[Article], cores: int) -> Iterator[tuple[Lexicon, Iterator[TokenizedBatch]]]:
        """A lexicon, and the words of these articles, some articles at a time, in their order, by so many cores.

        Other processes begin at once; this one takes part as soon as it asks for the first. What all of them learned
        is remembered for the next build; the lexicon, which is large, is not kept.
        """
        known = stretches_known(self._analyzer, self._kept)
        if known:
            self._terms, self._forms, self._letters = map(TermIds, (known.terms, known.forms, known.letters))
        self._room = REMEMBERED - (len(known.learned.stretches) if known else 0)
        lexicon = Lexicon(self._analyzer, known)
        about = msgspec.json.encode(self._about()).decode()
        work = Work(__name__, about, Article, _Read, _reader(lexicon, self._boilerplate))
        with begun(work, articles, cores, AT_ONCE) as answers:
            yield lexicon, starmap(self._in_our_numbers, answers)
        self._ours.clear()
        if self._news:
            lexicon.learn(self._news)
            keep_stretches(self._analyzer, self._kept, lexicon.known)

    def _about(self) -> "_About":
        lemmas = self._analyzer.lemmas
        folder = str(lemmas.folder) if lemmas else ""
        return _About(self._analyzer.names, sorted(self._boilerplate), str(self._kept), folder)

    def _in_our_numbers(self, reader: int, read: "_Read") -> TokenizedBatch:
        if reader not in self._ours:  # both began with what was known before
            self._ours[reader] = tuple(array("i", range(first)) for first in read.first)
        numberings = self._terms, self._forms, self._letters
        for ours, numbering, new in zip(self._ours[reader], numberings, read.new, strict=True):
            ours.extend(numbering.numbers(new))
        terms, forms, letters = self._ours[reader]
        self._add(letters, *read.letters)
        self._news += read.stretches[: max(0, self._room - len(self._news))]
        ordered, wholes, written = map(_ours, read.lines, (terms, terms, forms))
        first_text, first_sentence = (np.frombuffer(each, dtype=np.int64) for each in read.first_places)
        start, end = (np.frombuffer(each, dtype=np.int32) for each in read.spans)
        return TokenizedBatch(first_text, first_sentence, start, end, ordered, wholes, written)

    def _add(self, ours: "array[int]", words: bytes, many: bytes) -> None:
        """Add how many articles contain each of these words, of which `ours` gives our numbers."""
        if len(self._many) < len(self._letters):
            self._many = np.concatenate([self._many, np.zeros(len(self._letters), dtype=np.int64)])
        if words:
            numbers = np.frombuffer(ours, dtype=np.int32)[np.frombuffer(words, dtype=np.int64)]
            self._many[numbers] += np.frombuffer(many, dtype=np.int64)


def work(about: str) -> Work:
    """Reading articles, as work for workers."""
    told = msgspec.json.decode(about, type=_About)
    analyzer = Analyzer(told.names, Lemmas(Path(told.lemmas)) if told.lemmas else None)
    lexicon = Lexicon(analyzer, stretches_known(analyzer, Path(told.kept)))
    return Work(__name__, about, Article, _Read, _reader(lexicon, frozenset(told.boilerplate)))


class _About(msgspec.Struct, frozen=True):
    names: dict[str, str]
    boilerplate: list[str]
    kept: str
    lemmas: str
    """The folder of the lemmas; empty where there are none."""


class _Read(msgspec.Struct, frozen=True, array_like=True):
    """What a reader found in a batch of articles, in his numbers, and what he met for the first time."""

    first_places: tuple[bytes, bytes]
    spans: tuple[bytes, bytes]
    """As in Wordings the first texts and sentences of articles, and where sentences start and end."""
    lines: list[tuple[bytes, bytes]]
    """Ordered terms, one-piece forms and forms: the numbers of each, and where its texts begin."""
    letters: tuple[bytes, bytes]
    """Words of letters, and how many of the articles contain each."""
    first: tuple[int, ...]
    """The number of the first term, form and word of letters that follow."""
    new: tuple[list[str], ...]
    stretches: list[str]


def _reader(lexicon: Lexicon, boilerplate: Set[str]) -> Callable[[list[Article]], _Read]:
    every = lexicon.terms, lexicon.forms, lexicon.letters
    told = tuple(map(len, every))

    def read(articles: list[Article]) -> _Read:
        nonlocal told
        words, letters = lexicon.read(articles)
        numbers, many = spelled(articles, words, letters, counted(articles, words, boilerplate))
        first, told = told, tuple(map(len, every))
        return _Read(
            first_places=(words.first_text.tobytes(), words.first_sentence.tobytes()),
            spans=(words.start.tobytes(), words.end.tobytes()),
            lines=[
                (each.numbers.tobytes(), each.starts.tobytes()) for each in (words.ordered, words.wholes, words.forms)
            ],
            letters=(numbers.tobytes(), many.tobytes()),
            first=first,
            new=tuple(words[begin:] for words, begin in zip(every, first, strict=True)),
            stretches=lexicon.news(),
        )

    return read


def _ours(lines: tuple[bytes, bytes], ours: "array[int]") -> TokenMatrix:
    numbers, starts = np.frombuffer(lines[0], dtype=np.int32), np.frombuffer(lines[1], dtype=np.int64)
    return TokenMatrix(np.frombuffer(ours, dtype=np.int32)[numbers] if len(numbers) else numbers, starts)


_WORD = (1 << 32) - 1


def spelled(
    articles: Sequence[Article], words: TokenizedBatch, letters: TokenMatrix, counts: Flags
) -> tuple[Rows, Rows]:
    """Words as they are written, by number, and how many of these articles contain each.

    `letters` are such words of each text, and `counts` says which texts count, (texts,). Tags are passed over: often a
    machine made them up.
    """
    looked_at = words.sentences()
    looked_at[words.first_text[:-1]] = looked_at[words.first_text[:-1] + 1] = True  # titles and descriptions
    for article, body in zip(articles, words.bodies.tolist(), strict=True):
        looked_at[body - len(article.authors) : body] = True
    lines = letters.only(looked_at & counts)
    found = distinct(np.repeat(words.owners(), lines.lengths) << 32 | lines.numbers) & _WORD
    many = np.bincount(found)
    numbers = np.flatnonzero(many)
    return numbers, many[numbers]
