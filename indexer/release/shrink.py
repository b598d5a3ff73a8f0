"""Guard against a build that would lose much of what is served: a half-mounted folder empties no archive."""

from collections.abc import Callable, Collection, Iterable, Mapping

from search.article import Article
from search.errors import ShrinkError

Find = Callable[[Collection[str]], Iterable[Article]]
"""Gives the articles of these ids, as far as they can be read; their texts may be empty."""
LEAST = 5
"""So few articles may vanish in any case: a small archive changes by the half in a day."""
_SHOWN = 5


def refuse_shrinking(
    served: Mapping[str, str],
    ids: Collection[str],
    before: Find,
    after: Find,
    limit: int,
) -> None:
    """See that no more than `limit` percent of the served articles vanish. Raises ShrinkError.

    `served` are the ids of the served articles, `ids` those of the new ones; `before` and `after` find some of each.
    One that is there under another id, with the same title and time, has moved and not vanished; one that is rejected
    now has.
    """
    if not served or limit >= 100:
        return
    gone = [article_id for article_id in served if article_id not in ids]
    if len(gone) < LEAST and ids:
        return
    known = {article.id: article for article in before(gone)}
    came = {likeness(article) for article in after([article_id for article_id in ids if article_id not in served])}
    lost = [one for one in gone if one not in known or likeness(known[one]) not in came]
    if ids and (len(lost) < LEAST or 100 * len(lost) <= limit * len(served)):
        return
    named = ", ".join(lost[:_SHOWN]) + (", …" if len(lost) > _SHOWN else "")
    raise ShrinkError(
        f"{len(lost):,} of {len(served):,} served articles would vanish ({named}). Nothing was published.",
        "See whether the content folder is whole and what is rejected; `--allow-shrink` publishes all the same.",
    )


def likeness(article: Article) -> tuple[str, int | None, str]:
    """What an article keeps that moves to another id."""
    return article.title, article.published, article.language
