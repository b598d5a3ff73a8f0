"""Gate of golden queries: a new generation must find what the served one finds.

Every golden query is asked of the staged generation and of the served one, through the engine that users ask. Of a
query's first `within` hits, *recall* is the share of the expected articles among them, and the *reciprocal rank* is
1 / the place of the first of these, 0 without one (Voorhees, "The TREC-8 Question Answering Track Report", 1999). The
gate compares the means over all queries. It needs no more than that sum, so no evaluation library is loaded at night.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from indexer.release.golden import Golden, GoldenQuery
from search.errors import ArticleNotFoundError, IndexUnusableError
from search.index.snapshot_manager import SnapshotManager
from search.ports import Engine

Open: TypeAlias = "Callable[[Path], tuple[SnapshotManager, Engine]]"
"""A generation's folder, opened as users would be served from it, and the engine over it."""
_EXACT = 1e-9
"""What floating point may add to a difference."""

Place = int | None
"""The place of an article among the hits, from 1; None where it was not seen."""


class Move(msgspec.Struct, frozen=True):
    """An expected article that answers a golden query from another place than before."""

    query: str
    id: str
    was: Place
    now: Place
    within: int
    gone: bool
    """Whether no article of the new generation has this id."""


class GoldenReport(msgspec.Struct, frozen=True):
    """What a build finds of what must be found, and what the generation served before found of it."""

    queries: int
    recall: float
    mrr: float
    recall_before: float | None
    mrr_before: float | None
    refusal: str
    """Why that is too little; empty where it is enough."""
    moved: list[Move]


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the expected articles of each query were found, and which ids no article has."""

    of: Sequence[tuple[Place, ...]]
    gone: frozenset[str]

    def recall(self, golden: Golden) -> float:
        """The mean share of the expected articles that are among the first."""
        shares = [
            sum(1 for place in places if _within(place, query)) / len(places)
            for places, query in zip(self.of, golden.queries, strict=True)
        ]
        return sum(shares) / len(shares)

    def mrr(self, golden: Golden) -> float:
        """The mean of the reciprocal ranks."""
        firsts = [
            min((place for place in places if place is not None and place <= query.within), default=None)
            for places, query in zip(self.of, golden.queries, strict=True)
        ]
        return sum(1 / first for first in firsts if first) / len(firsts)


def judge(golden: Golden, open_generation: Open, staged: Path, served: Path | None) -> GoldenReport:
    """What the staged generation finds, beside the served one where that can be opened, and whether it is enough."""
    new = _places(golden, open_generation, staged)
    old = _served(golden, open_generation, served) if served else None
    recall, mrr = new.recall(golden), new.mrr(golden)
    recall_before, mrr_before = (old.recall(golden), old.mrr(golden)) if old else (None, None)
    fallen = [
        f"{name} fell from {before:.3f} to {after:.3f}, by more than {golden.margin:g}"
        for name, before, after in (("recall", recall_before, recall), ("MRR", mrr_before, mrr))
        if before is not None and before - after > golden.margin + _EXACT
    ]
    if golden.floor is not None and recall < golden.floor - _EXACT:
        fallen.append(f"recall is {recall:.3f}, below the floor of {golden.floor:g}")
    refusal = "; ".join(fallen)
    return GoldenReport(len(golden.queries), recall, mrr, recall_before, mrr_before, refusal, _moves(golden, old, new))


def moves(golden: Golden, open_generation: Open, old: Path, new: Path) -> list[Move]:
    """Every expected article that the new generation shows in another place than the old one."""
    return _moves(golden, _places(golden, open_generation, old), _places(golden, open_generation, new))


def table(moved: Sequence[Move]) -> str:
    """What moved, a line each: where it was, where it is, within how many it must be."""
    rows = [("was", "now", "within", "article", "query")]
    rows += [
        (str(m.was or "–"), "gone" if m.gone else str(m.now or "–"), str(m.within), m.id, f"“{m.query}”") for m in moved
    ]
    width = max(len(row[3]) for row in rows)
    return "\n".join(
        f"{was:>6} {now:>6} {within:>6}  {article:{width}}  {query}" for was, now, within, article, query in rows
    )


def _served(golden: Golden, open_generation: Open, folder: Path) -> _Places | None:
    try:
        return _places(golden, open_generation, folder)
    except IndexUnusableError:  # what cannot be opened serves nobody, and is no measure
        return None


def _places(golden: Golden, open_generation: Open, folder: Path) -> _Places:
    served, engine = open_generation(folder)
    try:
        places = [_of_query(engine, query) for query in golden.queries]
        expected = {article_id for query in golden.queries for article_id in query.expect}
        return _Places(places, frozenset(one for one in expected if not _exists(engine, one)))
    finally:
        served.close()


def _of_query(engine: Engine, golden: GoldenQuery) -> tuple[Place, ...]:
    at: dict[str, int] = {}
    for place, hit in enumerate(engine.search(golden.query).hits, 1):
        for article_id in (hit.article.id, *(twin.id for twin in hit.twins)):
            at.setdefault(article_id, place)
    return tuple(at.get(article_id) for article_id in golden.expect)


def _exists(engine: Engine, article_id: str) -> bool:
    try:
        engine.article(article_id)
    except ArticleNotFoundError:
        return False
    return True


def _moves(golden: Golden, old: _Places | None, new: _Places) -> list[Move]:
    """What stands in another place than before; without a before, what is not where it must be. The worst first."""
    moved = []
    for number, query in enumerate(golden.queries):
        before: Sequence[Place] = old.of[number] if old else [None] * len(query.expect)
        for article_id, was, now in zip(query.expect, before, new.of[number], strict=True):
            if was != now if old else not _within(now, query):
                moved.append(Move(query.title, article_id, was, now, query.within, article_id in new.gone))
    return sorted(moved, key=_fall, reverse=True)


def _fall(move: Move) -> int:
    """By how many places an article fell, as if what is not seen stood behind all."""
    behind = 10_000
    return (move.now or behind) - (move.was or behind)


def _within(place: Place, query: GoldenQuery) -> bool:
    return place is not None and place <= query.within
