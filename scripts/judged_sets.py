"""Which questions are asked over which articles, and how were the answers judged?

The sets are looked for in a folder with `corpus/` and `judged/` (see its README there); archives are unpacked once.
"""

import csv
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation import Judgments


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


def judged_sets(data: Path, work: Path) -> Iterator[JudgedSet]:
    """The judged sets below a folder, their articles unpacked below another."""
    articles = unpacked(data / "corpus" / "articles.tar.xz", work / "articles")
    folder = data / "judged" / "B"
    yield JudgedSet("B-English", _needs(folder / "queries.jsonl"), _qrels(folder / "qrels.tsv"), articles, "en")
    yield JudgedSet("B-Ukrainian", _needs(folder / "uk_queries.jsonl"), _qrels(folder / "uk_qrels.tsv"), articles, "uk")
    yield _filtered(folder / "filtered.jsonl", articles)
    for name in ("scifact", "cranfield"):
        beir = unpacked(data / "judged" / f"{name}.tar.xz", work / "beir") / name
        needs = _needs(beir / "queries.jsonl")
        judgments = _qrels(beir / "qrels" / "test.tsv", suffix=".en.md")
        content = _as_markdown(beir / "corpus.jsonl", work / f"{name}-articles")
        yield JudgedSet(name, [need for need in needs if need.id in judgments], judgments, content)


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


def unpacked(archive: Path, folder: Path) -> Path:
    """The folder, an archive unpacked into it once."""
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
            (folder / f"{row['_id']}.en.md").write_text(f"---\n{head}\n---\n{literal(row['text'])}\n", encoding="utf-8")
    return folder


def literal(text: str) -> str:
    """Text that Markdown reads as it stands."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!<>|~" else letter for letter in text)
