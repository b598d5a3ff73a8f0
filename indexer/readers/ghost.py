"""A Ghost export: its posts with the names of their tags and authors. Nothing else of it is looked at.

An export holds password hashes and keys as well; they are never kept and never printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexer.content.document import Document, Found, Omitted, Refused, SourceFile
from indexer.readers.items import item_digest
from indexer.readers.withholding import GHOST, plain_keys
from search.index.manifest import Rejected

_KEPT = "title slug published_at updated_at custom_excerpt feature_image canonical_url image language locale".split()


def is_ghost(tree: object) -> bool:
    """Whether a JSON document is a Ghost export."""
    return _data(tree) is not None


def ghost_documents(file: SourceFile, tree: object) -> Iterator[Found]:
    """A document for each post; pages, and what only members may read, are omitted."""
    data = _data(tree) or {}
    tags = _names(data, "tags")
    people = _names(data, "users")
    tagged, written = _joined(data, "posts_tags", "tag_id"), _joined(data, "posts_authors", "author_id")
    meta = {str(one.get("post_id")): one for one in _rows(data, "posts_meta")}
    for number, post in enumerate(_rows(data, "posts"), 1):
        identity = str(post.get("id") or post.get("uuid") or number)
        if not isinstance(post.get("title"), str) and not post.get("html"):
            yield Refused(Rejected(f"{file.path}#{identity}", 1, "a post without title and text"))
            continue
        if why := GHOST.withheld(plain_keys(post)):
            yield Omitted(f"{file.path}#{identity}", why)
            continue
        fields: dict[str, Any] = {key: post[key] for key in _KEPT if post.get(key)}
        fields["tags"] = [
            tags[one] for one in tagged.get(identity, ()) if one in tags and not tags[one].startswith("#")
        ]
        authors = written.get(identity) or [str(post.get("author_id"))]
        fields["authors"] = [people[one] for one in authors if one in people]
        if not fields.get("custom_excerpt"):
            said = meta.get(identity, {}).get("meta_description") or post.get("meta_description")
            fields["description"] = said
        fields = {key: _whole(value) for key, value in fields.items() if value}
        text = post.get("html") or post.get("markdown") or post.get("plaintext") or ""
        yield Document(
            path=file.path,
            fields=fields,
            body=_whole(str(text)),
            markup="html" if post.get("html") else "markdown" if post.get("markdown") else "text",
            item=str(post.get("slug") or identity),
            digest=item_digest(file, {**fields, "text": text}),
            file_language=file.language,
        )


def _data(tree: object) -> Mapping[str, Any] | None:
    if not isinstance(tree, Mapping):
        return None
    bases = tree.get("db")
    base = bases[0] if isinstance(bases, list) and bases else tree
    data = base.get("data") if isinstance(base, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(data.get("posts"), list):
        return None
    return data if any(key in data for key in ("posts_tags", "users", "tags", "posts_authors")) else None


def _rows(data: Mapping[str, Any], table: str) -> Sequence[Mapping[str, Any]]:
    rows = data.get(table)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _names(data: Mapping[str, Any], table: str) -> dict[str, str]:
    return {str(row.get("id")): str(row["name"]) for row in _rows(data, table) if row.get("name")}


def _joined(data: Mapping[str, Any], table: str, other: str) -> dict[str, list[str]]:
    """By post, what a table joins to it, in its order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in _rows(data, table):
        order = row.get("sort_order")
        place = order if isinstance(order, int) else 0
        found.setdefault(str(row.get("post_id")), []).append((place, str(row.get(other))))
    return {post: [one for _, one in sorted(joined, key=lambda pair: pair[0])] for post, joined in found.items()}


def _whole(value: Any) -> Any:
    """A value without the placeholder that Ghost writes for its own address."""
    return value.replace("__GHOST_URL__", "") if isinstance(value, str) else value
