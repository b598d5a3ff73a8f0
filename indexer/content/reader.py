"""A folder to its articles: what is new is parsed, what has not changed is taken from the generation before."""

import hashlib
import unicodedata
from array import array
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Protocol

import msgspec

from indexer.content.article_spool import ArticleSpool, KnownArticles, SpooledArticles, without_texts
from indexer.content.articles import article_id
from indexer.content.body_spool import BodySpool
from indexer.content.date_orders import EITHER, DateOrders
from indexer.content.document import ContentWarning, Omitted, Outcome, ReadArticle, SlashedDates, SourceFile, Version
from indexer.content.files import again, source_files
from indexer.content.parsing import outcomes, parse
from indexer.content.publication_states import IN_DOUBT
from indexer.content.repository_files import KEPT
from indexer.content.rules import ReadingRules
from indexer.content.seen_files import SeenFiles
from indexer.content.whole import SUPERSEDED, archive_language, superseded
from search.article import Article
from search.index.manifest import Rejected
from search.index.store import StoredRow, StoredRun, stored_row
from search.process import cores

DRAFTS = ("draft", "not published", KEPT)
"""Why an article is left out that is one."""


class FileReport(msgspec.Struct):
    """What a file holds besides articles: kept, so that it is known of a file that is not read again."""

    rejected: list[Rejected] = []
    warnings: list[ContentWarning] = []
    omitted: dict[str, int] = {}
    """By reason, how many things of the file are left out."""
    guessed: dict[str, tuple[str, ...]] = {}
    """By path of an article whose language is a guess, the languages that it may be in."""
    versions: list[Version] = []
    alone: dict[str, tuple[str, str]] = {}
    """By path of such an article, the language that it has by itself, and its digest then."""
    witnesses: dict[str, int] = {}
    """How many of its articles tell what of the order of day and month (see date_orders)."""
    order: SlashedDates = ""
    """The order in which they were read, as far as the archive told it."""


class KnownArchive(KnownArticles, Protocol):
    """What an earlier generation read: its articles, and which of them stand in which file."""

    def rows_of(self, file: str) -> Sequence[int]:
        """The rows of the articles of a file, by its digest; none of a file that is not known."""

    def id(self, row: int) -> str:
        """The id of an article."""

    def digest(self, row: int) -> str:
        """The digest of an article."""


@dataclass(frozen=True, slots=True)
class KnownFiles:
    """By the digests of files, what an earlier generation read in them."""

    articles: KnownArchive | None = None
    reports: Mapping[str, FileReport] = field(default_factory=dict)

    def __contains__(self, digest: object) -> bool:
        if not isinstance(digest, str):
            return False
        rows = self.articles.rows_of(digest) if self.articles else ()
        if digest not in self.reports:
            return bool(rows)
        versions = self.reports[digest].versions
        if self.articles is None or not any(one.path for one in versions):
            return not any(one.path for one in versions)
        kept = {self.articles.article(row, texts=False).path for row in rows}
        return all(one.path in kept for one in versions if one.path)  # what was superseded is read again


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds: articles in the order of their ids, and what is none.

    `digests` are those of the articles, `files` those of the files they stand in. `reports` are by file digest.
    """

    articles: Sequence[Article]
    """Maybe in a temporary file: each use of one reads it anew."""
    digests: list[str]
    rejected: list[Rejected]
    drafts: int
    content_digest: str
    spool: BodySpool = field(default_factory=BodySpool)
    ids: Sequence[str] = ()
    """Those of the articles; empty where they are only known from them."""
    files: Sequence[str] = ()
    warnings: Sequence[ContentWarning] = ()
    omitted: Mapping[str, int] = field(default_factory=dict)
    reports: Mapping[str, FileReport] = field(default_factory=dict)

    def digests_by_id(self) -> dict[str, str]:
        """The digest of every article by its id."""
        return dict(zip(self._every_id(), self.digests, strict=True))

    def cards(self, ids: Collection[str]) -> Iterator[Article]:
        """The articles of these ids in their order; their texts may be empty."""
        wanted, bare = set(ids), without_texts(self.articles)
        return (bare[row] for row, name in enumerate(self._every_id()) if name in wanted)

    def _every_id(self) -> Sequence[str]:
        return self.ids or [article.id for article in without_texts(self.articles)]

    def stored(self) -> Iterator[StoredRow | StoredRun]:
        """Every article as a store has it, with its compressed body, in the order of the articles."""
        files = self.files or self.digests
        if isinstance(self.articles, SpooledArticles):
            yield from self.articles.stored(self.digests, files, self.spool)
        else:
            for digest, file, article in zip(self.digests, files, self.articles, strict=True):
                yield stored_row(digest, file, article, b"")


def read(
    content: Path,
    known: KnownFiles,
    progress: Callable[[int, int], None],
    rules: ReadingRules | None = None,
    seen: SeenFiles | None = None,
) -> Reading:
    """Read every file below a folder that a reader claims; `known` are files met before. Raises ContentError.

    A file that was `seen` in the state that it has now is taken for what it was then.
    """
    collected = _Collected(known)
    whole = hashlib.sha256()
    asked: deque[SourceFile] = deque()
    streamed: list[SourceFile] = []

    def new() -> Iterator[SourceFile]:
        number = 0
        progress(number, 0)
        for number, file in enumerate(source_files(content, rules.encoded() if rules else "", seen, known), 1):
            whole.update(f"{file.digest if isinstance(file, SourceFile) else file}\n".encode())
            progress(number, 0)
            if isinstance(file, Rejected):
                collected.rejected.append(file)
            elif isinstance(file, Omitted):
                collected.omitted[file.why] += 1
            elif file.digest in known:
                collected.take_known(file)
            elif file.root:
                streamed.append(file)
            else:
                asked.append(file)
                yield file
        if number:
            progress(number, number)

    for found in outcomes(new(), cores(), rules):
        collected.take(asked.popleft(), found)
    for file in streamed:
        collected.take(file, parse(file, rules))

    def redated() -> Iterator[SourceFile]:
        for file in again(content, collected.in_other_order()):
            collected.forget(file)
            asked.append(replace(file, content=b""))
            yield file

    for found in outcomes(redated(), cores(), rules):
        collected.take(asked.popleft(), found)
    if seen is not None:
        seen.keep()
    return collected.reading(whole.hexdigest())


class _Collected:
    """What was read so far."""

    def __init__(self, known: KnownFiles) -> None:
        self.rejected: list[Rejected] = []
        self.omitted = Counter[str]()
        """By reason, the files that were not opened."""
        self._known = known
        self._bodies = BodySpool()
        self._articles = ArticleSpool()
        self._numbers = array("q")
        """For each article its number as SpooledArticles has it."""
        self._renamed: dict[int, str] = {}
        """By number, the ids of articles that have another than they were stored under."""
        self._spooled = 0
        self._ids: list[str] = []
        self._digests: list[str] = []
        self._files: list[str] = []
        self._reports: dict[str, FileReport] = {}
        self._dated: dict[str, SourceFile] = {}
        """By digest, the files that have dates with slashes, without what they hold."""
        self._forgotten: dict[str, int] = {}
        """By digest of a file that is read again, before which place its articles do not count."""

    def take(self, file: SourceFile, found: Iterable[Outcome]) -> None:
        """Add what was read in a file."""
        report = FileReport(order=file.slashed)
        for outcome in found:
            if isinstance(outcome, ReadArticle):
                digest = _own_digest(outcome, file.slashed)
                self._put(outcome.article, digest, file.digest, outcome.html)
                for sign in outcome.dates:
                    report.witnesses[sign] = report.witnesses.get(sign, 0) + 1
                report.warnings.extend(outcome.warnings)
                if outcome.languages:
                    report.guessed[outcome.article.path] = outcome.languages
                    report.alone[outcome.article.path] = (outcome.article.language, digest)
            elif isinstance(outcome, Omitted):
                report.omitted[outcome.why] = report.omitted.get(outcome.why, 0) + 1
                report.warnings.extend(outcome.warnings)
            else:
                report.rejected.append(outcome.rejected)
            if isinstance(outcome, ReadArticle | Omitted) and outcome.version:
                report.versions.append(outcome.version)
        if report != FileReport(order=file.slashed):
            self._reports[file.digest] = report
        self._note_dates(file)

    def take_known(self, file: SourceFile) -> None:
        """Add what an earlier generation read in a file."""
        if file.digest in self._known.reports:
            self._reports[file.digest] = self._known.reports[file.digest]
            self._note_dates(file)
        known = self._known.articles
        if known is None:
            return
        for row in known.rows_of(file.digest):
            stored = name = known.id(row)
            if name.startswith(file.path) and name == (path := known.article(row, texts=False).path):
                # It kept its suffix because of a file that may be gone.
                name = article_id(file.path, path[len(file.path) + 1 :])
            if name != stored:
                self._renamed[-1 - row] = name
            self._add(-1 - row, name, known.digest(row), file.digest)

    def _note_dates(self, file: SourceFile) -> None:
        if file.digest in self._reports and self._reports[file.digest].witnesses:
            self._dated[file.digest] = replace(file, content=b"")

    def in_other_order(self) -> Iterator[SourceFile]:
        """The files whose dates the archive reads in another order than they were read in, with that order."""
        orders = DateOrders()
        for digest, file in self._dated.items():
            orders.add(file.path, self._reports[digest].witnesses)
        for digest, file in self._dated.items():
            report, order = self._reports[digest], orders.order(file.path)
            if EITHER in report.witnesses and order != report.order:
                yield replace(file, slashed=order)

    def forget(self, file: SourceFile) -> None:
        """Leave out what was read in a file so far: it is read again."""
        self._forgotten[file.digest] = len(self._ids)

    def reading(self, content_digest: str) -> Reading:
        """All of it, in the order of ids."""
        reports = self._reports
        old = superseded(one for report in reports.values() for one in report.versions)
        forgotten = self._forgotten
        current = [
            place
            for place in range(len(self._ids))
            if not (forgotten and place < forgotten.get(self._files[place], 0))
            and (not old or self._paths[place] not in old)
        ]
        languages = self._told_by_archive(
            current,
            dict(chain.from_iterable(r.guessed.items() for r in reports.values())),
            dict(chain.from_iterable(r.alone.items() for r in reports.values())),
        )
        clashes, own = self._clashes(current)
        for place, name in own.items():
            self._ids[place] = self._renamed[self._numbers[place]] = name
        order = sorted(current, key=self._ids.__getitem__)
        numbers = [self._numbers[place] for place in order]
        rejected = [*self.rejected, *(one for report in reports.values() for one in report.rejected)]
        omitted = Counter(self.omitted)
        for report in reports.values():
            omitted.update(report.omitted)
        omitted.update({SUPERSEDED: len(old)} if old else {})
        warnings = [*clashes, *(one for report in reports.values() for one in report.warnings)]
        return Reading(
            articles=SpooledArticles(self._articles, numbers, self._renamed, languages, self._known.articles),
            digests=[self._digests[place] for place in order],
            rejected=sorted(rejected, key=lambda one: (one.path.split("/"), one.line)),
            drafts=sum(count for why, count in omitted.items() if why in DRAFTS or why.startswith(IN_DOUBT)),
            content_digest=content_digest,
            spool=self._bodies,
            ids=[self._ids[place] for place in order],
            files=[self._files[place] for place in order],
            warnings=sorted(warnings, key=lambda one: (one.path.split("/"), one.line)),
            omitted=dict(sorted(omitted.items())),
            reports=dict(sorted(reports.items())),
        )

    def _put(self, article: Article, digest: str, file: str, body: bytes) -> None:
        self._articles.put(article)
        self._bodies.put(body)
        self._add(self._spooled, article.id, digest, file)
        self._spooled += 1

    def _add(self, number: int, name: str, digest: str, file: str) -> None:
        self._numbers.append(number)
        self._ids.append(name)
        self._digests.append(digest)
        self._files.append(digest if file == digest else file)

    def _card(self, place: int) -> Article:
        """An article, by its place among all; its text may be empty."""
        number = self._numbers[place]
        if number < 0 and self._known.articles is not None:
            return self._known.articles.article(-1 - number, texts=False)
        return self._articles.get(number, texts=False)

    @cached_property
    def _paths(self) -> list[str]:
        """The path of every article, by its place: few archives need them."""
        return [self._card(place).path for place in range(len(self._ids))]

    def _told_by_archive(
        self,
        places: Sequence[int],
        guessed: Mapping[str, Sequence[str]],
        alone: Mapping[str, tuple[str, str]],
    ) -> dict[int, str]:
        """By number, the language of each article that does not tell its own: that of most of the archive.

        Where the archive tells none, an article has the language again that it has by itself, as in a full build.
        """
        if not guessed:
            return {}
        language = archive_language((self._card(place), self._paths[place] not in guessed) for place in places)
        found: dict[int, str] = {}
        for place in places:
            path = self._paths[place]
            if path not in guessed or path not in alone:
                continue
            own, digest = alone[path]
            told = language if language in guessed[path] else own
            if told != own:  # whoever read an equal article in another archive read another one
                digest = hashlib.sha256(f"{digest}\0{told}".encode("utf-8", "surrogatepass")).hexdigest()
            self._digests[place] = digest
            if self._card(place).language != told:
                found[self._numbers[place]] = told
        return found

    def _clashes(self, places: Sequence[int]) -> tuple[list[ContentWarning], dict[int, str]]:
        """Of several files with one id, all but the first in order keep their suffix: warnings, and ids by place."""
        warnings, own = [], {}
        seen: set[str] = set()
        if len({self._ids[place] for place in places}) == len(places):
            return [], {}
        for place in sorted(places, key=lambda place: self._paths[place].split("/")):
            name = self._ids[place]
            if name in seen:
                path = self._paths[place]
                own[place] = name = _own_id(path, seen)
                why = f"has the id {self._ids[place]!r} of another file; it is found as {name!r}"
                warnings.append(ContentWarning(path, 1, "duplicate-id", why))
            seen.add(name)
        return warnings, own


def _own_digest(found: ReadArticle, order: SlashedDates) -> str:
    """The digest of an article: of one whose dates the archive tells another one, for in another archive it differs."""
    if not (order and EITHER in found.dates):
        return found.digest
    return hashlib.sha256(f"{found.digest}\0{order}".encode("utf-8", "surrogatepass")).hexdigest()


def _own_id(path: str, seen: set[str]) -> str:
    plain = unicodedata.normalize("NFC", path)
    own, number = plain, 2
    while own in seen:
        own = f"{plain}~{number}"
        number += 1
    return own
