"""Which questions are asked over which articles, and how were the answers judged?

The sets are looked for in a folder with `corpus/` and `judged/` (see its README there); archives are unpacked once.
The Ukrainian questions of this repository name the articles of that corpus by digests only, for nothing of an archive
is kept here: docs/how-to/judge-questions.md says how they were judged.
"""

import csv
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation import Judgments

UKRAINIAN = Path(__file__).resolve().parent.parent / "tests" / "data" / "ukrainian_questions.jsonl"
UNANSWERABLE = "unanswerable"
"""The kind of a question that the archive cannot answer; no article is relevant to it."""
DIGITS = 12
"""How many hex digits of an article's digest name it: 48 bits part 11,280 articles with room to spare."""


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
    unanswerable: Sequence[Need] = ()
    """What was asked besides and cannot be answered; not among the needs."""


def judged_sets(data: Path, work: Path) -> Iterator[JudgedSet]:
    """The judged sets below a folder, their articles unpacked below another."""
    articles = unpacked(data / "corpus" / "articles.tar.xz", work / "articles")
    folder = data / "judged" / "B"
    yield JudgedSet("B-English", _needs(folder / "queries.jsonl"), _qrels(folder / "qrels.tsv"), articles, "en")
    yield JudgedSet("B-Ukrainian", _needs(folder / "uk_queries.jsonl"), _qrels(folder / "uk_qrels.tsv"), articles, "uk")
    yield ukrainian(articles)
    yield _filtered(folder / "filtered.jsonl", articles)
    for name in ("scifact", "cranfield"):
        beir = unpacked(data / "judged" / f"{name}.tar.xz", work / "beir") / name
        needs = _needs(beir / "queries.jsonl")
        judgments = _qrels(beir / "qrels" / "test.tsv", suffix=".en.md")
        content = _as_markdown(beir / "corpus.jsonl", work / f"{name}-articles")
        yield JudgedSet(name, [need for need in needs if need.id in judgments], judgments, content)


def ukrainian(content: Path, questions: Path = UKRAINIAN) -> JudgedSet:
    """The Ukrainian questions of this repository, over the articles of a folder.

    Raises KeyError if a judged article is not there.
    """
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    named = {digest(path.removesuffix(".md")): path for path in _paths(content)}
    needs = [Need(row["id"], row["text"], row["kind"]) for row in rows]
    judgments = {
        row["id"]: {named[key]: grade for key, grade in row["judgments"].items()}
        for row in rows
        if row["kind"] != UNANSWERABLE
    }
    answerable = [need for need in needs if need.kind != UNANSWERABLE]
    rest = [need for need in needs if need.kind == UNANSWERABLE]
    return JudgedSet("Ukrainian-40", answerable, judgments, content, "uk", rest)


def sampled(judged: JudgedSet, work: Path, others: int) -> JudgedSet:
    """The same over the judged articles and so many others of the archive, each with its translations: a few hours of a
    slow encoder become one. Which others does not change from run to run.
    """
    wanted = {_untranslated(path) for grades in judged.judgments.values() for path in grades}
    every = _paths(judged.content)
    rest = sorted({_untranslated(path) for path in every} - wanted, key=digest)
    chosen = wanted.union(rest[:others])
    folder = work / f"{judged.content.name}-{judged.name}-{others}"
    copied = work / f"{folder.name}.new"
    shutil.rmtree(copied, ignore_errors=True)  # what an interrupted run left
    for path in every:
        if _untranslated(path) in chosen:
            (copied / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(judged.content / path, copied / path)
    shutil.rmtree(folder, ignore_errors=True)  # judgments may have been added since
    copied.rename(folder)
    return replace(judged, content=folder)


def _untranslated(path: str) -> str:
    """What the files of one article and its translations share."""
    name, dot, language = path.removesuffix(".md").rpartition(".")
    return name if dot and len(language) == 2 else path.removesuffix(".md")


def digest(article: str) -> str:
    """The digits that name an article by its id."""
    return hashlib.sha256(article.encode()).hexdigest()[:DIGITS]


def _paths(content: Path) -> list[str]:
    return [path.relative_to(content).as_posix() for path in content.rglob("*.md")]


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
