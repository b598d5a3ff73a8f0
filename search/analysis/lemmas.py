"""Lemmas: the dictionary words behind inflected forms.

A dictionary is read when an index is built (indexer.text.lemmatizer). A generation keeps what it says of the words
that the archive has, with all their forms; a question is answered without a dictionary. A form that may belong to
several words has several lemmas, the likeliest in this archive first.

Three arrays, in the order of XXH3-64 of the form in UTF-8: that digest, how many letters of the form to cut, and which
suffix to put there. They are mapped into memory: opening them reads nothing.
"""

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from search.arrays import mapped

_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Multiplied by it, numbers that differ a little differ a lot."""
_DIGESTS, _CUTS, _SUFFIXES, _TABLE = "digests.npy", "cuts.npy", "suffixes.npy", "table.json"


class _Table(msgspec.Struct, frozen=True):
    """The suffixes by number, and the first letters of forms that begin otherwise than their lemma."""

    suffixes: list[str]
    initials: dict[str, list[str]]
    seal: str


class LemmaMarks(NamedTuple):
    """The digest of each form once, ascending, and a mark that tells its lemmas in their order: (forms,) each."""

    digests: NDArray[np.uint64]
    marks: NDArray[np.uint64]


def differing(one: LemmaMarks, other: LemmaMarks) -> NDArray[np.uint64]:
    """The digests of the forms that have other lemmas in one table than in another, ascending."""
    if not len(one.digests):
        return other.digests
    place = np.minimum(np.searchsorted(one.digests, other.digests), len(one.digests) - 1)
    same = (one.digests[place] == other.digests) & (one.marks[place] == other.marks)
    changed = np.ones(len(one.digests), dtype=np.bool_)
    changed[place[same]] = False
    return np.unique(np.concatenate([one.digests[changed], other.digests[~same]]))


class Lemmas:
    """The forms of one archive's words. Safe to ask from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_lemmas` wrote."""
        self.folder = folder
        table = msgspec.json.decode((folder / _TABLE).read_bytes(), type=_Table)
        self._digests = mapped(folder / _DIGESTS)
        self._cuts = mapped(folder / _CUTS)
        self._suffix = mapped(folder / _SUFFIXES)
        self._suffixes = table.suffixes
        self.initials: Mapping[str, Sequence[str]] = table.initials
        """For each lemma of which a form begins with another letter, these letters."""
        self.seal = table.seal
        """Equal for equal tables."""

    def __len__(self) -> int:
        """How many pairs of a form and a lemma there are."""
        return len(self._digests)

    def differing(self, other: "Lemmas") -> NDArray[np.uint64]:
        """The digests of the forms that have other lemmas in another table, or them in another order, ascending."""
        return differing(self.marks, other.marks) if self.seal != other.seal else np.zeros(0, dtype=np.uint64)

    @property
    def marks(self) -> "LemmaMarks":
        """What tells this table from others."""
        suffixes = np.array([xxhash.xxh3_64_intdigest(suffix.encode()) for suffix in self._suffixes], dtype=np.uint64)
        first = np.flatnonzero(np.diff(self._digests, prepend=~self._digests[:1]) != 0)
        rank = np.arange(len(self._digests)) - np.repeat(first, np.diff(first, append=len(self._digests)))
        each = (suffixes[self._suffix] ^ (self._cuts.astype(np.uint64) << 56)) * _ODD
        each *= 2 * rank.astype(np.uint64) + 1  # so that their order counts
        marks = np.add.reduceat(each, first) if len(first) else each
        return LemmaMarks(self._digests[first], marks)

    def of(self, form: str) -> tuple[str, ...]:
        """The lemmas of a folded form, likeliest first; none where it is unknown."""
        digest = np.uint64(xxhash.xxh3_64_intdigest(form.encode()))
        place = int(np.searchsorted(self._digests, digest))
        found = []
        while place < len(self._digests) and self._digests[place] == digest:
            found.append(form[: len(form) - int(self._cuts[place])] + self._suffixes[int(self._suffix[place])])
            place += 1
        return tuple(found)


def write_lemmas(folder: Path, forms: Mapping[str, Sequence[str]]) -> None:
    """Write the lemmas of folded forms, the likeliest first, into an empty folder; in what order forms come is all one.

    A large archive has hundreds of thousands, so they are put in order as arrays.
    """
    met: dict[str, int] = {}
    initials: dict[str, set[str]] = {}
    digests, cuts, numbers = list[int](), list[int](), list[int]()
    for form, lemmas in forms.items():
        digest = xxhash.xxh3_64_intdigest(form.encode())
        for lemma in lemmas:
            same = _common(form, lemma)
            digests.append(digest)
            cuts.append(len(form) - same)
            numbers.append(met.setdefault(lemma[same:], len(met)))
            if not same:
                initials.setdefault(lemma, set()).add(form[:1])
    suffixes = sorted(met)
    lasting = np.argsort([met[suffix] for suffix in suffixes]).astype(np.uint32)
    columns: list[NDArray[Any]] = [
        np.array(digests, dtype=np.uint64),
        np.array(cuts, dtype=np.uint8),
        lasting[np.array(numbers, dtype=np.int64)],
    ]
    order = np.argsort(columns[0], kind="stable")  # the lemmas of a form stay in their order
    seal = xxhash.xxh3_128("\n".join(suffixes).encode())
    for name, column in zip((_DIGESTS, _CUTS, _SUFFIXES), columns, strict=True):
        np.save(folder / name, column[order])
        seal.update(column[order].tobytes())
    table = _Table(suffixes, _sorted(initials), seal.hexdigest())
    (folder / _TABLE).write_bytes(msgspec.json.encode(table))


def _common(form: str, lemma: str) -> int:
    """How many letters both begin with."""
    same = min(len(form), len(lemma))
    while not form.startswith(lemma[:same]):  # they mostly differ in their last letters
        same -= 1
    return same


def _sorted(initials: Mapping[str, Set[str]]) -> dict[str, list[str]]:
    return {lemma: sorted(letters) for lemma, letters in sorted(initials.items())}
