"""A document to the article that a reader would expect of it, by the conventions; or why there is none."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import TypeVar
from urllib.parse import urljoin

from indexer.content.body_html import compressed
from indexer.content.companions import PEOPLE_FOLDERS
from indexer.content.conventions import Fields, names_a_field
from indexer.content.date_orders import puts_day_first, sign_of, writes_day_first
from indexer.content.dates import clock, compact_day_of_name, day_of_name, is_ambiguous, moment
from indexer.content.detection import Detected, detected
from indexer.content.document import ContentWarning, Document, Omitted, Outcome, ReadArticle, Refused, Version
from indexer.content.hidden import end_of_embargo, is_over, said_of_embargo, unread_embargo, unread_flags, why_hidden
from indexer.content.languages import language_tag, without_language
from indexer.content.plain_text import without_first_heading
from indexer.content.rendering import Rendered, name_of_note, only_heading, rendered, without_heading
from indexer.content.rules import ReadingRules
from indexer.content.site_files import PARTS_OF_SITE, is_about_repository, is_page_of_site, tells_day
from indexer.content.values import (
    UnreadableError,
    address,
    clean,
    description,
    one_text,
    people,
    picture,
    several,
    source,
    stands_for_somebody,
    thumbnail,
    truth,
)
from search.article import Article, CustomValue, Source
from search.index.manifest import Rejected
from search.times import Millis

_Value = TypeVar("_Value")
_DAY_FOLDERS = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)")
_DAY_FOLDER = re.compile(r"(?:^|/)(\d{4}-\d{2}-\d{2})(?=[-_ /]|$)")
_BUNDLES = frozenset({"index", "item", "default", "blog-item", "blog_item", "+page"})
"""Names of files that have no name of their own: their folder's counts (page bundles; Grav's templates; SvelteKit)."""
_STARTS = frozenset({"index", "default", "home", "blog"})
"""Names of the files that stand for their folder."""
_BUNDLED = ("/page.mdx", "/content.mdoc", "/content.mdx")
"""The same for files of Next and Keystatic: elsewhere these names may be an article's own."""
_FLAT_FILES = ("/item.md", "/default.md", "/blog-item.md", ".lr", ".txt")
_TITLED_TEXTS = (".org", ".rst", ".rest", ".adoc", ".asciidoc")
_PLACED = re.compile(r"^\d{1,3}\.(?=[^\W\d])")
"""By what Nuxt Content numbers its files."""
_NUMBERED = re.compile(r"(?:\d{1,3}[._]|\d{8}(?:\d{4})?_)(?=[^\W\d])")
"""By what Grav and Kirby number their folders."""
_MOST_TITLE = 200
_FEW = "; few dates of its folder tell so, or only those of others, or some tell otherwise"
_DOUBTS = {"both orders": "; the archive has dates in both orders",
           "perhaps day first": _FEW, "perhaps month first": _FEW}  # fmt: skip
"""Why an order of day and month is doubtful, by what the archive tells."""
_A_DAY = 24 * 60 * 60 * 1_000


def article_of(document: Document, rules: ReadingRules, digest: str = "") -> Outcome:
    """The article that a document is; an omission if it is not to be shown, a rejection if it says nothing.

    `digest` is that of the file, for a document that has none of its own.
    """
    name = document.path.rsplit("/", 1)[-1].split(".", 1)[0]
    if name.casefold() in PARTS_OF_SITE and not document.item:
        return Omitted(document.path, "section page")
    if not document.item and is_about_repository(name) and _says_its_name_alone(document):
        return Omitted(document.path, "page about the repository")
    if not document.item and _is_of_person(document):
        return Omitted(document.path, "page about a person")
    if not document.item and _is_of_site(document):
        return Omitted(document.path, "page of the site")
    reading = _Reading(document, rules)
    hidden = reading.hidden()
    if hidden:
        return Omitted(
            document.path, hidden, _version(document, served=False), warnings=reading.embargo_warnings(hidden)
        )
    return reading.outcome(document.digest or digest)


def article_id(path: str, item: str = "") -> str:
    """The id of a file's article: its path without its extension, of a page bundle the folder's, in NFC."""
    stem = _stem(path)
    folder, _, name = stem.rpartition("/")
    bare = without_language(name)
    numbered = path.endswith(".txt") and _NUMBERED.match(folder.rsplit("/", 1)[-1])
    if folder and (numbered or bare in _BUNDLES or path.endswith((".lr", "/README.md", *_BUNDLED))):
        own = "" if path.endswith(".lr") else name[len(bare) :]  # the suffix of a language
        stem = f"{folder}.{name[len('contents+') :]}" if name.startswith("contents+") else folder + own
    if not stem.isascii():
        stem = unicodedata.normalize("NFC", stem)
    return f"{stem}#{item}" if item else stem


class _Reading:
    """One document while it is read: its fields, and what was found wrong with them."""

    def __init__(self, document: Document, rules: ReadingRules) -> None:
        self._document = document
        self._rules = rules
        self._fields = Fields(document.fields, rules.mapping(document.path))
        self._day_first = False
        self._signs = ""
        self._warnings = [
            ContentWarning(_shown_path(document), one.line, one.code, one.why) for one in document.problems
        ]

    def hidden(self) -> str:
        """Why the document is not to be shown, or an empty text."""
        return why_hidden(self._document, self._fields, self._rules)

    def embargo_warnings(self, hidden: str) -> list[ContentWarning]:
        """What is to be said of an embargo that withholds the document, and whose end cannot be read."""
        found = unread_embargo(self._fields, self._rules, self._document.path)
        if found and found.said == hidden:
            self.warn("unreadable-date", f"{found.key} names no time that can be read; it is withheld", found.key)
        return self._warnings if found else []

    def outcome(self, digest: str) -> Outcome:
        """The article, or the reason why the document is none."""
        document, fields = self._document, self._fields
        body = rendered(document)
        said = self._read("description", description, "")
        for key, value in unread_flags(fields):
            self.warn("unreadable-field", f"{key} {value!r:.60} says neither yes nor no; the article is shown", key)
        identity = article_id(document.path, document.item)
        title, body = self._title(body, identity)
        if not (title or body.plain.text or said):
            return Refused(Rejected(_shown_path(document), document.line, "has no text and no title"))
        if not (body.plain.text or said) and any(one.code == "unclosed-front-matter" for one in document.problems):
            return Refused(Rejected(_shown_path(document), 1, "front matter: no line --- ends it, and no text follows"))
        if self._is_empty_page(body.plain.text or said):
            return Omitted(_shown_path(document), "page without a text")
        told = self._told_language()
        language = told or detected(f"{title}\n{said}\n{body.plain.text[:3_000]}")
        self._day_first = self._puts_day_first(told.language if told else "")
        pictures = fields.all("image")
        article = Article(
            id=identity,
            path=_shown_path(document),
            title=title or _words_of_name(identity),
            text=body.plain.text,
            description=said,
            published=self._published(),
            updated=self._date("updated"),
            expires=self._date("expires"),
            language=language.language,
            source=self._source(),
            authors=self._authors(),
            categories=self._terms("categories"),
            tags=self._terms("tags"),
            sentiment=self._read("sentiment", one_text, ""),
            image=next((found for stated in pictures if (found := picture(stated.value))), "") or self._inner_picture(),
            thumbnail=next((found for stated in pictures if (found := thumbnail(*stated))), ""),
            url=self._joined(self._url()),
            slug=self._slug(identity),
            external_id=self._read("external_id", one_text, ""),
            headings=body.plain.headings,
            custom=self._custom(),
        )
        return ReadArticle(
            article,
            compressed(body.html),
            digest,
            self._warnings,
            language.possible,
            _version(document, served=True),
            self._signs,
        )

    def _is_empty_page(self, text: str) -> bool:
        """Whether the start of a folder has a name alone: no text, no day, no writer, no picture, no link."""
        document = self._document
        name = document.path.rsplit("/", 1)[-1].split(".", 1)[0].casefold()
        starts = name in _STARTS or document.path.endswith((".txt", ".lr"))
        if text or document.item or not starts or _has_day(document):
            return False
        return not any(map(self._fields.first, ("authors", "image", "url", "tags")))

    def warn(self, code: str, why: str, key: str = "") -> None:
        """Note what could not be read, at the line where its key stands."""
        path = _shown_path(self._document)
        self._warnings.append(ContentWarning(path, self._line_of(key), code, why))

    def _title(self, body: Rendered, identity: str) -> tuple[str, Rendered]:
        """The title, and the body without a heading that says the same: the field, else what the text begins with."""
        given = self._read("title", one_text, "")
        plain = body.plain
        heading = plain.text[slice(*plain.headings[0])] if plain.headings and plain.headings[0][0] == 0 else ""
        title = given or clean(heading or name_of_note(self._document, body.html), markup=False)
        if title and heading:
            rest = without_first_heading(plain, title)
            if rest is not plain:
                return title, Rendered(rest, without_heading(body.html))
        if not title and (only := only_heading(body.html)):
            title = clean(only)
        if not title and plain.text:
            title = clean(plain.text.split("\n", 1)[0][:_MOST_TITLE], markup=False)
        return title or (_words_of_name(identity) if self._fields.first("url") else ""), body

    def _published(self) -> Millis | None:
        """When it was published: the first key that says a time, else the day in the name, else that of a folder."""
        found = self._date("published", with_clock=self._clock("time"))
        if not self._document.item:
            found = self._by_name(found)
        lifted = self._date("embargo", with_clock=self._clock("embargo"))
        return lifted if lifted is not None and (found is None or lifted > found) else found

    def _clock(self, field: str) -> str:
        """The time of day that a key of a field says beside another that says the day."""
        return next((found for stated in self._fields.all(field) if (found := clock(stated.value))), "")

    def _by_name(self, found: Millis | None) -> Millis | None:
        """The day in the name, where nothing else tells one; or a `date` on that day, where another key is left over.

        Hugo's `publishDate` of before the day that the name and `date` agree on was copied from another article.
        """
        dates = self._fields.all("published")[1:] if found is not None else []
        date = next((stated.value for stated in dates if stated.key.casefold() == "date"), None)
        if found is not None and date is None:
            return found
        day = _day_of_path(self._document.path)
        named = _day(day, self._rules.zone) if day else None
        if found is None or named is None:
            return named if found is None else found
        try:
            dated = moment(date, self._rules.zone, day_first=self._day_first)
        except ValueError:
            return found
        return dated if dated is not None and dated > found and abs(dated - named) < _A_DAY else found

    def _date(self, field: str, with_clock: str = "") -> Millis | None:
        for stated in self._fields.all(field):
            value = said_of_embargo(stated.value) if field == "embargo" else stated.value
            if isinstance(value, list | tuple):
                value = next(iter(value), None)
            if not _begins_with_year(value) and truth(value) is not None:
                continue
            if field == "embargo":
                if is_over(value) or clock(value):
                    continue
                value = end_of_embargo(value)
            if with_clock and isinstance(value, str) and len(value.strip()) == 10:
                value = f"{value.strip()} {with_clock}"
            try:
                found = moment(value, self._rules.zone, day_first=self._day_first)
            except ValueError as wrong:
                shown = clean(str(value), markup=False)[:60]
                self.warn(
                    "unreadable-date", f"{stated.key} {shown!r} {wrong}; the article has no such date", stated.key
                )
                continue
            if isinstance(value, str) and "/" in value:
                self._note_order(stated.key, value)
            if found is not None:
                return found
        return None

    def _note_order(self, key: str, written: str) -> None:
        """Note what a date tells of the order of day and month, and warn where nothing tells it."""
        sign = sign_of(written)
        if sign not in self._signs:
            self._signs = "".join(sorted(self._signs + sign))
        if not self._is_order_known() and is_ambiguous(written):
            order = "day" if self._day_first else "month"
            why = _DOUBTS.get(self._document.slashed, "")
            self.warn("ambiguous-date", f"{key} {written!r} was read {order} first{why}", key)

    def _is_order_known(self) -> bool:
        """Whether other dates of the file or the archive tell the order of day and month in this one."""
        return self._document.slashed in ("day first", "month first")

    def _puts_day_first(self, told: str) -> bool:
        """Whether `05/03/2024` is in March: by other dates of its file or archive, else by the language that is told.

        Where none tells it, front matter and pages are read month first, as their generators read them. A language that
        is a guess tells nothing: the rows of one table would be read in two orders.
        """
        slashed = self._document.slashed
        day_first = puts_day_first(slashed)
        if day_first is not None or not (slashed == "unknown" or self._document.item):
            return bool(day_first)
        return writes_day_first(told)

    def _told_language(self) -> Detected | None:
        """The language that the article, its file or the settings state."""
        for stated in self._fields.all("language"):
            value = stated.value[0] if isinstance(stated.value, list) and stated.value else stated.value
            if isinstance(value, str):
                if tag := language_tag(value):
                    return Detected(tag)
                self.warn("unknown-language", f"{stated.key} {value!r:.40} names no language", stated.key)
        stated_by_file = self._document.file_language or self._rules.language
        return Detected(stated_by_file) if stated_by_file else None

    def _authors(self) -> tuple[str, ...]:
        """The names of the authors; a key that stands for somebody is their name."""
        known = self._document.people
        for stated in self._fields.all("authors"):
            try:
                named = [known.get(name, name) for name in people(stated.value) if _is_told(name, known)]
            except UnreadableError as wrong:
                self.warn("unreadable-field", f"{stated.key} {wrong}", stated.key)
                continue
            if named:
                return tuple(dict.fromkeys(named))
        return ()

    def _terms(self, field: str) -> tuple[str, ...]:
        """Tags or categories: blanks part a text where Jekyll and Hexo would part it."""
        for stated in self._fields.all(field):
            blanks = (
                isinstance(stated.value, str)
                and stated.key.casefold() in ("tags", "categories")
                and _jekyll(self._document)
            )
            try:
                if found := several(stated.value, blanks=blanks):
                    return found
            except UnreadableError as wrong:
                self.warn("unreadable-field", f"{stated.key} {wrong}", stated.key)
        return ()

    def _inner_picture(self) -> str:
        """The picture in a table of a site's own, such as `design`; that of an author is not looked at."""
        tables = (
            value
            for key, value in self._document.fields.items()
            if isinstance(value, Mapping) and not names_a_field(str(key))
        )
        return next((found for table in tables if (found := picture(table.get("image")))), "")

    def _source(self) -> Source | None:
        for stated in self._fields.all("source"):
            try:
                if found := source(stated.value):
                    return found
            except UnreadableError as wrong:
                self.warn("unreadable-field", f"{stated.key} {wrong}", stated.key)
        return None

    def _url(self) -> str:
        for field in ("url", "source"):
            for stated in self._fields.all(field):
                if isinstance(stated.value, str | dict | list) and (found := address(stated.value)):
                    return found
        slug = self._fields.first("slug")
        whole = slug is not None and isinstance(slug.value, str) and slug.value.startswith("/")
        return address(slug.value) if slug and whole else ""  # Hugo takes a slug that begins with / for the address

    def _joined(self, url: str) -> str:
        """An address, joined to the site's if it is relative and the site is known."""
        return urljoin(self._rules.site, url) if url.startswith("/") and self._rules.site else url

    def _slug(self, identity: str) -> str:
        """The slug that is stated; else the file's or folder's name, without its day and its language."""
        given = self._read("slug", one_text, "")
        if given:
            return given.strip("/")
        name = without_language(identity.rsplit("#", 1)[-1].rsplit("/", 1)[-1])
        name = day_of_name(name)[1] or name
        numbers = _NUMBERED if self._document.path.endswith(_FLAT_FILES) else _PLACED
        return name if self._document.item else numbers.sub("", compact_day_of_name(name)[1] or name, count=1)

    def _custom(self) -> dict[str, CustomValue]:
        """The values of the fields that the archive's owner declared."""
        found: dict[str, CustomValue] = {}
        if not self._rules.custom:
            return found
        for name, field in self._rules.custom.items():
            stated = Fields(self._document.fields, {name: field.keys}).first(name)
            if stated is None:
                continue
            try:
                if field.kind == "number":
                    found[name] = float(one_text(stated.value).replace(" ", ""))
                elif field.kind == "date":
                    at = moment(stated.value, self._rules.zone, day_first=self._day_first)
                    if at is not None:
                        found[name] = int(at)
                elif values := several(stated.value):
                    found[name] = list(values)
            except (ValueError, OverflowError) as wrong:
                self.warn("unreadable-field", f"{stated.key} is no {field.kind}: {wrong}", stated.key)
        return found

    def _read(self, field: str, read: Callable[[object], _Value], nothing: _Value) -> _Value:
        """The first value of a field that can be read; what cannot is noted."""
        for stated in self._fields.all(field):
            try:
                if value := read(stated.value):
                    return value
            except (UnreadableError, RecursionError) as wrong:
                self.warn("unreadable-field", f"{stated.key} {wrong}", stated.key)
        return nothing

    def _line_of(self, key: str) -> int:
        """The line of a key in its file; that of the document where it cannot be told."""
        front = self._document.front
        last = key.rsplit(".", 1)[-1]
        found = (
            re.search(rf"^[ \t]*[\"']?{re.escape(last)}[\"']?[ \t]*[:=]", front, re.MULTILINE)
            if front and key
            else None
        )
        above = 0 if front.startswith("{") else 1
        return self._document.line + above + front.count("\n", 0, found.start()) if found else self._document.line


def _is_told(name: str, known: Mapping[str, str]) -> bool:
    """Whether a name of an author tells somebody: the key of a row that is not here does not."""
    return name in known or not stands_for_somebody(name)


def _version(document: Document, *, served: bool) -> Version | None:
    return Version(_shown_path(document) if served else "", *document.revision) if document.revision else None


def _is_of_site(document: Document) -> bool:
    """Whether a file is a page of its site: it has no day."""
    return is_page_of_site(document.path, document.fields, document.body) and not _has_day(document)


def _says_its_name_alone(document: Document) -> bool:
    """Whether a text has no fields, or only those that stand in the text itself, as Org and reStructuredText have."""
    if document.path.lower().endswith(_TITLED_TEXTS):
        return not _has_day(document)
    return not document.fields


def _has_day(document: Document) -> bool:
    return tells_day(Fields(document.fields)) or bool(_day_of_path(document.path))


def _is_of_person(document: Document) -> bool:
    """Whether a file is one of a folder that has a file for each author: it has no date."""
    folders = document.path.casefold().split("/")[:-1]
    if not PEOPLE_FOLDERS.intersection(folders[-2:]) or not document.fields:
        return False
    return not _has_day(document)


def _begins_with_year(value: object) -> bool:
    """Whether a value is surely a date and no truth: of every article several are looked at."""
    return isinstance(value, str) and len(value) >= 8 and value[:4].isdecimal()


def _shown_path(document: Document) -> str:
    return f"{document.path}#{document.item}" if document.item else document.path


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    if stem.endswith((".html", ".blade")) and name.endswith((".md", ".markdown")):  # Middleman, Jigsaw
        stem = stem.rpartition(".")[0]
    return f"{folder}/{stem}" if folder else stem


def _words_of_name(identity: str) -> str:
    """The words of a file's name, for want of a title."""
    name = without_language(identity.rsplit("#", 1)[-1].rsplit("/", 1)[-1])
    bare = day_of_name(name)[1] or name
    return " ".join(re.sub(r"[-_]+", " ", bare).split()) or bare


def _jekyll(document: Document) -> bool:
    """Whether a text of several words parted by blanks is several tags: where Jekyll keeps posts, or a dated name."""
    path = document.path
    if "_posts/" not in path and "/source/" in f"/{path}":  # Middleman parts tags by commas alone
        return False
    return "_posts/" in path or bool(day_of_name(path.rsplit("/", 1)[-1])[0])


def _day_of_path(path: str) -> str:
    """The day at the head of the name, or that of a bundle's folder, or that of the folders, as YYYY-MM-DD."""
    parts = path.split("/")
    for name in reversed(parts[-2:]):
        if day := day_of_name(_stem(name) if name == parts[-1] else name)[0]:
            return day
    if day := compact_day_of_name(_stem(parts[-1]))[0]:
        return day
    if found := _DAY_FOLDERS.search(path):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    found = _DAY_FOLDER.search(path)
    return found[1] if found else ""


def _day(day: str, zone: tzinfo) -> Millis | None:
    try:
        return moment(datetime.fromisoformat(day), zone)
    except ValueError:
        return None
