"""Does a search within the values of a facet count all of them, as reading each hit would?"""

from collections import Counter
from random import Random

import msgspec
import pytest
from awkward import TAGS, awkward_articles, filters, spelled
from fake_index import built_index, engine_over
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from problems import problem
from starlette.testclient import TestClient

from search.api.params import FACET_PARAMETERS
from search.index.columns import MOST_VALUES
from search.query.fields import FACETS
from search.query.model import FieldFilter, Filters, Query
from search.server import app
from search.settings import Settings

EVERY_LANGUAGE = FieldFilter(exclude=("no such language",))
"""With it twins are not folded."""


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def tagged(request, tmp_path_factory):
    """An engine over articles with many more tags than are counted out, and these articles."""
    random = Random(11)
    names = [f"{word} {number}" for number in range(60) for word in ("Law", "LAWS", "claw", "біткоїн", "Straße")]
    articles = [
        replace_tags(article, (*article.tags, *random.sample(names, 4))) for article in awkward_articles(9, 150)
    ]
    index = built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param)
    return engine_over(index), names


def replace_tags(article, tags):
    """The article with other tags."""
    return msgspec.structs.replace(article, tags=tags)


def counted(engine, query):
    """The tags of every hit, counted plainly."""
    with engine.iterate(query) as hits:
        return Counter(tag for hit in hits for tag in {tag.casefold() for tag in hit.article.tags})


@settings(max_examples=60)
@given(data=st.data(), chosen=filters(), text=st.sampled_from(["", "bitcoin", "the law", "regulat* -moon", "об'єкт"]))
def test_values_are_counted_as_reading_each_hit_would(tagged, data, chosen, text):
    """All values that contain what is asked for, in any letter case, none besides, each with its plain count."""
    engine, _ = tagged
    part = data.draw(st.sampled_from(["", "l", "aw", "LAW 1", "ТКО", "strasse", "SS", " ", "zz"]) | spelled(TAGS))
    unfolded = chosen.replaced(language=chosen.language or EVERY_LANGUAGE)
    query = Query(text=text, filters=unfolded)
    expected = counted(engine, replace(query, filters=unfolded.replaced(tag=replace(unfolded["tag"], include=()))))
    found = engine.values(query, "tag", part, 10_000)
    values = {count.value.casefold(): count.count for count in found.values}
    assert values == {tag: count for tag, count in expected.items() if part.casefold() in tag}
    assert found.found == len(found.values) == len(values)
    order = [(not count.value.casefold().startswith(part.casefold()), -count.count) for count in found.values]
    assert order == sorted(order)
    wanted = {tag.casefold() for tag in unfolded["tag"].include}
    assert {count.value.casefold() for count in found.values if count.selected} == wanted & set(values)


def test_more_values_are_searched_than_are_counted_out(tagged):
    """A value behind the first hundred is found, and a limit cuts what is shown, not what is counted."""
    engine, _ = tagged
    query = Query(filters=Filters(language=EVERY_LANGUAGE), facets=("tag",), limit=0)
    shown = {count.value for count in engine.search(query).facets["tag"]}
    every = engine.values(query, "tag", "", 10_000).values
    assert len(shown) == MOST_VALUES < len(every)
    rare = next(count for count in every if count.value not in shown)
    assert rare in engine.values(query, "tag", rare.value.swapcase(), 10).values
    some = engine.values(query, "tag", "law", 3)
    assert len(some.values) == 3 < some.found


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_has_values(tagged, facet):
    """Without a text the values are those of the facet; a source is found by its name too."""
    engine, _ = tagged
    query = Query(text="bitcoin", facets=(facet,), limit=0)
    assert engine.values(query, facet, "", 100).values == engine.search(query).facets[facet]
    if facet == "source":
        assert [count.value for count in engine.values(query, facet, "financial", 100).values] == ["ft"]


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(app.create_app(Settings(index=samples.index))) as opened:
        yield opened


def test_http_searches_within_values(client):
    """/facets/tag counts in the result set of q and the filters; without them in the whole archive."""
    answer = client.get("/facets/tag", params={"value": "regul", "q": "stablecoin", "lang": "en"}).json()
    assert (answer["facet"], answer["value"]) == ("tag", "regul")
    counts = {count["value"]: count["count"] for count in answer["values"]}
    assert "REGULATION" in counts
    for value, count in counts.items():
        found = client.get("/search", params={"q": "stablecoin", "lang": "en", "tag": value, "limit": 0}).json()
        assert found["total"]["value"] == count
    everywhere = client.get("/facets/tag", params={"value": "regulation"}).json()["values"][0]
    assert everywhere["count"] == client.get("/search", params={"tag": "REGULATION"}).json()["total"]["value"]
    assert client.get("/facets/month", params={"q": "bitcoin", "value": "2025"}).json()["values"]


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        ("/facets/tags", {}, "facet"),
        ("/facets/tag", {"limit": "0"}, "limit"),
        ("/facets/tag", {"limit": "101"}, "limit"),
        ("/facets/tag", {"valeu": "x"}, "valeu"),
        ("/facets/tag", {"value": ["x", "y"]}, "value"),
        ("/facets/tag", {"cursor": "x"}, "cursor"),
        ("/facets/tag", {"q": "x" * 2001}, "q"),
    ],
)
def test_what_cannot_be_asked_of_values_is_refused(client, path, asked, field):
    """As elsewhere: 422 with the field and the remedy."""
    problem(client.get(path, params=asked), 422, field)


def test_openapi_knows_the_values(client):
    """Each parameter is listed with an example that can be asked."""
    listed = client.get("/openapi.json").json()["paths"]["/facets/{name}"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} == {"name", *FACET_PARAMETERS}
    for parameter in listed:
        if parameter["name"] not in ("name", "min_confidence"):  # confidence is known of larger archives
            asked = {parameter["name"]: parameter["example"]}
            assert client.get("/facets/tag", params=asked).status_code == 200, parameter["name"]
