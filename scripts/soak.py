#!/usr/bin/env python3
"""Does the service stay as quick and as small as it was, under an hour of mixed load with a night every two minutes?

A copy of the articles is indexed and served; what it can answer at most is measured; half of that is asked from then
on, at fixed times, so that a slow answer makes the next ones late and not fewer. Every two minutes a few articles
change and `scripts/nightly_reindex.py` runs beside. Exit status 1 if the 99th percentile of the last sixth of the time
is more than 1.2 times that of the first, if memory, files or threads grow, or if any request failed.
"""

import argparse
import http.client
import itertools
import json
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np

from benchmark.load import Load, Service, ask_for, free_port, lede_command, running
from benchmark.processes import descendants, environment, service_mib
from benchmark.questions import stream
from indexer.content.reader import KnownFiles, read
from search.article import Article

_PROJECT = Path(__file__).resolve().parent.parent
_SLOWER, _LARGER_MIB, _MORE = 1.2, 32.0, 8
"""What may be: the 99th percentile by that factor, memory by so many MiB, files and threads by so many."""
_CLIENTS = 16
_CHANGED = 5


@dataclass(slots=True)
class Seen:
    """What was seen: each answer by its time from the start and its milliseconds, each state of the process."""

    answers: list[tuple[float, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    states: list[tuple[float, float, int, int]] = field(default_factory=list)
    """Seconds from the start, MiB, open files, threads."""
    nights: list[int] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak the service, print what was seen, and give the exit status."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        content, index, port = Path(folder) / "content", Path(folder) / "index", free_port()
        shutil.copytree(given.content, content)
        if given.index:
            shutil.copytree(given.index, index)
        _night(content, index)
        articles = read(content, KnownFiles(), lambda *_: None).articles
        with running("Lede", lede_command(index, port), port) as service:
            rate = given.rate or _capacity(service, articles) / 2
            seen = soaked(service, articles, (content, index), rate, given.minutes * 60, given.every)
    told = verdict(seen, given.minutes * 60)
    print(json.dumps({"rate": round(rate, 1), "minutes": given.minutes, **told}, indent=1))
    return 1 if told["wrong"] else 0


def soaked(
    service: Service, articles: Sequence[Article], folders: tuple[Path, Path], rate: float, seconds: float, every: float
) -> Seen:
    """Ask so many times a second for so long, with a night of these folders every so many seconds."""
    seen, paths, start = Seen(), _paths(articles), time.perf_counter()
    due: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
    threads = [threading.Thread(target=_client, args=(service.port, due, seen, start)) for _ in range(_CLIENTS)]
    threads += [threading.Thread(target=_nights, args=(*folders, seen, start + seconds, every))]
    for thread in threads:
        thread.start()
    state_due = 0.0
    for number in itertools.count():
        at = number / rate
        if at >= seconds:
            break
        time.sleep(max(0.0, start + at - time.perf_counter()))
        due.put((at, next(paths)))
        if at >= state_due:
            seen.states.append((at, *_state(service.process)))
            state_due = at + 5
    for _ in range(_CLIENTS):
        due.put(None)
    for thread in threads:
        thread.join()
    return seen


def verdict(seen: Seen, seconds: float) -> dict[str, object]:
    """The first sixth of the time beside the last, and what is wrong with it."""
    span = seconds / 6
    first, last = (
        np.percentile([took for at, took in seen.answers if low <= at < low + span], 99) for low in (0, seconds - span)
    )
    # The first sixth fills caches; from then on nothing may grow.
    early = np.array([state[1:] for state in seen.states if span <= state[0] < 2 * span])
    late = np.array([state[1:] for state in seen.states if state[0] >= seconds - span])
    before, after = np.median(early, axis=0), np.median(late, axis=0)
    wrong = []
    if last > _SLOWER * first:
        wrong.append("slower")
    allowed = (_LARGER_MIB, _MORE, _MORE)
    wrong += [
        f"more {what}"
        for what, old, new, more in zip(("memory", "files", "threads"), before, after, allowed, strict=True)
        if new > old + more
    ]
    if seen.failed:
        wrong.append(f"{len(seen.failed)} requests failed, the first: {seen.failed[0]}")
    if any(status not in (0, 3) for status in seen.nights):
        wrong.append("a night failed")
    return {
        "requests": len(seen.answers),
        "nights": seen.nights,
        "p50_ms": round(float(np.median([took for _, took in seen.answers])), 2),
        "p99_ms": {
            "first": round(float(first), 2),
            "last": round(float(last), 2),
            "ratio": round(float(last / first), 3),
        },
        "memory_mib": [round(float(before[0]), 1), round(float(after[0]), 1)],
        "files": [float(before[1]), float(after[1])],
        "threads": [float(before[2]), float(after[2])],
        "wrong": wrong,
    }


def _capacity(service: Service, articles: Sequence[Article]) -> float:
    """How many searches a second eight clients get, after a warm-up."""
    load = Load("Lede", 8)
    for seconds in (5.0, 15.0):
        ask_for(service, load, stream(articles, seed=7), seconds)
    return load.rates[-1]


def _paths(articles: Sequence[Article]) -> Iterator[str]:
    """What readers ask, mixed: mostly searches, some typing, articles, neighbours, pages and feeds."""
    dice, questions = random.Random(11), stream(articles, seed=11)  # noqa: S311 - variety, not secrecy  # nosec B311
    while True:
        pairs, article = urlencode(next(questions).pairs), quote(dice.choice(articles).id)
        kinds = {
            f"/search?{pairs}": 8,
            f"/search?{pairs}&facets=true&explain=true": 3,
            f"/?{pairs}": 2,
            f"/suggest?{urlencode({'q': dice.choice(articles).title[:4] or 'a'})}": 3,
            f"/articles/{article}": 2,
            f"/similar/{article}": 1,
            f"/feed.atom?{pairs}": 1,
        }
        yield dice.choices(list(kinds), list(kinds.values()))[0]


def _client(port: int, due: "queue.SimpleQueue[tuple[float, str] | None]", seen: Seen, start: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while (asked := due.get()) is not None:
        at, path = asked
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                seen.failed.append(f"{answer.status} {path}")
        except (OSError, http.client.HTTPException) as wrong:
            seen.failed.append(f"{wrong!r} {path}")
            connection.close()
        seen.answers.append((at, (time.perf_counter() - start - at) * 1000))
    connection.close()


def _nights(content: Path, index: Path, seen: Seen, end: float, every: float) -> None:
    """A night every so many seconds, each with a few changed articles."""
    files = sorted(content.rglob("*.md"))
    for number in itertools.count():
        due = time.perf_counter() + every
        if due >= end:
            return
        time.sleep(every)
        for path in itertools.islice(itertools.cycle(files), number * _CHANGED, (number + 1) * _CHANGED):
            path.write_text(path.read_text(encoding="utf-8") + f"\nThe story went on, {number}.\n", encoding="utf-8")
        seen.nights.append(_night(content, index))


def _night(content: Path, index: Path) -> int:
    script = _PROJECT / "scripts" / "nightly_reindex.py"
    command = ["nice", sys.executable, str(script), str(content), "--index", str(index)]
    return subprocess.run(command, env=environment(), check=False, capture_output=True).returncode


def _state(process: int) -> tuple[float, int, int]:
    """Resident memory in MiB, open files, threads."""
    files = threads = 0
    for one in descendants(process):
        with suppress(OSError):  # a worker of an older generation may end meanwhile
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
            threads += len(list(Path(f"/proc/{one}/task").iterdir()))
    return service_mib(process), files, threads


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Soak the service.", epilog=__doc__)
    parser.add_argument("--minutes", type=float, default=60, metavar="N", help="how long (default 60)")
    parser.add_argument("--every", type=float, default=120, metavar="S", help="seconds between nights (default 120)")
    parser.add_argument("--rate", type=float, metavar="N", help="requests a second (default half of what is measured)")
    parser.add_argument("--content", type=Path, default=_PROJECT / "examples" / "articles", metavar="DIR")
    parser.add_argument("--index", type=Path, metavar="DIR", help="an index of that content, to begin from a copy of")
    return parser


if __name__ == "__main__":
    sys.exit(main())
