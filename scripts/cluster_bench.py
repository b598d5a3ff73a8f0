"""Speed of the engine over a cluster, beside the bare requests that such a question cannot do without.

    python scripts/cluster_bench.py INDEX [--addresses …] [--questions 100] [--clients 4]

Loads the served generation of INDEX under a prefix of its own, and prints one line a figure. The bare requests are two
rounds of searches and the fetch of a page, with nothing decided between them: words and the 400 nearest; best passages,
heads and counts of 200 articles; ten articles.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np

from indexer.cluster.lease import leased
from indexer.cluster.loading import Loader
from indexer.cluster.publishing import publish
from search.api.params import query_from
from search.arrays import Scores
from search.cluster.connection import ClusterAddress, connect
from search.cluster.generations import ClusterGenerations, Described
from search.cluster.layout import Names
from search.index.chunks import HEAD, PASSAGE
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.ports import FIELD_WEIGHTS, Engine
from search.query.model import Query
from search.settings import Settings
from search.wiring import open_engine, vector_format

PREFIX = "measured"
_POOL, _NEAREST, _CANDIDATES = 150, 400, 200


def main() -> None:
    """Load, ask one at a time, ask by several clients, and send the bare requests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--addresses", default=os.environ.get("TEST_CLUSTER", "http://127.0.0.1:9201"))
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--clients", type=int, default=4)
    given = parser.parse_args()
    addresses = tuple(given.addresses.split(","))
    generations = ClusterGenerations(connect(ClusterAddress(addresses)), Names(PREFIX))
    described = _loaded(generations, IndexFolder(given.index))
    with TemporaryDirectory() as scratch:
        settings = Settings(index=Path(scratch), cluster=addresses, cluster_prefix=PREFIX)
        clock = datetime.now(UTC)
        engine = open_engine(settings, lambda: clock)
        engine.warm()
        texts = _texts(engine, 2 * given.questions)
        queries = [query_from([("q", text)], clock) for text in texts]
        bare = _bare(generations, described, texts)
        known, fresh = slice(given.questions), slice(given.questions, None)
        for asked in (known, fresh, fresh):  # the first is to warm; the last finds its vectors kept
            product, rounds = _in_turn(engine.search, queries[asked], bare, texts[asked])
            _print("questions", product)
            _print("bare requests", rounds)
            _say(f"median against that of the bare requests: {median(product) / median(rounds):.2f} times")
        begun = time.perf_counter()
        with ThreadPoolExecutor(given.clients) as clients:
            list(clients.map(engine.search, queries))
        _say(f"{given.clients} clients: {len(queries) / (time.perf_counter() - begun):.1f} questions a second")
        engine.close()


def _loaded(generations: ClusterGenerations, index: IndexFolder) -> Described:
    """Load what an index folder serves, telling how fast, unless it is there; gives what is said of it."""
    name = index.current_name()
    if name not in generations.complete():
        begun = time.perf_counter()
        ended: dict[str, float] = {}
        with leased(generations.connection, generations.names):
            loader = Loader(
                generations,
                index.path(name),
                vector_format(),
                lambda stage, many, total: ended.update({stage: time.perf_counter()} if many == total else {}),
            )
            described = loader.load()
            publish(generations, name)
        seconds = ended["load passages"] - ended["load articles"]
        _say(f"load: {described.views / seconds:,.0f} passages a second, {read_manifest(index.path(name)).articles:,}")
        _say(f"articles and all of it in {time.perf_counter() - begun:.0f} s")
    return generations.described(name)


def _texts(engine: Engine, many: int) -> list[str]:
    """The first five words of titles: what somebody might ask."""
    query = query_from([("limit", "100"), ("sort", "newest"), ("lang", "en")], datetime.now(UTC))
    found: dict[str, None] = {}
    with engine.iterate(query) as hits:
        for hit in hits:
            found[" ".join(hit.article.title.split()[:5])] = None
            if len(found) == many:
                break
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
        among = {"bool": {"filter": [*given, {"term": {"kind": PASSAGE}}]}}
        best = {"query": {"knn": {"vector": {"vector": vectors[text], "k": 5_000, "filter": among}}}, **quiet}
        heads = {"query": {"bool": {"filter": [*given, {"term": {"kind": HEAD}}]}}, "docvalue_fields": ["exact"]}
        features = {"query": {"bool": {"filter": given, "should": words}}, "size": _CANDIDATES, "sort": ["_score"]}
        connection.searches(
            [
                (passages, {**best, "size": _CANDIDATES, "collapse": {"field": "row"}}),
                (passages, {**heads, **quiet, "size": _CANDIDATES, "sort": ["view"]}),
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
    _say(f"{what}: p50 {median(took):.0f} ms, p95 {quantiles(took, n=20)[-1]:.0f} ms, {len(took)} of them")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
