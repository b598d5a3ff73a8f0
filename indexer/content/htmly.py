"""What HTMLy says of an article by its folder and name: `blog/news/post/2024-05-03-10-20-30_rivers_reopened.md`."""

import re

_PLACE = re.compile(
    r"(?:^|/)(post|draft)/(?:[^/]{1,40}/)?(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})-(\d{2})_([^_/]{0,300})_([^/]{1,300})\.md$"
)


def htmly_fields(path: str) -> dict[str, object]:
    """The time, the tags and the slug in a name, and that a draft is one; nothing of a file that lies elsewhere."""
    found = _PLACE.search(path)
    if not found:
        return {}
    kind, day, hour, minute, second, tags, slug = found.groups()
    fields: dict[str, object] = {"date": f"{day} {hour}:{minute}:{second}", "tags": tags, "slug": slug}
    return {**fields, "draft": True} if kind == "draft" else fields
