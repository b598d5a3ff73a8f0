"""Boilerplate: headings that recur all over the archive."""

from bisect import bisect_left, bisect_right
from collections.abc import Set
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from search.article import Span

if TYPE_CHECKING:
    from indexer.text.lexicon import TokenizedBatch
    from indexer.text.token_matrix import Flags

from collections import Counter, defaultdict
from collections.abc import Sequence

from search.article import Article

SHARE = 0.01
"""The share of the articles of one language whose heading it must be."""
LEAST = 5
"""And how many articles at least: in a small archive one per cent is nothing."""


def boilerplate(articles: Sequence[Article]) -> set[str]:
    """The recurring headings, as search.documents.heading_key writes them."""
    bearing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for article in articles:
        sizes[article.language] += 1
        bearing[article.language].update({heading_key(article.text[a:b]) for a, b in article.headings})
    return {
        heading
        for language, counts in bearing.items()
        for heading, count in counts.items()
        if count >= max(LEAST, SHARE * sizes[language])
    }


def counted(articles: Sequence[Article], words: "TokenizedBatch", boilerplate: Set[str]) -> "Flags":
    """Which texts of these articles count, (texts,): sentences of boilerplate headings do not."""
    counts = np.ones(words.first_text[-1], dtype=np.bool_)
    start, end, first = words.start.tolist(), words.end.tolist(), words.first_sentence.tolist()
    for article, begin, behind, body in zip(articles, first, first[1:], words.bodies.tolist(), strict=False):
        for heading in article.headings:
            if heading_key(article.text[slice(*heading)]) in boilerplate:
                inside = bisect_left(start, heading[0], begin, behind), bisect_right(end, heading[1], begin, behind)
                counts[body - begin + inside[0] : body - begin + inside[1]] = False
    return counts


def worthwhile(article: Article, boilerplate: Set[str]) -> list[Span]:
    """The stretches of the text between the headings that recur all over the archive."""
    stretches, at = [], 0
    for start, end in article.headings:
        if heading_key(article.text[start:end]) in boilerplate:
            stretches.append((at, start))
            at = end
    stretches.append((at, len(article.text)))
    return [(start, end) for start, end in stretches if article.text[start:end].strip()]


@lru_cache(4_096)
def heading_key(heading: str) -> str:
    """A heading without what differs between two of the same: letter case, blanks, punctuation at its end."""
    return " ".join(heading.casefold().split()).rstrip(".:!?… ")
