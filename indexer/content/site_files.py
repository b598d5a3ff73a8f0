"""Files of a site that are no articles: what tells of its repository, its own pages, lists of other pages."""

import re
from collections.abc import Mapping

_ABOUT = frozenset(
    "readme license licence contributing changelog code-of-conduct security summary authors contributors".split()
)


def is_about_repository(stem: str) -> bool:
    """Whether a file of that name, without its ending, tells of the repository: `README`, `CODE_OF_CONDUCT`."""
    return stem.casefold().replace("_", "-") in _ABOUT


_LOOP = re.compile(r"\{%-?\s*for\s+\w{1,60}\s+in\s+(?:site|paginator|collections|pagination)\.\w")
"""Liquid's, Nunjucks's or Twig's loop over the pages of a site."""
_LIST_LAYOUTS = frozenset({"home", "archive", "archives", "tag", "tags", "category", "categories", "posts", "search"})
"""Jekyll's layouts of pages that list others."""
_OF_SITE = frozenset({"index.html", "404.html"})


def is_page_of_site(path: str, fields: Mapping[str, object], body: str) -> bool:
    """Whether a file without a day is a page of its site and no article: one that lists others, its start, an about.

    `_pages` is where sites of Jekyll keep what is no post. Grav's lists state their items; Pelican's pages the file
    of the site that they become.
    """
    if "/_pages/" in f"/{path}" or str(fields.get("layout", "")).casefold() in _LIST_LAYOUTS:
        return True
    content = fields.get("content")
    if isinstance(content, Mapping) and "items" in content:
        return True
    return str(fields.get("save_as", "")) in _OF_SITE or bool("for " in body and _LOOP.search(body))
