"""Files of a site that are no articles: what tells of its repository, its own pages, lists of other pages."""

import re
from collections.abc import Container, Mapping

from indexer.content.conventions import Fields
from indexer.content.values import truth

_ABOUT = frozenset(
    "readme license licence contributing changelog code-of-conduct security summary authors contributors".split()
)

PARTS_OF_SITE = frozenset("_index _sidebar _footer _header _navbar _coverpage".split())
"""Names of files that stand for a section, or that are a part of every page: of Hugo, GitHub's wikis and Docsify."""


def is_about_repository(stem: str) -> bool:
    """Whether a file of that name, without its ending, tells of the repository: `README`, `CODE_OF_CONDUCT`."""
    return stem.casefold().replace("_", "-") in _ABOUT


_LOOP = re.compile(r"(?<!`)\{%-?\s*for\s+\w{1,60}\s+in\s+(?:site|paginator|collections|pagination)\.\w")
"""Liquid's, Nunjucks's or Twig's loop over the pages of a site."""
_ASSIGNED = re.compile(r"\{%-?\s*(?:assign|set)\s+(\w{1,60})\s*=\s*(?:site|paginator|collections|pagination)\.\w")
_LOOP_OVER = re.compile(r"(?<!`)\{%-?\s*for\s+\w{1,60}\s+in\s+(\w{1,60})\b")
"""The same over what was taken of them and named before: `{% assign laws = site.laws | sort: "title" %}`."""
_RANGE = re.compile(r"(?<!`)\{\{-?\s*range\s[^{}\n]{0,200}(?:[Pp]ages|[Pp]osts)\b")
"""The same of Go's templates."""
_FOREACH = re.compile(r"\s*@foreach\s*\(\s*\$(?:pagination|posts|page|collections?|items|articles|news)\b")
"""The same of Blade, in which Jigsaw's pages are written; any other page shows it as code."""
_SHOWN_CODE = re.compile(r"(```+|~~~+)|\{%-?\s*(raw|highlight)\b|<(pre|code)\b|\{\{[<%]-?\s*(highlight)\b")
"""What begins code that is shown."""
_LIST_LAYOUTS = frozenset({"home", "tag", "tags", "category", "categories", "search", "contact", "404"})
"""Layouts of pages that list others, or that hold a form."""
_LAYOUTS_OF_POSTS = frozenset({"archive", "archives", "posts"})
"""The same where they have no text: sites have layouts of these names for articles too."""
_OF_VUEPRESS = frozenset("heroText heroImage heroFullScreen actionText actionLink bgImage".split())
_LISTS_OF_VUEPRESS = frozenset("hero actions features projects".split())
"""What the start of a site of VuePress shows; elsewhere `home` may say that an article is shown on the start."""
_OF_SITE = frozenset({"index.html", "404.html"})


def tells_day(fields: Fields) -> bool:
    """Whether a day of publication is stated: a yes, as `publish: true` says, is none."""
    return any(truth(stated.value) is None for stated in fields.all("published"))


def is_page_of_site(path: str, fields: Mapping[str, object], body: str) -> bool:
    """Whether a file without a day is a page of its site and no article: one that lists others, its start, an about.

    `_pages` is where sites of Jekyll keep what is no post; VuePress's start is a `home`. Grav's lists state their
    items, its modules that they are not `routable`; Pelican's pages the file of the site that they become. What has
    a writer is no list by its layout or its items alone.
    """
    if "/_pages/" in f"/{path}" or truth(fields.get("routable")) is False:
        return True
    if "home" in fields and truth(fields["home"]) is True and _is_start_of_vuepress(fields):
        return True
    layout = str(fields.get("layout", "")).casefold()
    content = fields.get("content")
    lists = layout in _LIST_LAYOUTS or (layout in _LAYOUTS_OF_POSTS and not body.strip())
    if (lists or (isinstance(content, Mapping) and "items" in content)) and not Fields(fields).first("authors"):
        return True
    in_blade = ".blade." in path.rsplit("/", 1)[-1] and "@foreach" in body
    loops = "for " in body or "range " in body or in_blade
    return str(fields.get("save_as", "")) in _OF_SITE or (loops and _has_loop(body, in_blade=in_blade))


def _is_start_of_vuepress(fields: Mapping[str, object]) -> bool:
    """Whether a page has what VuePress shows on a start; a text, such as the address of a picture, is an article's."""
    lists = (fields.get(key) for key in _LISTS_OF_VUEPRESS)
    return not _OF_VUEPRESS.isdisjoint(fields) or any(isinstance(one, list | Mapping) for one in lists)


def _has_loop(body: str, *, in_blade: bool) -> bool:
    """Whether a text lists the pages of its site, outside of the code that it shows."""
    closes = ""
    named: set[str] = set()
    for line in body.split("\n"):
        bare = line.lstrip("> \t")
        if closes:
            closes = "" if closes in bare else closes
        elif shown := _SHOWN_CODE.match(bare):
            closes = shown[1] or (f"end{shown[2]}" if shown[2] else f"</{shown[3]}" if shown[3] else "/highlight")
            closes = "" if closes in bare[shown.end() :] else closes
        else:
            named.update(_ASSIGNED.findall(line))
            indented = line.startswith(("    ", "\t"))
            loop = _LOOP.search(line) or (None if indented else _RANGE.search(line)) or _loop_over(line, named)
            loop = loop or (_FOREACH.match(line) if in_blade else None)
            if loop and not any(sign in line[: loop.start()] for sign in ("`", "<code")):
                return True
    return False


def _loop_over(line: str, named: Container[str]) -> re.Match[str] | None:
    """The loop over one of these names in a line."""
    return next((loop for loop in _LOOP_OVER.finditer(line) if loop[1] in named), None)
