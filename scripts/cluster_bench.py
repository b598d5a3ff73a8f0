"""Speed of the engine over a cluster, beside the bare requests that such a question cannot do without.

    python scripts/cluster_bench.py INDEX [--addresses …] [--questions 100] [--clients 4]

Loads the served generation of INDEX under a prefix of its own, and prints one line a figure. The bare requests are two
rounds of searches and the fetch of a page, with nothing decided between them: words and the 400 nearest; best passages,
heads and counts of 200 articles; ten articles.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np

from cluster_archive import PREFIX, measured, say
from search.api.params import query_from
from search.arrays import Scores
from search.cluster.generations import ClusterGenerations, Described
from search.index.directory import IndexFolder
from search.ports import FIELD_WEIGHTS, Engine
from search.query.model import Query
from search.settings import Settings
from search.wiring import open_engine

_POOL, _NEAREST, _CANDIDATES = 150, 400, 200
_HEADS = 64
"""Heads whose codes are fetched: as many bytes as the vectors of 200 heads were, for these have all of an article's."""


def main() -> None:
    """Load, ask one at a time, ask by several clients, and send the bare requests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--addresses", default=os.environ.get("TEST_CLUSTER", "http://127.0.0.1:9201"))
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--clients", type=int, default=4)
    given = parser.parse_args()
    addresses = tuple(given.addresses.split(","))
    generations = measured(addresses, IndexFolder(given.index))
    described = generations.described(generations.current())
    with TemporaryDirectory() as scratch:
        settings = Settings(index=Path(scratch), cluster=addresses, cluster_prefix=PREFIX)
        clock = datetime.now(UTC)
        texts = _texts(open_engine(settings, lambda: clock), 4 * given.questions)
        engine = open_engine(settings, lambda: clock)
        engine.warm()
        queries = [query_from([("q", text)], clock) for text in texts]
        bare = _bare(generations, described, texts)
        known, fresh = slice(given.questions), slice(given.questions, 2 * given.questions)
        for asked in (known, fresh, fresh):  # the first is to warm; the last finds its vectors and articles kept
            product, rounds = _in_turn(engine.search, queries[asked], bare, texts[asked])
            _print("questions", product)
            _print("bare requests", rounds)
            say(f"median against that of the bare requests: {median(product) / median(rounds):.2f} times")
        for what, asked in (("new", slice(2 * given.questions, None)), ("known", slice(2 * given.questions))):
            begun = time.perf_counter()
            with ThreadPoolExecutor(given.clients) as clients:
                answers = list(clients.map(engine.search, queries[asked]))
            seconds = time.perf_counter() - begun
            say(f"{given.clients} clients: {len(answers) / seconds:.1f} {what} questions a second")
        engine.close()


def _texts(engine: Engine, many: int) -> list[str]:
    """The first five words of titles: what somebody might ask."""
    query = query_from([("limit", "100"), ("sort", "newest"), ("lang", "en")], datetime.now(UTC))
    found: dict[str, None] = {}
    with engine.iterate(query) as hits:
        for hit in hits:
            found[" ".join(hit.article.title.split()[:5])] = None
            if len(found) == many:
                break
    engine.close()
    return list(found)


def _bare(generations: ClusterGenerations, described: Described, texts: Sequence[str]) -> Callable[[str], object]:
    """What sends the requests of a question: words and nearest; best passages, heads and counts; a page."""
    connection, names, name = generations.connection, generations.names, generations.current()
    articles, passages = names.index("articles", name), names.index("passages", name)
    quiet = {"_source": False, "stored_fields": "_none_", "track_total_hits": False}
    vectors = {text: _bytes(random, described) for text, random in zip(texts, _directions(len(texts)), strict=True)}

    def ask(text: str) -> object:
        words = [
            {"term": {field: {"value": word, "boost": weight}}}
            for field, weight in FIELD_WEIGHTS.items()
            for word in text.lower().split()
        ]
        by_words = {"query": {"bool": {"should": words}}, "size": _POOL, "sort": ["_score", "row"], **quiet}
        near = {"query": {"knn": {"vector": {"vector": vectors[text], "k": _NEAREST}}}, "size": _NEAREST}
        found = connection.searches([(articles, by_words), (passages, {**near, "sort": ["_score", "row"], **quiet})])
        rows = sorted({hit["sort"][1] for answer in found for hit in answer["hits"]["hits"]})[:_CANDIDATES]
        given = [{"terms": {"row": rows}}]
        of_heads = {"exists": {"field": "codes"}}
        among = {"bool": {"filter": given, "must_not": [of_heads]}}
        best = {"query": {"knn": {"vector": {"vector": vectors[text], "k": 5_000, "filter": among}}}, **quiet}
        heads = {"query": {"bool": {"filter": [*given, of_heads]}}, "docvalue_fields": ["codes"]}
        features = {"query": {"bool": {"filter": given, "should": words}}, "size": _CANDIDATES, "sort": ["_score"]}
        connection.searches(
            [
                (passages, {**best, "size": _CANDIDATES, "collapse": {"field": "row"}}),
                (passages, {**heads, **quiet, "size": _HEADS, "sort": ["view"]}),
                (articles, {**features, **quiet}),
                (articles, {"size": 0, "query": {"bool": {"should": [*words, *given]}}, "track_total_hits": True}),
            ]
        )
        return connection.search(articles, {"query": {"terms": {"row": rows[:10]}}, "size": 10})

    return ask


def _directions(many: int) -> Scores:
    """Random vectors: where they point costs nothing."""
    made: Scores = np.random.default_rng(7).normal(size=(many, 384)).astype(np.float32)
    return made


def _bytes(vector: Scores, described: Described) -> list[int]:
    scaled = described.scale * vector / float(np.linalg.norm(vector))
    numbers: list[int] = np.clip(np.rint(scaled), -127, 127).astype(int).tolist()
    return numbers


def _in_turn(
    search: Callable[[Query], object], queries: Sequence[Query], bare: Callable[[str], object], texts: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, and of the bare requests for it, one after the other."""
    product, rounds = [], []
    for query, text in zip(queries, texts, strict=True):
        product.append(_milliseconds(partial(search, query)))
        rounds.append(_milliseconds(partial(bare, text)))
    return product, rounds


def _milliseconds(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - begun)


def _print(what: str, took: Sequence[float]) -> None:
    say(f"{what}: p50 {median(took):.0f} ms, p95 {quantiles(took, n=20)[-1]:.0f} ms, {len(took)} of them")


if __name__ == "__main__":
    main()
