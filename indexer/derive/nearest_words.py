"""Nearest words of each word, by their vectors; what an earlier build compared is not compared again.

Whether two words are near does not depend on which others there are. So a word keeps its nearest ones, but for those
that are gone; it is compared with those that came, and with all again where it lost one of as many as are remembered.
A product of matrices rounds otherwise where they have other shapes. It only tells which pairs are worth a look, and
each of these is computed for itself: a night gives the same bytes as a build from nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.text.remembered import keep, recalled
from search.arrays import Mask, Matrix, Rows, Scores, ranks
from search.similarity import SimilarityScale

LIKE = 0.5
"""The least cosine of two words that mean nearly the same: docs/experiments.md has what others give."""
VECTORS = ".vectors"
"""How the file of vectors ends."""
LOOKED_AT = 8
"""How many of the nearest are found of each word."""
_RECIPE = "1"
"""Changes when other pairs would be found, or with the form of the file."""
_AT_ONCE = 512
_ROUNDED = 1e-4
"""By how much less a product of matrices may be wrong."""
_ANEW = 0.25
"""Where so many words came, all are compared at once."""


class Pairs(NamedTuple):
    """Words and what is near them, the nearest first, by their places among all words: (pairs,) each."""

    of: Rows
    near: Rows
    cosines: Scores
    """On the scale of the model, LIKE or more."""


Vectors = Callable[[Sequence[str]], Matrix]
"""Gives the vectors of words, (words, dimension)."""


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """What an earlier build found: its words, which of them were common, and its pairs."""

    words: list[str]
    common: bytes
    of: bytes
    near: bytes
    cosines: bytes


def nearest_words(
    words: Sequence[str],
    common: Mask,
    vectors: Vectors,
    scale: SimilarityScale,
    model: str,
    memory: Path | None = None,
) -> Pairs:
    """For each word at most LOOKED_AT of the common ones that are near enough, itself among them, nearest first.

    `common` says which words may be near others, (words,). `vectors` is asked for those of words that the last
    build did not have. `memory` is a file of what the last build found by the same `model`, a fingerprint; vectors are
    in another beside it.
    """
    seal = (_RECIPE, model, msgspec.json.encode(scale).decode(), f"{LIKE} {LOOKED_AT}")
    kept = recalled(memory, seal) if memory else None
    known = msgspec.msgpack.decode(kept, type=_Known) if kept else None
    was = _places(words, known.words if known else ())
    matrix = _matrix(words, was, _kept_vectors(memory, seal, known), vectors)
    carried = _carried(was, common, known) if known else None
    if carried is None:
        found = _compared(matrix, np.arange(len(words)), np.flatnonzero(common), scale)
    else:
        found = _brought_up(carried, np.flatnonzero(common), matrix, scale)
    if memory:
        keep(memory, seal, msgspec.msgpack.encode(_written(words, common, found)))
        keep(
            memory.with_suffix(VECTORS),
            (*seal, *words),
            matrix.astype(np.float32, copy=False).ravel().view(np.uint8).data,
        )
    return found


class _Carried(NamedTuple):
    """What words keep, which are compared with all, which only with those that came, and these."""

    pairs: Pairs
    again: Rows
    others: Rows
    came: Rows


def _places(words: Sequence[str], before: Sequence[str]) -> Rows:
    """The place that each word had before, -1 for a new one, (words,)."""
    place = {word: number for number, word in enumerate(before)}
    return np.fromiter((place.get(word, -1) for word in words), dtype=np.int64, count=len(words))


def _kept_vectors(memory: Path | None, seal: tuple[str, ...], known: _Known | None) -> Matrix | None:
    """The vectors of the words of the last build; None where there are none, or nothing sound."""
    if memory is None or known is None or not known.words:
        return None
    kept = recalled(memory.with_suffix(VECTORS), (*seal, *known.words))
    return None if kept is None else np.frombuffer(kept, dtype=np.float32).reshape(len(known.words), -1)


def _matrix(words: Sequence[str], was: Rows, kept: Matrix | None, vectors: Vectors) -> Matrix:
    """The vectors of all words, (words, dimension); only those of words that `kept` has not are asked for."""
    if kept is None:
        return vectors(words)
    matrix = kept[was]
    new = np.flatnonzero(was < 0)
    if len(new):
        matrix[new] = vectors([words[place] for place in new.tolist()])
    return matrix


def _carried(was: Rows, common: Mask, known: _Known) -> _Carried | None:
    """What was found before of the words that there are now, by the places they had; None where most is new."""
    old = np.flatnonzero(was >= 0)
    now = np.full(len(known.words) + 1, -1, dtype=np.int64)  # the last for what was no word
    now[was[old]] = old
    were_common = np.zeros(len(was), dtype=np.bool_)
    were_common[old] = np.frombuffer(known.common, dtype=np.bool_)[was[old]]
    before = np.frombuffer(known.of, dtype=np.int32), np.frombuffer(known.near, dtype=np.int32)
    of, near = (now[numbers] for numbers in before)
    stay = (near >= 0) & np.append(common, False)[near]
    lost = np.bincount(before[0][~stay], minlength=len(known.words)) > 0
    lost &= np.bincount(before[0], minlength=len(known.words)) >= LOOKED_AT  # one behind them may be near too
    anew = was < 0
    anew[old] |= lost[was[old]]
    came = np.flatnonzero(common & ~were_common)
    if np.count_nonzero(anew) + len(came) > _ANEW * len(was):
        return None
    kept = np.flatnonzero(stay & (of >= 0) & ~np.append(anew, True)[of])
    pairs = Pairs(of[kept], near[kept], np.frombuffer(known.cosines, dtype=np.float32)[kept])
    return _Carried(pairs, np.flatnonzero(anew), np.flatnonzero(~anew), came)


def _brought_up(carried: _Carried, common: Rows, matrix: Matrix, scale: SimilarityScale) -> Pairs:
    parts = [carried.pairs]
    if len(carried.again) or len(carried.came):
        parts.append(_compared(matrix, carried.again, common, scale))
        parts.append(_compared(matrix, carried.others, carried.came, scale))
    return _best(Pairs(*map(np.concatenate, zip(*parts, strict=True))))


def _compared(matrix: Matrix, rows: Rows, columns: Rows, scale: SimilarityScale) -> Pairs:
    """For each of the rows the nearest of the columns."""
    parts = [Pairs(rows[:0], rows[:0], np.zeros(0, dtype=np.float32))]
    every = matrix[columns]
    for at in range(0, len(rows) if len(columns) else 0, _AT_ONCE):
        some = rows[at : at + _AT_ONCE]
        rough = scale.of((matrix[some] @ every.T).ravel())
        found = np.flatnonzero(rough >= LIKE - _ROUNDED)  # few are: no need to put all in order
        of, near = np.divmod(found, len(columns))
        worth = _worth_a_look(of, rough[found], len(some))
        of, near = some[of[worth]], columns[near[worth]]
        exact = scale.of((matrix[of].astype(np.float64) * matrix[near]).sum(axis=1)).astype(np.float32)
        enough = exact >= LIKE
        parts.append(_best(Pairs(of[enough], near[enough], exact[enough])))
    return Pairs(*map(np.concatenate, zip(*parts, strict=True)))


def _worth_a_look(of: Rows, rough: Scores, size: int) -> Rows:
    """The places of the pairs that may be among the first of their word; those of a word stand together."""
    order = np.lexsort((-rough, of))
    last = np.full(size, -np.inf)
    ranked = order[ranks(of[order]) == LOOKED_AT - 1]
    last[of[ranked]] = rough[ranked]
    found: Rows = np.flatnonzero(rough >= last[of] - _ROUNDED)
    return found


def _best(pairs: Pairs) -> Pairs:
    """The nearest of each word, in the order of words."""
    order = np.lexsort((pairs.near, -pairs.cosines, pairs.of))
    order = order[ranks(pairs.of[order]) < LOOKED_AT]
    return Pairs(pairs.of[order], pairs.near[order], pairs.cosines[order])


def _written(words: Sequence[str], common: NDArray[np.bool_], found: Pairs) -> _Known:
    of, near = found.of.astype(np.int32), found.near.astype(np.int32)
    return _Known(list(words), common.tobytes(), of.tobytes(), near.tobytes(), found.cosines.tobytes())
