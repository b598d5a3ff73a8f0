"""How does Lede grow? Made articles, from a thousand to a million: build, memory, size, and the time of an answer.

A query's embedding is not in these times: its vector is made as those of the articles are.
"""

import hashlib
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from benchmark.latency import Ask, clocked, timed
from benchmark.made import articles, made_archive, made_config
from benchmark.processes import measured, memory_mib, report, size_mib
from benchmark.questions import CLOCK, Question, questions
from benchmark.systems import forgetting
from indexer.builder import build
from indexer.content.reader import Reading
from indexer.release.publish import publish, stage
from search.index.directory import IndexFolder
from search.settings import Settings
from search.wiring import engine

SIZES = (1_000, 11_280, 83_600, 1_000_000)
_MODES = ("hybrid", "keyword")


@dataclass(frozen=True, slots=True)
class Growth:
    """What so many articles took: seconds, MiB, and milliseconds by mode and percentile."""

    articles: int
    seconds: float
    build_mib: float
    size_mib: float
    open_mib: float
    millis: Mapping[str, Mapping[str, float]]


def growth(count: int, work: Path, each: int, rounds: int) -> Growth:
    """Build so many made articles and ask them; each in a process of its own. The index is removed afterwards."""
    index = work / f"made-{count}"
    shutil.rmtree(index, ignore_errors=True)
    built = measured("benchmark.growth", "build", str(count), index)
    asked = measured("benchmark.growth", "ask", str(count), index, str(each), str(rounds))
    shutil.rmtree(index)
    return Growth(count, built["seconds"], built["peak_mib"], built["size"], asked["memory"], asked["millis"])


def _build(count: int, root: Path) -> None:
    made = list(articles(count))
    digests = [hashlib.sha256(article.id.encode()).hexdigest() for article in made]
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    reading = Reading(articles=made, digests=digests, rejected=[], drafts=0, content_digest=whole)
    recipe = made_config()
    started = time.perf_counter()
    index = IndexFolder(root)
    staged = stage(index)
    build(reading, recipe, index.cache, staged, lambda *_: None)
    publish(index, staged)
    report({"seconds": time.perf_counter() - started, "size": size_mib(index.path(staged.name))})


def _ask(count: int, root: Path, each: int, rounds: int) -> None:
    served = made_archive(root)
    asked = questions(list(islice(articles(count), 1_000)), each)

    def systems() -> Mapping[str, Ask]:
        searchers = {mode: engine(Settings(index=root), served, lambda: CLOCK) for mode in _MODES}

        def ask(mode: str, asked: Question) -> object:
            return searchers[mode].search(asked.query(("mode", mode)))

        asks = {mode: clocked(partial(ask, mode)) for mode in _MODES}
        return {mode: forgetting(served, ask) for mode, ask in asks.items()}

    times = timed(systems, asked, rounds)
    millis = {one.system: {f"p{share}": one.percentile(share) for share in (50, 95, 99)} for one in times}
    report({"memory": memory_mib("self", "VmRSS"), "millis": millis})


def main(arguments: Sequence[str]) -> None:
    """Build or ask one index, here and now."""
    what, count, root, *more = arguments
    if what == "build":
        _build(int(count), Path(root))
    else:
        _ask(int(count), Path(root), *map(int, more))


if __name__ == "__main__":
    main(sys.argv[1:])
