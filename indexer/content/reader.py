"""A folder to its articles: what is new is parsed, what has not changed is taken from the generation before."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from indexer.content.articles import Draft, SourceFile, source_files
from indexer.content.body_spool import BodySpool
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
    spool: BodySpool = field(default_factory=BodySpool)
    places: Sequence[int] = ()
    """For each article the number of its body in the spool; empty where no body was read."""

    def bodies(self) -> Iterable[bytes]:
        """The compressed body of every article, in the order of the articles."""
        return self.spool.in_order(self.places) if self.places else repeat(b"", len(self.articles))


def read(
    content: Path,
    known: Mapping[str, Article],
    progress: Callable[[int, int], None],
    body_of: Callable[[str], bytes] = lambda _: b"",
) -> Reading:
    """Read every Markdown file below a folder.

    `known` gives the article of a file digest met before, `body_of` its compressed body. Raises ContentError.
    """
    whole = hashlib.sha256()
    found: list[tuple[Article, str, int]] = []
    spool = BodySpool()
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
                found.append((known[file.digest], file.digest, spool.put(body_of(file.digest))))
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
            found.append((outcome.article, digest, spool.put(outcome.html)))
    found.sort(key=lambda one: one[0].id)
    return Reading(
        articles=[article for article, _, _ in found],
        digests=[digest for _, digest, _ in found],
        rejected=sorted(rejected, key=lambda one: one.path.split("/")),
        drafts=drafts,
        content_digest=whole.hexdigest(),
        spool=spool,
        places=[place for _, _, place in found],
    )
