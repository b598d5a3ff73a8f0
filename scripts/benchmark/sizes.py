"""How do builds, nights and opening grow? Made articles as files, in three sizes, each step in a process of its own.

Vectors are made as the articles are: embedding is not the subject, and a model would need days. Everything else is what
a user has: files are read, a generation is built, verified, published, opened and asked; then 1 % of the files change.
"""

import math
import resource
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmark.made import articles, made_archive, made_config
from benchmark.processes import measured, memory_mib, report, size_mib
from benchmark.questions import CLOCK, questions
from indexer.reindex import reindex
from search.article import Article
from search.index.directory import IndexFolder
from search.settings import Settings
from search.times import iso
from search.wiring import engine

_CHANGED = 100
"""One article of so many changes in a night."""
_LEAST = 0.01
"""What counts for nothing, so that its growth can be told."""
Size = dict[str, Any]
"""What was measured at one size: numbers by name, seconds by stage."""


def size(count: int, work: Path, each: int, rounds: int) -> Size:
    """Measure so many made articles; content and index are removed afterwards."""
    content, index = work / f"content-{count}", work / f"sized-{count}"
    for left in (content, index):
        shutil.rmtree(left, ignore_errors=True)
    try:
        measured("benchmark.sizes", "write", str(count), content)
        first = measured("benchmark.sizes", "build", content, index)
        measured("benchmark.sizes", "change", content)
        night = measured("benchmark.sizes", "build", content, index)
        full = measured("benchmark.sizes", "build", content, index, "full")
        opened = measured("benchmark.sizes", "open", index, str(each))
        asked = measured("benchmark.growth", "ask", str(count), index, str(each), str(rounds))
    finally:
        for left in (content, index):
            shutil.rmtree(left, ignore_errors=True)
    return {"articles": count, "first": first, "night": night, "full": full, "open": opened, "millis": asked["millis"]}


def slope(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The power of the size by which a value grows, from two points (size, value): 0 is constant, 1 linear."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def rows(sizes: Sequence[Size]) -> list[tuple[str, ...]]:
    """A line a number: its name, its value at each size, and by what power of the size it grows from size to size."""
    counts = [int(one["articles"]) for one in sizes]
    found = [_row(name, counts, [float(value(one)) for one in sizes]) for name, value in _NUMBERS.items()]
    for stage in sizes[-1]["full"]["stages"] if sizes else ():
        seconds = [float(one["full"]["stages"].get(stage, 0)) for one in sizes]
        found.append(_row(f"full build: {stage}, s", counts, seconds))
    return found


def _row(name: str, counts: Sequence[int], values: Sequence[float]) -> tuple[str, ...]:
    points = [(float(count), max(value, _LEAST)) for count, value in zip(counts, values, strict=True)]
    slopes = (f"{slope(small, large):.2f}" for small, large in pairwise(points))
    return (name, *map(_shown, values), ", ".join(slopes))


_NUMBERS: Mapping[str, Any] = {
    "first build, s": lambda one: one["first"]["seconds"],
    "first build, s of processor": lambda one: one["first"]["cpu"],
    "first build, peak MiB": lambda one: one["first"]["peak_mib"],
    "full build without new text, s": lambda one: one["full"]["seconds"],
    "full build, s of processor": lambda one: one["full"]["cpu"],
    "night with 1 % changed, s": lambda one: one["night"]["seconds"],
    "night, s of processor": lambda one: one["night"]["cpu"],
    "night / full build": lambda one: one["night"]["cpu"] / one["full"]["cpu"],
    "night, peak MiB": lambda one: one["night"]["peak_mib"],
    "generation, KiB an article": lambda one: one["full"]["size"] * 1024 / one["articles"],
    "opening, s": lambda one: one["open"]["seconds"],
    "memory of its own after opening, MiB": lambda one: one["open"]["opened_mib"],
    "memory of its own after questions, MiB": lambda one: one["open"]["asked_mib"],
    "hybrid, p50 ms": lambda one: one["millis"]["hybrid"]["p50"],
    "hybrid, p99 ms": lambda one: one["millis"]["hybrid"]["p99"],
    "keyword, p50 ms": lambda one: one["millis"]["keyword"]["p50"],
    "keyword, p99 ms": lambda one: one["millis"]["keyword"]["p99"],
}


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def markdown(article: Article) -> str:
    """A made article as its editor would have written it."""
    source = article.source.name if article.source else ""
    lines = [
        f"title: {article.title}",
        f"description: {article.description}",
        f"published: {iso(article.published)}" if article.published is not None else "",
        f"lang: {article.language}",
        f"source: {source}",
        f"tags: [{', '.join(article.tags)}]",
        f"sentiment: {article.sentiment}",
    ]
    return "\n".join(["---", *filter(None, lines), "---", "", article.text, ""])


def _write(count: int, content: Path) -> None:
    for article in articles(count):
        path = content / article.path
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        path.write_text(markdown(article), encoding="utf-8")
    report({})


def _change(content: Path) -> None:
    for path in sorted(content.rglob("*.md"))[::_CHANGED]:
        with path.open("a", encoding="utf-8") as file:
            file.write("\nThis sentence was added at night.\n")
    report({})


def _build(content: Path, root: Path, full: bool) -> None:
    recipe = made_config()
    started, index = time.perf_counter(), IndexFolder(root)
    done, rejected = reindex(content, index, recipe, 1, lambda *_: None, full=full, strict=True)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    report(
        {
            "seconds": time.perf_counter() - started,
            "cpu": sum(one.ru_utime + one.ru_stime for one in used),
            "size": size_mib(index.path(done.generation)),
            "stages": done.stages,
            "embedded": done.embedded,
            "rejected": len(rejected),
        }
    )


def _open(root: Path, each: int) -> None:
    manager = made_archive(root)
    before, started = memory_mib("self", "RssAnon"), time.perf_counter()
    manager.refresh()
    seconds, opened = time.perf_counter() - started, memory_mib("self", "RssAnon")
    asked = engine(Settings(index=root), manager, lambda: CLOCK)
    for question in questions(list(articles(1_000)), each):
        asked.search(question.query(("mode", "hybrid")))
    report(
        {
            "seconds": seconds,
            "opened_mib": opened - before,
            "asked_mib": memory_mib("self", "RssAnon") - before,
        }
    )


def main(arguments: Sequence[str]) -> None:
    """Do one step, here and now."""
    what, *given = arguments
    if what == "write":
        _write(int(given[0]), Path(given[1]))
    elif what == "change":
        _change(Path(given[0]))
    elif what == "build":
        _build(Path(given[0]), Path(given[1]), full="full" in given[2:])
    else:
        _open(Path(given[0]), int(given[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
