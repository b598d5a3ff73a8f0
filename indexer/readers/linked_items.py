"""Articles that JSON itself gives as JSON-LD of schema.org, as crawlers and sites leave it in files."""

from collections.abc import Mapping
from typing import Any

from indexer.readers.page_metadata import is_article, linked_tables, with_references


def is_linked(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is JSON-LD of one article, or a graph that holds one."""
    if isinstance(item.get("@graph"), list):
        return any(map(is_article, linked_tables(item)))
    return "@type" in item and is_article(item)


def plain_linked(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the first article in it; what the article names by `@id` alone is put in."""
    tables = linked_tables(item)
    article = with_references(next(filter(is_article, tables)), tables)
    page = article.get("mainEntityOfPage")
    address = page.get("@id") or page.get("url") if isinstance(page, Mapping) else page
    publisher = article.get("publisher")
    return dict(article) | {
        "@context": None,
        "@type": None,
        "@id": None,
        "id": article.get("identifier") or article.get("@id"),
        "url": article.get("url") or address,
        "mainEntityOfPage": None,
        "source": publisher.get("name") if isinstance(publisher, Mapping) else publisher,
        "publisher": None,
    }


def is_linked_other(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is JSON-LD of something else, such as the way to a page, or a house."""
    return "@context" in item and ("@type" in item or "@graph" in item) and not is_linked(item)
