"""Do exports, feeds and several searches at once give what the same search gives, in forms that others can read?"""

import csv
import io
import json
from itertools import islice
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from conftest import called
from fake_index import built_index, open_fake
from problems import problem
from starlette.testclient import TestClient

from search import wiring
from search.api.params import EXPORT_PARAMETERS, FEED_LENGTH, FEED_PARAMETERS
from search.article import Article, Source
from search.index.snapshot_manager import SnapshotManager
from search.query.model import MAX_SEARCHES, Query
from search.server import app as service
from search.server.export import export_lines
from search.settings import Settings
from search.times import Millis

HOSTILE = "<b>&amp; \x0b\ufffe\"'</b> ]]> 🚀 об'єкт"
QUESTIONS = (
    {"q": "bitcoin"},
    {"q": "bitcoin exchange", "mode": "keyword", "lang": "en"},
    {"q": "who stole the money", "mode": "semantic"},
    {"q": "біткоїн", "sort": "oldest"},
    {"tag": "REGULATION"},
    {"lang": ["en", "uk"], "from": "2025-01-01"},
    {"q": "zorblax"},
)


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(service.create_app(Settings(index=samples.index))) as opened:
        yield opened


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A client of a service over more articles than pages reach, some with what no feed or table expects."""
    articles = [
        Article(
            id=f"2026/{n:04d}",
            path=f"2026/{n:04d}.md",
            title=f'Quokka, "{n}"\nof many {HOSTILE if n % 100 == 0 else ""}',
            text=f"Quokka number {n}.",
            description=HOSTILE if n % 100 == 0 else "",
            published=Millis(None if n % 50 == 1 else 1_770_000_000_000 + 60_000 * n),
            source=Source(f"s{n % 3}", HOSTILE),
            tags=("A & B", HOSTILE),
        )
        for n in range(1, 1_301)
    ]
    index = built_index(tmp_path_factory.mktemp("many"), articles)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wiring, "served", lambda _: SnapshotManager(index, open_fake))
        app = service.create_app(Settings(index=index.root))
    with TestClient(app) as opened:
        yield opened


def every(client, asked):
    """Every hit of a question, page by page."""
    hits, total = [], None
    while total is None or len(hits) < total:
        page = client.get("/search", params=asked | {"limit": 100, "offset": len(hits)}).json()
        total = page["total"]["value"]
        hits += page["hits"]
    return hits


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_an_export_holds_the_whole_result_set_in_its_order(client, asked):
    """Lines of JSON are the hits of all pages, field by field; lines of CSV are some of their fields."""
    hits = every(client, asked)
    lines = client.get("/export", params=asked)
    assert lines.headers["content-type"].startswith("application/jsonl")
    assert [json.loads(line) for line in lines.text.splitlines()] == hits
    table = client.get("/export", params=asked | {"format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["id"], float(row["score"]), row["title"]) for row in rows] == [
        (hit["id"], hit["score"], hit["title"]) for hit in hits
    ]
    assert table.text.startswith("id,score,published,")


@pytest.mark.parametrize("asked", [{"q": "quokka"}, {"q": "quokka", "sort": "oldest"}, {"source": "s1"}], ids=str)
def test_an_export_goes_deeper_than_pages_do(many, asked):
    """More than the 1,000 hits that pages reach are all there once, and the first 1,000 are those of the pages."""
    lines = [json.loads(line) for line in many.get("/export", params=asked).text.splitlines()]
    total = many.get("/search", params=asked | {"limit": 0}).json()["total"]["value"]
    assert len(lines) == len({line["id"] for line in lines}) == total > 400
    first = many.get("/search", params=asked | {"limit": 100, "offset": 900 if total > 1000 else 300}).json()["hits"]
    assert lines[900 if total > 1000 else 300 :][: len(first)] == first
    rows = list(csv.DictReader(io.StringIO(many.get("/export", params=asked | {"format": "csv"}).text)))
    assert [row["title"] for row in rows] == [line["title"] for line in lines]


def test_an_export_lets_go_of_its_generation(tmp_path):
    """Read to its end or dropped on the way, an export keeps no generation open; while it is read, it does."""
    articles = [Article(id=str(n), path=f"{n}.md", title=f"Quokka {n}", text="Quokka.") for n in range(9)]
    served = SnapshotManager(built_index(tmp_path, articles), open_fake)
    asked = wiring.engine(Settings(), served)
    for taken in (1, 2, 10):
        lines = export_lines(asked, Query(text="quokka"), "csv", "")
        assert len(list(islice(lines, taken))) == taken
        assert sum(served._users.values()) == 1
        lines.close()
        assert served._users == {}
    assert len(list(export_lines(asked, Query(text="quokka"), "csv", ""))) == 10
    assert served._users == {}


@pytest.mark.parametrize("path", ["/export", "/feed.atom", "/feed.json"])
@pytest.mark.parametrize(
    ("asked", "field"),
    [({"q": "x" * 2001}, "q"), ({"q": "x", "from": "soon"}, "from"), ({"q": ["x", "y"]}, "q")],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_sent(client, path, asked, field):
    """The same refusals as of /search."""
    problem(client.get(path, params=asked), 422, field)


@pytest.mark.parametrize("name", ["offset", "facets", "surce", "utm_source"])
def test_an_export_is_strict_and_a_feed_is_shared(client, name):
    """An export refuses what would cut the set and what it does not know; a feed ignores it, in its addresses too."""
    asked = {"q": "bitcoin", name: "10"}
    problem(client.get("/export", params=asked), 422, name)
    for path in ("/feed.atom", "/feed.json"):
        answer = client.get(path, params=asked)
        assert answer.status_code == 200
        assert name not in answer.text.partition("<entry>")[0].partition('"items"')[0]


def test_asked_nothing_outlets_list_everything_newest_first(client):
    """As /search does, with an exact total."""
    listed = client.get("/search", params={"limit": "100"}).json()
    ids = [hit["id"] for hit in listed["hits"]]
    assert listed["total"]["value"] == len(ids)
    times = [hit["published"] for hit in listed["hits"]]
    assert times == sorted(times, reverse=True)
    exported = [json.loads(line)["id"] for line in client.get("/export").text.splitlines()]
    assert exported == ids
    titles = [entry.title for entry in feedparser.parse(client.get("/feed.atom").content).entries]
    assert titles == [hit["title"] for hit in listed["hits"]][:FEED_LENGTH]


def test_the_home_of_a_feed_is_its_search(client):
    """Whoever follows it comes to the page that shows the same."""
    asked = "q=bitcoin&tag=ETF"
    atom = feedparser.parse(client.get(f"/feed.atom?{asked}&utm_source=x").content)
    assert atom.feed.link == f"http://testserver/?{asked}"
    assert client.get(f"/feed.json?{asked}").json()["home_page_url"] == f"http://testserver/?{asked}"


def test_an_export_is_jsonl_or_csv(client):
    """No other format, and no limit."""
    problem(client.get("/export", params={"q": "x", "format": "xml"}), 422, "format")
    problem(client.get("/export", params={"q": "x", "format": ["csv", "csv"]}), 422, "format")
    problem(client.get("/export", params={"q": "x", "limit": "5"}), 422, "limit")


def test_outlets_are_503_without_a_generation(tmp_path):
    """Nothing is half answered where there is no index."""
    with TestClient(service.create_app(Settings(index=tmp_path / "none"))) as empty:
        for path in ("/export?q=x", "/feed.atom?q=x", "/feed.json?q=x", "/suggest?q=x"):
            problem(empty.get(path), 503)
        problem(empty.post("/multi-search", json=[{"q": "x"}]), 503)


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_a_feed_holds_the_newest_hits(client, asked):
    """Atom and JSON hold the same entries, those of the same search by time; readers read them without complaint."""
    order = {"sort": asked.get("sort", "newest"), "limit": FEED_LENGTH}
    hits = client.get("/search", params=asked | order).json()["hits"]
    answer = client.get("/feed.atom", params=asked)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    atom = feedparser.parse(answer.content)
    assert not atom.bozo
    assert atom.version == "atom10"
    assert [entry.title for entry in atom.entries] == [hit["title"] for hit in hits]
    assert [entry.published for entry in atom.entries] == [hit["published"] for hit in hits]
    assert all(
        entry.link == f"http://testserver/articles/{hit['id']}" for entry, hit in zip(atom.entries, hits, strict=True)
    )
    assert atom.feed.updated == max((entry.updated for entry in atom.entries), default="1970-01-01T00:00:00Z")
    feed = client.get("/feed.json", params=asked)
    assert feed.headers["content-type"].startswith("application/feed+json")
    items = feed.json()["items"]
    assert feed.json()["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in items] == [entry.id for entry in atom.entries]
    assert len({item["id"] for item in items}) == len(items)
    for address in (feed.json()["feed_url"], next(link.href for link in atom.feed.links if link.rel == "self")):
        assert parse_qs(urlsplit(address).query) == {
            name: value if isinstance(value, list) else [value] for name, value in asked.items()
        }


def test_the_samples_feed_has_entries(client):
    """What is compared above is not always empty."""
    assert len(feedparser.parse(client.get("/feed.atom", params={"q": "bitcoin"}).content).entries) > 5


def test_feeds_survive_hostile_articles_and_questions(many):
    """What XML forbids is left out, what it reserves is escaped, undated entries have a time that stays."""
    answer = many.get(
        "/feed.atom", params={"q": f"quokka {HOSTILE}", "sort": "oldest", "limit": "100", "mode": "keyword"}
    )
    atom = feedparser.parse(answer.content)
    assert not atom.bozo
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - what we wrote ourselves
    titles = [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in root.iter() if "entry" in entry.tag]
    hits = many.get("/search", params={"q": f"quokka {HOSTILE}", "sort": "oldest", "limit": "100", "mode": "keyword"})
    expected = [hit["title"].replace("\x0b", "").replace("\ufffe", "") for hit in hits.json()["hits"]]
    assert titles == expected
    assert any("<b>&amp;" in title for title in titles)
    (undated,) = feedparser.parse(many.get("/feed.atom", params={"q": "51", "mode": "keyword"}).content).entries
    assert (undated.updated, "published" in undated) == ("1970-01-01T00:00:00Z", False)
    json_feed = many.get("/feed.json", params={"q": "quokka", "limit": "100"}).json()
    assert all({"id", "url", "title", "content_text"} <= item.keys() for item in json_feed["items"])
    assert all(item["content_text"] for item in json_feed["items"])


def test_an_article_url_of_the_site_stands_in_feeds(samples):
    """The setting article_url gives absolute addresses, which stay as they are."""
    settings = Settings(index=samples.index, article_url="https://site.example/{language}/{slug}")
    with TestClient(service.create_app(settings)) as client:
        entries = feedparser.parse(client.get("/feed.atom", params={"q": "bitcoin"}).content).entries
        assert entries
        assert all(entry.link.startswith("https://site.example/") for entry in entries)


def test_the_address_bar_learns_to_search(client):
    """/opensearch.xml names the page and the feed with a place for the words, and the page names it."""
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - what we wrote ourselves
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert root.tag == f"{space}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{space}ShortName")) <= 16
    addresses = {url.get("type"): url.get("template") for url in root.findall(f"{space}Url")}
    for address in addresses.values():
        assert client.get(address.replace("{searchTerms}", "bitcoin%20%D0%B1")).status_code == 200
    assert set(addresses) == {"text/html", "application/atom+xml"}
    page = client.get("/", params={"q": "bitcoin", "tag": "A & B", "offset": "0"}).text
    assert 'href="/opensearch.xml"' in page
    assert 'href="/feed.atom?q=bitcoin&amp;tag=A+%26+B"' in page


def test_several_searches_are_answered_as_each_alone(client):
    """Each answer is that of the same search by GET, whatever its parameters are written as."""
    searches = [
        {"q": "bitcoin", "limit": 3},
        {"tag": ["REGULATION", "-NFT"], "lang": "en", "facets": ["source", "tag"], "explain": True},
        {"q": "біткоїн", "offset": 2, "limit": "4", "mode": None, "time": False},
        {"q": "zorblax"},
    ]
    plain = [
        {"q": "bitcoin", "limit": 3},
        {"tag": ["REGULATION", "-NFT"], "lang": "en", "facets": "source,tag", "explain": "true"},
        {"q": "біткоїн", "offset": 2, "limit": 4, "time": "false"},
        {"q": "zorblax"},
    ]
    answers = client.post("/multi-search", json=searches).json()["answers"]
    alone = [client.get("/search", params=asked).json() for asked in plain]
    assert [answer | {"took_ms": 0} for answer in answers] == [answer | {"took_ms": 0} for answer in alone]
    assert answers[0]["hits"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{}", "body"),
        (b"[]", "body"),
        (b"[1]", "body"),
        (b"\xff", "body"),
        (b"[" * 100_000, "body"),
        (b'[{"q":"x"}' + b',{"q":"x"}' * MAX_SEARCHES + b"]", "body"),
        (b'[{"q":"x"},{"q":"x","limit":101}]', "[1].limit"),
        (b'[{"q":"x","surce":"y"}]', "[0].surce"),
        (b'[{"q":{"a":1}}]', "[0].q"),
        (b'[{"q":["x","y"]}]', "[0].q"),
        (b'[{"q":1.5}]', "[0].q"),
        (b'[{"q":"x","facets":[false]}]', "[0].facets"),
        (b'[{"q":"x","facets":["source",{"a":1}]}]', "[0].facets"),
    ],
)
def test_several_searches_are_refused_with_the_place_of_the_fault(client, body, field):
    """The field names the search and its parameter."""
    problem(client.post("/multi-search", content=body), 422, field)


def test_too_much_at_once_is_413(client):
    """A body beyond any list of searches is not read to its end."""
    problem(client.post("/multi-search", content=b" " * 300_000), 413, "body")


def test_openapi_knows_the_outlets(client):
    """Each has its path, with the parameters of its own table and an example that can be asked."""
    paths = client.get("/openapi.json").json()["paths"]
    for path, table in (
        ("/export", EXPORT_PARAMETERS),
        ("/feed.atom", FEED_PARAMETERS),
        ("/feed.json", FEED_PARAMETERS),
    ):
        listed = {parameter["name"]: parameter for parameter in paths[path]["get"]["parameters"]}
        assert set(listed) == set(table)
        for name, parameter in listed.items():
            if name in ("cursor", "min_confidence"):  # one belongs to one generation, one to a larger archive
                continue
            assert client.get(path, params={"q": "bitcoin"} | {name: parameter["example"]}).status_code == 200, name
    body = paths["/multi-search"]["post"]["requestBody"]["content"]["application/json"]
    assert client.post("/multi-search", json=body["example"]).status_code == 200


def test_the_command_line_writes_the_same_table(client, samples):
    """`lede query --csv` and /export agree on columns and values."""
    from search.cli.main import main

    asked = called(main, "query", "bitcoin", "-n", "100", "--csv", "--index", samples.index)
    exported = client.get("/export", params={"q": "bitcoin", "format": "csv"}).text
    assert asked.stdout == exported.replace("http://testserver/", "/")


def test_a_feed_tells_that_its_text_was_put_right(client):
    """In its title: who follows it sees what is followed."""
    titles = [client.get("/feed.json", params={"q": text}).json()["title"] for text in ("bitconi halving", "halving")]
    assert titles == ["Lede · bitconi halving → bitcoin halving", "Lede · halving"]
