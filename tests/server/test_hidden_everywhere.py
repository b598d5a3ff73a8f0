"""Does anything that leaves the machine tell of an article that is hidden? Every route, tool and command is walked."""

import argparse
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from conftest import called
from fake_index import built_index, open_fake
from fastapi.testclient import TestClient
from msgspec.structs import replace

from indexer.content.rules import ReadingRules
from indexer.release.publish import publish, stage
from search.article import Article, Source
from search.cli import main as cli
from search.engine.engine import EmbeddedEngine
from search.errors import ArticleNotFoundError
from search.field_settings import CustomField
from search.index.snapshot_manager import SnapshotManager
from search.index.withdrawn import write_withdrawn
from search.mcp.tools import Assistant
from search.query.fields import FILTER_FIELDS
from search.server.app import create_app
from search.settings import BUILT_IN_MODEL, Settings

NOON = datetime(2026, 2, 5, 12, tzinfo=UTC)
RULES = ReadingRules(custom={"desk": CustomField("keyword", ("desk",)), "rating": CustomField("number", ("rating",))})
WORDS = {
    "title": "Qorvexian merger", "text": "Plimsolder signed the Qorvexian papers. The harbour fog hides Plimsolder.",
    "description": "Zubbinate talks", "tag": "Wexlorian", "author": "Yodric Quenneth", "category": "Vundermatter",
    "source": "ulmaquarry", "source_name": "Ulmaquarry Times", "sentiment": "TREMULANT", "language": "eo",
    "image": "kalmpicture", "url": "jemblish", "slug": "ixolate", "desk": "Hardesk", "series": "Gromlet",
}  # fmt: skip
"""What only the hidden article says, by where it says it."""
TRACES = [word for text in WORDS.values() for word in text.split() if word[0].isupper() or word.islower()]
TRACES = sorted({word.strip(".").lower() for word in TRACES} - {
    *"merger signed the papers harbour fog hides talks times eo".split()
})  # fmt: skip
HIDDEN = "2026/qorvexian-secret.en"


def millis(moment):
    """Milliseconds UTC."""
    return int(moment.timestamp() * 1000)


def plain(n):
    """An article that everybody may see."""
    return Article(
        id=f"2026/harbour-{n}.en", path=f"2026/harbour-{n}.en.md", title=f"Harbour news {n}", language="en",
        text=f"The harbour was closed because of the fog on day {n}. Ships had to wait for the merger talks.",
        published=millis(NOON - timedelta(days=n + 1)), tags=("Ports",), authors=("Jane Doe",), categories=("World",),
        source=Source("g", "Gazette"), sentiment="NEUTRAL", custom={"desk": ["Sport"], "rating": float(n)},
    )  # fmt: skip


def hidden(**when):
    """The one that nobody may."""
    return Article(
        id=HIDDEN, path=f"{HIDDEN}.md", title=WORDS["title"], text=WORDS["text"], description=WORDS["description"],
        tags=(WORDS["tag"],), authors=(WORDS["author"],), categories=(WORDS["category"],), language=WORDS["language"],
        source=Source(WORDS["source"], WORDS["source_name"]), sentiment=WORDS["sentiment"], slug=WORDS["slug"],
        image=f"https://x.example/{WORDS['image']}.jpg", url=f"https://x.example/{WORDS['url']}",
        custom={"desk": [WORDS["desk"]], "rating": 987654.0}, **when,
    )  # fmt: skip


VISIBLE = [plain(n) for n in range(12)]
REASONS = {
    "embargoed": {"published": millis(NOON + timedelta(hours=1))},
    "expired": {"published": millis(NOON - timedelta(days=3)), "expires": millis(NOON - timedelta(hours=1))},
    "withdrawn": {"published": millis(NOON - timedelta(days=3))},
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An index of the same archive without the hidden article."""
    return built_index(tmp_path_factory.mktemp("bare"), VISIBLE, rules=RULES)


@pytest.fixture(scope="module", params=REASONS)
def index(request, tmp_path_factory):
    """An index with it, for one reason each; the build before did not have it, the one after changed it."""
    from fake_index import reading, recipe

    from indexer.builder import build

    one = hidden(**REASONS[request.param])
    index = built_index(tmp_path_factory.mktemp("hidden"), VISIBLE, rules=RULES)
    for text in ("Earlier text.", one.text):
        staged = stage(index)
        articles = sorted([*VISIBLE, replace(one, text=text)], key=lambda article: article.id)
        build(reading(articles), recipe(rules=RULES), index.cache, staged, lambda *_: None)
        publish(index, staged)
    if request.param == "withdrawn":
        write_withdrawn(index.withdrawn, [HIDDEN])
    return index


@contextmanager
def service(index):
    """A client of a service over an index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.wiring.open_generation", open_fake)
        with TestClient(create_app(Settings(index=index.root, sitemap=True), clock=lambda: NOON)) as opened:
            yield opened


@pytest.fixture(scope="module")
def client(index):
    """A client of the service over the index with it."""
    with service(index) as opened:
        yield opened


def probes():
    """Texts that would bring it to light: its words, their beginnings, slips, phrases and fields."""
    words = [word for word in TRACES if word.isalpha()]
    yield from ("", "harbour", "harbour fog", "merger talks", "papers", "papres", "qorv", "*", "harbor merger")
    for word in words:
        yield from (word, word[:4], word[:-1], word[:-2] + word[-1] + word[-2], f"{word[:3]}*", f'"{word} harbour"')
        yield from (f"title:{word}", f"={word}", f"{word[:4]} {word[4:]}", f"harbour -{word}", f"{word} NEAR fog")
        for field in FILTER_FIELDS.values():
            yield f"{field.parameter}:{word}"
            yield f"{field.parameter}:{word[:-1]}"
    yield from ("rating:900..", "desk:hardesk", "desk:hardes", "after:2026-02-05", "lang:eo", "NOT lang:en")


PROBES = list(dict.fromkeys(probes()))
FEW = ["", "harbour", "merger papers", *TRACES, *(word[:-1] for word in TRACES), *(word[:4] for word in TRACES)]


def requests():
    """By route, every request that is tried there: (path, parameters)."""
    searches = [{"q": text, "facets": "true", "limit": 50, "explain": "true"} for text in PROBES]
    for mode in ("keyword", "semantic"):
        searches += [{"q": text, "mode": mode, "facets": "true", "fold": "story"} for text in FEW]
    searches += [{"q": text, "prefix": "true", "explain": "true"} for text in FEW]
    searches += [{name: value, "facets": "true"} for name in ("tag", "author", "desk", "source") for value in TRACES]
    every = [{"q": text} for text in FEW]
    yield from (("/search", search) for search in searches)
    for route in ("/suggest", "/export", "/feed.atom", "/feed.json", "/timeline", "/", "/similar/2026/harbour-1.en"):
        yield from ((route, one) for one in every)
    yield from (("/export", {"format": form}) for form in ("csv", "jsonl", "bibtex", "ris"))
    for facet in (*FILTER_FIELDS, "month", "desk", "rating"):
        yield from ((f"/facets/{facet}", {"value": text}) for text in ("", *TRACES))
    for suffix in ("", "x", ".md"):
        yield from ((f"/{kind}/{HIDDEN}{suffix}", {}) for kind in ("articles", "similar"))
    yield from ((f"/articles/2026/harbour-{n}.en", {"q": "papers"}) for n in range(12))
    for route in ("/sitemap.xml", "/sitemap-1.xml", "/status", "/ready", "/health", "/metrics", "/help", "/robots.txt",
                  "/openapi.json", "/docs", "/opensearch.xml", "/embed.js", "/favicon.ico",
                  "/static/lede.css"):  # fmt: skip
        yield route, {}


WALKED_APART = {"/mcp", "/multi-search"}


def told(text, *asked):
    """The traces in a text, but for those that were typed whole."""
    typed = " ".join(asked).lower()
    found = text.lower()
    return [trace for trace in TRACES if trace in found and trace not in typed]


def test_every_route_is_walked(client):
    """A route that is added must be added here."""
    walked = {path for path, _ in requests()} | WALKED_APART

    def is_walked(route):
        beginning, brace, _ = route.partition("{")
        return any(path.startswith(beginning) if brace else path == route for path in walked)

    routes = {getattr(route, "path", "") for route in client.app.routes}
    assert not {route for route in routes if not is_walked(route)}


@pytest.mark.parametrize("browser", [False, True])
def test_no_route_tells_of_it(client, browser):
    """Not by JSON, not by a page, whatever is asked."""
    headers = {"accept": "text/html"} if browser else {}
    for path, parameters in requests():
        if browser and path not in ("/", "/status", "/help") and not path.startswith(("/articles", "/similar")):
            continue
        answer = client.get(path, params=parameters, headers=headers)
        asked = [str(value) for value in parameters.values()] + [HIDDEN] * (HIDDEN in path)
        assert answer.status_code < 500
        assert not told(answer.text, *asked), (path, parameters, answer.text[:600])
        if HIDDEN in path:
            assert answer.status_code == 404
        assert "987654" not in answer.text


def test_searches_of_a_body_do_not_either(client):
    """POST /search and POST /multi-search."""
    for texts in (FEW[at : at + 20] for at in range(0, len(FEW), 20)):
        answer = client.post("/multi-search", json=[{"q": text, "facets": "true"} for text in texts])
        for text, one in zip(texts, answer.json()["answers"], strict=True):
            assert not told(json.dumps(one), text)
            assert one["index"]["articles"] == len(VISIBLE)


SAME = ("total", "facets", "suggestions", "unknown_words", "did_you_mean", "degraded")
"""What of an answer depends on nothing that BM25 counts."""


def test_answers_are_those_of_an_archive_without_it(client, bare):
    """The same hits, totals, facets, notes and corrections: nobody can tell that there is more."""
    with service(bare) as other:
        for text in PROBES:
            asked = {"q": text, "facets": "true", "limit": 50, "mode": "keyword", "sort": "newest"}
            one, two = (some.get("/search", params=asked).json() for some in (client, other))
            assert {name: one[name] for name in SAME} == {name: two[name] for name in SAME}, text
            assert [hit["id"] for hit in one["hits"]] == [hit["id"] for hit in two["hits"]], text
            assert one["query"] == two["query"], text
        for text in FEW:
            one, two = (some.get("/suggest", params={"q": text}).json() for some in (client, other))
            assert one["suggestions"] == two["suggestions"]
            one, two = (some.get("/timeline", params={"q": text, "mode": "keyword"}).json() for some in (client, other))
            assert one == two


def test_the_counts_of_builds_do_not_count_it(index):
    """Neither what is served, nor what each build had and changed."""
    engine = EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: NOON)
    engine.refresh()
    served = engine.status().generation
    assert served.articles == len(VISIBLE)
    assert served.languages == {"en": len(VISIBLE)}
    builds = engine.history()
    assert [(build.articles, build.added, build.changed, build.removed) for build in builds] == [
        (len(VISIBLE), 0, 0, 0),
        (len(VISIBLE), 0, 0, 0),
        (len(VISIBLE), None, None, None),
    ]


def test_assistants_are_not_told(index):
    """Both tools, whatever they are called with."""
    engine = EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: NOON)
    assistant = Assistant(engine, lambda: NOON, "")
    tools = {tool.name for tool in assistant.tools()}
    assert tools == {"search", "fetch"}
    for text in FEW:
        found = assistant.call("search", {"query": text}, "http://x/")
        assert not told(repr(found), text)
    with pytest.raises(ArticleNotFoundError):
        assistant.call("fetch", {"id": HIDDEN}, "http://x/")


def test_no_command_tells_of_it(index, monkeypatch):
    """Every command of `lede` that answers; the operator's own program may."""
    monkeypatch.setattr("search.wiring.open_generation", open_fake)
    monkeypatch.setattr("search.cli.main.datetime", _Noon)
    patched = EmbeddedEngine.__init__

    def at_noon(self, served, model, clock, reranker=None):
        patched(self, served, model, lambda: NOON, reranker)

    monkeypatch.setattr(EmbeddedEngine, "__init__", at_noon)
    commands = [
        *(["query", text, *form] for text in FEW[:30] for form in (["--json", "--facets"], ["--csv"], [])),
        ["query", "--help"],
        ["similar", HIDDEN],
        ["similar", "2026/harbour-1.en", "--json"],
        ["show", HIDDEN],
        ["show", HIDDEN, "--json"],
        ["status"],
        ["status", "--json"],
    ]
    parser = cli._parser()
    known = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
    assert {command[0] for command in commands} == set(known) - {"serve", "key", "mcp"}
    for command in commands:
        done = called(cli.main, *command, "--index", index.root)
        assert not told(done.stdout + done.stderr, *command), (command, done.stdout[:500], done.stderr)


UNPUBLISHED = {
    "draft.md": "---\ntitle: Draftword\ndraft: true\n---\nDraftword body.",
    "unpublished.md": "---\ntitle: Draftword\npublished: false\n---\nDraftword body.",
    "status.md": "---\ntitle: Draftword\nstatus: withdrawn\n---\nDraftword body.",
    "private.md": "---\ntitle: Draftword\nstatus: private\n---\nDraftword body.",
    "_drafts/one.md": "---\ntitle: Draftword\n---\nDraftword body.",
    ".trash/one.md": "---\ntitle: Draftword\n---\nDraftword body.",
    "node_modules/x/one.md": "---\ntitle: Draftword\n---\nDraftword body.",
    "export.xml": """<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>s</title>
      <wp:wxr_version>1.2</wp:wxr_version>"""
    + "".join(
        f"<item><title>Draftword {n}</title><content:encoded><![CDATA[<p>Draftword body.</p>]]></content:encoded>"
        f"<wp:post_id>{n}</wp:post_id><wp:post_type>post</wp:post_type><wp:status>{status}</wp:status>"
        f"<wp:post_password>{password}</wp:post_password></item>"
        for n, (status, password) in enumerate(
            [("private", ""), ("draft", ""), ("publish", "Draftword"), ("trash", ""), ("pending", "")]
        )
    )
    + "</channel></rss>",
    "seen.md": "---\ntitle: Seen\ndate: 2026-01-01\n---\nThe one that enters.",
}


def test_what_is_not_published_enters_no_file(tmp_path):
    """Drafts, unpublished, private and withdrawn articles: no file of the index has a word of theirs."""
    from fake_index import recipe

    from indexer.builder import build
    from indexer.content.reader import KnownFiles, read
    from search.index.directory import IndexFolder

    for name, written in UNPUBLISHED.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    found = read(tmp_path / "content", KnownFiles(), lambda *_: None)
    assert [article.title for article in found.articles] == ["Seen"]
    index = IndexFolder(tmp_path / "index")
    staged = stage(index)
    build(found, recipe(), index.cache, staged, lambda *_: None)
    publish(index, staged)
    files = [file for file in index.root.rglob("*") if file.is_file()]
    assert any(b"Seen" in file.read_bytes() for file in files)
    assert not [file for file in files if b"draftword" in file.read_bytes().lower()]


class _Noon(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz=None):
        return NOON
