"""A folder to its articles: what is new is parsed, what has not changed is taken from the generation before."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.content.articles import Draft, SourceFile, source_files
from indexer.content.parsing import outcomes
from search.article import Article
from search.index.manifest import Rejected
from search.process import cores


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
    asked: deque[str] = deque()

    def new() -> Iterator[SourceFile]:
        for number, file in enumerate(source_files(content), 1):
            whole.update(f"{file.digest if isinstance(file, SourceFile) else file}\n".encode())
            progress(number, 0)
            if isinstance(file, Rejected):
                rejected.append(file)
            elif file.digest in known:
                found.append((known[file.digest], file.digest))
            else:
                asked.append(file.digest)
                yield file

    for outcome in outcomes(new(), cores()):
        digest = asked.popleft()
        if isinstance(outcome, Rejected):
            rejected.append(outcome)
        elif isinstance(outcome, Draft):
            drafts += 1
        else:
            found.append((outcome, digest))
    found.sort(key=lambda pair: pair[0].id)
    return Reading(
        articles=[article for article, _ in found],
        digests=[digest for _, digest in found],
        rejected=sorted(rejected, key=lambda one: one.path.split("/")),
        drafts=drafts,
        content_digest=whole.hexdigest(),
    )
