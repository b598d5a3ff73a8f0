"""Stories in ANS, the JSON of Arc XP: their fields under the names that every archive has."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from indexer.readers.tables import tables_of

_DEEPEST = 8
_TIMES = ("display_date", "first_publish_date", "publish_date", "created_date")
_HTML = frozenset({"text", "raw_html", "correction", "link_list"})
_READ = frozenset(
    "type headlines subheadlines description credits taxonomy promo_items content_elements source revision websites"
    " website_section website additional_properties display_date first_publish_date publish_date created_date"
    " last_updated_date label distributor owner content related_content workflow content_restrictions".split()
)


def is_ans(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a document of ANS."""
    return isinstance(item.get("headlines"), Mapping) and (
        isinstance(item.get("content_elements"), list) or "canonical_url" in item or "display_date" in item
    )


def is_no_story(item: Mapping[str, Any]) -> bool:
    """Whether a document of ANS is a film, a gallery, a picture or a redirection."""
    return item.get("type") not in (None, "", "story")


def plain_ans(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a story. Its text is made of its elements; a revision that is not published is a draft."""
    terms = _table(item.get("taxonomy"))
    sections = [*tables_of(terms.get("primary_section")), *tables_of(terms.get("sections"))] or tables_of(
        terms.get("primary_site")
    )
    makers = _table(item.get("credits"))
    origin = _table(item.get("source")) or _table(item.get("distributor"))
    embargo = _table(item.get("content_restrictions")).get("embargo")
    others = {key: value for key, value in item.items() if key not in _READ}
    return (
        others
        | ({"embargo": embargo} if embargo else {})
        | {
            "id": item.get("_id"),
            "title": _basic(item.get("headlines")),
            "description": _basic(item.get("description")) or _basic(item.get("subheadlines")),
            "authors": [_name(one) for one in tables_of(makers.get("by"))],
            "published": next((item[key] for key in _TIMES if item.get(key)), None),
            "updated": item.get("last_updated_date"),
            "tags": [one.get("text") or one.get("name") or one.get("slug") for one in tables_of(terms.get("tags"))],
            "categories": [one.get("name") for one in sections if one.get("name")],
            "image": _picture(item.get("promo_items"), 0),
            "source": origin.get("name"),
            "draft": _table(item.get("revision")).get("published") is False,
            "content_html": "\n".join(_elements(item.get("content_elements"), 0)),
        }
    )


def _basic(value: object) -> str:
    told = _table(value)
    return str(told.get("basic") or next((one for one in told.values() if isinstance(one, str) and one), ""))


def _name(person: Mapping[str, Any]) -> str:
    whole = person.get("name") or person.get("byline")
    return str(whole or " ".join(str(person[key]) for key in ("first_name", "last_name") if person.get(key)))


def _picture(value: object, depth: int) -> str:
    """The address of the picture that stands for a story, or for the film or gallery that stands for it."""
    told = _table(value)
    for one in (told.get("basic"), told.get("lead_art"), *told.values()):
        inner = _table(one)
        if inner.get("type", "image") == "image" and isinstance(inner.get("url"), str):
            return str(inner["url"])
        if depth < _DEEPEST and (found := _picture(inner.get("promo_items"), depth + 1)):
            return found
    return ""


def _elements(value: object, depth: int) -> Iterator[str]:
    """The HTML of elements that hold words; pictures, films and what is embedded hold none."""
    for one in tables_of(value) if depth < _DEEPEST else ():
        kind, content = one.get("type"), str(one.get("content") or "")
        if kind == "header":
            level = one.get("level") if one.get("level") in range(1, 7) else 2
            yield f"<h{level}>{content}</h{level}>"
        elif kind == "list":
            yield f"<ul>{''.join(f'<li>{words}</li>' for words in _elements(one.get('items'), depth + 1))}</ul>"
        elif kind == "quote":
            said = " ".join(_elements(one.get("content_elements"), depth + 1))
            yield f"<blockquote>{said} {escape(str(_table(one.get('citation')).get('content') or ''))}</blockquote>"
        elif kind == "table":
            rows = (one.get("header"), *(one.get("rows") or ()))
            yield "".join(f"<p>{' · '.join(_elements(row, depth + 1))}</p>" for row in rows if row)
        elif kind in _HTML and content:
            yield content if "<p" in content or depth else f"<p>{content}</p>"


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
