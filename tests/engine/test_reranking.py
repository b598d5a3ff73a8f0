"""Does a reranker change the order of the first hits and of nothing else, and does its absence cost nothing?"""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from awkward import awkward_articles, filters, texts
from conftest import run
from fake_index import built_index, open_fake
from fake_reranker import FakeReranker, made_cross_encoder
from hypothesis import given
from hypothesis import strategies as st

from search.engine.engine import EmbeddedEngine
from search.engine.reranking import RERANKED
from search.errors import ModelError
from search.index.snapshot_manager import SnapshotManager
from search.query.model import Filters, Mode, Query, Sort
from search.settings import BUILT_IN_MODEL
from search.times import Millis
from search.wiring import engine

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Failing:
    """A reranker that cannot judge."""

    name = "failing"

    def scores(self, query, texts):
        raise ModelError("out of order", "Mend it.")


class Engines:
    """One index with a reranker of its own taste, with none, with one that cannot be loaded, with one that fails."""

    def __init__(self, index):
        self.fake = FakeReranker()
        served = SnapshotManager(index, open_fake)
        self.reranked = EmbeddedEngine(served, BUILT_IN_MODEL, lambda: NOW, lambda: self.fake)
        self.plain = EmbeddedEngine(served, BUILT_IN_MODEL, lambda: NOW)
        self.unloadable = EmbeddedEngine(served, BUILT_IN_MODEL, lambda: NOW, self.unfit)
        self.failing = EmbeddedEngine(served, BUILT_IN_MODEL, lambda: NOW, Failing)

    def unfit(self):
        raise ModelError("no such model", "Correct it.")


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """Engines over more articles than a reranker reads."""
    return Engines(built_index(tmp_path_factory.mktemp("reranked"), awkward_articles(seed=5, count=120)))


def ids(results):
    return [hit.article.id for hit in results.hits]


def share(hit):
    return {part.ranking: part.share for part in hit.contributions}.get("reranker")


def slowly(plain, query):
    """The order that the fake gives, from the order without it: what it met and its taste are asked one by one."""
    fake, judged = FakeReranker(), []
    answered = plain.corrected.answered if plain.corrected else query.text
    for hit in plain.hits[:RERANKED]:
        text = f"{hit.article.title}\n{hit.passage.text}" if hit.passage else _lead(hit.article)
        judged.append((-(hit.score + float(fake.scores(answered, [text])[0])), hit.article.id))
    return [article_id for _, article_id in sorted(judged)] + ids(plain)[RERANKED:]


def _lead(article):
    return "\n".join(part for part in (article.title, article.description, article.text[:1000]) if part)


@given(text=texts(), admitted=st.just(Filters()) | filters())
def test_the_first_hits_are_reordered_and_the_rest_stays(engines, text, admitted):
    """The first RERANKED stand by their score and the reranker's, those behind as without it, and all are there."""
    if not text.strip():
        return
    query = Query(text=text, filters=admitted, limit=100)
    plain, reranked = engines.plain.search(query), engines.reranked.search(query)
    assert ids(reranked) == slowly(plain, query)
    assert reranked.total == plain.total
    assert [hit.confidence for hit in sorted(reranked.hits, key=lambda h: h.article.id)] == [
        hit.confidence for hit in sorted(plain.hits, key=lambda h: h.article.id)
    ]


def test_the_order_does_change(engines):
    """What the tests above compare is not always the same."""
    query = Query(text="bitcoin regulation hack moon", limit=100)
    plain, reranked = engines.plain.search(query), engines.reranked.search(query)
    assert len(plain.hits) > RERANKED + 5
    assert ids(plain)[:RERANKED] != ids(reranked)[:RERANKED]
    assert set(ids(plain)[:RERANKED]) == set(ids(reranked)[:RERANKED])


@pytest.mark.parametrize("size", [1, 7, 20, 21])
def test_pages_join_without_repeats(engines, size):
    """Whatever the size of a page, the pages give the whole list in its order."""
    whole = ids(engines.reranked.search(Query(text="bitcoin regulation hack moon", limit=100)))
    pages = [
        engines.reranked.search(Query(text="bitcoin regulation hack moon", limit=size, offset=offset))
        for offset in range(0, len(whole), size)
    ]
    assert [article_id for page in pages for article_id in ids(page)][: len(whole)] == whole


def test_a_score_is_the_sum_of_its_shares(engines):
    """The reranker's share is never negative, stands in the explanation with its rank, and adds to the score."""
    found = engines.reranked.search(Query(text="bitcoin regulation hack moon", limit=100)).hits
    assert [hit.score for hit in found] == [sum(part.share for part in hit.contributions) for hit in found]
    assert all(share(hit) >= 0 for hit in found[:RERANKED])
    assert all(share(hit) is None for hit in found[RERANKED:])
    parts = [next(p for p in hit.contributions if p.ranking == "reranker") for hit in found[:RERANKED]]
    by_score = sorted(parts, key=lambda part: -part.score)
    assert [part.rank for part in by_score] == list(range(1, RERANKED + 1))


@pytest.mark.parametrize(
    "query",
    [
        Query(text="bitcoin", mode=Mode.KEYWORD),
        Query(text="bitcoin", mode=Mode.SEMANTIC),
        Query(text="bitcoin", sort=Sort.NEWEST),
        Query(text="bitcoin", limit=0),
        Query(text="bitcoin", offset=RERANKED),
        Query(filters=Filters(since=Millis(0))),
    ],
    ids=["keyword", "semantic", "by time", "no hits", "behind", "listing"],
)
def test_nothing_is_read_where_nothing_is_reranked(engines, query):
    """One ranking alone, an order of time, a count and the hits behind are as without a reranker, and ask none."""
    engines.fake.met.clear()
    assert engines.reranked.search(query) == engines.plain.search(query)
    assert engines.fake.met == []


@pytest.mark.parametrize("name", ["unloadable", "failing"])
def test_a_reranker_that_fails_is_told_and_changes_nothing(engines, name):
    """An answer without the reranker says why, and is otherwise the answer that there is without one."""
    query = Query(text="bitcoin regulation hack moon", limit=100)
    told, plain = getattr(engines, name).search(query), engines.plain.search(query)
    (reason,) = set(told.degraded) - set(plain.degraded)
    assert reason.startswith("reranker: ")
    assert ids(told) == ids(plain)
    assert told.hits == plain.hits


def test_what_cannot_be_loaded_is_tried_once(samples, tmp_path, monkeypatch):
    """A setting that names no cross-encoder degrades every answer, and loads nothing again with each."""
    from search import wiring
    from search.settings import Settings

    tries, load = [], wiring.open_reranker
    monkeypatch.setattr(wiring, "open_reranker", lambda name: tries.append(name) or load(name))
    settings = Settings(index=samples.index, reranker=str(tmp_path / "none"))
    asked = engine(settings, wiring.served(settings))
    for _ in range(3):
        answer = asked.search(Query(text="bitcoin"))
        assert answer.hits
        assert [reason for reason in answer.degraded if reason.startswith("reranker: ")]
    assert len(tries) == 1


def test_a_made_cross_encoder_reranks_what_the_command_line_asks(samples, tmp_path):
    """LEDE_RERANKER names a folder: its share stands in the answer, and the order is that of the scores."""
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed: only rerankers ask it")
    folder = made_cross_encoder(tmp_path / "made")
    question = ("-m", "search.cli.main", "query", "bitcoin exchange", "--explain", "--json", "--index", samples.index)
    asked, plain = run(*question, LEDE_RERANKER=str(folder)), run(*question)
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    sure = {hit["id"]: hit["confidence"] for hit in json.loads(plain.stdout)["hits"]}
    shown = {hit["id"]: hit["confidence"] for hit in answer["hits"]}
    assert {i: shown[i] for i in sure.keys() & shown} == {i: sure[i] for i in sure.keys() & shown} != {}
    assert answer["degraded"] == []
    shares = [
        next(part for part in hit["explain"]["contributions"] if part["ranking"] == "reranker")
        for hit in answer["hits"]
    ]
    assert len(np.unique([part["share"] for part in shares])) > 5
    assert "reranker" in answer["hits"][0]["explain"]["why"]
    scores = [hit["score"] for hit in answer["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_without_the_setting_no_torch_is_loaded(samples):
    """Off is off: a question answered by words and meaning imports neither torch nor sentence-transformers."""
    code = (
        "import sys; from search.cli.main import main; status = main(sys.argv[1:]);"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))); sys.exit(status)"
    )
    asked = run("-c", code, "query", "bitcoin exchange", "--index", samples.index)
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.splitlines()[-1] == "[]"
