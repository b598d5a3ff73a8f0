"""Articles that JSON itself gives as JSON-LD of schema.org, as crawlers and sites leave it in files."""

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.content.conventions import Fields, is_blank
from indexer.readers.page_metadata import is_article, linked_tables, with_references

_HOLDING = ("itemListElement", "item", "mainEntity", "hasPart", "dataFeedElement", "blogPost", "blogPosts", "@graph")
"""Keys under which lists of schema.org hold what they list."""
_DEEPEST = 12
_MOST_CONTAINED = 100_000


def is_linked(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is JSON-LD of an article, or of another thing with a title and a text, or a graph."""
    if isinstance(item.get("@graph"), list):
        return bool(_articles(item)) or _has_text(item)
    if _is_container(item):
        return bool(_contained(item))
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
        return _contained(item) if _is_container(item) else [item]
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


def _is_container(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON-LD is neither an article nor a text, but a list of others: an ItemList, a Blog."""
    holds = "@type" in item and any(isinstance(item.get(key), list | Mapping) for key in _HOLDING)
    return holds and not is_article(item) and not _has_text(item)


def _contained(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles that lie in a list, however deep, in their order; what they name by `@id` is put in."""
    found: list[Mapping[str, Any]] = []
    left: list[tuple[object, int]] = [(item, 0)]
    while left and len(found) < _MOST_CONTAINED:
        one, depth = left.pop()
        if isinstance(one, list):
            left += [(each, depth) for each in reversed(one)]
        elif isinstance(one, Mapping) and is_article(one):
            found.append(one)
        elif isinstance(one, Mapping) and depth < _DEEPEST:
            left += [(one[key], depth + 1) for key in reversed(_HOLDING) if isinstance(one.get(key), list | Mapping)]
    tables = linked_tables(item)
    return [with_references(one, tables) for one in _once(found)]


def _articles(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles of a graph, else what else of it has a title and a text; what they name by `@id` is put in."""
    tables = linked_tables(item)
    nodes = [one for one in item["@graph"] if isinstance(one, Mapping)]
    found = [one for node in nodes for one in _of_node(node)]
    return [with_references(one, tables) for one in _once(found or [one for one in nodes if _has_text(one)])]


def _of_node(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The articles of one node of a graph: all of a list, else the first that it is, or is about."""
    return _contained(node) if _is_container(node) else list(filter(is_article, linked_tables(node)))[:1]


def _once(articles: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Articles without those whose `@id` came before."""
    seen: dict[str, Mapping[str, Any]] = {}
    for number, one in enumerate(articles):
        seen.setdefault(str(one.get("@id") or number), one)
    return list(seen.values())


def _has_text(item: Mapping[str, Any]) -> bool:
    fields = Fields(item)
    return fields.first("text") is not None and fields.first("title") is not None
