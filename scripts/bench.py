#!/usr/bin/env python3
"""How fast is Lede beside its peers? Builds, asks, serves and starts them in one run, and writes the tables.

    bench.py real     the articles of ../shared (or --data), else the samples: everything
    bench.py scale    the same and a large mix of news: everything
    bench.py grow     made articles, a thousand to a million: Lede alone
    bench.py sizes    made articles as files: builds, nights, opening and answers, and how they grow

Each run leaves its part of the page below --work; the page is made of the parts that are there.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmark import growth, sizes
from benchmark.builds import Build, lede_builds, peer_build
from benchmark.corpora import real, scale
from benchmark.encoding import rates
from benchmark.latency import Times, timed
from benchmark.lent import lend
from benchmark.load import Load, card_command, free_port, lede_command, loads, running
from benchmark.parsing import parsing_rates
from benchmark.questions import KINDS, Question, questions, stream
from benchmark.recall import recalls
from benchmark.starts import card_start, served_start, starts
from benchmark.systems import FLOOR
from benchmark.workers import workers
from indexer.content.reader import KnownFiles, read
from search.article import Article
from search.process import cores

PEERS = ("bm25s", "sqlite_fts5", "whoosh", "pagefind", "txtai", "lancedb", "card")
PARTS = ("samples", "real", "scale", "grow")
HEAD = """# Benchmarks

Written by `make bench`. All systems stand side by side on one machine, each in a process of its own, and are asked by
turns: a question goes to every system before the next one does, a question's time is the median of its rounds, and
percentiles are over questions. Trust ratios more than times. Peers are used as their documentation shows; those with
vectors encode queries by sentence-transformers and share one matrix that Lede lends them: of an article the mean of its
views, by the same all-MiniLM-L6-v2. How long they take does not depend on it. Peers give ten paths; Lede gives ten
articles with snippets, passages and an exact total. Pagefind runs under node and reads from disk what a browser would
fetch.

"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one part of the benchmark, and write the page if asked to."""
    given = _parser().parse_args(arguments)
    given.work.mkdir(parents=True, exist_ok=True)
    part = given.part
    if part == "sizes":
        return _sized(given)
    lines = _grown(given) if part == "grow" else _measured(given)
    if part == "real" and not (given.data / "corpus").is_dir():
        part = "samples"
    command = f"bench.py {' '.join(sys.argv[1:] if arguments is None else arguments)}"
    text = "\n".join([f"## {_TITLES[part]}", "", *_circumstances(command), "", *lines])
    (given.work / f"{part}.md").write_text(text, encoding="utf-8")
    print(text)
    if given.write:
        files = [given.work / f"{name}.md" for name in PARTS]
        parts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
        parts += _kept(given.write)
        given.write.write_text(HEAD + "\n\n".join(parts) + "\n", encoding="utf-8")
    return 0


def _kept(document: Path) -> list[str]:
    """The section that scripts/page_speed.py measured stays as it stands."""
    written = document.read_text(encoding="utf-8") if document.exists() else ""
    _, title, section = written.partition("## The page\n")
    return [(title + section).rstrip("\n")] if title else []


_TITLES = {
    "samples": "The sample articles",
    "real": "The real archive",
    "scale": "The real archive and a large mix of news",
    "grow": "Growth",
}


def _measured(given: argparse.Namespace) -> list[str]:
    content = (scale if given.part == "scale" else real)(given.data, given.corpora)
    work = given.work / given.part
    index = given.index or work / "lede"
    lines: list[str] = []
    built = [*lede_builds(content, index, given.work)]
    peers = [name for name in given.peers.split(",") if name]
    articles = read(content, KnownFiles(), lambda *_: None).articles
    lent = work / "lent"
    lend(articles, index, lent)
    built += list(_peer_builds(peers, content, work, lent))
    lines += _build_table(built)
    lines += _parsing_lines(content, index)
    asked = questions(articles, given.each)
    there = [name for name in peers if (work / name).is_dir()]
    places = {"lede": index, **{name: work / name for name in there}}
    lines += _latency_tables(*_asked(places, asked, given.rounds), asked)
    lines += _recall_table(index, asked)
    lines += _encoding_lines(articles, index, given.texts)
    lines += _start_table(index, work / "card" if "card" in there else None, given.starts)
    lines += _load_table(index, work / "card" if "card" in there else None, articles, given)
    return lines


def _peer_builds(names: Sequence[str], content: Path, work: Path, kept: Path) -> Iterator[Build]:
    for name in names:
        try:
            yield peer_build(name, content, work / name, kept)
        except ImportError as missing:
            print(f"{name} is left out: {missing}.", file=sys.stderr)


def _asked(places: Mapping[str, Path], asked: Sequence[Question], rounds: int) -> tuple[list[Times], dict[str, float]]:
    with workers(places) as started:
        times = timed(lambda: {name: ask for one in started for name, ask in one.anew().items()}, asked, rounds)
        return times, {name: worker.memory_mib for worker in started for name in worker.systems}


def _build_table(built: Sequence[Build]) -> list[str]:
    rows = []
    for one in built:
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in one.stages.items() if seconds >= 0.05)
        rate = f"{one.articles / one.seconds:,.0f}"
        size = "" if one.size_mib is None else f"{one.size_mib:,.0f}"
        rows.append(
            (one.system, f"{one.seconds:,.1f}", rate, f"{one.peak_mib:,.0f}", size, f"{one.embedded:,}", stages)
        )
    head = ("build", "seconds", "articles a second", "peak MiB", "index MiB", "texts embedded", "seconds by stage")
    note = "Lede's time is a whole run, reading and verifying included; a peer's is its writing, without embedding."
    return ["### Build", "", note, "", *_table(head, rows), ""]


def _parsing_lines(content: Path, index: Path) -> list[str]:
    remembered, anew = parsing_rates(content, index)
    sentence = (
        f"Reading articles and indexing their words alone, by all cores: {remembered:,.0f} articles a second with what "
        f"earlier builds remember of words, {anew:,.0f} without."
    )
    return [sentence, ""]


def _latency_tables(times: Sequence[Times], memory: Mapping[str, float], asked: Sequence[Question]) -> list[str]:
    floor = next(one for one in times if one.system == FLOOR)
    rows = []
    for one in times:
        found = [one.percentile(share) for share in (50, 95, 99)]
        ratios = [one.percentile(share) / floor.percentile(share) for share in (50, 99)]
        rows.append((one.system, *(f"{x:.2f}" for x in (*found, *ratios)), f"{memory[one.system]:,.0f}"))
    kinds = [kind for kind in KINDS if any(question.kind == kind for question in asked)]
    by_kind = [(one.system, *(f"{one.of(kind, asked).percentile(50):.2f}" for kind in kinds)) for one in times]
    head = ("system", "p50 ms", "p95 ms", "p99 ms", "p50 by the embedding's", "p99 by the embedding's", "resident MiB")
    lines = ["### An answer, warm", "", f"{len(asked)} questions.", "", *_table(head, rows), ""]
    return [*lines, "p50 in milliseconds by kind of question:", "", *_table(("system", *kinds), by_kind), ""]


def _recall_table(index: Path, asked: Sequence[Question]) -> list[str]:
    found = recalls(index, asked)
    head = ("articles that a filter admits", *(f"{100 * share:g} %" for share in found))
    row = ("recall@10", *(f"{recall:.4f}" for recall in found.values()))
    note = "Of the ten articles exactly nearest to a question, those that the comparison in bytes brings up."
    return ["### Recall by meaning", "", note, "", *_table(head, [row]), ""]


def _encoding_lines(articles: Sequence[Article], index: Path, texts: int) -> list[str]:
    found = rates(articles, index, texts)
    ours, theirs = found["Lede"], found["sentence-transformers"]
    sentence = (
        f"Lede encodes {ours:,.0f} texts a second, sentence-transformers with its defaults {theirs:,.0f}: "
        f"{ours / theirs:.2f} times, all cores, {texts:,} heads and passages at most, by turns."
    )
    return ["### Encoding", "", sentence, ""]


def _start_table(index: Path, card: Path | None, rounds: int) -> list[str]:
    found = starts(index, rounds)
    for count in sorted({1, cores()}):
        name = f"lede serve with {count} worker{'s' if count > 1 else ''}, until it is ready"
        found[name] = served_start(index, count, rounds)
    if card is not None:
        found["the textbook recipe"] = card_start(card, max(1, rounds // 3))
    rows = [(name, f"{seconds:.2f}") for name, seconds in found.items()]
    return ["### A cold start of the command line", "", *_table(("command", "seconds"), rows), ""]


def _load_table(index: Path, card: Path | None, articles: Sequence[Article], given: argparse.Namespace) -> list[str]:
    commands: dict[str, Callable[[int], list[str]]] = {
        "Lede": lambda port: lede_command(index, port),
        "Lede, one process": lambda port: lede_command(index, port, 1),
    }
    if card is not None:
        commands["the textbook recipe"] = lambda port: card_command(card, port)
    with ExitStack() as stack:
        services = []
        for name, command in commands.items():
            port = free_port()
            services.append(stack.enter_context(running(name, command(port), port)))
        found = loads(services, stream(articles, seed=2), given.seconds, given.turns)
    head = ("service", "clients", "requests a second", "p50 ms", "p99 ms", "refused", "CPU ms a request", "MiB")
    return ["### Over HTTP", "", *_table(head, [_load_row(load) for load in found]), ""]


def _load_row(load: Load) -> tuple[str, ...]:
    millis = (f"{load.percentile(share):.1f}" for share in (50, 99))
    return (
        load.system,
        str(load.clients),
        f"{load.rate:.1f}",
        *millis,
        f"{load.refused:,}",
        f"{load.cpu_ms:.1f}",
        f"{load.memory_mib:,.0f}",
    )


def _grown(given: argparse.Namespace) -> list[str]:
    rows = []
    for count in [int(size) for size in given.sizes.split(",")]:
        one = growth.growth(count, given.work, given.each, given.rounds)
        print(json.dumps(asdict(one)), file=sys.stderr, flush=True)
        millis = (f"{one.millis[mode][share]:.1f}" for mode in ("hybrid", "keyword") for share in ("p50", "p99"))
        sizes = (f"{one.build_mib:,.0f}", f"{one.size_mib:,.0f}", f"{one.open_mib:,.0f}")
        rows.append((f"{count:,}", f"{one.seconds:,.0f}", *sizes, *millis))
    head = (
        "articles",
        "build s",
        "peak MiB",
        "index MiB",
        "asking MiB",
        "hybrid p50 ms",
        "p99",
        "keyword p50 ms",
        "p99",
    )
    note = "Made articles of 108 words and made vectors, Lede alone; no query is embedded by a model."
    return [note, "", *_table(head, rows), ""]


def _sized(given: argparse.Namespace) -> int:
    """Measure the sizes asked for, and write a page of these and of those that were measured before."""
    for count in [int(size) for size in given.sizes.split(",")]:
        one = sizes.size(count, given.work, given.each, given.rounds)
        (given.work / f"size-{count}.json").write_text(json.dumps(one), encoding="utf-8")
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in given.work.glob("size-*.json")]
    measured = sorted(kept, key=lambda one: int(one["articles"]))
    head = ("", *(f"{one['articles']:,}" for one in measured), "grows by size to the power of")
    command = f"bench.py sizes --sizes {','.join(str(one['articles']) for one in measured)}"
    lines = [*_circumstances(command), "", *_table(head, sizes.rows(measured))]
    text = "\n".join([_SIZES_HEAD, *lines, ""])
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    return 0


_SIZES_HEAD = """# Numbers by size

Written by `make bench SIZE=11280,83600,836000`. Made articles of 108 words, a file each, and made vectors: no model
embeds anything, so a first build costs hours more. Other programs on the machine lengthen seconds, and processor
seconds far less. A slope of 0 is constant and 1 is linear; there is one from each size to the next.
"""


def _circumstances(command: str) -> list[str]:
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = cpus[0].split(":")[1].strip() if cpus else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("tantivy", "faiss-cpu", "onnxruntime", "torch", "whoosh3", "bm25s", "lancedb", "txtai", "pagefind-bin")
    installed = ", ".join(f"{name} {found}" for name in names if (found := _version(name)))
    busy = os.getloadavg()[0]
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {len(os.sched_getaffinity(0))} cores of {model}, {memory:.0f} GiB, load at the "
        f"end {busy:.1f}, Python {platform.python_version()}, {installed}. `{command}`"
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure the speed of Lede and its peers.")
    parser.add_argument("part", choices=("real", "scale", "grow", "sizes"))
    paths: dict[str, tuple[str | None, str]] = {
        "data": ("../shared", "where corpus/ is"),
        "work": ("build/bench", "where indexes and results are kept"),
        "corpora": ("build/evaluate", "where articles are unpacked"),
        "index": (None, "Lede's index, if not below --work"),
        "write": (None, "write the page there"),
    }
    for name, (default, meaning) in paths.items():
        parser.add_argument(f"--{name}", type=Path, default=default and Path(default), help=meaning)
    parser.add_argument("--peers", metavar="NAMES", default=",".join(PEERS), help="by comma; '' for none")
    numbers: dict[str, tuple[Callable[[str], float], float, str]] = {
        "each": (int, 50, "questions of each kind"),
        "rounds": (int, 3, "times that each is asked"),
        "texts": (int, 1024, "texts to encode"),
        "starts": (int, 7, "cold starts of each command"),
        "turns": (int, 3, "turns of each service under each number of clients"),
        "seconds": (float, 5.0, "seconds of a turn"),
    }
    for name, (kind, count, meaning) in numbers.items():
        parser.add_argument(f"--{name}", type=kind, default=count, help=meaning)
    sizes = ",".join(map(str, growth.SIZES))
    parser.add_argument("--sizes", default=sizes, help="how many articles to make, by comma")
    return parser


if __name__ == "__main__":
    sys.exit(main())
