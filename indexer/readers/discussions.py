"""Articles that sites keep as discussions: topics of Discourse, issues and discussions of GitHub."""

from collections.abc import Mapping
from typing import Any

from indexer.readers.tables import tables_of


def is_topic(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a topic of Discourse with its posts."""
    stream = item.get("post_stream")
    return "title" in item and isinstance(stream, Mapping) and bool(tables_of(stream.get("posts")))


def plain_topic(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a topic: its first post is the article; answers are not."""
    posts = tables_of(item["post_stream"].get("posts"))
    post = next((one for one in posts if one.get("post_number", 1) == 1), {})
    return dict(item) | {
        "post_stream": None,
        "author": post.get("name") or post.get("display_username") or post.get("username"),
        "created_at": post.get("created_at") or item.get("created_at"),
        "updated_at": post.get("updated_at"),
        "content_html": post.get("cooked") or post.get("raw"),
        "visible": None,
        "draft": item.get("visible") is False or item.get("archetype") == "private_message" or _is_hidden(post),
    }


def _is_hidden(post: Mapping[str, Any]) -> bool:
    """Whether the first post of a topic was hidden or deleted, or is not here."""
    return not post or any(post.get(key) for key in ("hidden", "deleted_at", "user_deleted"))


def is_issue(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is an issue or a discussion of GitHub, Gitea or Forgejo."""
    user = item.get("user") or item.get("author")
    return "html_url" in item and "number" in item and "title" in item and isinstance(user, Mapping) and "login" in user


def plain_issue(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an issue: its labels are tags, its text is Markdown; a closed one is as public as an open one."""
    category = item.get("category")
    return dict(item) | {
        "url": item["html_url"],
        "html_url": None,
        "author": (item.get("user") or item["author"]).get("login"),
        "user": None,
        "category": category.get("name") if isinstance(category, Mapping) else None,
        "tags": [one.get("name") for one in tables_of(item.get("labels"))],
        "labels": None,
        "state": None,
        "updated_at": item.get("updated_at"),
        "body": None,
        "body_markdown": item.get("body"),
    }


def is_change(item: Mapping[str, Any]) -> bool:
    """Whether an issue is a change of code that is asked for."""
    return is_issue(item) and bool(item.get("pull_request"))
