"""What the configuration of a Jekyll site says of its posts: defaults by folder, the language, categories by folder."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import msgspec

CONFIG_NAMES = ("_config.yml", "_config.yaml", "_config.toml")
"""The names of Jekyll's configuration. Hexo's has the first of them too."""
_POSTS = "_posts"
_OF_HEXO = frozenset({"source_dir", "public_dir", "new_post_name", "category_dir"})
_NOT_OF_ARTICLES = frozenset({"layout", "permalink"})


class Default(msgspec.Struct, frozen=True):
    """Fields of all documents below a path and of one type; an empty path or type is any."""

    path: str
    type: str
    fields: dict[str, object]


class JekyllSite(msgspec.Struct, frozen=True):
    """A site: the folder of its sources (empty where it is the content folder), its language and its defaults."""

    folder: str
    language: str
    defaults: tuple[Default, ...]

    def fields(self, path: str) -> dict[str, object]:
        """What the site says of a file below it; the longer path comes first, then the one that names a type."""
        own = path.removeprefix(f"{self.folder}/") if self.folder else path
        found: dict[str, object] = {"lang": self.language} if self.language else {}
        above = own.split(f"/{_POSTS}/", 1)[0] if f"/{_POSTS}/" in own else ""
        if above:
            found["categories"] = above.split("/")
        for default in self.defaults:
            if _is_below(own, default.path) and _is_of_type(own, default.type):
                found |= default.fields
        return found


def site_of(path: str, table: Mapping[str, object], has_posts: bool) -> JekyllSite | None:
    """The site that a configuration describes, or None where it is another generator's."""
    defaults = sorted(_defaults(table), key=lambda one: (len(one.path), bool(one.type)))
    if not _OF_HEXO.isdisjoint(table) or not (defaults or has_posts):
        return None
    folder, source = path.rpartition("/")[0], str(table.get("source") or "").strip("./")
    language = table.get("lang")
    sources = "/".join(part for part in (folder, source) if part)
    return JekyllSite(sources, language if isinstance(language, str) else "", tuple(defaults))


def _defaults(table: Mapping[str, object]) -> Iterator[Default]:
    given = table.get("defaults")
    for one in given if isinstance(given, list) else []:
        scope, values = (one.get("scope"), one.get("values")) if isinstance(one, Mapping) else (None, None)
        if isinstance(scope, Mapping) and isinstance(values, Mapping):
            path, kind = str(scope.get("path") or "").strip("/"), str(scope.get("type") or "")
            fields = {str(key): value for key, value in values.items() if key not in _NOT_OF_ARTICLES}
            yield Default(path, kind, fields)


def _is_below(path: str, scope: str) -> bool:
    if "*" in scope:
        return fnmatchcase(path, scope) or fnmatchcase(path, f"{scope}/*")
    return not scope or path == scope or path.startswith(f"{scope}/")


def _is_of_type(path: str, kind: str) -> bool:
    folders = path.split("/")[:-1]
    if kind in ("page", "pages"):
        return not any(folder.startswith("_") for folder in folders)
    kind = {"post": "posts", "draft": "drafts"}.get(kind, kind)
    return not kind or f"_{kind}" in folders
