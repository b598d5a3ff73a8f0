"""Posts in the forms of the independent web: microformats in JSON (Micropub), and ActivityStreams (Mastodon)."""

from collections.abc import Mapping
from typing import Any

from indexer.readers.tables import tables_of

_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_MAKES = ("create", "update")
"""Activities that bring a post; others repeat, like or undo one."""
_POSTS = ("note", "article", "page", "question", "document")
_ENTRIES = ("h-entry", "h-cite", "h-review")


def is_microformat(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a post in the form of microformats."""
    kinds = item.get("type")
    return isinstance(kinds, list) and any(one in kinds for one in _ENTRIES) and isinstance(
        item.get("properties"), Mapping
    )  # fmt: skip


def plain_microformat(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a post: every property is a list, of which most have one value; a person is a card."""
    said = item["properties"]
    fields = {key: _value(value) for key, value in said.items()}
    fields["author"] = [_card(one) for one in _listed(said.get("author"))]
    fields["tags"] = [one for one in _listed(said.get("category")) if isinstance(one, str)]
    fields["category"] = None
    if any(one in ("private", "unlisted") for one in _listed(said.get("visibility"))):
        fields["draft"] = True
    return fields


def is_activity(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is an activity of ActivityStreams, such as each one of an outbox."""
    return isinstance(item.get("actor"), str) and isinstance(item.get("type"), str) and "object" in item


def is_no_post(item: Mapping[str, Any]) -> bool:
    """Whether an activity brings no post of its own, or an answer to another's."""
    post = item["object"] if isinstance(item["object"], Mapping) else {}
    made = str(item["type"]).casefold() in _MAKES and str(post.get("type")).casefold() in _POSTS
    return not made or _answers_another(post, item["actor"])


def _answers_another(post: Mapping[str, Any], actor: str) -> bool:
    """Whether a post is an answer, and not the next part of a thread of its writer's own."""
    answered = post.get("inReplyTo")
    answered = answered.get("id") if isinstance(answered, Mapping) else answered
    return bool(answered) and not str(answered).startswith(f"{actor.rstrip('/')}/")


def _readers(post: Mapping[str, Any]) -> list[Any]:
    return [*_listed(post.get("to")), *_listed(post.get("cc"))]


def plain_activity(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the post that an activity brings. One that not everybody may read is a draft."""
    post = item["object"] if isinstance(item["object"], Mapping) else {}
    tags = [one.get("name") for one in tables_of(post.get("tag")) if one.get("type") == "Hashtag"]
    languages = post.get("contentMap")
    readers = _readers(post) or _readers(item)
    return {
        "id": post.get("id") or item.get("id"),
        "title": post.get("name"),
        "description": post.get("summary"),
        "published": post.get("published") or item.get("published"),
        "updated": post.get("updated"),
        "url": next((one for one in (post.get("url"), post.get("id")) if isinstance(one, str)), ""),
        "tags": [one.strip("#") for one in tags if isinstance(one, str)],
        "language": next(iter(languages)) if isinstance(languages, Mapping) and len(languages) == 1 else None,
        "image": [one.get("url") for one in tables_of(post.get("attachment")) if _is_picture(one)],
        "content_html": post.get("content"),
        "draft": not any(one in _PUBLIC for one in readers),
    }


def _is_picture(attachment: Mapping[str, Any]) -> bool:
    return str(attachment.get("mediaType", "")).startswith("image/")


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(value: object) -> object:
    """The one value of a property; of several the list."""
    values = _listed(value)
    if len(values) != 1:
        return values
    one = values[0]
    if isinstance(one, Mapping) and ("html" in one or "value" in one):
        return one.get("html") or one.get("value")
    return _card(one) if isinstance(one, Mapping) and "properties" in one else one


def _card(value: object) -> object:
    """The name on a card; anything else as it is."""
    said = value.get("properties") if isinstance(value, Mapping) else None
    return _value(said.get("name")) if isinstance(said, Mapping) else value
