"""Guard against a build that would lose much of what is served: a half-mounted folder empties no archive."""

from collections.abc import Collection, Iterable, Mapping

from search.article import Article
from search.errors import ShrinkError

LEAST = 5
"""So few articles may vanish in any case: a small archive changes by the half in a day."""
_SHOWN = 5


def refuse_shrinking(
    served: Mapping[str, str],
    ids: Collection[str],
    before: Iterable[Article],
    after: Iterable[Article],
    limit: int,
) -> None:
    """See that no more than `limit` percent of the served articles vanish. Raises ShrinkError.

    `served` are the ids of the served articles, `ids` those of the new ones; `before` and `after` are these articles,
    of the served ones where they could be read. One that is there under another id, with the same title and time, has
    moved and not vanished; one that is rejected now has.
    """
    if not served or limit >= 100:
        return
    gone = [article_id for article_id in served if article_id not in ids]
    if len(gone) < LEAST and ids:
        return
    away = set(gone)
    known = {article.id: article for article in before if article.id in away}
    stays = {_likeness(article) for article in after if article.id not in served}
    lost = [one for one in gone if one not in known or _likeness(known[one]) not in stays]
    if ids and (len(lost) < LEAST or 100 * len(lost) <= limit * len(served)):
        return
    named = ", ".join(lost[:_SHOWN]) + (", …" if len(lost) > _SHOWN else "")
    raise ShrinkError(
        f"{len(lost):,} of {len(served):,} served articles would vanish ({named}). Nothing was published.",
        "See whether the content folder is whole and what is rejected; `--allow-shrink` publishes all the same.",
    )


def _likeness(article: Article) -> tuple[str, int | None, str]:
    return article.title, article.published, article.language
