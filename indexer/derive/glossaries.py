"""Word-by-word glossaries, learned from an archive's own translations.

IBM model 1 (Brown, Della Pietra, Della Pietra, Mercer: "The Mathematics of Statistical Machine Translation", 1993,
aclanthology.org/J93-2003) over aligned titles, descriptions and paragraphs of twins: from each term of one language
to a word, as written, of the other. No dictionary comes with Lede; it learns the archive's own words.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.catalogue import Catalogue
from indexer.text.lexicon import Lexicon, seal_of
from indexer.text.remembered import remembered
from indexer.text.token_matrix import Numbers, Places, TermIds, TokenMatrix, starts_of
from search.analysis.analyzer import Analyzer
from search.arrays import firsts
from search.article import Article

_RECIPE = "2"
"""Changes when the same twins would teach other words."""
ROUNDS = 5
LEAST_PAIRS = 50
"""Fewer twins than this teach nothing sure."""
MOST_PAIRS = 8_000
"""Of more twins so many, evenly spread, are read: further ones teach little, and each takes memory."""
LEAST_CHANCE = 0.1
"""How likely a translation must be to be kept."""
LEAST_SEEN = 0.8
"""How many times, as expected by the model, a pair must have been seen."""
LONGEST = 25
"""Words of a paragraph; in longer ones too much stands beside too much."""
PARAGRAPHS = 6
"""How many of an article are read: more teach little and cost the most of the time."""


def glossaries(
    articles: Sequence[Article],
    catalogue: Catalogue,
    known: Sequence[str],
    analyzer: Analyzer,
    lexicon: Callable[[], AbstractContextManager[Lexicon]],
    memory: Path,
) -> dict[str, dict[str, str]]:
    """For each language the model does not know that has enough twins in one it knows: term to word.

    `lexicon` gives a lexicon of the analyzer, and is asked only if it is needed. `memory` is the folder of what builds
    remember: what the same twins taught is not learned again.
    """
    found = {}
    for language, rows in _twins(catalogue, known).items():
        if len(rows) >= LEAST_PAIRS:
            pairs = [(articles[row], articles[twin]) for row, twin in spread(rows)]
            texts = (part for pair in pairs for one in pair for part in (one.title, one.description, one.text))
            learned = partial(_encoded, pairs, lexicon, language)
            written = remembered(memory / f"glossary-{language}.msgpack", (_RECIPE, seal_of(analyzer), *texts), learned)
            found[language] = msgspec.msgpack.decode(written, type=dict[str, str])
    return found


def _encoded(
    pairs: Sequence[tuple[Article, Article]], lexicon: Callable[[], AbstractContextManager[Lexicon]], language: str
) -> bytes:
    with lexicon() as words:
        return msgspec.msgpack.encode(_learned(pairs, words, language))


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


def _learned(twins: Sequence[tuple[Article, Article]], lexicon: Lexicon, language: str) -> dict[str, str]:
    ours, theirs, limited = zip(*[stretch for twin in twins for stretch in _stretches(*twin)], strict=True)
    terms, _ = lexicon.content(ours, language)
    _, written = lexicon.content(theirs)
    fit = ~np.array(limited) | (np.maximum(terms.lengths, written.lengths) <= LONGEST)
    met, which = np.unique(written.numbers, return_inverse=True)
    plain, words = _plain([lexicon.written[number] for number in met.tolist()])
    targets = TokenMatrix(plain[which], written.starts)
    return learn(terms.only(fit), targets.only(fit), lexicon.terms, words)


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


def _stretches(article: Article, twin: Article) -> Iterator[tuple[str, str, bool]]:
    """What stands in the same place in both: the titles, the descriptions, the paragraphs if they are as many.

    With each pair comes whether it must not be too long.
    """
    yield article.title, twin.title, False
    yield article.description, twin.description, False
    ours, theirs = article.text.split("\n"), twin.text.split("\n")
    if len(ours) == len(theirs):
        yield from ((our, their, True) for our, their in zip(ours[:PARAGRAPHS], theirs[:PARAGRAPHS], strict=True))


def _plain(written: Sequence[str]) -> tuple[Numbers, list[str]]:
    """For each word as it is written the number of what it is in small letters, without a possessive; and these."""
    numbering = TermIds()
    plain = numbering.numbers(one.lower().removesuffix("'s").removesuffix("’s") for one in written)
    return np.fromiter(plain, dtype=np.int32, count=len(written)), numbering.words
