"""Many files to articles, rejections and drafts, by all of the processor's cores."""

from collections.abc import Iterable, Iterator

from indexer.content.articles import Draft, Outcome, ReadArticle, SourceFile, parse
from indexer.worker_pool import Work, spread
from search.index.manifest import Rejected

_Parsed = tuple[ReadArticle | None, Rejected | None, Draft | None]


def outcomes(files: Iterable[SourceFile], cores: int) -> Iterator[Outcome]:
    """What indexer.sources.parse makes of these files, in their order, by so many cores."""
    for _, batch in spread(work(), files, cores):
        for parsed in batch:
            yield next(one for one in parsed if one is not None)


def work(about: str = "") -> Work:
    """Parsing, as work for workers."""
    return Work(__name__, about, SourceFile, list[_Parsed], lambda files: list(map(_parsed, files)))


def _parsed(file: SourceFile) -> _Parsed:
    outcome = parse(file)
    return (
        outcome if isinstance(outcome, ReadArticle) else None,
        outcome if isinstance(outcome, Rejected) else None,
        outcome if isinstance(outcome, Draft) else None,
    )
