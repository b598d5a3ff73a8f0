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

from collections import Counter
from collections.abc import Mapping, Sequence

from indexer.content.article_spool import without_texts
from search.article import Article

SHARE = 0.01
"""The share of the articles of one language whose heading it must be."""
_OF = "\x1f"
HEADINGS = "headings.msgpack"
"""What builds remember: how many articles have each heading."""
LEAST = 5
"""And how many articles at least: in a small archive one per cent is nothing."""


def boilerplate(articles: Sequence[Article]) -> set[str]:
    """The recurring headings, as `heading_key` writes them."""
    return recurring(heading_counts(articles))


def heading_counts(articles: Sequence[Article]) -> dict[str, int]:
    """How many of these articles each language has, and how many of them have each heading.

    The counts of several archives add up. A heading stands behind its language and _OF, a language alone.
    """
    counts: Counter[str] = Counter()
    for row, card in enumerate(without_texts(articles)):
        counts[card.language] += 1
        if card.headings:
            text = articles[row].text
            counts.update({f"{card.language}{_OF}{heading_key(text[start:end])}" for start, end in card.headings})
    return dict(counts)


def recurring(counts: Mapping[str, int]) -> set[str]:
    """The recurring headings of the articles that were counted."""
    return {
        heading
        for (language, of, heading), count in ((key.partition(_OF), count) for key, count in counts.items())
        if of and count >= max(LEAST, SHARE * counts[language])
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
