"""Texts as arrays of term numbers, many at once.

What stands between two blanks is taken apart once, and its words get numbers. After that a text is looked up stretch
by stretch, and arrays put its words together.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

REMEMBERED = 500_000
"""How many stretches between blanks are remembered: 11,280 articles have 131,000."""


class TokenMatrix(Struct, frozen=True):
    """Words of one text after another, by number: those of text n are `numbers[starts[n]:starts[n + 1]]`."""

    numbers: Numbers
    starts: Places
    """(texts + 1,)"""

    @property
    def lengths(self) -> Places:
        """How many words each text has, (texts,)."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Places:
        """The text that each word stands in, (words,)."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def only(self, texts: Flags) -> "TokenMatrix":
        """The same texts, without the words of those that are not meant, (texts,)."""
        lengths = self.lengths
        return TokenMatrix(self.numbers[np.repeat(texts, lengths)], starts_of(lengths * texts))

    def chosen(self, texts: Flags) -> "TokenMatrix":
        """Some of the texts, (texts,), in their order."""
        lengths = self.lengths
        return TokenMatrix(self.numbers[np.repeat(texts, lengths)], starts_of(lengths[texts]))

    def before(self, others: "TokenMatrix") -> "TokenMatrix":
        """Each text of these with the same one of others behind it."""
        own, their = self.lengths, others.lengths
        numbers = np.empty(len(self.numbers) + len(others.numbers), dtype=np.int32)
        numbers[np.arange(len(self.numbers)) + np.repeat(others.starts[:-1], own)] = self.numbers
        numbers[np.arange(len(others.numbers)) + np.repeat(self.starts[1:], their)] = others.numbers
        return TokenMatrix(numbers, self.starts + others.starts)


def starts_of(lengths: Places | Numbers) -> Places:
    """Where each of several things begins that stand one behind the other, and where the last ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


class TermIds(dict[str, int]):
    """Gives words numbers, in the order in which they are first asked for."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """`words` have numbers already; each stands there once."""
        self.words = list(words)
        super().__init__(zip(self.words, range(len(self.words)), strict=True))

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self.words)
        self.words.append(word)
        return number

    def numbers(self, words: Iterable[str]) -> Iterator[int]:
        """The number of each of these words."""
        return map(self.__getitem__, words)


class TokenCache(Struct, frozen=True, array_like=True):
    """Of what stretches between blanks consist, in the order in which they were met."""

    stretches: list[str]
    parts: list[tuple[bytes, bytes]]
    """For each kind of words the numbers of all, and how many each stretch has, as int32."""


class Reader:
    """Reads texts into lines, several kinds of words at a time."""

    def __init__(
        self,
        take_apart: Callable[[str], Sequence[Iterable[str]]],
        numbering: Sequence[TermIds],
        learned: TokenCache | None = None,
    ) -> None:
        """`take_apart` gives of a stretch without blanks its words of each kind; each kind has its numbering.

        `learned` is what a reader of the same kinds and numberings knew.
        """
        self._take_apart = take_apart
        self._numbering = numbering
        self._news: list[str] = []
        self._forget()
        if learned is not None:
            self._stretches.update(zip(learned.stretches, range(len(learned.stretches)), strict=True))
            self._parts = [_Parts(*each) for each in learned.parts]

    @property
    def learned(self) -> TokenCache:
        """All that is remembered."""
        return TokenCache(list(self._stretches), [parts.written for parts in self._parts])

    def read(self, texts: Iterable[list[str]], kinds: Iterable[int]) -> list[TokenMatrix]:
        """The words of these texts, of these kinds; each text is parted at its blanks."""
        if len(self._stretches) > REMEMBERED:
            self._forget()
        split = list(texts)
        starts = starts_of(np.fromiter(map(len, split), dtype=np.int64, count=len(split)))
        met = map(self._stretches.__getitem__, chain.from_iterable(split))
        stretches = np.fromiter(met, dtype=np.int32, count=int(starts[-1]))
        return [self._parts[kind].lines(stretches, starts) for kind in kinds]

    def learn(self, stretches: Iterable[str]) -> None:
        """Take these stretches apart, so that whoever meets them need not."""
        for stretch in stretches:
            self._stretches[stretch]

    def news(self) -> list[str]:
        """The stretches met for the first time since this was last asked."""
        news, self._news = self._news, []
        return news

    def _forget(self) -> None:
        """Forget what stretches consist of, but no word's number."""
        self._stretches = _Stretches(self._note)
        self._parts = [_Parts() for _ in self._numbering]

    def _note(self, stretch: str) -> None:
        for parts, numbering, words in zip(self._parts, self._numbering, self._take_apart(stretch), strict=True):
            parts.add(numbering.numbers(words))
        self._news.append(stretch)


class _Stretches(dict[str, int]):
    """Numbers what stands between two blanks when it is first met."""

    def __init__(self, note: Callable[[str], None]) -> None:
        super().__init__()
        self._note = note

    def __missing__(self, stretch: str) -> int:
        self._note(stretch)
        number = self[stretch] = len(self)
        return number


class _Parts:
    """Of what each stretch consists: the numbers of its words."""

    def __init__(self, numbers: bytes = b"", lengths: bytes = b"") -> None:
        self._numbers = array("i", numbers)
        self._starts = array("q", starts_of(np.frombuffer(lengths, dtype=np.int32)).tobytes())
        self._new: list[int] = []
        self._ends: list[int] = []
        """What came since the arrays were last needed: a list grows faster."""

    @property
    def written(self) -> tuple[bytes, bytes]:
        """What makes the same again."""
        self._put_away()
        return self._numbers.tobytes(), np.diff(self._starts).astype(np.int32).tobytes()

    def add(self, numbers: Iterable[int]) -> None:
        """What the next stretch consists of."""
        self._new += numbers
        self._ends.append(len(self._new))

    def lines(self, stretches: Numbers, starts: Places) -> TokenMatrix:
        """The words of these stretches; `starts` says where among them each text begins, (texts + 1,)."""
        self._put_away()
        bounds = np.frombuffer(self._starts, dtype=np.int64)
        first, last = bounds[stretches], bounds[stretches + 1]
        begins = starts_of(last - first)
        places = np.repeat(first - begins[:-1], last - first) + np.arange(begins[-1])
        every = np.frombuffer(self._numbers, dtype=np.int32) if len(places) else np.zeros(0, dtype=np.int32)
        return TokenMatrix(every[places], begins[starts])

    def _put_away(self) -> None:
        begin = len(self._numbers)
        self._starts.extend([begin + end for end in self._ends])
        self._numbers.extend(self._new)
        self._new, self._ends = [], []
