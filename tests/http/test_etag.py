"""Does an answer carry a tag that changes with it, leave compressed, and not at all where the caller has it?"""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from awkward import awkward_articles
from fake_index import built_index, engine_over, open_fake
from msgspec.structs import replace
from starlette.datastructures import Headers, QueryParams
from starlette.testclient import TestClient

from search import wiring
from search.api.params import query_from
from search.api.responses import search_answer
from search.errors import ModelError
from search.http.etag import reply, search_reply
from search.index.snapshot_manager import SnapshotManager
from search.server import app as service
from search.settings import Settings

PATHS = ("/search?q=bitcoin", "/suggest?q=bit", "/facets/tag?value=n", "/feed.atom?q=bitcoin", "/feed.json?q=bitcoin")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index over awkward articles."""
    return built_index(tmp_path_factory.mktemp("replies"), awkward_articles(seed=3, count=60))


@pytest.fixture(scope="module")
def client(index):
    """A client of a service over it, with a fake model."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wiring, "served", lambda _: SnapshotManager(index, open_fake))
        app = service.create_app(Settings(index=index.root))
    with TestClient(app) as opened:
        yield opened


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_is_told_so(client, path):
    """The same question again gives the same tag; whoever names it gets 304 without a body."""
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "no-cache"
    assert client.get(path).headers["etag"] == tag
    for named in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        known = client.get(path, headers={"If-None-Match": named})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_another_question_has_another_tag(client):
    """Whatever changes the answer changes the tag."""
    asked = ("q=bitcoin", "q=law", "q=bitcoin&limit=3", "q=bitcoin&explain=true", "q=bitcoin&sort=oldest", "tag=NFT")
    assert len({client.get(f"/search?{query}").headers["etag"] for query in asked}) == len(asked)


def test_a_tag_changes_with_what_is_degraded_and_with_the_generation(index, tmp_path):
    """Not only the question counts: the model's state, the settings and the generation do too."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    request: Any = SimpleNamespace(headers=Headers(), method="GET", query_params=QueryParams("q=bitcoin"))
    request.url = SimpleNamespace(path="/search")

    def tag(engine, site=""):
        results = engine.search(query_from([("q", "bitcoin")], now))
        return search_reply(request, search_answer(replace(results, took_ms=1.0), site)).headers["etag"]

    sound, broken, other = engine_over(index), engine_over(index), engine_over(built_index(tmp_path, []))

    def unfit(*_):
        raise ModelError("still loading")

    broken._vector = unfit
    tags = [tag(sound), tag(broken), tag(sound, "https://site.example/{slug}"), tag(other)]
    assert len(set(tags)) == 4
    assert tag(sound) == tags[0]


def test_a_tag_is_blind_to_the_time_it_took(index):
    """took_ms makes bodies differ, and the moment in the cursor: the tag stays, for it is weak."""
    engine = engine_over(index)
    request: Any = SimpleNamespace(headers=Headers(), method="GET", query_params=QueryParams("q=bitcoin&from=90y"))
    request.url = SimpleNamespace(path="/search")
    replies = []
    for second in (1, 2):
        now = datetime(2026, 3, 1, 12, 0, second, tzinfo=UTC)
        results = engine.search(query_from([("q", "bitcoin"), ("from", "90y"), ("limit", "2")], now))
        replies.append(search_reply(request, search_answer(replace(results, took_ms=float(second)), "")))
    assert replies[0].body != replies[1].body
    assert replies[0].headers["etag"] == replies[1].headers["etag"]
    assert replies[0].headers["link"].startswith("</search?q=bitcoin&from=90y&cursor=")


def test_answers_are_compressed_for_who_can_read_it(client):
    """Long answers leave as gzip where it is accepted, and as they are elsewhere."""
    path = "/search?q=bitcoin&limit=50"
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.json()["hits"] == plain.json()["hits"]
    exported = client.get("/export?q=bitcoin", headers={"Accept-Encoding": "gzip"})
    assert exported.headers["content-encoding"] == "gzip"
    assert exported.text == client.get("/export?q=bitcoin", headers={"Accept-Encoding": "identity"}).text


def test_a_search_may_be_asked_by_a_body(client):
    """POST /search takes the same names as JSON, and refuses as GET does."""
    body = {"q": "bitcoin", "tag": ["NFT", "-law, order"], "explain": True, "limit": 3}
    posted = client.post("/search", json=body)
    asked = client.get("/search", params=body | {"explain": "true"})
    assert posted.json() | {"took_ms": 0} == asked.json() | {"took_ms": 0}
    for wrong, field in ((b"[]", "body"), (b"\xff", "body"), (b"", "body"), (b'{"surce":"x"}', "surce")):
        refused = client.post("/search", content=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert client.post("/search", content=b" " * 300_000).status_code == 413


def test_a_small_body_has_a_tag_too():
    """The tag is of the body where nothing else is said."""
    request: Any = SimpleNamespace(headers=Headers({"if-none-match": 'W/"x"'}))
    assert reply(request, b"a").headers["etag"] != reply(request, b"b").headers["etag"]


def test_every_refusal_in_openapi_has_an_example(client):
    """Each error response shows what it looks like, and is what the service really says."""
    paths = client.get("/openapi.json").json()["paths"]
    examples = {
        status: response["content"]["application/problem+json"]["example"]
        for path in paths.values()
        for method in path.values()
        for status, response in method["responses"].items()
        if status not in ("200", "304")
    }
    assert set(examples) == {"400", "401", "403", "404", "411", "413", "422", "429", "431", "503"}
    assert all(int(status) == example["status"] and example["remedy"] for status, example in examples.items())
    assert client.get("/search", params={"q": "x", "surce": "y"}).json() == examples["422"]
    assert client.post("/search", content=b" " * 300_000).json() == examples["413"]
    body = paths["/search"]["post"]["requestBody"]["content"]["application/json"]
    assert client.post("/search", json=body["example"]).status_code == 200
