"""Is an article hidden before its time and after its expiry, at every edge, and shown by itself in between?"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from fake_index import built_index, open_fake
from fastapi.testclient import TestClient
from msgspec.structs import replace

from search.api.params import query_from
from search.article import Article, Source
from search.engine.engine import EmbeddedEngine
from search.errors import ArticleNotFoundError
from search.index.snapshot_manager import SnapshotManager
from search.query.model import Mode, Query, Sort
from search.settings import BUILT_IN_MODEL, Settings

NOON = datetime(2026, 2, 5, 12, tzinfo=UTC)
NEWS = "Zyxwmerger"
"""A word that only the hidden articles have."""


GAZETTE = Source("g", "Gazette")


def millis(moment):
    """Milliseconds UTC."""
    return int(moment.timestamp() * 1000)


WEEKS_AGO = millis(NOON - timedelta(days=9))


def article(name, language, **fields):
    """An article on a port."""
    choices = {"text": "The harbour was closed because of the fog.", "title": f"Harbour {name}", **fields}
    return Article(id=f"{name}.{language}", path=f"{name}.{language}.md", language=language, **choices)


def archive():
    """Eight visible articles; one embargoed with a visible twin, one embargoed alone, one that has expired."""
    hidden = {
        "title": f"{NEWS} of two harbours",
        "text": f"The {NEWS} of the harbour companies is announced.",
        "tags": ("Topsecret",),
        "authors": ("Hidden Author",),
        "categories": ("Hiddensection",),
        "source": Source("hiddensource", "Hidden Source"),
    }
    made = [
        article(
            f"a{n}", "en", published=millis(NOON - timedelta(days=n)), tags=("Ports",), source=Source("g", "Gazette")
        )
        for n in range(8)
    ]
    made += [
        article("b-alone", "en", published=millis(NOON + timedelta(hours=1)), **hidden),
        article("c-twin", "en", published=millis(NOON + timedelta(hours=1)), **hidden),
        article(
            "c-twin", "uk", published=millis(NOON - timedelta(hours=1)), text="Порт закрили через туман.", title="Порт"
        ),
        article(
            "d-gone", "en", published=millis(NOON - timedelta(days=9)), expires=millis(NOON - timedelta(1)), **hidden
        ),
    ]
    return sorted(made, key=lambda one: one.id)


HIDDEN = {"b-alone.en", "c-twin.en", "d-gone.en"}
TRACES = (NEWS, "Topsecret", "Hidden Author", "Hiddensection", "hiddensource", "Hidden Source", *HIDDEN)


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def index(request, tmp_path_factory):
    """An index of them."""
    return built_index(tmp_path_factory.mktemp("embargo"), archive(), keyword=request.param)


@pytest.fixture
def clock():
    """A clock that tests set."""
    return [NOON]


@pytest.fixture
def engine(index, clock):
    """An engine that looks at that clock."""
    return EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: clock[0])


def asked(text, **choices):
    """A query as the edges make it: typed text is read, and without any everything is listed."""
    read = query_from([("q", text)], NOON)
    return replace(read, **choices)


QUESTIONS = ("harbour", NEWS, NEWS.lower()[:-1] + "x", f"{NEWS[:4]} {NEWS[4:]}", f"harbour{NEWS}".lower(),
             "merger companies", "", f'"{NEWS} of"', f"title:{NEWS}",
             "Zyx*",
             "tag:Topsecret", 'author:"Hidden Author"', "harbour OR announced", "fog -closed")  # fmt: skip


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("mode", list(Mode))
def test_no_answer_knows_of_a_hidden_article(engine, text, mode):
    """Hits, totals, facets, suggestions and the size of the index."""
    for sort in Sort:
        found = engine.search(
            asked(text, mode=mode, sort=sort, limit=50, facets=("tag", "source", "author", "category"))
        )
        ids = {hit.article.id for hit in found.hits} | {twin.id for hit in found.hits for twin in hit.twins}
        assert not ids & HIDDEN
        assert found.total.value == len(found.hits)
        assert found.articles == 9
        told = repr((found.facets, found.did_you_mean, found.corrected, found.suggestions))
        assert not [trace for trace in TRACES if trace.lower() in told.lower() and trace.lower() not in text.lower()]


def test_an_article_appears_by_itself_and_goes_by_itself(engine, clock):
    """At its moment, not before; and what expires goes."""
    query = Query(text=NEWS, mode=Mode.KEYWORD, limit=50)
    assert engine.search(query).hits == ()
    clock[0] = NOON + timedelta(hours=1)
    assert {hit.article.id for hit in engine.search(query).hits} == {"b-alone.en", "c-twin.en"}
    assert engine.article("b-alone.en").article.title.startswith(NEWS)
    assert [twin.id for twin in engine.article("c-twin.uk").twins] == ["c-twin.en"]
    clock[0] = NOON - timedelta(days=8)
    assert {hit.article.id for hit in engine.search(query).hits} == {"d-gone.en"}


def test_articles_twins_and_the_like_are_hidden(engine):
    """No article by its id, no twin, nothing similar, no suggestion, no value."""
    for article_id in HIDDEN:
        for ask in (engine.article, engine.read, lambda one: engine.similar(one, asked(""))):
            with pytest.raises(ArticleNotFoundError) as refused:
                ask(article_id)
            assert not [trace for trace in TRACES if trace in str(refused.value).replace(article_id, "")]
    assert engine.article("c-twin.uk").twins == ()
    assert not {hit.article.id for hit in engine.similar("a1.en", asked("", limit=50)).hits} & HIDDEN
    for text in ("zyx", "tops", "hidden"):
        assert engine.suggest(text, 10).suggestions == ()
    assert engine.suggest("harb", 20).articles == 9
    assert engine.values(asked(""), "tag", "top", 10).values == ()
    assert sum(period.count for period in engine.timeline(asked("")).periods) == 9


def test_every_route_that_leaves_the_machine_keeps_silent(index, clock, monkeypatch):
    """Search, suggestions, export, feeds, articles, pages: no trace but what was asked."""
    from search.server.app import create_app

    monkeypatch.setattr("search.wiring.open_generation", open_fake)
    app = create_app(Settings(index=index.root), clock=lambda: clock[0])
    paths = [
        "/search",
        "/suggest",
        "/export",
        "/feed.atom",
        "/feed.json",
        "/timeline",
        "/",
        "/facets/tag",
        "/ready",
        "/metrics",
    ]
    with TestClient(app) as client:
        for path in paths:
            for text in ("harbour", "zy", "порт", ""):
                answer = client.get(path, params={"q": text, "facets": "true"} if path == "/search" else {"q": text})
                assert not [trace for trace in TRACES if trace in answer.text], (path, text, answer.text[:300])
        for article_id in HIDDEN:
            assert client.get(f"/articles/{article_id}").status_code == 404
            assert client.get(f"/similar/{article_id}").status_code == 404
        assert json.loads(client.get("/ready").text)["articles"] == 9
        assert json.loads(client.get("/search", params={"q": "harbour"}).text)["index"]["articles"] == 9
        clock[0] = NOON + timedelta(hours=2)
        assert client.get("/articles/b-alone.en").status_code == 200
