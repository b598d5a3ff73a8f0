"""Equality of the engine over a cluster with the engine over a folder: the same judged questions put to both.

    python scripts/cluster_equality.py INDEX --sets B-English,B-Ukrainian,B-filtered [--data ../shared] [--addresses …]

Loads the served generation of INDEX under a prefix of its own. By set it prints how much of the first ten hits is the
same, nDCG@10 by each engine, and how many totals are called exact; then every total that is called so and differs.
"""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from cluster_archive import PREFIX, measured, say
from evaluation import judge
from judged_sets import JudgedSet, judged_sets
from search.api.params import query_from
from search.index.directory import IndexFolder
from search.ports import Engine
from search.results import Results
from search.settings import Settings
from search.wiring import open_engine


def main() -> None:
    """Load, ask both engines, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--sets", default="B-English,B-Ukrainian,B-filtered")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared")
    parser.add_argument("--work", type=Path, default=Path("build/judged"), help="where archives are unpacked")
    parser.add_argument("--addresses", default=os.environ.get("TEST_CLUSTER", "http://127.0.0.1:9201"))
    given = parser.parse_args()
    addresses = tuple(given.addresses.split(","))
    index = IndexFolder(given.index)
    measured(addresses, index)
    clock = datetime.now(UTC)
    with TemporaryDirectory() as scratch:
        own = open_engine(Settings(index=given.index), lambda: clock)
        other = open_engine(Settings(index=Path(scratch), cluster=addresses, cluster_prefix=PREFIX), lambda: clock)
        for judged in judged_sets(given.data, given.work):
            if judged.name in given.sets.split(","):
                _compare(judged, own, other, clock)
        own.close()
        other.close()


def _compare(judged: JudgedSet, own: Engine, other: Engine, clock: datetime) -> None:
    """Ask every question of a set both ways, and print what came of it."""
    runs: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    shared, exact, differing = [], [], list[str]()
    for need in judged.needs:
        language = [("lang", judged.language)] if judged.language else []
        query = query_from([("q", need.text), *(need.filters or language)], clock)
        answers = own.search(query), other.search(query)
        for run, answer in zip(runs, answers, strict=True):
            run[need.id] = _documents(answer)
        one, two = (set(_documents(answer)) for answer in answers)
        shared.append(len(one & two) / max(len(one), len(two)) if one or two else 1.0)  # both find nothing
        exact.append((answers[1].total.relation == "eq", answers[1].total.exact))
        if answers[1].total.exact and answers[0].total.value != answers[1].total.value:
            differing.append(f"{answers[0].total.value} and {answers[1].total.value}")
    quality = [judge(run, judged.judgments).mean("nDCG@10") for run in runs]
    whole, value = (mean(map(float, part)) for part in zip(*exact, strict=True))
    say(
        f"{judged.name}: {len(judged.needs)} questions; first ten the same {mean(shared):.4f};"
        f" nDCG@10 {quality[0]:.4f} by folder, {quality[1]:.4f} by cluster;"
        f" totals exact {whole:.2f}, their value {value:.2f}; of these differ {len(differing)}: {differing[:8]}"
    )


def _documents(answer: Results) -> list[str]:
    return [hit.article.path for hit in answer.hits]


if __name__ == "__main__":
    main()
