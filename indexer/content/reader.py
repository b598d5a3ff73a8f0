"""A folder to its articles: what is new is parsed, what has not changed is taken from the generation before."""

import hashlib
import unicodedata
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path

import msgspec
from msgspec.structs import replace

from indexer.content.article_spool import ArticleSpool, SpooledArticles, without_texts
from indexer.content.articles import article_id
from indexer.content.body_spool import BodySpool
from indexer.content.document import ContentWarning, Omitted, Outcome, ReadArticle, SourceFile, Version
from indexer.content.files import source_files
from indexer.content.parsing import outcomes, parse
from indexer.content.rules import ReadingRules
from indexer.content.whole import SUPERSEDED, archive_language, superseded
from search.article import Article
from search.index.manifest import Rejected
from search.process import cores

DRAFTS = ("draft", "not published")
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


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article of an earlier generation, its digest and that of its file, and its compressed body when asked for."""

    article: Article
    digest: str
    body: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class KnownFiles:
    """By the digests of files, what an earlier generation read in them."""

    articles: Mapping[str, Sequence[KnownArticle]] = field(default_factory=dict)
    reports: Mapping[str, FileReport] = field(default_factory=dict)

    def __contains__(self, digest: str) -> bool:
        if digest not in self.reports:
            return digest in self.articles
        versions = self.reports[digest].versions
        if not any(one.path for one in versions):
            return True
        kept = {one.article.path for one in self.articles.get(digest, ())}
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
    places: Sequence[int] = ()
    """For each article the number of its body in the spool; empty where no body was read."""
    files: Sequence[str] = ()
    warnings: Sequence[ContentWarning] = ()
    omitted: Mapping[str, int] = field(default_factory=dict)
    reports: Mapping[str, FileReport] = field(default_factory=dict)

    def digests_by_id(self) -> dict[str, str]:
        """The digest of every article by its id."""
        return {a.id: digest for a, digest in zip(without_texts(self.articles), self.digests, strict=True)}

    def bodies(self) -> Iterable[bytes]:
        """The compressed body of every article, in the order of the articles."""
        return self.spool.in_order(self.places) if self.places else repeat(b"", len(self.articles))

    def file_digests(self) -> Iterable[str]:
        """The digest of the file of every article, in the order of the articles."""
        return self.files or self.digests


def read(
    content: Path,
    known: KnownFiles,
    progress: Callable[[int, int], None],
    rules: ReadingRules | None = None,
) -> Reading:
    """Read every file below a folder that a reader claims; `known` are files met before. Raises ContentError."""
    collected = _Collected()
    whole = hashlib.sha256()
    asked: deque[SourceFile] = deque()
    streamed: list[SourceFile] = []

    def new() -> Iterator[SourceFile]:
        for number, file in enumerate(source_files(content, rules.encoded() if rules else ""), 1):
            whole.update(f"{file.digest if isinstance(file, SourceFile) else file}\n".encode())
            progress(number, 0)
            if isinstance(file, Rejected):
                collected.rejected.append(file)
            elif file.digest in known:
                collected.take_known(file, known)
            elif file.root:
                streamed.append(file)
            else:
                asked.append(file)
                yield file

    for found in outcomes(new(), cores(), rules):
        collected.take(asked.popleft(), found)
    for file in streamed:
        collected.take(file, parse(file, rules))
    return collected.reading(whole.hexdigest())


class _Collected:
    """What was read so far."""

    def __init__(self) -> None:
        self.rejected: list[Rejected] = []
        self._bodies = BodySpool()
        self._articles = ArticleSpool()
        self._paths: list[str] = []
        self._ids: list[str] = []
        self._digests: list[str] = []
        self._files: list[str] = []
        self._reports: dict[str, FileReport] = {}

    def take(self, file: SourceFile, found: Iterable[Outcome]) -> None:
        """Add what was read in a file."""
        report = FileReport([], [], {}, {}, [])
        for outcome in found:
            if isinstance(outcome, ReadArticle):
                self._put(outcome.article, outcome.digest, file.digest, outcome.html)
                report.warnings.extend(outcome.warnings)
                if outcome.languages:
                    report.guessed[outcome.article.path] = outcome.languages
            elif isinstance(outcome, Omitted):
                report.omitted[outcome.why] = report.omitted.get(outcome.why, 0) + 1
            else:
                report.rejected.append(outcome.rejected)
            if isinstance(outcome, ReadArticle | Omitted) and outcome.version:
                report.versions.append(outcome.version)
        if report.rejected or report.warnings or report.omitted or report.guessed or report.versions:
            self._reports[file.digest] = report

    def take_known(self, file: SourceFile, known: KnownFiles) -> None:
        """Add what an earlier generation read in a file."""
        for one in known.articles.get(file.digest, ()):
            article = one.article
            if article.id == article.path:  # it kept its suffix because of a file that may be gone
                article = replace(article, id=article_id(file.path, article.path[len(file.path) + 1 :]))
            self._put(article, one.digest, file.digest, one.body())
        if file.digest in known.reports:
            self._reports[file.digest] = known.reports[file.digest]

    def reading(self, content_digest: str) -> Reading:
        """All of it, in the order of ids."""
        reports = self._reports
        old = superseded(one for report in reports.values() for one in report.versions)
        current = [number for number, path in enumerate(self._paths) if path not in old]
        languages = self._told_by_archive(
            current, dict(chain.from_iterable(r.guessed.items() for r in reports.values()))
        )
        clashes, own = self._clashes(current)
        for number, name in own.items():
            self._ids[number] = name
        order = sorted(current, key=self._ids.__getitem__)
        rejected = [*self.rejected, *(one for report in reports.values() for one in report.rejected)]
        omitted = Counter[str]()
        for report in reports.values():
            omitted.update(report.omitted)
        omitted.update({SUPERSEDED: len(old)} if old else {})
        warnings = [*clashes, *(one for report in reports.values() for one in report.warnings)]
        return Reading(
            articles=SpooledArticles(self._articles, order, own, languages),
            digests=[self._digests[number] for number in order],
            rejected=sorted(rejected, key=lambda one: (one.path.split("/"), one.line)),
            drafts=sum(omitted[why] for why in DRAFTS),
            content_digest=content_digest,
            spool=self._bodies,
            places=array("q", order),
            files=[self._files[number] for number in order],
            warnings=sorted(warnings, key=lambda one: (one.path.split("/"), one.line)),
            omitted=dict(sorted(omitted.items())),
            reports=dict(sorted(reports.items())),
        )

    def _put(self, article: Article, digest: str, file: str, body: bytes) -> None:
        self._articles.put(article)
        self._bodies.put(body)
        self._paths.append(article.path)
        self._ids.append(article.id)
        self._digests.append(digest)
        self._files.append(digest if file == digest else file)

    def _told_by_archive(self, numbers: Sequence[int], guessed: Mapping[str, Sequence[str]]) -> dict[int, str]:
        """By number, the language of each article that does not tell its own: that of most of the archive."""
        if not guessed:
            return {}
        language = archive_language(
            (self._articles.get(number, texts=False), self._paths[number] not in guessed) for number in numbers
        )
        found = [number for number in numbers if language in guessed.get(self._paths[number], ())]
        for number in found:  # whoever read an equal article in another archive read another one
            told = f"{self._files[number]}\0{self._paths[number]}\0{language}"
            self._digests[number] = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        return dict.fromkeys(found, language)

    def _clashes(self, numbers: Sequence[int]) -> tuple[list[ContentWarning], dict[int, str]]:
        """Of several files with one id, all but the first in order keep their suffix: warnings, and ids by number."""
        warnings, own = [], {}
        seen: set[str] = set()
        for number in sorted(numbers, key=lambda number: self._paths[number].split("/")):
            name = self._ids[number]
            if name in seen:
                path = self._paths[number]
                own[number] = name = _own_id(path, seen)
                why = f"has the id {self._ids[number]!r} of another file; it is found as {name!r}"
                warnings.append(ContentWarning(path, 1, "duplicate-id", why))
            seen.add(name)
        return warnings, own


def _own_id(path: str, seen: set[str]) -> str:
    plain = unicodedata.normalize("NFC", path)
    own, number = plain, 2
    while own in seen:
        own = f"{plain}~{number}"
        number += 1
    return own
