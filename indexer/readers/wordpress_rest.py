"""Posts as WordPress's REST interface gives them: numbers replaced by the names that are embedded with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from indexer.readers.tables import tables_of

_TERMS = {"category": "categories", "post_tag": "tags"}
_TIMES = ("date", "modified")


def is_wordpress_post(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a post of WordPress's REST interface."""
    content = item.get("content")
    return isinstance(content, Mapping) and "rendered" in content and ("date_gmt" in item or "comment_status" in item
                                                                       or "categories" in item)  # fmt: skip


def plain_wordpress_post(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a post. Without embedded tables its authors, tags and categories are numbers, which say nothing."""
    embedded = item.get("_embedded")
    tables: Mapping[str, Any] = embedded if isinstance(embedded, Mapping) else {}
    fields = {key: value for key, value in item.items() if key not in ("author", "meta", "yoast_head", "_links")}
    fields |= {
        "_embedded": None,
        "authors": [one["name"] for one in tables_of(tables.get("author")) if one.get("name")],
    }
    for field in ("categories", "tags"):
        given = item.get(field)
        named = [one for one in given if not isinstance(one, int)] if isinstance(given, list) else given
        fields[field] = [*_terms(tables, field)] or named
    for key in _TIMES:
        if isinstance(gmt := item.get(f"{key}_gmt"), str) and gmt:
            fields[key] = gmt if gmt.endswith("Z") else f"{gmt}Z"
            fields[f"{key}_gmt"] = None
    picture = next((one.get("source_url") for one in tables_of(tables.get("wp:featuredmedia"))), None)
    seo = item.get("yoast_head_json")
    told: Mapping[str, Any] = seo if isinstance(seo, Mapping) else {}
    fields["image"] = picture or item.get("jetpack_featured_media_url") or told.get("og_image")
    fields["authors"] = fields["authors"] or told.get("author")
    excerpt = item.get("excerpt")
    said = excerpt.get("rendered") if isinstance(excerpt, Mapping) else excerpt
    fields["excerpt"] = said or told.get("description")
    if any(isinstance(one, Mapping) and one.get("protected") for one in (excerpt, item.get("content"))):
        fields["status"] = "password"
    fields["yoast_head_json"] = None
    return fields


def _terms(tables: Mapping[str, Any], field: str) -> Iterable[str]:
    terms = tables.get("wp:term")
    for listed in terms if isinstance(terms, list) else ():
        for one in tables_of(listed):
            if _TERMS.get(str(one.get("taxonomy"))) == field and one.get("name"):
                yield str(one["name"])
