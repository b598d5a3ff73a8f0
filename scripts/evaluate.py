#!/usr/bin/env python3
"""How good are Lede's answers on the judged sets? Builds what is needed, asks as users ask, and writes the tables.

The judged sets are looked for in ../shared (or --data); without them there is nothing to evaluate, and it says so.
The indexes are kept below build/evaluate, so that a second run embeds nothing.
"""

import argparse
import csv
import json
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from indexer.cli import run_build
from search.evaluation import CONDENSED, Judgments, Quality, Run, chance, judge
from search.hybrid import HybridEngine
from search.query import Choice, Mode, Query
from search.request import query_from
from search.settings import Settings
from search.wiring import engine, served

DEPTH = 100
CLOCK = datetime(2026, 4, 26, 23, 59, tzinfo=UTC)
"""When the newest of the judged articles was published: relative dates count back from there."""
MODES = (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID)
COLUMNS = ("nDCG@10", CONDENSED, "MRR@10", "recall@50", "judged@10")


@dataclass(frozen=True, slots=True)
class Need:
    """One judged query: its text, its kind, and the filters that go with it."""

    id: str
    text: str
    kind: str
    filters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Queries and judgments over the articles of one index."""

    name: str
    needs: Sequence[Need]
    judgments: Judgments
    content: Path
    language: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate every set that is there and print the tables; with --write, into docs/relevance.md too."""
    given = _parser().parse_args(arguments)
    if not (given.data / "judged").is_dir():
        print(f"There are no judged sets in {given.data}: nothing is evaluated.", file=sys.stderr)
        return 0
    chosen = [judged for judged in judged_sets(given.data, given.work) if given.only in (None, judged.name)]
    lines = [line for judged in chosen for line in _table(judged, given.work, given.reranker)]
    print("\n".join(lines))
    if given.write:
        given.write.write_text(_page(lines), encoding="utf-8")
    return 0


def judged_sets(data: Path, work: Path) -> Iterator[JudgedSet]:
    """The judged sets below a folder, their articles unpacked below another."""
    articles = _unpacked(data / "corpus" / "articles.tar.xz", work / "articles")
    folder = data / "judged" / "B"
    yield JudgedSet("B-English", _needs(folder / "queries.jsonl"), _qrels(folder / "qrels.tsv"), articles, "en")
    yield JudgedSet("B-Ukrainian", _needs(folder / "uk_queries.jsonl"), _qrels(folder / "uk_qrels.tsv"), articles, "uk")
    yield _filtered(folder / "filtered.jsonl", articles)
    for name in ("scifact", "cranfield"):
        beir = _unpacked(data / "judged" / f"{name}.tar.xz", work / "beir") / name
        needs = _needs(beir / "queries.jsonl")
        judgments = _qrels(beir / "qrels" / "test.tsv", suffix=".en.md")
        content = _as_markdown(beir / "corpus.jsonl", work / f"{name}-articles")
        yield JudgedSet(name, [need for need in needs if need.id in judgments], judgments, content)


def answers(judged: JudgedSet, searcher: HybridEngine, mode: Mode) -> Run:
    """What the engine answers to every need, by the code that users call."""
    return {
        need.id: [hit.article.path for hit in searcher.search(_query(need, judged, mode)).hits] for need in judged.needs
    }


def open_engine(judged: JudgedSet, work: Path, reranker: str = "") -> HybridEngine:
    """The engine over the index of a set, which is built if its articles have changed."""
    settings = Settings(index=work / f"index-{judged.content.name}", content=judged.content, reranker=reranker)
    run_build(settings, full=False, strict=False)
    return engine(settings, served(settings), lambda: CLOCK)


def _query(need: Need, judged: JudgedSet, mode: Mode) -> Query:
    query = query_from([("q", need.text), ("mode", mode.value), ("limit", str(DEPTH)), *need.filters], CLOCK)
    if not judged.language:
        return query
    return replace(query, filters=replace(query.filters, language=Choice(wanted=(judged.language,))))


def _table(judged: JudgedSet, work: Path, reranker: str) -> list[str]:
    searcher = open_engine(judged, work, reranker)
    qualities = {mode: judge(answers(judged, searcher, mode), judged.judgments) for mode in MODES}
    kinds = sorted({need.kind for need in judged.needs if need.kind})
    lines = [f"## {judged.name} ({len(judged.needs)} queries)", ""]
    lines += [f"| system | {' | '.join((*COLUMNS, *kinds))} |", "|---" * (1 + len(COLUMNS) + len(kinds)) + "|"]
    for mode, quality in qualities.items():
        by_kind = [_of_kind(quality, judged.needs, kind) for kind in kinds]
        values = [f"{value:.3f}" for value in (*(quality.mean(column) for column in COLUMNS), *by_kind)]
        lines.append(f"| {mode.value} | {' | '.join(values)} |")
    hybrid = qualities[Mode.HYBRID]
    odds = ", ".join(f"{chance(hybrid, qualities[mode]):.4f} against {mode.value}" for mode in MODES[:2])
    return [*lines, "", f"Chance of hybrid's difference (paired randomisation): {odds}.", ""]


def _of_kind(quality: Quality, needs: Sequence[Need], kind: str) -> float:
    return quality.mean("nDCG@10", [need.id for need in needs if need.kind == kind])


def _page(lines: Sequence[str]) -> str:
    head = (
        "# Relevance\n\nWritten by `make evaluate`. Columns of kinds are nDCG@10. `nDCG@10 judged` leaves unjudged "
        "documents out; an unjudged document is not an irrelevant one.\n\n"
    )
    return head + "\n".join(lines)


def _needs(path: Path) -> list[Need]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Need(str(row["_id"]), row["text"], row.get("kind", "")) for row in rows]


def _qrels(path: Path, suffix: str = "") -> dict[str, dict[str, int]]:
    judgments: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judgments.setdefault(row["query-id"], {})[row["corpus-id"] + suffix] = int(row["score"])
    return judgments


def _filtered(path: Path, content: Path) -> JudgedSet:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    needs = [Need(row["_id"], row["text"], "", tuple(row["filters"].items())) for row in rows]
    return JudgedSet("B-filtered", needs, {row["_id"]: row["qrels"] for row in rows}, content, "en")


def _unpacked(archive: Path, folder: Path) -> Path:
    done = folder / f".{archive.name}"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        done.touch()
    return folder


def _as_markdown(corpus: Path, folder: Path) -> Path:
    if not folder.exists():
        folder.mkdir(parents=True)
        for line in corpus.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            front: Mapping[str, str] = {"title": row.get("title") or row["text"][:80], "lang": "en"}
            head = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items())
            (folder / f"{row['_id']}.en.md").write_text(
                f"---\n{head}\n---\n{_literal(row['text'])}\n", encoding="utf-8"
            )
    return folder


def _literal(text: str) -> str:
    """Text that Markdown reads as it stands."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!<>|~" else letter for letter in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Evaluate Lede on the judged sets.")
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="where corpus/ and judged/ are")
    parser.add_argument("--work", type=Path, default=Path("build/evaluate"), help="where indexes are kept")
    parser.add_argument("--only", metavar="SET", help="one set, such as B-English")
    parser.add_argument("--reranker", default="", metavar="MODEL", help="a cross-encoder to rerank hybrid answers by")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
