"""A folder to its articles: what is new is parsed, what has not changed is taken from the generation before."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.sources import Draft, SourceFile, parse, source_files
from search.article import Article
from search.generation import Rejected


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds: articles in the order of their ids with the digests of their files, and what is none."""

    articles: list[Article]
    digests: list[str]
    rejected: list[Rejected]
    drafts: int
    content_digest: str


def read(content: Path, known: Mapping[str, Article], progress: Callable[[int, int], None]) -> Reading:
    """Read every Markdown file below a folder; `known` gives the article of a file digest met before.

    Raises ContentError.
    """
    whole = hashlib.sha256()
    found: list[tuple[Article, str]] = []
    rejected: list[Rejected] = []
    drafts = 0
    for number, file in enumerate(source_files(content), 1):
        whole.update(f"{_digest(file)}\n".encode())
        outcome = _outcome(file, known)
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        elif isinstance(outcome, Draft):
            drafts += 1
        else:
            found.append((outcome, _digest(file)))
        progress(number, 0)
    found.sort(key=lambda pair: pair[0].id)
    return Reading(
        articles=[article for article, _ in found],
        digests=[digest for _, digest in found],
        rejected=rejected,
        drafts=drafts,
        content_digest=whole.hexdigest(),
    )


def _outcome(file: SourceFile | Rejected, known: Mapping[str, Article]) -> Article | Rejected | Draft:
    if isinstance(file, Rejected):
        return file
    return known.get(file.digest) or parse(file)


def _digest(file: SourceFile | Rejected) -> str:
    return file.digest if isinstance(file, SourceFile) else str(file)
