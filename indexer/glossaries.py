"""What do the twins teach about which word stands for which?

IBM model 1 (Brown, Della Pietra, Della Pietra, Mercer: "The Mathematics of Statistical Machine Translation", 1993,
aclanthology.org/J93-2003) over aligned titles, descriptions and paragraphs of twins: from each term of one language
to a word, as written, of the other. No dictionary comes with Lede; it learns the archive's own words.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from search.analysis import Analyzer
from search.article import Article
from search.ports import Rows

ROUNDS = 5
LEAST_PAIRS = 50
"""Fewer twins than this teach nothing sure."""
LEAST_CHANCE = 0.1
"""How likely a translation must be to be kept."""
LEAST_SEEN = 0.8
"""How many times, as expected by the model, a pair must have been seen."""
LONGEST = 25
"""Words of a paragraph; in longer ones too much stands beside too much."""
PARAGRAPHS = 6
"""How many of an article are read: more teach little and cost the most of the time."""

Pair = tuple[list[str], list[str]]


def glossaries(
    articles: Sequence[Article], group: Rows, known: Sequence[str], analyzer: Analyzer
) -> dict[str, dict[str, str]]:
    """For each language the model does not know that has enough twins in one it knows: term to word."""
    first: dict[int, int] = {}
    for row, article in enumerate(articles):
        if article.language in known:
            first.setdefault(int(group[row]), row)
    twins: dict[str, list[tuple[Article, Article]]] = {}
    for row, article in enumerate(articles):
        twin = first.get(int(group[row]))
        if article.language and article.language not in known and twin is not None:
            twins.setdefault(article.language, []).append((article, articles[twin]))
    return {
        language: learn([pair for twin in pairs for pair in _stretches(*twin, analyzer)])
        for language, pairs in twins.items()
        if len(pairs) >= LEAST_PAIRS
    }


def learn(pairs: Sequence[Pair]) -> dict[str, str]:
    """For each term of the first language, the likeliest word of the second, if it is likely enough."""
    sources: dict[str, int] = {}
    targets: dict[str, int] = {}
    seen: list[tuple[NDArray[np.int64], NDArray[np.int64], int]] = []
    for number, (source, target) in enumerate(pairs):
        left = np.array([sources.setdefault(term, len(sources)) for term in dict.fromkeys(source)], dtype=np.int64)
        right = np.array([targets.setdefault(word, len(targets)) for word in dict.fromkeys(target)], dtype=np.int64)
        if len(left) and len(right):
            seen.append((left, right, number))
    if not seen:
        return {}
    left = np.concatenate([np.repeat(a, len(b)) for a, b, _ in seen])
    right = np.concatenate([np.tile(b, len(a)) for a, b, _ in seen])
    place = np.concatenate([np.full(len(a) * len(b), number) for a, b, number in seen])
    couples, which = np.unique(left * len(targets) + right, return_inverse=True)
    chance, count = _chances(couples // len(targets), which, _dense(place * len(targets) + right))
    return _likeliest(couples, chance, count, list(sources), list(targets))


def _chances(
    source: NDArray[np.int64], which: NDArray[np.int64], slot: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expectation and maximisation: each word of a stretch is shared among the terms beside it, by their chances."""
    chance: NDArray[np.float64] = np.ones(len(source))
    count: NDArray[np.float64] = chance
    for _ in range(ROUNDS):
        here = chance[which]
        count = np.bincount(which, here / np.bincount(slot, here)[slot], len(source)).astype(np.float64)
        chance = count / np.bincount(source, count)[source]
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


def _stretches(article: Article, twin: Article, analyzer: Analyzer) -> Iterator[Pair]:
    """What stands in the same place in both: the titles, the descriptions, the paragraphs if they are as many."""
    yield _pair(article.title, twin.title, analyzer)
    yield _pair(article.description, twin.description, analyzer)
    ours, theirs = article.text.split("\n"), twin.text.split("\n")
    if len(ours) == len(theirs):
        for our, their in list(zip(ours, theirs, strict=True))[:PARAGRAPHS]:
            pair = _pair(our, their, analyzer)
            if max(map(len, pair)) <= LONGEST:
                yield pair


def _pair(text: str, other: str, analyzer: Analyzer) -> Pair:
    terms = [term for term, _ in analyzer.content(text)]
    words = [written.lower().removesuffix("'s").removesuffix("’s") for _, written in analyzer.content(other)]
    return terms, words


def _dense(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(keys, return_inverse=True)[1]
