"""What stands beside or above a file and says something of its articles.

Nikola's file of metadata, Substack's table of posts, Eleventy's data of folders, Hugo's cascade, Jekyll's defaults; and
the lists of people by whose keys articles name their authors (Docusaurus, Jekyll, Eleventy, Hugo, Astro, Statamic).
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from io import StringIO
from pathlib import Path, PurePosixPath

import msgspec

from indexer.content.beneath import open_beneath
from indexer.content.conventions import Fields
from indexer.content.dates import day_of_name
from indexer.content.decoding import decoded
from indexer.content.document import SourceFile, UnfitError
from indexer.content.front_matter import front_matter, nikola_fields
from indexer.content.jekyll_site import CONFIG_NAMES, JekyllSite, site_of
from indexer.content.sorted_paths import paths_below
from indexer.content.yaml_fields import is_yaml_list, yaml_fields

MOST_BYTES = 2_000_000
"""A companion beyond this is none."""
PEOPLE_FOLDERS = frozenset({"authors", "_authors", "author", "users", "contributors", "staff_members"})
"""Folders that hold a file for each person."""
_PEOPLE_FILES = ("authors", "author", "contributors", "members")
_PEOPLE_KEYS = ("id", "key", "slug", "username", "short_name", "uid", "handle")
_PEOPLE_NAMES = ("name", "display_name", "full_name", "fullname", "title")
DATA_SUFFIXES = (".yml", ".yaml", ".json", ".toml", ".meta")
"""The ends of the names of files that may be companions, and hold no articles unless a reader claims them."""
_PEOPLE_SUFFIXES = (".yml", ".yaml", ".json", ".toml", ".md", ".markdown")
_WORDS = re.compile(r"[\w.@+-]+")
_HEAD = 8_192
_TEXT_SUFFIXES = (".md", ".mdx", ".markdown", ".mdoc", ".rst", ".adoc", ".org")
_SIDECARS = (".yaml", ".yml", ".toml")
"""What a file of fields beside a text of the same name ends with; of JSON, `is_companion` and `_of_file` decide."""
_OF_FOLDERS = ("index", "meta", "metadata", "article", "post", "info", "entry")
_ALONE = ("index", "content", "body", "text", "article", "post", "entry")
"""Names of files of fields, and of texts, of which each folder has one: of an article."""
FILE_KEYS = ("file", "filename", "path", "slug", "id", "url", "permalink", "href")
"""Keys by which a list of articles names their files."""
_NOT_OF_ARTICLES = frozenset({"layout", "permalink", "tags", "eleventycomputed", "pagination", "templateengineoverride",
                              "type", "cascade", "outputs", "build", "_build", "menu", "weight", "title"})  # fmt: skip
"""Keys that say of a folder how it is built; Eleventy's tags of a folder name a collection."""
_SUBSTACK = frozenset({"post_id", "post_date", "is_published"})


class Given(msgspec.Struct, frozen=True):
    """Fields that hold where a file says nothing itself, and the names of people by the keys that stand for them."""

    fields: dict[str, object] = {}
    people: dict[str, str] = {}

    def encoded(self) -> bytes:
        """As bytes that digests cover; none where nothing is given."""
        if not (self.fields or self.people):
            return b""
        try:
            return msgspec.json.encode(self, order="sorted", enc_hook=str)
        except UnicodeEncodeError:  # half a pair of surrogates
            told = json.dumps(msgspec.structs.asdict(self), sort_keys=True, default=str, ensure_ascii=False)
            return told.encode("utf-8", "replace")


NOTHING = Given()


class Companions:
    """The companions in one content folder, by the paths of all its files."""

    def __init__(self, content: Path, paths: Iterable[str]) -> None:
        self._content = content
        self._paths = frozenset(paths)
        self._folders: dict[str, dict[str, object]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def given(self, path: str, written: bytes) -> Given:
        """What is said elsewhere of the articles of a file; of people, those whose keys stand in what is written."""
        if not self.any:
            return NOTHING
        folder, _, name = path.rpartition("/")
        site = self._of_site(path)
        fields = {**site, **self._of_folder(folder), **self._of_file(path), **self._of_post(folder, name)}
        people: dict[str, str] = {}
        if known := self._people_of(path):
            found = _WORDS.findall(written[:_HEAD].decode("utf-8", "replace"))
            words = {*found, *(word.rstrip(".") for word in found), *(word.rpartition(".")[0] for word in found)}
            people = {key: name for key, name in known.items() if " " in key or key in words}
        return Given(fields, people) if fields or people else NOTHING

    def is_companion(self, path: str) -> bool:
        """Whether a file is data about others and holds no articles itself."""
        if not self.any:
            return False
        folder, _, name = path.rpartition("/")
        stem = name.split(".", 1)[0]
        if name.endswith(".11tydata.json") or (path in self._people_files and name.endswith((*_SIDECARS, ".json"))):
            return True
        if name.endswith(".json"):
            named = stem == folder.rsplit("/", 1)[-1] or f"{folder}/{stem}.md".lstrip("/") in self._paths
            return path in self._said_beside or (named and self._is_data(path))
        if name.endswith(_SIDECARS):
            return path in self._said_beside
        return name.endswith(".csv") and any(
            path == table or folder in ("", table_folder, f"{table_folder}/posts".lstrip("/"))
            for table, table_folder in self._substack_tables
        )

    def beside(self, path: str) -> tuple[Mapping[str, object], frozenset[str]]:
        """The table of a file of JSON and the names of the texts beside and below it; nothing where there are none."""
        if not (path.endswith(".json") and (names := self._names_below(path.rpartition("/")[0]))):
            return {}, frozenset()
        return self._table(path), names

    @cached_property
    def any(self) -> bool:
        """Whether there is any file that may be a companion: most archives have none, and are asked nothing else."""
        told = (
            self._people_files
            or self._people_of_sites
            or self._substack_tables
            or self._cascades
            or self._sites
            or self._sidecars
        )
        return bool(told) or any(path.endswith((".json", ".meta")) for path in self._paths)

    @cached_property
    def _people_files(self) -> frozenset[str]:
        return frozenset(path for path in self._paths if _is_of_people(path))

    @cached_property
    def _people(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self._people_files):
            found |= _names_by_key(path, self._table(path))
        return {key: name for key, name in found.items() if key != name}

    def _people_of(self, path: str) -> dict[str, str]:
        """The people whom the articles of a file may name: of several sites those of its own."""
        inside = [names for folder, names in self._people_of_sites if path.startswith(folder)]
        return {key: name for people in (self._people, *inside) for key, name in people.items()}

    @cached_property
    def _people_of_sites(self) -> list[tuple[str, dict[str, str]]]:
        """The authors that configurations of Jekyll name, by the folders of their sites, inner ones last."""
        found: list[tuple[str, dict[str, str]]] = []
        for path in self._configurations:
            authors = self._table(path).get("authors")
            names = _names_by_key(path, {"authors": authors}) if isinstance(authors, Mapping) else {}
            found += [(path[: path.rfind("/") + 1], names)] if names else []
        return sorted(found, key=lambda site: len(site[0]))

    @cached_property
    def _configurations(self) -> list[str]:
        return sorted(path for path in self._paths if path.rsplit("/", 1)[-1] in CONFIG_NAMES)

    @cached_property
    def _substack_tables(self) -> list[tuple[str, str]]:
        """The tables of posts of Substack's exports, with their folders."""
        found = [path for path in self._paths if path.rsplit("/", 1)[-1] == "posts.csv"]
        return [(path, path.rpartition("/")[0]) for path in found if set(self._head(path)) >= _SUBSTACK]

    @cached_property
    def _posts(self) -> dict[str, dict[str, object]]:
        """By folder and number of a post, what Substack's tables say of it."""
        found: dict[str, dict[str, object]] = {}
        for path, folder in self._substack_tables:
            for row in csv.DictReader(StringIO(self._text(path))):
                number = (row.get("post_id") or "").split(".", 1)[0]
                found[f"{folder}/{number}"] = {
                    "title": row.get("title") or "",
                    "subtitle": row.get("subtitle") or "",
                    "date": row.get("post_date") or "",
                    "slug": (row.get("post_id") or "").partition(".")[2],
                    "draft": (row.get("is_published") or "").strip().casefold() != "true",
                }
        return found

    @cached_property
    def _sidecars(self) -> dict[str, str]:
        """By text, the file of its fields: one of the same name, or the only one of the folder of an article.

        A file that says a text itself is an article beside another; so is one in a folder of several texts.
        """
        data = [path for path in self._paths if path.endswith((*_SIDECARS, ".json"))]
        if not data:
            return {}
        found: dict[str, str] = {}
        texts: dict[str, str] = {}
        held = Counter(path.rpartition("/")[0] for path in self._texts)
        for path in self._texts:
            stem = path.rpartition(".")[0]
            texts.setdefault(stem, path)
            folder, _, name = stem.rpartition("/")
            if folder and name.casefold() in _ALONE and held[folder] == 1:
                texts.setdefault(f"{folder}/", path)
        for path in sorted(data):
            stem, _, suffix = path.rpartition(".")
            folder, _, name = stem.rpartition("/")
            text = texts.get(stem) if suffix != "json" else None
            if text is None and folder and name in _OF_FOLDERS:
                text = texts.get(f"{folder}/")
            if text is not None and text not in found and self._is_data(path) and _is_of_text(self._table(path)):
                found[text] = path
        return found

    @cached_property
    def _said_beside(self) -> frozenset[str]:
        return frozenset(self._sidecars.values())

    @cached_property
    def _cascades(self) -> frozenset[str]:
        return frozenset(path for path in self._paths if path.rsplit("/", 1)[-1] == "_index.md")

    @cached_property
    def _sites(self) -> list[JekyllSite]:
        """The Jekyll sites, the nearest of a path last."""
        found: list[JekyllSite] = []
        for path in self._configurations:
            folder = path.rpartition("/")[0]
            below = f"{folder}/".lstrip("/")
            posts = any("/_posts/" in f"/{other}" for other in self._paths if other.startswith(below))
            site = site_of(path, self._table(path), posts)
            found += [site] if site else []
        return found

    def _of_site(self, path: str) -> dict[str, object]:
        inside = [site for site in self._sites if not site.folder or path.startswith(f"{site.folder}/")]
        return inside[-1].fields(path) if inside else {}

    def _of_post(self, folder: str, name: str) -> dict[str, object]:
        """The row of a post; one that the table does not know was never published."""
        if not self._substack_tables or not name.endswith(".html"):
            return {}
        above, _, own = folder.rpartition("/")
        for _, table_folder in self._substack_tables:
            if (own, above) == ("posts", table_folder) or folder == table_folder:
                return self._posts.get(f"{table_folder}/{name.split('.', 1)[0]}", {"draft": True})
        return {}

    def _of_file(self, path: str) -> dict[str, object]:
        """The data of one template, as Eleventy has it, and Nikola's file of metadata."""
        stem = str(PurePosixPath(path).with_suffix(""))
        found: dict[str, object] = {}
        for other in (f"{stem}.json", f"{stem}.11tydata.json"):
            if other in self._paths and other != path and self._is_data(other):
                found |= _of_articles(self._table(other))
        sidecar = self._sidecars.get(path)
        if sidecar:
            found = {**_of_one(self._table(sidecar)), **found}
        meta = f"{stem}.meta"
        if meta in self._paths and PurePosixPath(path).suffix in (".txt", ".rst", ".md", ".html"):
            found |= nikola_fields(decoded(self._bytes(meta))[0])
        return found

    def _of_folder(self, folder: str) -> dict[str, object]:
        """What is said of all files of a folder: the nearer folder comes first."""
        if folder not in self._folders:
            above = self._of_folder(folder.rpartition("/")[0]) if folder else {}
            self._folders[folder] = {**above, **self._said_in(folder)}
        return self._folders[folder]

    def _said_in(self, folder: str) -> dict[str, object]:
        found: dict[str, object] = {}
        prefix, name = f"{folder}/" if folder else "", folder.rsplit("/", 1)[-1]
        for path in (f"{prefix}{name}.json", f"{prefix}{name}.11tydata.json"):
            if name and path in self._paths and self._is_data(path):
                found |= _of_articles(self._table(path))
        index = f"{prefix}_index.md"
        if index in self._cascades:
            cascade = front_matter(self._text(index)).fields.get("cascade")
            found |= _of_articles(cascade if isinstance(cascade, Mapping) else {})
        return found

    def _names_below(self, folder: str) -> frozenset[str]:
        """The names, without endings and days, of the texts in a folder and below it."""
        if folder not in self._below:
            texts = paths_below(f"{folder}/" if folder else "", self._texts)
            self._below[folder] = frozenset(map(name_of_file, texts))
        return self._below[folder]

    @cached_property
    def _texts(self) -> list[str]:
        return sorted(path for path in self._paths if path.endswith(_TEXT_SUFFIXES))

    def _is_data(self, path: str) -> bool:
        """Whether a file is a table of plain data, and neither a list nor an article itself."""
        table = self._table(path)
        long = any(isinstance(value, str) and len(value) > 1_000 for value in table.values())
        return (
            bool(table)
            and not long
            and not any(isinstance(value, list) and value and isinstance(value[0], Mapping) for value in table.values())
        )

    def _table(self, path: str) -> Mapping[str, object]:
        return _table(path, self._text(path))

    def _text(self, path: str) -> str:
        """What a companion of many files holds; nothing where it cannot be read."""
        try:
            return decoded(self._bytes(path))[0]
        except (OSError, UnfitError):
            return ""

    def _bytes(self, path: str) -> bytes:
        with open_beneath(self._content, path) as file:
            written = file.read(MOST_BYTES + 1)
        return written if len(written) <= MOST_BYTES else b""

    def _head(self, path: str) -> list[str]:
        return next(csv.reader(StringIO(self._text(path)[:4_096])), [])


def name_of_file(value: object) -> str:
    """The name that a path, an address or a slug ends with, without ending and day; of a page bundle the folder's."""
    if not isinstance(value, str):
        return ""
    *folders, name = value.split("?", 1)[0].rstrip("/").split("/")
    stem = name.rsplit(".", 1)[0] if name.endswith((*_TEXT_SUFFIXES, ".html")) else name
    stem = folders[-1] if stem == "index" and folders else stem
    return day_of_name(stem)[1] or stem


def given_to(file: SourceFile) -> Given:
    """What other files say of the articles of this one."""
    return msgspec.json.decode(file.beside, type=Given) if file.beside else NOTHING


def _is_of_people(path: str) -> bool:
    """Whether a file lists people, or stands in a folder that has a file for each."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.removeprefix(".").rpartition(".")  # Material for MkDocs hides its list
    if f"{dot}{suffix}" not in _PEOPLE_SUFFIXES:
        return False
    if stem.casefold() in _PEOPLE_FILES and suffix not in ("md", "markdown"):
        return True
    folders = folder.casefold().split("/")
    return folders[-1] in PEOPLE_FOLDERS or (
        stem in ("index", "_index") and folders[-2:-1] in ([one] for one in PEOPLE_FOLDERS)
    )


def _names_by_key(path: str, table: Mapping[str, object]) -> dict[str, str]:
    """The names of people by key: of a table of tables, of a list, or of a file for one person."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    stem = folders[-1] if stem in ("index", "_index") else stem
    own = table.get("name") or table.get("title")
    if isinstance(own, str) and (isinstance(table.get("name"), str) or name.endswith((".md", ".markdown"))):
        keys = [stem, *(str(table[key]) for key in _PEOPLE_KEYS if table.get(key))]
        return dict.fromkeys(keys, own)
    found: dict[str, str] = {}
    inner = table.get("authors")
    if isinstance(inner, Mapping) and len(table) == 1:
        table = inner
    for key, value in table.items():
        if isinstance(value, list):
            people = [one for one in value if isinstance(one, Mapping) and isinstance(one.get("name"), str)]
            found |= {str(one[own]): str(one["name"]) for one in people for own in _PEOPLE_KEYS if one.get(own)}
        elif isinstance(value, Mapping):
            given = next((value[one] for one in _PEOPLE_NAMES if value.get(one)), None)
            found |= {str(key): given} if isinstance(given, str) and given.strip() else {}
    return found


def _is_of_text(table: Mapping[str, object]) -> bool:
    """Whether a table says of a text what only articles have, and has no text itself; a single word names a file."""
    fields = Fields(table)
    if any(not isinstance(one.value, str) or len(one.value.split()) > 1 for one in fields.all("text")):
        return False
    titles = fields.all("title")
    if any(one.key.casefold() != "name" for one in titles) or fields.first("published"):
        return True
    return not titles and any(fields.first(field) for field in ("authors", "tags", "categories"))


def _of_one(table: Mapping[str, object]) -> dict[str, object]:
    """What the file of fields of one article says; whatever it calls its title is that."""
    return {key: value for key, value in table.items() if str(key).casefold() not in ("layout", "type")}


def _of_articles(table: Mapping[str, object]) -> dict[str, object]:
    """Of the data of a folder what may say something of its articles."""
    return {key: value for key, value in table.items() if str(key).casefold() not in _NOT_OF_ARTICLES}


def _table(path: str, text: str) -> Mapping[str, object]:
    """The table that a file of data holds; a list stands under the name `items`."""
    try:
        if path.endswith(".json"):
            read = json.loads(text)
        elif path.endswith((".md", ".markdown")):
            read = front_matter(text).fields
        elif path.endswith(".toml"):
            read = front_matter(f"+++\n{text}\n+++\n").fields
        elif is_yaml_list(text):
            read = yaml_fields("items:\n" + text, 1)[0]
        else:
            read = yaml_fields(text, 1)[0]
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {"items": read} if isinstance(read, list) else {}
