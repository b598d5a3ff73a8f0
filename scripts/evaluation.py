"""How good are answers, by judged queries? nDCG, recall, reciprocal rank, and whether a difference is chance.

A *run* gives each query its answers, best first; *judgments* give each query the grades of documents. An unjudged
document is not an irrelevant one: nDCG is reported as it is (unjudged counts as 0), condensed (unjudged documents
taken out first; Sakai, "Alternatives to Bpref", SIGIR 2007, doi:10.1145/1277741.1277756), and beside it the share of
the first ten that was judged at all.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Judged, Measure, R, nDCG

Run = Mapping[str, Sequence[str]]
"""By query, the ids of its answers, best first."""
Judgments = Mapping[str, Mapping[str, int]]
"""By query, the grade of each judged document; above 0 is relevant."""

MEASURES: dict[str, Measure] = {"nDCG@10": nDCG @ 10, "MRR@10": RR @ 10, "recall@50": R @ 50, "judged@10": Judged @ 10}
CONDENSED = "nDCG@10 judged"


@dataclass(frozen=True, slots=True)
class Quality:
    """By measure, the value of each query."""

    by_query: Mapping[str, Mapping[str, float]]

    def mean(self, measure: str, queries: Sequence[str] | None = None) -> float:
        """The mean of a measure over all queries, or over some."""
        values = self.by_query[measure]
        chosen = list(values) if queries is None else [query for query in queries if query in values]
        return sum(values[query] for query in chosen) / len(chosen) if chosen else float("nan")


def judge(run: Run, judgments: Judgments) -> Quality:
    """Every measure of a run, for every judged query; a query without answers counts 0."""
    values = {name: _values(measure, run, judgments) for name, measure in MEASURES.items()}
    condensed = {
        query: [document for document in answers if document in judgments.get(query, {})]
        for query, answers in run.items()
    }
    values[CONDENSED] = _values(MEASURES["nDCG@10"], condensed, judgments)
    return Quality(values)


def chance(one: Quality, other: Quality, measure: str = "nDCG@10", rounds: int = 10_000) -> float:
    """How often chance alone gives a difference of means as large as this: a paired randomisation test, two-sided.

    Smucker, Allan, Carterette: "A Comparison of Statistical Significance Tests for IR", CIKM 2007,
    doi:10.1145/1321440.1321528. The same seed gives the same answer.
    """
    first, second = one.by_query[measure], other.by_query[measure]
    differences = [first[query] - second[query] for query in first]
    observed = abs(sum(differences))
    dice = random.Random(20261122)  # noqa: S311 - chance to measure by, not to hide by  # nosec B311
    extreme = sum(
        abs(sum(difference if dice.random() < 0.5 else -difference for difference in differences)) >= observed - 1e-12
        for _ in range(rounds)
    )
    return (extreme + 1) / (rounds + 1)


def _values(measure: Measure, run: Run, judgments: Judgments) -> dict[str, float]:
    scored = {
        query: {document: float(-place) for place, document in enumerate(run[query])}
        for query in judgments
        if run.get(query)
    }
    graded = {query: dict(grades) for query, grades in judgments.items()}
    values = dict.fromkeys(judgments, 0.0)
    for metric in ir_measures.iter_calc([measure], graded, scored):
        values[metric.query_id] = float(metric.value)
    return values
