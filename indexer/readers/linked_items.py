"""Articles that JSON itself gives as JSON-LD of schema.org, as crawlers and sites leave it in files."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.content.conventions import Fields, is_blank
from indexer.readers.page_metadata import is_article, linked_tables, with_references


def is_linked(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is JSON-LD of an article, or of another thing with a title and a text, or a graph."""
    if isinstance(item.get("@graph"), list):
        return bool(_articles(item)) or _has_text(item)
    return "@type" in item and (is_article(item) or ("@context" in item and _has_text(item)))


def plain_linked(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the article: of a graph those of its first one, below what stands beside the graph."""
    found = linked_items(item)
    article = found[0] if found else item
    page = article.get("mainEntityOfPage")
    address = page.get("@id") or page.get("url") if isinstance(page, Mapping) else page
    publisher = article.get("publisher")
    return dict(article) | {
        "@context": None,
        "@type": None,
        "@id": None,
        "@graph": None,
        "id": article.get("id") or article.get("identifier") or article.get("@id"),
        "url": article.get("url") or address,
        "mainEntityOfPage": None,
        "source": publisher.get("name") if isinstance(publisher, Mapping) else publisher or article.get("source"),
        "publisher": None,
    }


def linked_items(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles of a table that holds a graph; the table itself as the only one where it holds none.

    A table that has a title and a text of its own is one article, and the graph tells more of it. What else stands
    beside the graph is said of each of its articles, but for a name or an address, which only one can have.
    """
    if not isinstance(item.get("@graph"), list):
        return [item]
    own = {key: value for key, value in item.items() if key != "@graph" and not is_blank(value)}
    articles = _articles(item)
    if _has_text(own):
        return [{**(articles[0] if articles else {}), **own}]
    if len(articles) > 1:
        own = {key: value for key, value in own.items() if key not in ("id", "@id", "url", "identifier")}
    return [{**own, **one} for one in articles]


def is_linked_other(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is JSON-LD of something without a text, such as the way to a page, or a house."""
    return "@context" in item and ("@type" in item or "@graph" in item) and not is_linked(item)


def _articles(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles of a graph, else what else of it has a title and a text; what they name by `@id` is put in."""
    tables = linked_tables(item)
    nodes = [one for one in item["@graph"] if isinstance(one, Mapping)]
    found = [one for node in nodes if (one := next(filter(is_article, linked_tables(node)), None)) is not None]
    return [with_references(one, tables) for one in _once(found or [one for one in nodes if _has_text(one)])]


def _once(articles: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Articles without those whose `@id` came before."""
    seen: dict[str, Mapping[str, Any]] = {}
    for number, one in enumerate(articles):
        seen.setdefault(str(one.get("@id") or number), one)
    return list(seen.values())


def _has_text(item: Mapping[str, Any]) -> bool:
    fields = Fields(item)
    return fields.first("text") is not None and fields.first("title") is not None
