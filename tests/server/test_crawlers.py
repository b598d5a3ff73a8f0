"""Are crawlers led to the articles, and kept out of the endless space of filters?"""

import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from search.http.head import Head
from search.server import app, crawlers
from search.settings import Settings

BROWSER = {"accept": "text/html,application/xhtml+xml"}
PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(app.create_app(Settings(index=samples.index))) as opened:
        yield opened


def places(answer):
    """The addresses that a sitemap or an index of sitemaps names."""
    assert answer.status_code == 200
    return [loc.text for loc in ElementTree.fromstring(answer.content).iter(f"{PLACE}loc")]  # noqa: S314 (our own)


def test_robots_txt_admits_articles_and_home_alone(client):
    """Whatever has filters or is for programs is not for crawlers; the sitemap is named."""
    told = client.get("/robots.txt")
    assert told.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(told.text.splitlines())
    assert rules.can_fetch("*", "/articles/2025/10/x.en")
    assert not any(rules.can_fetch("*", path) for path in ("/search?q=x", "/export", "/feed.atom?q=x", "/similar/a"))
    assert "Disallow: /*?" in told.text.splitlines()
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]


def test_the_sitemap_lists_every_article_once(client, monkeypatch):
    """In as many parts as are needed, each address leading to an article."""
    monkeypatch.setattr(crawlers, "PAGE_SIZE", 30)
    parts = places(client.get("/sitemap.xml"))
    assert len(parts) == 3
    found = [place for part in parts for place in places(client.get(part))]
    assert len(found) == len(set(found)) == client.get("/ready").json()["articles"]
    assert client.get(found[-1]).status_code == 200
    answer = client.get(parts[0])
    assert len(re.findall(r"<lastmod>\d{4}-\d\d-\d\dT", answer.text)) == 30
    assert client.get("/sitemap-4.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


@pytest.mark.parametrize("setting", [{"sitemap": False}, {"article_url": "https://news.example/{slug}"}])
def test_there_is_no_sitemap_where_none_is_wanted_or_articles_live_elsewhere(samples, setting):
    """Nor does robots.txt name one."""
    with TestClient(app.create_app(Settings(index=samples.index, **setting))) as opened:
        assert opened.get("/sitemap.xml").status_code == 404
        assert "Sitemap" not in opened.get("/robots.txt").text


def test_only_home_and_articles_may_be_indexed(client):
    """Pages of results, similar articles and refusals say noindex; an article's canonical address has no query."""
    noindex = '<meta name="robots" content="noindex">'
    (article,) = client.get("/search?q=bitcoin&limit=1").json()["hits"]
    for path in ("/?q=bitcoin", "/?tag=ETF", f"/similar/{article['id']}", "/status", "/articles/none"):
        assert noindex in client.get(path, headers=BROWSER).text, path
    for path in ("/", "/?utm_source=x", f"/articles/{article['id']}?q=bitcoin"):
        page = client.get(path, headers=BROWSER).text
        assert noindex not in page, path
        assert re.search(r'<link rel="canonical" href="http://testserver/[^"?]*">', page), path
        assert '<meta name="description" content="' in page, path


@pytest.mark.parametrize(
    ("agent", "accepted", "page"),
    [
        ("facebookexternalhit/1.1", "*/*", True),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "*/*", True),
        ("Mozilla/5.0 (compatible; Discordbot/2.0)", None, True),
        ("TelegramBot (like TwitterBot)", "application/json", False),
        ("curl/8.5.0", "*/*", False),
        ("newsbot/1.0", "*/*", False),
        ("Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)", "*/*", True),
        ("Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)", "*/*", True),
        ("Viber/13.3.1", "*/*", True),
        ("my-viber-archiver/1", "*/*", False),
        ("my-Viber/1", "*/*", False),
        ("embedly-client-lib", "*/*", False),
    ],
)
def test_services_that_show_shared_links_get_the_page(client, agent, accepted, page):
    """They take anything and read Open Graph; programs that take anything get JSON, as ever."""
    (article,) = client.get("/search?q=bitcoin&limit=1").json()["hits"]
    headers = {"user-agent": agent, "accept": accepted} if accepted else {"user-agent": agent}
    request = client.build_request("GET", f"/articles/{article['id']}", headers=headers)
    if accepted is None:
        del request.headers["accept"]
    answer = client.send(request)
    assert answer.headers["content-type"].startswith("text/html" if page else "application/json")
    assert ('<meta property="og:title"' in answer.text) is page
    for path in (answer.url.path, f"/similar/{article['id']}", "/articles/none", "/nothing"):
        varying = client.get(path, headers=headers).headers["vary"].split(", ")
        assert {"Accept", "User-Agent"} <= set(varying), path
        assert len(varying) == len(set(varying)), path
    assert client.get("/articles/none").headers["cache-control"] == "no-store"
    assert "User-Agent" not in client.get("/search", headers=headers).headers["vary"]


def test_head_is_answered_wherever_get_is(samples):
    """With the headers of GET and no body; files of the page too."""
    client = TestClient(Head(app.create_app(Settings(index=samples.index))))
    (style,) = re.findall(r"/static/lede\.\w+\.css", client.get("/").text)
    for path in ("/", "/search?q=bitcoin", "/robots.txt", "/favicon.ico", style, "/static/lede.css", "/embed.js"):
        got, headed = client.get(path), client.head(path)
        assert (headed.status_code, headed.content) == (200, b""), path
        assert headed.headers["content-type"] == got.headers["content-type"]
        assert headed.headers.get("cache-control") == got.headers.get("cache-control")


@pytest.mark.parametrize("path", ["/", "/search", "/articles/none", "/robots.txt", "/feed.atom"])
def test_options_tells_the_methods(client, path):
    """With nothing in the body."""
    answer = client.options(path)
    assert answer.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert answer.content == b""


def test_all_methods_of_an_address_are_told(client):
    """Where two routes share it too, and where a method is refused."""
    asked = client.options("/search")
    refused = client.delete("/search")
    assert (asked.status_code, refused.status_code) == (204, 405)
    for answer in (asked, refused):
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert client.post("/search", json={"q": "bitcoin"}).status_code == 200


@pytest.mark.parametrize("body", [{"tz": [None]}, {"q": ["a", "b"]}, {"limit": [3]}])
def test_a_list_for_what_has_one_value_is_refused(client, body):
    """The field is named; null says nothing, and one value may stand for a list of one."""
    answer = client.post("/search", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(body)))
    assert client.post("/search", json={"q": "bitcoin", "tz": None, "tag": "x", "explain": 1}).status_code == 200


def test_the_document_knows_hits_in_part(client):
    """With `fields` a hit has no more than is asked for: a client that was generated from the document expects it."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    kinds = [one["$ref"].rsplit("/", 1)[-1] for one in schemas["SearchAnswer"]["properties"]["hits"]["items"]["anyOf"]]
    (hit,) = client.get("/search?q=bitcoin&limit=1&fields=id,title").json()["hits"]
    assert kinds == ["HitAnswer", "PartialHit"]
    assert set(schemas["PartialHit"]["required"]) <= set(hit)
    assert not set(schemas["HitAnswer"]["required"]) <= set(hit)
