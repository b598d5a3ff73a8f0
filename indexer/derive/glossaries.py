"""Word-by-word glossaries, learned from an archive's own translations.

IBM model 1 (Brown, Della Pietra, Della Pietra, Mercer: "The Mathematics of Statistical Machine Translation", 1993,
aclanthology.org/J93-2003) over aligned titles, descriptions and paragraphs of twins: from each term of one language
to a word, as written, of the other. No dictionary comes with Lede; it learns the archive's own words.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import Catalogue
from indexer.derive.pair_words import Lesson, Lexica, PairMemory
from indexer.kept_counts import Generation, StayedArticles
from indexer.text.lexicon import seal_without_lemmas
from indexer.text.token_matrix import Numbers, Places, TermIds, TokenMatrix, starts_of
from search.analysis.analyzer import Analyzer
from search.analysis.stemmers import stemmed_language
from search.arrays import firsts
from search.article import Article

_RECIPE = "3"
"""Changes when the same words of twins would teach others."""
ROUNDS = 5
LEAST_PAIRS = 50
"""Fewer twins than this teach nothing sure."""
MOST_PAIRS = 8_000
"""Of more twins so many, evenly spread, are read: further ones teach little, and each takes memory."""
LEAST_CHANCE = 0.1
"""How likely a translation must be to be kept."""
LEAST_SEEN = 0.8
"""How many times, as expected by the model, a pair must have been seen."""


def glossaries(
    articles: Sequence[Article],
    catalogue: Catalogue,
    known: Sequence[str],
    analyzer: Analyzer,
    lexica: Lexica,
    memory: Path,
    stayed: StayedArticles,
    generation: Generation,
) -> dict[str, dict[str, str]]:
    """For each language the model does not know that has enough twins in one it knows: term to word.

    `lexica` gives a lexicon of the analyzer, and is asked only if it is needed. `memory` is the folder of what builds
    remember: the words of pairs that `stayed` are not read again, and what the same words taught is not learned again.
    `generation` is the one being built.
    """
    found = {}
    for language, rows in _twins(catalogue, known).items():
        if len(rows) >= LEAST_PAIRS:
            pairs, of_language = spread(rows), analyzer.of_article(stemmed_language(language))
            seal = f"{_RECIPE} {seal_without_lemmas(analyzer)}"
            remembered = PairMemory(memory / f"glossary-{language}.msgpack", seal, stayed, generation)
            lesson = remembered.lesson(articles, pairs, language, lexica, of_language)
            found[language] = learned = dict(_learned(lesson) if lesson.learned is None else lesson.learned)
            remembered.keep(pairs, lesson, of_language, learned)
    return found


def spread(pairs: Sequence[tuple[int, int]], most: int = MOST_PAIRS) -> list[tuple[int, int]]:
    """At most so many of the pairs, evenly spread over all, in their order."""
    if len(pairs) <= most:
        return list(pairs)
    return [pairs[place * len(pairs) // most] for place in range(most)]


def _twins(catalogue: Catalogue, known: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """By language that the model does not know, the rows of its articles that have a twin in a known one, and of it."""
    group, languages = catalogue.group, catalogue.base_languages
    first = np.full(len(languages), -1, dtype=np.int64)
    foreign: dict[str, list[int]] = {}
    for row, language in enumerate(languages):
        if language in known:
            if first[group[row]] < 0:
                first[group[row]] = row
        elif language:
            foreign.setdefault(language, []).append(row)
    return {
        language: [(row, int(first[group[row]])) for row in rows if first[group[row]] >= 0]
        for language, rows in foreign.items()
        if (first[group[rows]] >= 0).any()
    }


def _learned(lesson: Lesson) -> dict[str, str]:
    words, terms = lesson.words, TermIds()
    of = np.fromiter(terms.numbers(lesson.terms), dtype=np.int32, count=len(lesson.terms))
    ours = TokenMatrix(of[words.ours.numbers] if len(of) else words.ours.numbers, words.ours.starts)
    return learn(ours, words.theirs, terms.words, words.words)


def learn(source: TokenMatrix, target: TokenMatrix, terms: Sequence[str], words: Sequence[str]) -> dict[str, str]:
    """For each term of some texts, the likeliest word of the same texts in another language, if it is likely enough."""
    sources, left = _renumbered(source)
    targets, right = _renumbered(target)
    if not len(left.numbers) or not len(right.numbers):
        return {}
    couples, first, beside = _couples(left, right, len(targets))
    if not len(couples):
        return {}
    chance, count = _chances(couples // len(targets), first, beside)
    spelled = [terms[number] for number in sources.tolist()], [words[number] for number in targets.tolist()]
    return _likeliest(couples, chance, count, *spelled)


def _couples(left: TokenMatrix, right: TokenMatrix, targets: int) -> tuple[NDArray[np.int64], Places, Numbers]:
    """Every term with every word of the same text, in the order of couples.

    Gives which couples there are, where each begins among all times that it stands in a text, and its word each time.
    There are tens of millions in a large archive, so each array is let go of as soon as can be.
    """
    owners = left.owners
    many = right.lengths[owners]
    begins = right.starts[owners] - starts_of(many)[:-1]
    beside = np.repeat(begins.astype(np.int32), many)
    beside += np.arange(len(beside), dtype=np.int32)
    pairs = np.repeat(left.numbers.astype(np.int64) * targets, many)
    pairs += right.numbers[beside]
    pairs, order = _sorted(pairs)
    new = np.ones(len(pairs), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    first = np.flatnonzero(new)
    return pairs[first], first, beside[order]


def _sorted(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Values of 0 or more in order, and where each stood; equal ones stay in their order.

    With its place in the lower bits each is sorted as a plain number, a fifth of the time of `argsort`.
    """
    bits = len(values).bit_length()
    if int(values.max(initial=0)).bit_length() + bits > 63:
        order = np.argsort(values, kind="stable")
        return values[order], order
    values = values << bits
    values |= np.arange(len(values))
    values.sort()
    return values >> bits, values & ((1 << bits) - 1)


def _renumbered(lines: TokenMatrix) -> tuple[Numbers, TokenMatrix]:
    """The words in the order in which they are met, and the texts by these numbers; in a text each word once."""
    keys = lines.owners << 32 | lines.numbers
    kept = firsts(keys)
    numbers, owners = lines.numbers[kept], lines.owners[kept]
    met, first, which = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order))
    return met[order], TokenMatrix(rank[which], np.searchsorted(owners, np.arange(len(lines.starts))))


def _chances(
    source: NDArray[np.int64], first: Places, slot: Numbers
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expectation and maximisation: each word of a stretch is shared among the terms beside it, by their chances.

    `source` is the term of each couple, in order; `first` is where each couple begins in `slot`, which gives its words.
    """
    times = np.diff(first, append=len(slot))
    of_source = np.flatnonzero(np.diff(source, prepend=-1))
    couples = np.diff(of_source, append=len(source))
    chance: NDArray[np.float64] = np.ones(len(source))
    count: NDArray[np.float64] = chance
    for _ in range(ROUNDS):
        here = np.repeat(chance, times)
        here /= np.bincount(slot, here)[slot]
        count = np.add.reduceat(here, first)
        chance = count / np.repeat(np.add.reduceat(count, of_source), couples)
    return chance, count


def _likeliest(
    couples: NDArray[np.int64],
    chance: NDArray[np.float64],
    count: NDArray[np.float64],
    sources: Sequence[str],
    targets: Sequence[str],
) -> dict[str, str]:
    words: dict[str, str] = {}
    kept = np.flatnonzero((chance >= LEAST_CHANCE) & (count >= LEAST_SEEN))
    for place in kept[np.lexsort((couples[kept], -chance[kept]))].tolist():
        source, target = divmod(int(couples[place]), len(targets))
        words.setdefault(sources[source], targets[target])
    return dict(sorted(words.items()))
