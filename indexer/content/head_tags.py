"""The tags of a page's head that a front matter lists, as VitePress and VuePress have them: pictures, addresses."""

from collections.abc import Iterator, Mapping

_OF_TAGS = {
    "og:title": "title",
    "og:description": "description",
    "description": "description",
    "og:image": "image",
    "twitter:image": "image",
    "og:url": "url",
    "og:locale": "language",
    "article:published_time": "published_at",
    "article:modified_time": "updated_at",
    "author": "author",
    "keywords": "keywords",
}
"""By the name of a tag, the field that it states."""


def head_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """What the lists `head` and `meta` of a front matter state: `[[meta, {property: og:image, content: …}], …]`."""
    found: dict[str, object] = {}
    for name, attributes in (*_tags(fields.get("head")), *_tags(fields.get("meta"))):
        if name == "link" and attributes.get("rel") == "canonical":
            found.setdefault("canonical", attributes.get("href"))
        elif name == "meta":
            key = _OF_TAGS.get(str(attributes.get("property") or attributes.get("name") or ""))
            if key:
                found.setdefault(key, attributes.get("content"))
    return found


def _tags(listed: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Each tag with its attributes: a pair, or a table that is a tag of the kind `meta`."""
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            yield "meta", one
        elif isinstance(one, list) and len(one) > 1 and isinstance(one[1], Mapping):
            yield str(one[0]), one[1]
