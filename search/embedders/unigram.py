"""Unigram tokenizer of a large vocabulary, by arrays that are mapped into memory.

The library `tokenizers` holds 250,000 pieces in 280 MB and takes half a second to load them. An index keeps them as
sorted digests besides, and a question looks up the substrings of its few words. The library still brings text into the
form that pieces are cut from; the best cut is found as there (Kudo: "Subword Regularization", 2018, arXiv 1804.10959).
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import xxhash
from tokenizers import Tokenizer

from search.arrays import loaded, mapped

DIGESTS, NUMBERS, SCORES, FORM = "pieces.npy", "piece-numbers.npy", "piece-scores.npy", "form.json"
FILES = (DIGESTS, NUMBERS, SCORES, FORM)
_UNKNOWN_PENALTY = 10.0
"""How much worse than the rarest piece an unknown character is, as in `tokenizers`."""
_REMEMBERED = 20_000


class _Form(msgspec.Struct, frozen=True):
    """What is known besides the pieces."""

    form: str
    """A tokenizer as JSON, with the rules of the text's form and no pieces."""
    unknown: int
    begin: int
    end: int
    longest: int
    """Code points of the longest piece."""


class UnigramTokenizer:
    """Texts to numbers of pieces. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_unigram` wrote. Raises OSError, ValueError or msgspec.MsgspecError for a damaged one."""
        self._known = msgspec.json.decode((folder / FORM).read_bytes(), type=_Form)
        self._form = Tokenizer.from_str(self._known.form)
        self._digests = loaded(folder / DIGESTS)
        self._numbers, self._scores = mapped(folder / NUMBERS), mapped(folder / SCORES)
        if not len(self._digests) == len(self._numbers) == len(self._scores):
            raise ValueError("the pieces and their scores are not as many")
        self._unknown_score = float(np.min(self._scores)) - _UNKNOWN_PENALTY
        self._met: dict[str, tuple[int, ...]] = {}

    marks = 2
    """Numbers that stand around those of a text."""

    def ids(self, text: str, most: int) -> list[int]:
        """The numbers of the pieces of a text between the marks of its ends, at most so many with them."""
        known = self._known
        words = self._form.pre_tokenizer.pre_tokenize_str(self._form.normalizer.normalize_str(text))
        found = [number for word, _ in words for number in self._pieces(word)]
        return [known.begin, *found[: most - self.marks], known.end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._met.get(word)
        if found is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            found = tuple(self._best_cut(word))
            if len(word) < self._known.longest:
                self._met[word] = found
        return found

    def _best_cut(self, word: str) -> list[int]:
        """The pieces of the cut with the greatest sum of scores; unknown characters side by side are one piece."""
        spans = [
            (start, end)
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + self._known.longest) + 1)
        ]
        places = self._places([word[start:end] for start, end in spans])
        best = [0.0] + [-np.inf] * len(word)
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        single = {start for (start, end), place in zip(spans, places, strict=True) if place >= 0 and end == start + 1}
        for (start, end), place in zip(spans, places, strict=True):
            if end == start + 1 and start not in single:
                score, number = best[start] + self._unknown_score, self._known.unknown
            elif place < 0:
                continue
            else:
                score, number = best[start] + float(self._scores[place]), int(self._numbers[place])
            if score > best[end]:
                best[end], came[end] = score, (start, number)
        return self._walked(came)

    def _walked(self, came: Sequence[tuple[int, int]]) -> list[int]:
        pieces: list[int] = []
        at = len(came) - 1
        while at > 0:
            at, number = came[at]
            if not (number == self._known.unknown and pieces and pieces[-1] == number):
                pieces.append(number)
        return pieces[::-1]

    def _places(self, texts: Sequence[str]) -> list[int]:
        """The place of each of these among the pieces, -1 where it is none."""
        digests = np.array([xxhash.xxh3_64_intdigest(text.encode()) for text in texts], dtype=np.uint64)
        places = np.minimum(np.searchsorted(self._digests, digests), len(self._digests) - 1)
        return np.where(self._digests[places] == digests, places, -1).tolist()  # type: ignore[no-any-return]


class _Model(msgspec.Struct, frozen=True):
    unk_id: int
    vocab: list[tuple[str, float]]


class _Described(msgspec.Struct, frozen=True):
    """A tokenizer of `tokenizers` as JSON."""

    normalizer: msgspec.Raw
    pre_tokenizer: msgspec.Raw
    post_processor: "_Marks"
    model: _Model


class _Marks(msgspec.Struct, frozen=True):
    special_tokens: dict[str, "_Mark"]


class _Mark(msgspec.Struct, frozen=True):
    ids: list[int]


def write_pieces(folder: Path, tokenizer: bytes) -> None:
    """Write the vocabulary of a unigram tokenizer, given as JSON, into a folder as arrays.

    Raises msgspec.MsgspecError where it is of another kind.
    """
    told = msgspec.json.decode(tokenizer, type=_Described)
    pieces = told.model.vocab
    digests = np.array([xxhash.xxh3_64_intdigest(piece.encode()) for piece, _ in pieces], dtype=np.uint64)
    order = np.argsort(digests, kind="stable")
    np.save(folder / DIGESTS, digests[order])
    np.save(folder / NUMBERS, order.astype(np.int32))
    np.save(folder / SCORES, np.array([score for _, score in pieces], dtype=np.float64)[order])
    without = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": told.normalizer,
        "pre_tokenizer": told.pre_tokenizer,
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [("?", 0.0)], "byte_fallback": False},
    }
    begin, end = sorted(number for mark in told.post_processor.special_tokens.values() for number in mark.ids)
    known = _Form(
        form=msgspec.json.encode(without).decode(),
        unknown=told.model.unk_id,
        begin=begin,
        end=end,
        longest=max(len(piece) for piece, _ in pieces),
    )
    (folder / FORM).write_bytes(msgspec.json.encode(known))
