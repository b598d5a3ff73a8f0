#!/usr/bin/env python3
r"""The curves of confidence, fitted on judged questions: their weights, and what they reach in cross-validation.

    python scripts/calibrate.py --data DATA --work WORK --index B-English=INDEX --index B-Ukrainian=INDEX \
        --index scifact=INDEX --index cranfield=INDEX [--mode hybrid] [--out curves.json]

Every article considered for a question is one line: relevant where it is judged above 0, else not. Questions are parted
into five folds; each is measured by curves that were fitted without it. The weights printed are of all questions.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from judged_sets import UNANSWERABLE, judged_sets
from search.engine.execution import Question
from search.index.directory import IndexFolder
from search.index.snapshot import Snapshot
from search.query.model import FieldFilter, Filters, Mode, Query
from search.wiring import open_generation

QUESTIONS = Path(__file__).parent.parent / "tests" / "data"
UNANSWERABLE_QUESTIONS = [QUESTIONS / "unanswerable.txt", QUESTIONS / "unanswerable_uk.txt"]
FOLDS = 5
ANSWERABLE_RIDGE, RELEVANT_RIDGE = 1.0, 3.0
"""How strongly standardised weights are drawn to 0."""
UNANSWERABLE_WEIGHT, ANSWERABLE_WEIGHT, JUDGED_WEIGHT = 2.0, 1.5, 0.15
"""What a question counts for when the archive's answering is fitted: there are far more judged ones than others."""
FOREIGN_WEIGHTS = {"scifact": 0.2, "cranfield": 0.3, "Ukrainian-40": 0.0}
"""What an article counts for when relevance is fitted: sets of other archives are far larger than B.

Ukrainian-40 tells only whether the archive answers: it names several times as many relevant articles a question as B.
"""
NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANSWERABLE = {
    Mode.HYBRID: "best best_similarity unmet unmet_rarity best_coverage first_coverage log_words log_rarity",
    Mode.KEYWORD: "best unmet unmet_rarity best_coverage first_coverage log_words log_rarity",
    Mode.SEMANTIC: "best best_similarity lead_10 log_words unmet unmet_rarity log_rarity best_coverage",
}
RELEVANT = {
    Mode.HYBRID: "score best log_rank lead_3 lead_10 lead_50 coverage similarity likeness title_coverage timed "
    "log_words log_rarity unmet names_missing score_z similarity_z likeness_z",
    Mode.KEYWORD: "score score_z best log_rank lead_3 lead_10 lead_50 coverage title_coverage timed log_words "
    "log_rarity unmet names_missing",
    Mode.SEMANTIC: "score best log_rank lead_3 lead_10 lead_50 similarity likeness timed log_words "
    "score_z similarity_z likeness_z",
}
"""The features of each curve, by mode."""

Numbers = NDArray[np.float64]


@dataclass(slots=True)
class Asked:
    """One question with the features of what was considered for it."""

    name: str
    text: str
    question: dict[str, float]
    articles: dict[str, Numbers]
    groups: list[int]
    relevant: Numbers
    grades: dict[int, int]
    complete: set[int]
    ranking: list[int]
    """Every candidate best first, as the product ranks it without a result set."""
    published: dict[int, int]
    probability: Numbers = field(default_factory=lambda: np.zeros(0))


def asked(snapshot: Snapshot, name: str, text: str, language: str, grades: Mapping[str, int], mode: Mode) -> Asked:
    """One question put to an archive."""
    embedder = snapshot.embedder()
    filters = Filters(language=FieldFilter(include=(language,))) if language else Filters()
    query = Query(text=text, filters=filters, mode=mode, limit=100, correct=False)
    question = Question(snapshot, query, NOW, embedder.embed_query)
    confidence = question.result_set.confidence
    group, columns = snapshot.columns.group, snapshot.columns
    by_group: dict[int, int] = {}
    for article, grade in grades.items():
        row = snapshot.store.row(article.removesuffix(".md"))
        if row is not None:
            by_group[int(group[row])] = max(grade, by_group.get(int(group[row]), 0))
    rows = confidence.articles.rows
    groups = group[rows].tolist()
    complete = set(group[np.flatnonzero(question.complete)].tolist())
    keys = group[question.ranking(100)].tolist()
    known = {*groups, *complete, *keys}
    return Asked(
        name,
        text,
        confidence.question,
        {name: np.broadcast_to(value, len(rows)) for name, value in confidence.article_features().items()},
        groups,
        np.array([by_group.get(one, 0) > 0 for one in groups], dtype=np.float64),
        by_group,
        complete,
        keys,
        {one: int(columns.published[one]) for one in known},
    )


def fit(lines: Numbers, wanted: Numbers, weights: Numbers, strength: float) -> tuple[float, Numbers]:
    """The intercept and the weights of a logistic regression with a ridge, by Newton's method."""
    middle, spread = lines.mean(axis=0), lines.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(lines)), (lines - middle) / spread])
    found = np.zeros(design.shape[1])
    ridge = np.diag([0.0] + [strength] * lines.shape[1])
    for _ in range(60):
        probability = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (weights * (wanted - probability)) - ridge @ found
        curvature = (design * (weights * probability * (1 - probability) + 1e-9)[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature, slope)
        found += step
        if np.abs(step).max() < 1e-7:
            break
    scaled = found[1:] / spread
    return float(found[0] - middle @ scaled), scaled


def curves(questions: Sequence[Asked], mode: Mode) -> dict[str, tuple[float, dict[str, float]]]:
    """Both curves of a mode, fitted on these questions."""
    names = ANSWERABLE[mode].split()
    lines = np.array([[one.question[name] for name in names] for one in questions])
    wanted = np.array([one.name != UNANSWERABLE for one in questions], dtype=np.float64)
    real = dict.fromkeys(("B-English", "B-Ukrainian", "Ukrainian-40"), 1.0)
    share = {UNANSWERABLE: UNANSWERABLE_WEIGHT, "answerable": ANSWERABLE_WEIGHT, **real}
    weights = np.array([share.get(one.name, JUDGED_WEIGHT) for one in questions])
    intercept, scaled = fit(lines, wanted, weights, ANSWERABLE_RIDGE)
    found = {"answerable": (intercept, dict(zip(names, scaled.tolist(), strict=True)))}
    judged = [one for one in questions if one.grades]
    names = RELEVANT[mode].split()
    lines = np.concatenate([np.column_stack([one.articles[name] for name in names]) for one in judged])
    wanted = np.concatenate([one.relevant for one in judged])
    weights = np.concatenate([np.full(len(one.relevant), FOREIGN_WEIGHTS.get(one.name, 1.0)) for one in judged])
    intercept, scaled = fit(lines, wanted, weights, RELEVANT_RIDGE)
    return found | {"relevant": (intercept, dict(zip(names, scaled.tolist(), strict=True)))}


def probability(one: Asked, fitted: Mapping[str, tuple[float, dict[str, float]]]) -> Numbers:
    """The confidence of each article considered for a question."""

    def curve(name: str, features: Mapping[str, object]) -> object:
        intercept, weights = fitted[name]
        total = intercept + sum(weight * np.asarray(features[feature]) for feature, weight in weights.items())
        return 1 / (1 + np.exp(-np.clip(total, -50, 50)))

    confidence: Numbers = np.asarray(curve("answerable", one.question)) * np.asarray(curve("relevant", one.articles))
    return confidence


def cross_validate(questions: Sequence[Asked], mode: Mode) -> None:
    """Give each question the confidence by curves that were fitted without its fold."""
    folds = np.random.default_rng(1).integers(0, FOLDS, len(questions))
    for fold in range(FOLDS):
        fitted = curves([one for one, its in zip(questions, folds, strict=True) if its != fold], mode)
        for one, its in zip(questions, folds, strict=True):
            if its == fold:
                one.probability = probability(one, fitted)


def reliability(questions: Sequence[Asked], steps: Sequence[float]) -> list[tuple[float, float, int]]:
    """By step of confidence: its mean, the share that is relevant, and how many there are."""
    told = np.concatenate([one.probability for one in questions if one.grades])
    true = np.concatenate([one.relevant for one in questions if one.grades])
    place = np.digitize(told, steps)
    return [
        (float(told[place == n].mean()), float(true[place == n].mean()), int((place == n).sum()))
        for n in range(len(steps) + 1)
        if (place == n).any()
    ]


def main() -> None:
    """Fit, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder with corpus/ and judged/")
    parser.add_argument("--work", type=Path, required=True, help="where archives are unpacked")
    parser.add_argument("--index", action="append", default=[], metavar="SET=INDEX", help="the index of a judged set")
    parser.add_argument("--answerable", type=Path, nargs="*", default=[QUESTIONS / "answerable.txt"])
    parser.add_argument("--unanswerable", type=Path, nargs="*", default=UNANSWERABLE_QUESTIONS)
    parser.add_argument("--mode", default="hybrid", choices=list(Mode))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    mode = Mode(given.mode)
    questions = list(_questions(given, mode))
    cross_validate(questions, mode)
    print("| confidence | relevant | articles |\n|---|---|---|")
    for told, true, count in reliability(questions, (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)):
        print(f"| {told:.3f} | {true:.3f} | {count:,} |")
    found = curves(questions, mode)
    shown = {
        name: {"intercept": round(intercept, 4), "weights": {key: round(value, 4) for key, value in weights.items()}}
        for name, (intercept, weights) in found.items()
    }
    print(json.dumps({mode.value: shown}, indent=1))
    if given.out:
        given.out.write_text(json.dumps({mode.value: shown}, indent=1), encoding="utf-8")


def _questions(given: argparse.Namespace, mode: Mode) -> list[Asked]:
    indexes = dict(one.split("=", 1) for one in given.index)
    found: list[Asked] = []
    for judged in judged_sets(given.data, given.work):
        if judged.name in indexes and not any(need.filters for need in judged.needs):
            with _opened(indexes[judged.name]) as snapshot:
                for need in judged.needs:
                    grades = judged.judgments[need.id]
                    found.append(asked(snapshot, judged.name, need.text, judged.language, grades, mode))
                found += [
                    asked(snapshot, UNANSWERABLE, need.text, judged.language, {}, mode) for need in judged.unanswerable
                ]
    with _opened(indexes["B-English"]) as snapshot:
        for name, paths in (("answerable", given.answerable), (UNANSWERABLE, given.unanswerable)):
            every = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
            found += [asked(snapshot, name, line, "", {}, mode) for line in every if line and line[0] not in "#["]
    return found


@contextmanager
def _opened(index: str) -> Iterator[Snapshot]:
    folder = IndexFolder(Path(index))
    snapshot = open_generation(folder.path(folder.current_name()))
    try:
        yield snapshot
    finally:
        snapshot.close()


if __name__ == "__main__":
    main()
