"""What only the whole archive tells of an article: its language, if its text is too short, and a newer version."""

from collections import Counter
from collections.abc import Iterable, Mapping

from indexer.content.detection import main_language
from indexer.content.document import Version
from search.article import Article, base_language

SUPERSEDED = "superseded by a newer version"
"""Why a version of an item is left out of which there is a newer one."""


def superseded(versions: Iterable[Version]) -> frozenset[str]:
    """The paths of the articles of which there is a newer version, or which a newer version withdraws."""
    newest: dict[str, Version] = {}
    everything = list(versions)
    for one in everything:
        if one.item not in newest or newest[one.item].order < one.order:
            newest[one.item] = one
    return frozenset(one.path for one in everything if one.path and newest[one.item] is not one)


def archive_language(articles: Iterable[tuple[Article, bool]]) -> str:
    """The language of most articles; each comes with whether its language is known and not guessed."""
    counts: Mapping[str, int] = Counter(
        base_language(article.language) for article, known in articles if known and article.language
    )
    return main_language(counts)
