"""Words of pairs of twins, kept from build to build: only pairs that came or changed are read."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
import numpy as np
from msgspec import Struct

from indexer.kept_counts import Generation, StayedArticles, generation_of
from indexer.text.lexicon import Lexicon
from indexer.text.relemmatized import lemma_marks, relemmatized
from indexer.text.remembered import keep, recalled
from indexer.text.token_matrix import Numbers, Places, TermIds, TokenMatrix, starts_of
from search.analysis.analyzer import Analyzer
from search.analysis.characters import APOSTROPHES, fold
from search.analysis.lemmas import LemmaMarks, differing
from search.arrays import Rows, ranges
from search.article import Article

LONGEST = 25
"""Words of a paragraph; in longer ones too much stands beside too much."""
PARAGRAPHS = 6
"""How many of an article are read: more teach little and cost the most of the time."""
_RECIPE = f"1 {LONGEST} {PARAGRAPHS}"
"""Changes when the same twins would have other words, or with the form of the file."""
_DIGEST = 16

Lexica = Callable[[int], AbstractContextManager[Lexicon]]
"""Gives a lexicon that is to read so many articles."""
_Stretch = tuple[str, str, bool]


class PairWords(Struct, frozen=True):
    """Words of pairs of twins. What stands in the same place in both is a stretch; each pair has some."""

    stretches: Numbers
    """How many each pair has, (pairs,)."""
    ours: TokenMatrix
    """The words of each stretch, as they are written, by number among `surfaces`."""
    theirs: TokenMatrix
    """Those of its translation, by number among `words`."""
    surfaces: list[str]
    words: list[str]
    """In small letters, without a possessive."""

    def then(self, others: Self, pairs: Rows) -> "PairWords":
        """Some of these pairs and of others behind them, by their places among both, in the order of the places."""
        many = np.concatenate([self.stretches, others.stretches])
        chosen = ranges(starts_of(many)[:-1][pairs], many[pairs].astype(np.int64))
        ours, surfaces = _joined((self.ours, others.ours), (self.surfaces, others.surfaces), chosen)
        theirs, words = _joined((self.theirs, others.theirs), (self.words, others.words), chosen)
        return PairWords(many[pairs], ours, theirs, surfaces, words)


_NO_WORDS = TokenMatrix(np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64))
NO_PAIRS = PairWords(np.zeros(0, dtype=np.int32), _NO_WORDS, _NO_WORDS, [], [])


class Lesson(NamedTuple):
    """Words of the pairs of one language, and what an earlier build learned from the same ones."""

    words: PairWords
    learned: Mapping[str, str] | None
    """None where there were others, or their terms were others."""
    terms: list[str]
    """The term of each of the surfaces."""
    digests: bytes
    """Of the texts of each pair."""


class _Kept(Struct, frozen=True, array_like=True):
    """What an earlier build read, and what it learned."""

    generation: Generation
    """Whose rows these are."""
    rows: bytes
    twins: bytes
    digests: bytes
    stretches: bytes
    ours: tuple[bytes, bytes]
    theirs: tuple[bytes, bytes]
    surfaces: list[str]
    words: list[str]
    terms: list[str]
    lemmas: tuple[bytes, bytes]
    """The lemmas that words had then, as LemmaMarks has them."""
    learned: dict[str, str]

    def known_terms(self, analyzer: Analyzer) -> dict[str, str]:
        """The terms of surfaces but for those in which a word has or may have other lemmas now."""
        digests, marks = (np.frombuffer(each, dtype=np.uint64) for each in self.lemmas)
        changed = differing(LemmaMarks(digests, marks), lemma_marks(analyzer))
        every = zip(self.surfaces, self.terms, strict=True)
        if not len(changed):
            return dict(every)
        found = relemmatized(list(map(fold, self.surfaces)), changed, analyzer)
        if found is None:
            return {}
        same = (~found).tolist()
        return {surface: term for (surface, term), kept in zip(every, same, strict=True) if kept and _is_plain(surface)}

    def pair_words(self) -> PairWords:
        stretches = np.frombuffer(self.stretches, dtype=np.int32)
        return PairWords(stretches, _matrix(*self.ours), _matrix(*self.theirs), self.surfaces, self.words)

    def places_by_rows(self, stayed: StayedArticles) -> dict[tuple[int, int], int]:
        """By the rows of now, the places of the pairs of which no article went."""
        if stayed.earlier is None or self.generation != generation_of(stayed.earlier.manifest):
            return {}
        rows, twins = (stayed.now[np.frombuffer(each, dtype=np.int64)] for each in (self.rows, self.twins))
        there = np.flatnonzero((rows >= 0) & (twins >= 0))
        return dict(zip(zip(rows[there].tolist(), twins[there].tolist(), strict=True), there.tolist(), strict=True))

    def digest(self, place: int) -> bytes:
        return self.digests[place * _DIGEST : (place + 1) * _DIGEST]

    def places_by_digests(self) -> dict[bytes, int]:
        return {self.digest(place): place for place in range(len(self.digests) // _DIGEST)}


class PairMemory:
    """What builds remember of the pairs of one language. A file that is gone or altered counts for nothing."""

    def __init__(self, file: Path, seal: str, stayed: StayedArticles, generation: Generation) -> None:
        """`seal` is equal where the same texts have the same surfaces; `generation` is the one being built."""
        self._file, self._made_of = file, (_RECIPE, seal)
        self._stayed, self._generation = stayed, generation
        found = recalled(file, self._made_of)
        self._kept = msgspec.msgpack.decode(found, type=_Kept) if found else None

    def lesson(
        self,
        articles: Sequence[Article],
        pairs: Sequence[tuple[int, int]],
        language: str,
        lexica: Lexica,
        analyzer: Analyzer,
    ) -> Lesson:
        """The words of these pairs, given by rows, the first article of each in the language.

        `analyzer` is that of the language. An article is only read where its words are not known by its row.
        """
        places, fresh, digests = self._sought(articles, pairs)
        kept = self._kept
        before = kept.pair_words() if kept else NO_PAIRS
        same = not fresh and np.array_equal(places, np.arange(len(before.stretches)))
        words = before if same else before.then(_read(fresh, language, lexica), places)
        known = kept.known_terms(analyzer) if kept else {}
        terms = [known.get(surface) or _first_term(surface, analyzer) for surface in words.surfaces]
        learned = kept.learned if kept and same and terms == kept.terms else None
        return Lesson(words, learned, terms, digests)

    def keep(
        self, pairs: Sequence[tuple[int, int]], lesson: Lesson, analyzer: Analyzer, learned: dict[str, str]
    ) -> None:
        """Leave for the next build what was read of these pairs, by that analyzer, and what they taught."""
        rows, twins = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        words, lemmas = lesson.words, lemma_marks(analyzer)
        kept = _Kept(
            generation=self._generation,
            rows=rows.tobytes(),
            twins=twins.tobytes(),
            digests=lesson.digests,
            stretches=words.stretches.astype(np.int32).tobytes(),
            ours=_bytes(words.ours),
            theirs=_bytes(words.theirs),
            surfaces=words.surfaces,
            words=words.words,
            terms=lesson.terms,
            lemmas=(lemmas.digests.tobytes(), lemmas.marks.tobytes()),
            learned=learned,
        )
        keep(self._file, self._made_of, msgspec.msgpack.encode(kept))

    def _sought(
        self, articles: Sequence[Article], pairs: Sequence[tuple[int, int]]
    ) -> tuple[Rows, list[list[_Stretch]], bytes]:
        """The place of each pair among those known and, behind them, those to read; these; the digest of each pair."""
        kept = self._kept
        by_rows = kept.places_by_rows(self._stayed) if kept else {}
        by_digests = kept.places_by_digests() if kept and len(by_rows) < len(pairs) else {}
        known = len(kept.digests) // _DIGEST if kept else 0
        places, fresh, read = list[int](), list[list[_Stretch]](), bytearray()
        for row, twin in pairs:
            place = by_rows.get((row, twin))
            if place is None:
                stretches = _stretches(articles[row], articles[twin])
                digest = _digest(stretches)
                place = by_digests.get(digest)
                if place is None:
                    place = known + len(fresh)
                    fresh.append(stretches)
                    read += digest
            places.append(place)
        every = np.frombuffer((kept.digests if kept else b"") + bytes(read), dtype=f"V{_DIGEST}")
        found = np.array(places, dtype=np.int64)
        return found, fresh, every[found].tobytes()


def _read(pairs: Sequence[Sequence[_Stretch]], language: str, lexica: Lexica) -> PairWords:
    """The words of pairs. A paragraph that is too long has none."""
    if not pairs:
        return NO_PAIRS
    ours, theirs, limited = zip(*[stretch for pair in pairs for stretch in pair], strict=True)
    with lexica(2 * len(pairs)) as lexicon:
        _, own = lexicon.content(ours, language)
        _, their = lexicon.content(theirs)
        own, surfaces = _met(own, lexicon.written)
        their, written = _met(their, lexicon.written)
    fit = ~np.array(limited) | (np.maximum(own.lengths, their.lengths) <= LONGEST)
    numbering = TermIds()
    plain = numbering.numbers(one.lower().removesuffix("'s").removesuffix("’s") for one in written)
    of = np.fromiter(plain, dtype=np.int32, count=len(written))
    their = TokenMatrix(of[their.numbers] if len(of) else their.numbers, their.starts)
    stretches = np.fromiter(map(len, pairs), dtype=np.int32, count=len(pairs))
    return PairWords(stretches, own.only(fit), their.only(fit), surfaces, numbering.words)


def _stretches(article: Article, twin: Article) -> list[_Stretch]:
    """What stands in the same place in both: the titles, the descriptions, the paragraphs if they are as many.

    With each comes whether it must not be too long.
    """
    found = [(article.title, twin.title, False), (article.description, twin.description, False)]
    ours, theirs = article.text.split("\n"), twin.text.split("\n")
    if len(ours) == len(theirs):
        found += [(our, their, True) for our, their in zip(ours[:PARAGRAPHS], theirs[:PARAGRAPHS], strict=True)]
    return found


def _digest(stretches: Iterable[_Stretch]) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST)
    for our, their, limited in stretches:
        for text in (our, their):
            written = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d %d\0" % (len(written), limited))
            digest.update(written)
    return digest.digest()


def _first_term(surface: str, analyzer: Analyzer) -> str:
    terms, _ = analyzer.content(surface)
    return terms[0] if terms else surface


def _is_plain(surface: str) -> bool:
    """Whether a word has no parts, and no apostrophe, which may be a letter."""
    return surface.isalpha() and not any(sign in surface for sign in APOSTROPHES)


def _joined(
    matrices: tuple[TokenMatrix, TokenMatrix], vocabularies: tuple[Sequence[str], Sequence[str]], texts: Places
) -> tuple[TokenMatrix, list[str]]:
    """Some texts of two matrices, those of the second behind the first, and the words that they have."""
    numbering = TermIds(vocabularies[0])
    others = np.fromiter(numbering.numbers(vocabularies[1]), dtype=np.int32, count=len(vocabularies[1]))
    first, second = matrices
    numbers = np.concatenate([first.numbers, others[second.numbers] if len(others) else second.numbers])
    starts = np.concatenate([first.starts, second.starts[1:] + first.starts[-1]])
    lengths = np.diff(starts)[texts]
    return _met(TokenMatrix(numbers[ranges(starts[:-1][texts], lengths)], starts_of(lengths)), numbering.words)


def _met(matrix: TokenMatrix, vocabulary: Sequence[str]) -> tuple[TokenMatrix, list[str]]:
    """The same texts by numbers among the words that they have, and these."""
    met, which = np.unique(matrix.numbers, return_inverse=True)
    return TokenMatrix(which.astype(np.int32), matrix.starts), [vocabulary[number] for number in met.tolist()]


def _matrix(numbers: bytes, lengths: bytes) -> TokenMatrix:
    return TokenMatrix(np.frombuffer(numbers, dtype=np.int32), starts_of(np.frombuffer(lengths, dtype=np.int32)))


def _bytes(matrix: TokenMatrix) -> tuple[bytes, bytes]:
    return matrix.numbers.tobytes(), matrix.lengths.astype(np.int32).tobytes()
