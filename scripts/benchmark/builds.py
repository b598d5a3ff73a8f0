"""How long does an index take to build, in how much memory, and how large is it? Each build in a process of its own.

Lede's time is all that a user waits for: reading, embedding, writing, verifying, publishing. A peer's time is its
writing alone: its articles are read and embedded before the clock starts.
"""

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.processes import measured, report, size_mib
from indexer.config import recipe
from indexer.content.reader import KnownFiles, read
from indexer.reindex import reindex
from peers.protocol import Corpus, peer
from search.index.directory import IndexFolder
from search.settings import Settings


@dataclass(frozen=True, slots=True)
class Build:
    """What one build took; `stages` are seconds by what was done."""

    system: str
    seconds: float
    peak_mib: float
    size_mib: float | None
    stages: dict[str, float]
    articles: int = 0
    embedded: int = 0


def lede_builds(content: Path, index: Path, work: Path) -> list[Build]:
    """The first build, a night without changes, one in which one article of a hundred changed, and a full one.

    The first is left out where the index is there already: it may take hours of embedding.
    """
    first = [] if IndexFolder(index).names() else [_lede("Lede, first build", content, index)]
    changed = work / "changed"
    shutil.rmtree(changed, ignore_errors=True)
    shutil.copytree(content, changed)
    _lede("", changed, index)  # the folder before its change
    nights = [_lede("Lede, nothing changed", changed, index)]
    for path in sorted(changed.rglob("*.md"))[::100]:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nThis sentence was added at {time.time_ns()}.\n")
    nights.append(_lede("Lede, 1 % of the articles changed", changed, index))
    shutil.rmtree(changed)
    return [*first, *nights, _lede("Lede, all anew, no new text", content, index, "full")]


def peer_build(module: str, content: Path, folder: Path, kept: Path) -> Build:
    """A peer's index of the articles of a folder. Raises ImportError where the peer is not installed."""
    system = peer(module)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    done = measured("benchmark.builds", "peer", module, content, folder, kept)
    return Build(system.NAME, done["seconds"], done["peak_mib"], size_mib(folder), {}, done["articles"])


def _lede(name: str, content: Path, index: Path, *how: str) -> Build:
    done = measured("benchmark.builds", "lede", content, index, *how)
    return Build(
        name, done["seconds"], done["peak_mib"], done["size"], done["stages"], done["articles"], done["embedded"]
    )


def _build_lede(content: Path, index: Path, full: bool) -> None:
    started = time.perf_counter()
    settings = Settings(index=index, content=content)
    folder = IndexFolder(index)
    done, _ = reindex(content, folder, recipe(settings), settings.keep, lambda *_: None, full=full, strict=False)
    seconds = time.perf_counter() - started
    size = size_mib(folder.path(done.generation))
    about = {"stages": done.stages, "articles": done.articles, "embedded": done.embedded}
    report({"seconds": seconds, "size": size, **about})


def _build_peer(module: str, content: Path, folder: Path, kept: Path) -> None:
    corpus = Corpus(read(content, KnownFiles(), lambda *_: None).articles, kept)
    if peer(module).MEANING:
        _ = corpus.vectors
    started = time.perf_counter()
    peer(module).write(corpus, folder)
    report({"seconds": time.perf_counter() - started, "articles": len(corpus.articles)})


def main(arguments: Sequence[str]) -> None:
    """Build one index, here and now."""
    if arguments[0] == "lede":
        _build_lede(Path(arguments[1]), Path(arguments[2]), full="full" in arguments[3:])
    else:
        _build_peer(arguments[1], *map(Path, arguments[2:]))


if __name__ == "__main__":
    main(sys.argv[1:])
