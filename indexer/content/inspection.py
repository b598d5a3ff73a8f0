"""What would be read of a folder, before anything is built: readers, fields and their keys, what is wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace

from indexer.content.articles import article_of
from indexer.content.conventions import CONVENTIONS, Fields, is_blank
from indexer.content.date_orders import DateOrders
from indexer.content.dates import moment
from indexer.content.detection import main_language
from indexer.content.document import Document, Omitted, ReadArticle, Refused, SourceFile, UnfitError, Version
from indexer.content.files import source_files
from indexer.content.origins import Origins
from indexer.content.parsing import NOT_FORESEEN, UNFORESEEN, found_in
from indexer.content.rules import ReadingRules, decoded_rules
from indexer.content.values import truth
from indexer.content.whole import SUPERSEDED, superseded
from indexer.readers.registry import reader_of
from indexer.worker_pool import Work, spread
from search.article import base_language
from search.index.manifest import Rejected
from search.process import cores

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_SHOWN_FIELDS = [
    field for field in CONVENTIONS if field not in ("listing", "id", "text", "time", "publication", "password")
]
_FORMS = {"hexo": "Hexo", "pelican": "Pelican", "nikola": "Nikola"}
_SITE_FILES = {
    "hugo.toml": "Hugo", "hugo.yaml": "Hugo", "config/_default": "Hugo", "_config.yml": "Jekyll or Hexo",
    "zola.toml": "Zola",
    "astro.config.mjs": "Astro", "astro.config.ts": "Astro", ".eleventy.js": "Eleventy",
    "eleventy.config.js": "Eleventy",
    "docusaurus.config.js": "Docusaurus", "docusaurus.config.ts": "Docusaurus", "gatsby-config.js": "Gatsby",
    "pelicanconf.py": "Pelican", "conf.py": "Nikola", "next.config.js": "Next", "_config.toml": "Hugo or Zola",
}  # fmt: skip
"""Files that stand beside or above the content of a generator's site."""


_MOST_NOTES = 20
"""How many files that are left out get a note."""


class Kind(msgspec.Struct):
    """A kind of trouble: how often, and the first example of it."""

    count: int = 0
    example: str = ""


class Identity(msgspec.Struct, frozen=True, array_like=True):
    """Of one article what tells its translations."""

    id: str
    path: str
    language: str
    external_id: str
    possible: tuple[str, ...] = ()
    """The languages it may be in, where its own is a guess."""


class Inspection(msgspec.Struct):
    """What was found in a folder, or in a part of it."""

    files: dict[str, int] = {}
    """By reader, how many files it read."""
    articles: int = 0
    read: int = 0
    """How many were read: the articles, and older versions of them. Fields are counted among these."""
    omitted: dict[str, int] = {}
    fields: dict[str, dict[str, int]] = {}
    """By field and key, in how many articles that key states it."""
    have: dict[str, int] = {}
    """By field, how many articles have a value."""
    languages: dict[str, int] = {}
    unread: dict[str, int] = {}
    kinds: dict[str, dict[str, int]] = {}
    """By unread key, of how many articles its value is a number, a date or a keyword."""
    rejected: dict[str, Kind] = {}
    warnings: dict[str, Kind] = {}
    generators: dict[str, int] = {}
    identities: list[Identity] = []
    """What tells translations, of each article."""
    versions: list[Version] = []
    """Of the items of agencies."""
    notes: list[str] = []
    """What else is known of some files that are left out."""
    dated: dict[str, tuple[dict[str, int], list[str]]] = {}
    """By file, what its dates with slashes tell of the order of day and month, and what is warned of them."""


def inspect(content: Path, rules: ReadingRules) -> Inspection:
    """Read a folder without building anything. Raises ContentError."""
    whole = Inspection()
    refused = Inspection(omitted={})

    def files() -> Iterable[SourceFile]:
        for found in source_files(content):
            if isinstance(found, Rejected):
                _note(refused.rejected, _kind(found.why), str(found))
            elif isinstance(found, Omitted):
                refused.omitted[found.why] = refused.omitted.get(found.why, 0) + 1
            else:
                yield found

    for _, part in spread(work(rules.encoded()), files(), cores()):
        _add(whole, part)
    _add(whole, refused)
    _settle(whole)
    for name in _beside(content):
        whole.generators[name] = whole.generators.get(name, 0) + 1
    return whole


def _settle(whole: Inspection) -> None:
    """Count what only the whole archive tells: languages of articles that do not tell their own, and old versions."""
    orders = DateOrders()
    for path, (witnesses, _) in whole.dated.items():
        orders.add(path, witnesses)
    for path, (_, warned) in sorted(whole.dated.items()):
        if orders.order(path) not in ("day first", "month first"):
            for warning in warned:
                _note(whole.warnings, "ambiguous-date", warning)
    old = superseded(whole.versions)
    if old:
        whole.articles -= len(old)
        whole.omitted = {**whole.omitted, SUPERSEDED: len(old)}
        whole.identities = [one for one in whole.identities if one.path not in old]
    known = Counter(base_language(one.language) for one in whole.identities if one.language and not one.possible)
    language = main_language(known)
    told = Counter(one.language for one in whole.identities if language in one.possible)
    counts = Counter(whole.languages)
    for name, number in told.items():
        counts[_detected(name)] -= number
    counts[_detected(language)] += sum(told.values())
    whole.languages = {name: number for name, number in sorted(counts.items()) if number > 0}
    whole.identities = [
        replace(one, language=language) if language in one.possible else one for one in whole.identities
    ]


def _detected(language: str) -> str:
    return f"{language} (detected)" if language else "none"


def work(about: str = "") -> Work:
    """Inspecting, as work for workers."""
    rules = decoded_rules(about)
    return Work(__name__, about, SourceFile, Inspection, lambda files: _inspected(files, rules))


def _inspected(files: Iterable[SourceFile], rules: ReadingRules) -> Inspection:
    part = Inspection({}, 0, 0, {}, {}, {}, {}, {}, {}, {}, {}, {}, [], [], [], {})
    for file in files:
        reader = reader_of(file.path)
        if reader is None:
            continue
        counted = False
        try:
            for found in found_in(reader, file):
                if not counted:  # settings beside articles are read and hold nothing
                    part.files[reader.name] = part.files.get(reader.name, 0) + 1
                    counted = True
                if isinstance(found, Document):
                    _inspect_document(part, found, rules)
                elif isinstance(found, Omitted):
                    part.omitted[found.why] = part.omitted.get(found.why, 0) + 1
                    if found.note and len(part.notes) < _MOST_NOTES:
                        part.notes.append(f"{found.path}: {found.note}")
                else:
                    _note(part.rejected, _kind(found.rejected.why), str(found.rejected))
        except UNFORESEEN as wrong:
            _note(part.rejected, NOT_FORESEEN[:60], f"{file.path}:1: {NOT_FORESEEN}: {wrong}")
        except (UnfitError, RecursionError, OSError) as unfit:
            why = f"{file.path}:{getattr(unfit, 'line', 1)}: {unfit}"
            _note(part.rejected, _kind(str(unfit)), why)
    return part


def _inspect_document(part: Inspection, document: Document, rules: ReadingRules) -> None:
    outcome = article_of(document, rules)
    if not isinstance(outcome, Refused) and outcome.version:
        part.versions.append(outcome.version)
    if isinstance(outcome, Omitted):
        part.omitted[outcome.why] = part.omitted.get(outcome.why, 0) + 1
        for warning in outcome.warnings:
            _note(part.warnings, warning.code, str(warning))
        return
    if not isinstance(outcome, ReadArticle):
        _note(part.rejected, _kind(outcome.rejected.why), str(outcome.rejected))
        return
    part.articles += 1
    part.read += 1
    fields = Fields(document.fields, rules.mapping(document.path))
    origins = Origins(document.origin or {})
    for field in _SHOWN_FIELDS:
        stated = fields.first(field)
        if stated is not None and not (document.origin and stated.value is False):  # no draft, said by a reader
            keys = part.fields.setdefault(field, {})
            key = origins.path(stated.key, stated.value)
            keys[key] = keys.get(key, 0) + 1
    for key in fields.unread:
        if is_blank(fields.value(key)):
            continue
        part.unread[key] = part.unread.get(key, 0) + 1
        if kind := _kind_of_value(fields.value(key), rules):
            kinds = part.kinds.setdefault(key, {})
            kinds[kind] = kinds.get(kind, 0) + 1
    article = outcome.article
    for name in (
        "published",
        "updated",
        "expires",
        "description",
        "authors",
        "tags",
        "categories",
        "image",
        "url",
        "source",
    ):
        if getattr(article, name):
            part.have[name] = part.have.get(name, 0) + 1
    part.identities.append(Identity(article.id, article.path, article.language, article.external_id, outcome.languages))
    stated_somewhere = fields.first("language") is not None or document.file_language or rules.language
    shown = article.language if stated_somewhere and article.language else _detected(article.language)
    part.languages[shown] = part.languages.get(shown, 0) + 1
    _note_warnings(part, document, outcome)
    _guess(part, document)


def _note_warnings(part: Inspection, document: Document, outcome: ReadArticle) -> None:
    """Count what is warned of; whether a date is in doubt, other dates of the archive may tell."""
    doubtful = []
    for warning in outcome.warnings:
        if warning.code == "ambiguous-date":
            doubtful.append(str(warning))
        else:
            _note(part.warnings, warning.code, str(warning))
    if outcome.dates:
        witnesses, warned = part.dated.get(document.path, ({}, []))
        part.dated[document.path] = _sum(witnesses, Counter(outcome.dates)), [*warned, *doubtful]


def _kind_of_value(value: object, rules: ReadingRules) -> str:
    """The kind that a field of one's own with that value would have: number, date or keyword; nothing for a blank."""
    if is_blank(value) or isinstance(value, Mapping | bool) or truth(value) is not None:
        return ""
    if not isinstance(value, str | int | float | date):
        return "keyword"
    if _NUMBER.fullmatch(str(value).strip()):
        return "number"
    try:
        return "date" if moment(value, rules.zone) is not None else "keyword"
    except ValueError:
        return "keyword"


def _guess(part: Inspection, document: Document) -> None:
    """Note what the document itself says about its generator."""
    path = document.path
    if "_posts/" in path:
        part.generators["Jekyll or Hexo"] = part.generators.get("Jekyll or Hexo", 0) + 1


def _beside(content: Path) -> list[str]:
    """The generators whose files stand in the folder or in one of the three above it."""
    found = []
    folder = content.resolve()
    for _ in range(4):
        found += [name for file, name in _SITE_FILES.items() if (folder / file).exists()]
        if found or folder == folder.parent:
            break
        folder = folder.parent
    return found


def _kind(why: str) -> str:
    """A reason without what differs from file to file."""
    return why.split(":", 1)[0].split("(", 1)[0].strip()[:60]


def _note(kinds: dict[str, Kind], name: str, example: str) -> None:
    kind = kinds.setdefault(name, Kind())
    kind.count += 1
    kind.example = kind.example or example


def _add(whole: Inspection, part: Inspection) -> None:
    whole.articles += part.articles
    whole.read += part.read
    whole.identities = whole.identities + part.identities
    whole.versions = whole.versions + part.versions
    whole.notes = sorted([*whole.notes, *part.notes])[:_MOST_NOTES]
    whole.dated = {**whole.dated, **part.dated}
    for name in ("files", "omitted", "have", "languages", "unread", "generators"):
        setattr(whole, name, _sum(getattr(whole, name), getattr(part, name)))
    for name in ("fields", "kinds"):
        added = {key: _sum(getattr(whole, name).get(key, {}), counts) for key, counts in getattr(part, name).items()}
        setattr(whole, name, {**getattr(whole, name), **added})
    for name in ("rejected", "warnings"):
        kinds = dict(getattr(whole, name))
        for kind, found in getattr(part, name).items():
            had = kinds.get(kind, Kind())
            kinds[kind] = Kind(had.count + found.count, had.example or found.example)
        setattr(whole, name, kinds)


def _sum(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(some) + Counter(others))
