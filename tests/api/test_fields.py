"""What a hit holds when fields are chosen."""

import json

import pytest
from fastapi.testclient import TestClient
from problems import problem

from search.api.responses import HIT_FIELDS
from search.server.app import create_app
from search.settings import Settings


@pytest.fixture(scope="module")
def client(samples):
    """A client of a service over the samples."""
    with TestClient(create_app(Settings(index=samples.index))) as opened:
        yield opened


def hits(client, fields, **more):
    """The hits of one question with these fields."""
    answer = client.get("/search", params={"q": "bitcoin exchange", "limit": 3, "fields": fields} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()["hits"]


@pytest.mark.parametrize("explain", ["true", "false"])
def test_each_field_alone_is_what_the_whole_hit_has(client, explain):
    """Leaving the rest out changes neither the hits nor the field."""
    whole = hits(client, "*", explain=explain)
    assert whole == hits(client, "", explain=explain)
    for name in HIT_FIELDS:
        chosen = hits(client, name, explain=explain)
        assert chosen == [{key: hit[key] for key in ("id", name) if key in hit} for hit in whole], name


def test_dotted_names_choose_parts(client):
    """Of a part of a field, of each member of a list, and of what is not there."""
    whole = hits(client, "*", explain="true")
    chosen = hits(client, "title, source.name,twins.id,highlight.title,explain.why", explain="true")
    assert chosen == [
        {
            "id": hit["id"],
            "title": hit["title"],
            "source": {"name": hit["source"]["name"]},
            "twins": [{"id": twin["id"]} for twin in hit["twins"]],
            "highlight": {"title": hit["highlight"]["title"]},
            "explain": {"why": hit["explain"]["why"]},
        }
        for hit in whole
    ]


def test_an_unknown_field_is_refused_with_the_nearest(client):
    """422, and what was probably meant."""
    told = problem(client.get("/search?q=x&fields=titel"), 422, "fields")
    assert "title" in told["remedy"]


@pytest.mark.parametrize("fields", [",".join(f"id.{n}" for n in range(51)), f"id.{'x' * 200}"])
def test_no_request_names_more_fields_than_there_may_be(client, fields):
    """Each is looked for in each hit."""
    problem(client.post("/search", json={"q": "bitcoin", "fields": fields}), 422, "fields")
    assert hits(client, ",".join(f"id.{n}" for n in range(50)))


def test_every_way_to_ask_takes_fields(client):
    """A body, several questions at once, similar articles, a page behind a cursor."""
    asked = {"q": "bitcoin", "fields": "id", "limit": 2}
    first = client.get("/search", params=asked).json()
    assert [list(hit) for hit in first["hits"]] == [["id"], ["id"]]
    assert client.post("/search", json=asked).json()["hits"] == first["hits"]
    several = client.post("/multi-search", content=json.dumps([asked])).json()
    assert several["answers"][0]["hits"] == first["hits"]
    behind = client.get("/search", params=asked | {"cursor": first["next"]}).json()["hits"]
    assert behind and all(list(hit) == ["id"] for hit in behind)
    similar = client.get(f"/similar/{first['hits'][0]['id']}", params={"fields": "title", "limit": 2}).json()["hits"]
    assert all(set(hit) == {"id", "title"} for hit in similar)
