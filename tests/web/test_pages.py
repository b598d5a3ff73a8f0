"""Is the page whole as the server writes it: its links, chips, policies and languages?"""

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import called, run
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from search import wiring
from search.api.params import TIMELINE_PARAMETERS
from search.errors import ModelError, OverloadedError
from search.http.query_log import MAX_QUERIES, QueryLog
from search.messages import say
from search.server import app
from search.server import run as serving
from search.settings import Settings
from search.web.urls import Address

BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples."""
    with TestClient(app.create_app(Settings(index=samples.index, query_log=True))) as opened:
        yield opened


def count(page):
    """How many articles a page says that it found."""
    found = re.search(r'id="count">([\d,]+) stor', page)
    return int(found[1].replace(",", "")) if found else 0


def links(page, pattern):
    """Where the links whose tags match lead."""
    return [html.unescape(re.search(r'href="([^"]*)"', tag)[1]) for tag in re.findall(pattern, page)]


def test_every_facet_link_shows_what_it_counts(client):
    """Each value of each facet leads to as many articles as stand beside it; chosen ones lead back."""
    page = client.get("/?q=bitcoin&tag=ETF").text
    values = re.findall(
        r'<li><a (href="[^"]*" data-key="(?:source|tag|sentiment|lang):[^"]*").*?class="count">(\d+)<', page
    )
    assert len(values) > 15
    for tag, shown in values[::3]:
        assert count(client.get("/" + links(tag, ".+")[0]).text) >= int(shown) > 0
    for tag in re.findall(r'href="[^"]*" data-key="sentiment:[^"]*"', page):
        narrowed = client.get("/" + links(tag, ".+")[0]).text
        chips = links(narrowed, r'<a class="chip" [^>]*>')
        assert len(chips) == 2
        assert all(count(client.get("/" + there).text) >= count(narrowed) > 0 for there in chips)


@pytest.mark.parametrize(
    ("asked", "name", "rest"),
    [
        ("q=bitcoin&source=blockwire", "Blockwire", "?q=bitcoin"),
        ("q=bitcoin&source=Blockwire", "Blockwire", "?q=bitcoin"),
        ("q=bitcoin+source:blockwire", "Blockwire", "?q=bitcoin"),
        ("q=bitcoin+джерело:blockwire&tag=ETF", "Blockwire", "?q=bitcoin&tag=ETF"),
        ('q=bitcoin+-tag:"ETF"+fund', "not ETF", "?q=bitcoin+fund"),
        ("q=bitcoin&tag=-ETF&offset=0", "not ETF", "?q=bitcoin"),
        ("q=bitcoin&sentiment=positive", "positive", "?q=bitcoin"),
        ("q=bitcoin&lang=uk", "Ukrainian", "?q=bitcoin"),
        ("q=bitcoin&from=7d", "the last 7 days", "?q=bitcoin"),
        ("q=bitcoin&from=2026-03-01&to=2026-03-31", "1 Mar 2026 to 31 Mar 2026", "?q=bitcoin"),
        ("q=bitcoin&to=2026-03-31", "up to 31 Mar 2026", "?q=bitcoin"),
        ("q=bitcoin+after:2026-02-01", "from 1 Feb 2026, 00:00 UTC", "?q=bitcoin"),
        ("q=bitcoin&mode=keyword", "words only", "?q=bitcoin"),
        ("q=bitcoin&fold=none", "every article of a story", "?q=bitcoin"),
        ("q=bitcoin+march+2026", "preferring the time “march 2026”", "?q=bitcoin+march+2026&time=false"),
    ],
)
def test_a_filter_shows_as_a_chip_that_takes_it_away(client, asked, name, rest):
    """Wherever it was given; what is left is what stood beside it."""
    page = client.get(f"/?{asked}").text
    chips = re.findall(r'<a class="chip" href="([^"]*)" aria-label="Remove the filter ([^"]*)"', page)
    assert {html.unescape(label): html.unescape(there) for there, label in chips}[name] == rest


def test_a_word_that_names_a_source_is_told(client):
    """In quotes it names none."""
    told = "articles of the source “blockwire” too"
    assert told in html.unescape(client.get("/?q=blockwire+bitcoin").text)
    assert told not in html.unescape(client.get("/?q=%22blockwire%22+bitcoin").text)


def test_the_latest_stand_where_nothing_was_asked(client):
    """/ shows the newest first, and no filter is at work."""
    page = client.get("/").text
    newest = client.get("/search?from=2000-01-01&sort=newest&fold=story").json()["hits"]
    titles = re.findall(r'class="title" href="[^"]*">([^<]*)<', page)
    titles = [re.sub("</?mark>", "", title) for title in re.findall(r'class="title" href="[^"]*">(.*?)</a>', page)]
    titles = [re.sub("</?mark>", "", title) for title in re.findall(r'class="title" href="[^"]*">(.*?)</a>', page)]
    assert [html.unescape(title) for title in titles] == [hit["title"] for hit in newest]
    assert 'class="chips"' not in page


def test_pages_lead_on_and_back_and_end(client):
    """The next page begins behind the last hit; where pages end it is said and no link leads to a refusal."""
    page = client.get("/?q=bitcoin").text
    (following,) = links(page, r'<a rel="next" [^>]*>')
    second = client.get("/" + following).text
    assert 'start="11"' in second
    (back,) = links(second, r'<a rel="prev" [^>]*>')
    assert back == "?q=bitcoin"
    assert client.get("/?q=bitcoin&offset=990").status_code == 200


def test_policies_are_strict(client, samples):
    """Nothing inline, nothing from elsewhere; images of the hosts of the setting and of no other."""
    for path in ("/", "/?q=x&from=soon", "/status", "/articles/no.en"):
        answer = client.get(path, headers=BROWSER)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; " in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.findall(
            r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=\"/static/page\.\w+\.js\">)", answer.text
        )
        assert not re.findall(
            r'(?:src|href)="(?:https?:)?//', re.sub(r'<a [^>]*>|<link rel="canonical"[^>]*>', "", answer.text)
        )
    with TestClient(app.create_app(Settings(index=samples.index, image_hosts=("images.example.org",)))) as pictured:
        answer = pictured.get("/?q=bitcoin")
        assert "img-src 'self' https://images.example.org; " in answer.headers["content-security-policy"]
        images = set(re.findall(r'<img [^>]*src="([^"]*)"', answer.text))
        assert images
        assert all(image.startswith("https://images.example.org/") for image in images)


def test_the_language_is_remembered(client):
    """ui= sets a cookie that the next page follows; caches are told what the page depends on."""
    client.cookies.clear()
    asked = client.get("/?q=bitcoin&ui=uk")
    assert '<html lang="uk">' in asked.text
    assert "ui=uk" in asked.headers["set-cookie"]
    assert '<html lang="uk">' in client.get("/").text
    client.cookies.clear()
    assert '<html lang="uk">' in client.get("/", headers={"accept-language": "uk"}).text
    assert "Accept-Language" in asked.headers["vary"]
    assert client.get("/search?q=bitcoin&ui=uk").status_code == 422


def test_a_browser_gets_pages_and_a_program_gets_json(client):
    """Articles, what is similar, refusals: by what is accepted."""
    for path, status in (("/articles/no/such.en", 404), ("/search?limit=x", 422), ("/no/such/place", 404)):
        page, problem = client.get(path, headers=BROWSER), client.get(path)
        assert page.status_code == problem.status_code == status
        assert 'role="alert"' in page.text
        assert problem.headers["content-type"] == "application/problem+json"
    hit = client.get("/search?q=bitcoin").json()["hits"][0]
    page = client.get(f"/similar/{hit['id']}", headers=BROWSER).text
    similar = client.get(f"/similar/{hit['id']}").json()["hits"]
    titles = [re.sub("</?mark>", "", title) for title in re.findall(r'class="title" href="[^"]*">(.*?)</a>', page)]
    assert [html.unescape(title) for title in titles] == [one["title"] for one in similar]


def test_without_a_generation_the_page_says_so(tmp_path):
    """503, what to do, when to come back, and no path of the machine."""
    with TestClient(app.create_app(Settings(index=tmp_path / "none"))) as empty:
        for path in ("/", "/?q=x", "/status"):
            answer = empty.get(path, headers=BROWSER)
            assert answer.status_code == 503
            assert answer.headers["content-type"].startswith("text/html")
            assert "lede-index build" in answer.text
            assert str(tmp_path) not in answer.text
        assert empty.get("/").headers["retry-after"]


def test_too_many_questions_and_a_loading_model_are_said(samples, monkeypatch):
    """An overload is a page with 503; while the model loads, the page says that words alone answer, and asks again."""

    def still_loading(*_):
        raise ModelError(say("model-loading"))

    with monkeypatch.context() as patched:
        patched.setattr(wiring._embedders, "of", still_loading)
        with TestClient(app.create_app(Settings(index=samples.index))) as client:
            page = client.get("/?q=bitcoin").text
            assert "Words only for now" in page
            assert "data-again" in page
            assert "за словами" in client.get("/?q=bitcoin&ui=uk").text

    async def refused(*_):
        raise OverloadedError(say("busy", count=66), say("ask-later"))

    with TestClient(app.create_app(Settings(index=samples.index))) as client:
        monkeypatch.setattr("search.http.admission.Capacity.run", refused)
        answer = client.get("/?q=bitcoin", headers={"accept-language": "uk"})
        assert answer.status_code == 503
        assert "Запитайте ще раз за мить." in answer.text


def test_a_timeline_is_offered_as_json(client):
    """/timeline counts the same set as /search, by the same parameters; the document describes it."""
    total = client.get("/search?q=bitcoin&lang=en&limit=0").json()["total"]["value"]
    found = client.get("/timeline?q=bitcoin&lang=en").json()
    assert sum(period["count"] for period in found["periods"]) + found["undated"] == total
    period = max(found["periods"], key=lambda period: period["count"])
    asked = {"q": "bitcoin", "lang": "en", "from": period["from"], "to": period["to"], "limit": 0}
    assert client.get("/search", params=asked).json()["total"]["value"] == period["count"] > 0
    listed = client.get("/openapi.json").json()["paths"]["/timeline"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} == set(TIMELINE_PARAMETERS)
    for parameter in listed:
        if parameter["name"] == "min_confidence":  # of a calibrated archive
            continue
        assert client.get("/timeline", params={"q": "x"} | {parameter["name"]: parameter["example"]}).status_code == 200
    assert client.get("/timeline?q=x&limit=3").status_code == 422


def test_the_status_page_tells_of_builds_and_rejections(samples_copy):
    """What the last build rejected and why, what each build changed, and which questions were slow or empty."""
    (samples_copy.content / "broken.en.md").write_text("")
    (samples_copy.content / "new.en.md").write_text("---\ntitle: Zebra\n---\nA zebra.\n")
    gone = next((samples_copy.content / "2025").rglob("*.en.md"))
    changed = next(path for path in samples_copy.content.rglob("*.uk.md"))
    gone.unlink()
    changed.write_text(changed.read_text(encoding="utf-8") + "\n\nЩе речення.\n", encoding="utf-8")
    assert called(lede_index, "build", samples_copy.content, "--index", samples_copy.index).returncode == 0
    with TestClient(app.create_app(Settings(index=samples_copy.index, query_log=True))) as client:
        for text in ("zorblax", "zebra", "<b>quokka</b>", "zebra"):
            client.get("/search", params={"q": text})
        page = client.get("/status").text
    assert "broken.en.md" in page
    rows = [re.findall(r"<t[dh][^>]*>(?:<time[^>]*>)?([^<]*)", row) for row in re.findall(r"<tr.*?</tr>", page, re.S)]
    builds = [row[1:6] for row in rows if len(row) == 6 and row[1].isdigit()]
    assert builds == [["80", "1", "1", "1", "1"], ["80", "–", "–", "–", "0"]]
    assert "<b>quokka" not in page
    assert "&lt;b&gt;quokka" in page
    assert "zorblax" in page
    assert str(samples_copy.index.parent) not in page


def test_nothing_is_kept_of_questions_unless_set():
    """Without the setting a log stays empty; with it the slowest and the empty ones are told, each once."""
    silent, log = QueryLog(False), QueryLog(True)
    for text, took, found in (
        ("old", 99.0, 1),
        ("a", 3.0, 0),
        ("b", 9.0, 2),
        ("a", 1.0, 0),
        (" ", 50.0, 0),
        ("c", 5.0, 0),
    ):
        silent.note(text, took, found)
        log.note(text, took, found)
    assert silent.slowest(9) == []
    assert silent.empty(9) == []
    assert [asking.text for asking in log.slowest(2)] == ["old", "b"]
    assert log.empty(9) == ["c", "a"]
    for number in range(MAX_QUERIES + 1):
        log.note(f"question {number}", 1.0, 0)
    assert len(log.empty(2 * MAX_QUERIES)) == MAX_QUERIES


def test_other_sites_are_let_in_by_name(samples):
    """An origin of the setting may ask and load the script; another, or any without the setting, is told nothing."""
    origin = "https://news.example"
    with TestClient(app.create_app(Settings(index=samples.index, cors_origins=(origin,)))) as client:
        for path in ("/search?q=bitcoin", "/embed.js"):
            assert client.get(path, headers={"origin": origin}).headers["access-control-allow-origin"] == origin
            refused = client.get(path, headers={"origin": "https://evil.example"})
            assert "access-control-allow-origin" not in refused.headers
        script = client.get("/embed.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert "Пошук в архіві" in script.text
    with TestClient(app.create_app(Settings(index=samples.index))) as client:
        assert "access-control-allow-origin" not in client.get("/embed.js", headers={"origin": origin}).headers


@pytest.mark.parametrize(
    ("pairs", "fields", "value", "rest"),
    [
        ([("q", "a tag:x b")], ("tag",), "x", "?q=a+b"),
        ([("q", 'tag:"Real World Assets"')], ("tag",), "real world assets", "?"),
        ([("q", "a (tag:x OR b)")], ("tag",), "x", None),
        ([("q", "NOT tag:x")], ("tag",), "x", None),
        ([("q", "a tag:xy")], ("tag",), "x", None),
        ([("q", "a TAG:x"), ("offset", "10"), ("tag", "y")], ("tag",), "x", "?q=a&tag=y"),
    ],
)
def test_what_was_typed_is_taken_out_of_the_text(pairs, fields, value, rest):
    """Just the filter meant, whatever it is called and quoted; nothing else of the text."""
    found = Address(tuple(pairs)).untyped(fields, lambda typed: typed.casefold() == value)
    assert (None if found is None else str(found)) == rest


def test_the_service_names_no_server(monkeypatch):
    """No header of an answer says which server and which version of it answers."""
    chosen = {}
    monkeypatch.setattr(serving, "keep_log", lambda _: None)
    monkeypatch.setattr(serving.uvicorn, "Config", lambda _, **choices: chosen.update(choices))
    server = SimpleNamespace(run=lambda sockets: sockets[0].close())
    monkeypatch.setattr(serving, "Worker", lambda _, stopping: server)
    serving.serve(Settings(port=0))
    assert chosen["server_header"] is False


def test_the_command_line_loads_nothing_of_the_page():
    """A query from a terminal waits for no template, no catalogue and no web framework."""
    loaded = run("-c", "import sys, search.cli.main; print(*sys.modules)").stdout.split()
    assert not {"babel", "jinja2", "fastapi", "search.web.translations", "search.web.pages"} & set(loaded)


def test_a_page_grows_no_faster_than_its_address(samples):
    """Every link holds the whole address: a long one has fewer of them. With too many parameters there is none."""
    with TestClient(app.create_app(Settings(index=samples.index))) as client:
        sizes = []
        for count in (4, 16, 60):
            asked: Any = [("tag", f"-{number:0>190}") for number in range(min(count, 50))]
            asked += [("source", f"-{number:0>190}") for number in range(count - len(asked))]
            page = client.get("/", params=asked, headers={"Accept": "text/html"})
            assert page.status_code == 200
            sizes.append(len(page.text) / len(str(page.request.url)))
            assert len(page.text) < 2_000_000
        assert sizes[2] < sizes[0]
        refused = client.get("/", params=[("tag", f"-{number}") for number in range(65)])
        assert refused.status_code == 422
        assert len(refused.text) < 60_000


def test_a_hit_in_another_language_says_so_in_the_readers(client):
    """A Ukrainian hit on the English page, an English one on the Ukrainian page; one in the page's own says nothing."""
    tongue = re.compile(r'class="tongue">([^<]*)<')
    assert set(tongue.findall(client.get("/?q=bitcoin&lang=uk").text)) == {"Ukrainian"}
    assert set(tongue.findall(client.get("/?q=bitcoin&lang=en&ui=uk").text)) == {"англійська"}
    assert not tongue.findall(client.get("/?q=bitcoin&lang=en&ui=en").text)


@pytest.mark.parametrize("named", ["fields=id", "explain=false", "facets=tag"])
def test_what_a_page_holds_is_its_own_affair(client, named):
    """Parameters that leave parts of an answer away change nothing but the links."""
    plain = client.get("/?q=bitcoin", headers=BROWSER)
    other = client.get(f"/?q=bitcoin&{named}", headers=BROWSER)
    assert other.status_code == 200
    assert count(other.text) == count(plain.text)
    assert other.text.count('class="hit"') == plain.text.count('class="hit"') > 0
    assert other.text.count("<details") == plain.text.count("<details")
