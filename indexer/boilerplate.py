"""Which headings recur all over the archive, and so say nothing about an article?"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from search.article import Article
from search.documents import heading_key

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
