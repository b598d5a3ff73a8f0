"""Of which words do articles consist, and where do they stand?

Words are known by numbers that last as long as the lexicon that gave them. What stands between two blanks is taken
apart once; from then on its words are looked up, for many articles at once and by arrays.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from search.analysis import Analyzer
from search.article import Article, Span

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_REMEMBERED = 500_000
"""How many stretches between blanks are remembered: 11,280 articles have 131,000."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Words of one text after another, by number: those of text n are `numbers[starts[n]:starts[n + 1]]`."""

    numbers: Numbers
    starts: Places
    """(texts + 1,)"""

    @property
    def lengths(self) -> Places:
        """How many words each text has, (texts,)."""
        return np.diff(self.starts)

    def only(self, texts: Flags) -> "Lines":
        """The same texts, without the words of those that are not meant, (texts,)."""
        lengths = self.lengths
        return Lines(self.numbers[np.repeat(texts, lengths)], _starts(lengths * texts))

    def chosen(self, texts: Flags) -> "Lines":
        """Some of the texts, (texts,), in their order."""
        lengths = self.lengths
        return Lines(self.numbers[np.repeat(texts, lengths)], _starts(lengths[texts]))

    def before(self, others: "Lines") -> "Lines":
        """Each text of these with the same one of others behind it."""
        own, their = self.lengths, others.lengths
        numbers = np.empty(len(self.numbers) + len(others.numbers), dtype=np.int32)
        numbers[np.arange(len(self.numbers)) + np.repeat(others.starts[:-1], own)] = self.numbers
        numbers[np.arange(len(others.numbers)) + np.repeat(self.starts[1:], their)] = others.numbers
        return Lines(numbers, self.starts + others.starts)


@dataclass(frozen=True, slots=True)
class Wordings:
    """The words of several articles. The texts of each: its title, its description, its tags, its sentences."""

    first_text: Sequence[int]
    """Where the texts of each article begin, and where those of the last end."""
    spans: Sequence[Sequence[Span]]
    """The sentences of each article."""
    ordered: Lines
    wholes: Lines
    forms: Lines

    def sentences(self) -> Flags:
        """Which texts are sentences, (texts,)."""
        found = np.zeros(self.first_text[-1], dtype=np.bool_)
        for end, spans in zip(self.first_text[1:], self.spans, strict=True):
            found[end - len(spans) : end] = True
        return found

    def titles(self) -> Flags:
        """Which texts are titles, (texts,)."""
        found = np.zeros(self.first_text[-1], dtype=np.bool_)
        found[list(self.first_text[:-1])] = True
        return found

    def owners(self) -> Places:
        """The place of the article of each text, (texts,)."""
        return np.repeat(np.arange(len(self.spans)), np.diff(self.first_text))


class Lexicon:
    """Gives words their numbers, in the order in which they are met."""

    def __init__(self, analyzer: Analyzer) -> None:
        self.terms: list[str] = []
        self.forms: list[str] = []
        self._analyzer = analyzer
        self._terms: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._forget()

    def read(self, articles: Sequence[Article]) -> Wordings:
        """The words of these articles."""
        from search.sentences import sentences  # only an index being built needs it

        if len(self._chunks) > _REMEMBERED:
            self._forget()
        spans = [sentences(article.text) for article in articles]
        split = [text.split() for article, own in zip(articles, spans, strict=True) for text in _texts(article, own)]
        starts = _starts(np.fromiter(map(len, split), dtype=np.int64, count=len(split)))
        met = map(self._chunks.__getitem__, chain.from_iterable(split))
        chunks = np.fromiter(met, dtype=np.int32, count=int(starts[-1]))
        texts = (2 + len(article.tags) + len(own) for article, own in zip(articles, spans, strict=True))
        return Wordings(
            list(accumulate(texts, initial=0)),
            spans,
            *(parts.lines(chunks, starts) for parts in (self._ordered, self._wholes, self._written)),
        )

    def _forget(self) -> None:
        """Forget what stretches consist of, but no word's number."""
        self._chunks = _Chunks(self._take_apart)
        self._ordered, self._wholes, self._written = _Parts(), _Parts(), _Parts()

    def _take_apart(self, chunk: str) -> None:
        found = self._analyzer.chunk(chunk)
        self._ordered.add(_numbered(found.ordered, self._terms, self.terms))
        self._wholes.add(_numbered(found.wholes, self._terms, self.terms))
        self._written.add(_numbered(found.forms, self._forms, self.forms))


class _Chunks(dict[str, int]):
    """Numbers what stands between two blanks when it is first met."""

    def __init__(self, take_apart: Callable[[str], None]) -> None:
        super().__init__()
        self._take_apart = take_apart

    def __missing__(self, chunk: str) -> int:
        self._take_apart(chunk)
        number = self[chunk] = len(self)
        return number


class _Parts:
    """Of what each stretch consists: the numbers of its words."""

    def __init__(self) -> None:
        self._numbers, self._starts = array("i"), array("q", [0])

    def add(self, numbers: Iterable[int]) -> None:
        """What the next stretch consists of."""
        self._numbers.extend(numbers)
        self._starts.append(len(self._numbers))

    def lines(self, chunks: Numbers, starts: Places) -> Lines:
        """The words of these stretches; `starts` says where among them each text begins, (texts + 1,)."""
        bounds = np.frombuffer(self._starts, dtype=np.int64)
        first, last = bounds[chunks], bounds[chunks + 1]
        ends = np.cumsum(last - first)
        numbers = np.frombuffer(self._numbers, dtype=np.int32) if len(self._numbers) else np.zeros(0, dtype=np.int32)
        total = int(ends[-1]) if len(ends) else 0
        places = np.repeat(last - ends, last - first) + np.arange(total)
        return Lines(numbers[places], np.concatenate([[0], ends])[starts])


def _numbered(words: Iterable[str], numbers: dict[str, int], every: list[str]) -> list[int]:
    found = []
    for word in words:
        number = numbers.setdefault(word, len(every))
        if number == len(every):
            every.append(word)
        found.append(number)
    return found


def _texts(article: Article, spans: Sequence[Span]) -> Iterable[str]:
    text = article.text
    return (article.title, article.description, *article.tags, *[text[start:end] for start, end in spans])


def _starts(lengths: Places) -> Places:
    return np.concatenate([[0], np.cumsum(lengths)])
