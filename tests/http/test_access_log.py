"""Is every answer marked, logged and counted, and is a question's text nobody's business?"""

import io
import json
import logging
import os
import re
import threading
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from search import tracing
from search.deadline import Deadline
from search.http.access_log import AccessLog
from search.http.api_keys import add_key
from search.http.log_format import keep_log
from search.http.metrics import STAGES, Metrics
from search.http.rate_limit import BURST_SECONDS
from search.server.run import guarded
from search.settings import Settings
from search.tracing import count, open_trace, stage

CAREFUL = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
ASKED = ("/search?q=bitcoin", "/", "/articles/none", "/nowhere", "/search?q=a&colour=red", "/metrics", "/health")


@pytest.fixture(scope="module")
def client(samples):
    """A client of the whole service, as it is served."""
    with TestClient(guarded(Settings(index=samples.index)), "http://localhost", client=("127.0.0.1", 1)) as opened:
        opened.get("/search?q=warm")
        yield opened


@pytest.fixture
def logged():
    """What is logged meanwhile, as JSON, one object a line."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    keep_log("json")
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers, root.level = before, level


def numbers(client):
    """Every sample of /metrics by its name and labels."""
    lines = client.get("/metrics").text.splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


@pytest.mark.parametrize("path", ASKED)
def test_every_answer_is_marked(client, path):
    """Careful headers and an id, on answers, pages, refusals and errors alike; a policy of the page's own stays."""
    answer = client.get(path, headers={"X-Request-ID": "of-the.proxy_1"})
    assert {name: answer.headers[name] for name in CAREFUL} == CAREFUL
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers.get_list("content-security-policy")[1:] == []
    assert ("style-src" in answer.headers["content-security-policy"]) == (path == "/")
    assert answer.headers["x-request-id"] == "of-the.proxy_1"
    if answer.headers["content-type"] == "application/problem+json":
        assert answer.json()["request_id"] == "of-the.proxy_1"
    assert "server" not in answer.headers


def test_an_id_that_would_forge_a_log_is_not_taken(client):
    """A new one then, and another for each request."""
    ids = {
        client.get("/health", headers={"X-Request-ID": bad}).headers["x-request-id"] for bad in ("a b", "", "x" * 65)
    }
    assert len(ids) == 3
    assert all(len(one) == 16 for one in ids)


def test_a_request_is_one_line_without_its_question(client, logged, samples):
    """Id, path, status, milliseconds and generation; the text only where it is asked for."""
    client.get("/search?q=secret+quokka", headers={"X-Request-ID": "one"})
    client.get("/articles/none?x=quokka", headers={"X-Request-ID": "two"})
    told = {line["id"]: line for line in logged() if line["logger"] == "lede.request"}
    assert {"one", "two"} == told.keys()
    one = told["one"]
    assert (one["method"], one["path"], one["status"]) == ("GET", "/search", 200)
    assert one["generation"] == samples.report["generation"]
    assert one["ms"] > 0
    assert told["two"]["status"] == 404
    assert "quokka" not in json.dumps([line for line in logged() if line["logger"].startswith("lede")])


def test_questions_are_logged_where_that_is_set(samples, logged):
    """query_log says so."""
    settings = Settings(index=samples.index, query_log=True)
    with TestClient(guarded(settings), "http://localhost", client=("127.0.0.1", 1)) as opened:
        opened.get("/search?q=bitcoin+price")
    assert "bitcoin price" in [line.get("q") for line in logged()]


def test_a_text_log_cannot_be_forged(client, capsys):
    """A newline in a path stays on its line."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    keep_log("text")
    client.get("/articles/a%0Aforged")
    root.handlers, root.level = before, level
    lines = [line for line in capsys.readouterr().err.splitlines() if "lede.request" in line]
    assert len(lines) == 1
    assert 'path="/articles/a\\nforged" status=404' in lines[0]


FIELD = re.compile(r' (\w+)=("(?:[^"\\]|\\.)*"|[^ "=]*)(?= |$)')
FORGING = (
    "/a b", "/a status=200 client=other", '/a" status=200 x="', "/a\n2026-01-01 INFO lede.request: answered id=1",
    "/a\r\n", "/\u2028x", "/\x1b[2Jx", "/\x85x", "/a\\", '/a\\" status=200', "/=", "//status=200", "/{}",
    "/%s%(message)s", "/\ud800",
)  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("path", FORGING)
def test_whatever_is_asked_is_one_line_with_the_fields_it_should_have(form, path, capsys):
    """Neither a line nor a field can be made up; client, worker and cost stand in each."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    keep_log(form)
    log = AccessLog(None, Metrics(), lambda: "2026", paths=frozenset(), log_queries=True)
    scope = {
        "method": "GET",
        "path": path,
        "query_string": b"q=" + quote(path, errors="replace").encode(),
        "headers": [],
    }
    log._note(scope, "an-id", 404, 0.001, Deadline())
    root.handlers, root.level = before, level
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1, "no sign in it ends a line"
    if form == "json":
        found = json.loads(written)
    else:
        found = {name: json.loads(value) if value[:1] == '"' else value for name, value in FIELD.findall(written)}
        assert len(FIELD.findall(written)) == len(found)
    assert {"id", "method", "path", "status", "ms", "cost_ms", "client", "worker", "generation", "q"} <= found.keys()
    assert (str(found["status"]), found["id"], str(found["worker"])) == ("404", "an-id", str(os.getpid()))
    plain = path.isprintable()
    assert not plain or found["path"] == path


def test_what_happens_is_counted(client):
    """Requests by path and status, legs, empty answers, cache hits; nothing grows with what clients make up."""
    before = numbers(client)
    for path in ("/search?q=stablecoin+law", "/search?q=stablecoin+law", "/search?q=zxqwv&mode=keyword", "/made/up"):
        client.get(path)
    after = numbers(client)

    def grown(name):
        return after.get(name, 0) - before.get(name, 0)

    assert grown('lede_requests_total{path="/search",status="200"}') == 3
    assert grown('lede_requests_total{path="other",status="404"}') == 1
    assert grown("lede_empty_answers_total") == 1
    assert grown("lede_vector_cache_hits_total") >= 1
    assert after["lede_in_flight"] == 1
    assert after["lede_ready"] == 1
    assert after["lede_trouble"] == 0
    assert after["lede_articles"] == 80
    assert after["lede_generation_age_seconds"] > 0
    for name in STAGES:
        assert grown(f'lede_leg_seconds_count{{leg="{name}"}}') >= 1, name
    took = sum(grown(f'lede_leg_seconds_sum{{leg="{name}"}}') for name in STAGES)
    assert 0 < took <= grown('lede_request_seconds_sum{path="/search"}')
    assert not [name for name in after if "made" in name]


def test_stages_never_count_a_moment_twice(monkeypatch):
    """By a clock that is wound by hand: a leg's time is its own, without that of the legs within it."""
    clock = [0.0]
    monkeypatch.setattr(tracing, "perf_counter", lambda: clock[0])

    @stage("inner")
    def inner(seconds):
        clock[0] += seconds

    @stage("outer")
    def outer():
        clock[0] += 1
        inner(2)
        inner(4)
        clock[0] += 8

    outer()
    ledger = open_trace()
    outer()
    inner(16)
    with pytest.raises(ZeroDivisionError):
        stage("failing")(lambda: 1 / 0)()
    assert ledger.seconds == {"outer": 9, "inner": 22, "failing": 0}
    count("seen")
    other = threading.Thread(target=lambda: count("seen"))
    other.start()
    other.join()
    assert ledger.notes == {"seen": 1}


REFUSED = (
    ("host", {"Host": "evil.example"}, 400),
    ("origin", {"Origin": "https://evil.example"}, 403),
    ("site", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    ("key", {"Authorization": "Bearer guessed"}, 401),
    ("size", {"Content-Length": "999999999"}, 401),
    ("rate", {}, 429),
)


@pytest.mark.parametrize(("why", "headers", "status"), REFUSED, ids=[row[0] for row in REFUSED])
def test_who_is_refused_has_a_name_in_the_log(why, headers, status, tmp_path, logged):
    """An abuser is mostly that: whoever guesses keys, or asks too often, is not called `local`."""
    keys = tmp_path / "keys"
    add_key(keys, "reader", "read", datetime(2026, 3, 1, tzinfo=UTC))
    settings = Settings(keys=keys, proxies=1, allowed_hosts=("search.example.org",), log_clients="plain", rate=1)
    outermost = guarded(settings)
    with TestClient(outermost, "http://search.example.org", client=("127.0.0.1", 1)) as opened:
        hop = {"X-Forwarded-For": "203.0.113.9"}
        for _ in range(BURST_SECONDS if why == "rate" else 0):
            opened.get("/search?q=a", headers=hop)
        assert opened.get("/search?q=a", headers={**hop, **headers, "X-Request-ID": why}).status_code == status
    (line,) = [line for line in logged() if line.get("id") == why]
    assert (line["client"], line["status"]) == ("203.0.113.9", status)
