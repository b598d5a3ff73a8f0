"""Is nobody let in where they don't belong, and everybody else at once?"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from search.errors import SettingsError
from search.http.api_keys import add_key, revoke_key
from search.http.guard import HEADER_BYTES, MAX_BYTES, Guard, require_safe_binding
from search.http.hosts import is_own, is_welcome
from search.http.metrics import Metrics
from search.http.rate_limit import BURST_SECONDS, Rates, client_network
from search.settings import Settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HERE, ELSEWHERE = ("127.0.0.1", 1), ("198.51.100.7", 1)


async def anything(scope, receive, send):
    """A service that answers 200 to all that reaches it, and says by which scheme."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["scheme"].encode()})


def door(client=HERE, host="127.0.0.1", **settings):
    """A client of a guarded service that listens on a host."""
    metrics = Metrics()
    opened: Any = TestClient(
        Guard(anything, Settings(host=host, **settings), metrics), "http://localhost", client=client
    )
    opened.metrics = metrics
    return opened


def refused(response, status, metrics=None, why=""):
    """See that an answer is a problem with that status, which is counted under its reason."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["remedy"]
    if metrics:
        assert metrics.registry.get_sample_value("lede_refused_total", {"why": why}) == 1
    return response


@pytest.fixture
def keys(tmp_path):
    """A file of keys with one of each scope; and those."""
    path = tmp_path / "keys"
    return path, add_key(path, "reader", "read", NOW), add_key(path, "boss", "admin", NOW)


def bearer(token):
    """The header that a program sends."""
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080", "LOCALHOST"])
def test_this_machine_is_a_name_of_ours(host):
    """No stranger can have these resolve to his own server."""
    assert door().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "192.0.2.1",
        "[2001:db8::1]:80",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
    ],
)
def test_a_strangers_name_is_refused(host):
    """DNS rebinding: a page of evil.example that has its name resolve to 127.0.0.1 gets nothing."""
    opened = door()
    refused(opened.get("/search?q=a", headers={"Host": host}), 400, opened.metrics, "host")


def test_names_are_allowed_by_setting():
    """As such, and below a star; the host that it listens on is one of them."""
    opened = door(allowed_hosts=("search.example.org", "*.news.example"), host="lede.internal", open_to_all=True)
    for host in ("search.example.org", "a.news.example", "lede.internal:8080", "SEARCH.example.org."):
        assert opened.get("/", headers={"Host": host}).status_code == 200, host
    for host in ("example.org", "news.example", "xsearch.example.org", "anews.example"):
        refused(opened.get("/", headers={"Host": host}), 400)


@pytest.mark.parametrize("origin", ["http://localhost", "http://LOCALHOST:80"])
def test_its_own_page_may_ask(origin):
    """A browser names the origin of a page that sends a form or a script."""
    assert door().post("/multi-search", headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "https://", "http://[", "x"]
)
def test_a_page_of_another_site_is_refused(origin):
    """Whatever it asks, and also from another port of this machine."""
    opened = door(cors_origins=("https://news.example",))
    refused(opened.get("/search?q=a", headers={"Origin": origin}), 403, opened.metrics, "origin")


def test_a_page_named_by_setting_may_ask_and_reads_refusals_too(keys):
    """cors_origins names sites; what the guard refuses can be read by their scripts."""
    path, *_ = keys
    opened = door(cors_origins=("https://news.example",), keys=path)
    preflight = {"Origin": "https://news.example", "Access-Control-Request-Method": "GET"}
    assert opened.options("/search", headers=preflight).status_code == 200
    answer = refused(opened.get("/search", headers={"Origin": "https://news.example"}), 401)
    assert answer.headers["access-control-allow-origin"] == "https://news.example"
    assert door(cors_origins=("*",)).get("/", headers={"Origin": "null"}).status_code == 200


def test_on_this_machine_alone_nobody_needs_a_key():
    """Loopback, no keys set: all is open, numbers too."""
    opened = door()
    assert [opened.get(path).status_code for path in ("/search", "/metrics", "/")] == [200, 200, 200]


def test_where_there_are_keys_they_are_needed(keys):
    """Also on loopback, for a proxy may stand before it; only whether the process lives is told to all."""
    path, reader, boss = keys
    opened = door(keys=path)
    answer = refused(opened.get("/search"), 401, opened.metrics, "key")
    assert "Bearer" in answer.headers["www-authenticate"]
    assert "Basic" in answer.headers["www-authenticate"]
    for wrong in (
        {"Authorization": "Bearer lede_wrong"},
        {"Authorization": "Basic !!"},
        {"Authorization": b"Basic \xff"},
        {"Authorization": b"Basic /w=="},
        bearer(""),
        {"Authorization": "Bearer ключ".encode()},
    ):
        refused(opened.get("/search", headers=wrong), 401)
    assert opened.get("/search", headers=bearer(reader)).status_code == 200
    assert opened.get("/search", headers={"Authorization": f"bearer {boss}"}).status_code == 200
    assert opened.get("/search", auth=("any name", reader)).status_code == 200
    assert opened.get("/health").status_code == 200
    assert opened.get("/static/style.css").status_code == 200
    for other in ("/healthy/search", "/static/../search"):
        assert opened.get(other).status_code in (200, 401)


@pytest.mark.parametrize(("said", "told"), [
    ("public, max-age=86400", "private, max-age=86400"),
    ("max-age=300", "private, max-age=300"),
    ("no-store", "no-store"),
    (None, "private, no-cache"),
])  # fmt: skip
def test_no_shared_cache_keeps_what_a_key_opened(keys, said, told):
    """Nor is any told two things at once: some read the last word alone."""

    async def cached(scope, receive, send):
        headers = [] if said is None else [(b"cache-control", said.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    opened: Any = TestClient(Guard(cached, Settings(keys=keys[0]), Metrics()), "http://localhost", client=HERE)
    assert opened.get("/search", headers=bearer(keys[1])).headers.get_list("cache-control") == [told]


def test_numbers_take_an_admin_key(keys):
    """A reader's key is known, but does not open them."""
    path, reader, boss = keys
    opened = door(keys=path)
    refused(opened.get("/metrics"), 401)
    refused(opened.get("/metrics", headers=bearer(reader)), 403, opened.metrics, "scope")
    assert opened.get("/metrics", headers=bearer(boss)).status_code == 200
    wide = door(keys=path, open_to_all=True)
    assert wide.get("/search").status_code == 200
    refused(wide.get("/metrics"), 401)
    refused(door(host="0.0.0.0", open_to_all=True).get("/metrics"), 401)  # noqa: S104


@pytest.mark.parametrize(("origins", "headers", "status"), [
    ((), {}, 401),
    ((), {"Origin": "http://localhost"}, 401),
    (("https://news.example",), {}, 401),
    (("https://news.example",), {"Origin": "https://news.example"}, 200),
])  # fmt: skip
def test_a_preflight_needs_no_key_where_it_is_one(keys, origins, headers, status):
    """It is a browser's question for a page that may ask; any other OPTIONS is a request like others."""
    opened = door(keys=keys[0], cors_origins=origins)
    told = opened.options("/search", headers={"Access-Control-Request-Method": "GET", **headers})
    assert told.status_code == status, told.text


def test_keys_come_and_go_without_a_restart(keys):
    """A new key opens with the next request, a revoked one no longer; a broken or missing file lets nobody in."""
    path, reader, _ = keys
    opened = door(keys=path)
    assert opened.get("/", headers=bearer(reader)).status_code == 200
    newer = add_key(path, "newer", "read", NOW)
    assert opened.get("/", headers=bearer(newer)).status_code == 200
    revoke_key(path, "reader")
    refused(opened.get("/", headers=bearer(reader)), 401)
    whole = path.read_text()
    path.write_text(f"{whole}what is this\n")
    refused(opened.get("/", headers=bearer(newer)), 401)
    path.write_text(whole)
    assert opened.get("/", headers=bearer(newer)).status_code == 200
    path.unlink()
    refused(opened.get("/", headers=bearer(newer)), 401)


def test_other_machines_are_not_let_in_by_accident(tmp_path, keys):
    """Listening beyond this machine without a key is refused, unless it is said in so many words."""
    for host in ("0.0.0.0", "::", "192.0.2.1", "lede.example"):  # noqa: S104
        with pytest.raises(SettingsError, match="lede key add"):
            require_safe_binding(Settings(host=host))
        with pytest.raises(SettingsError):
            require_safe_binding(Settings(host=host, keys=tmp_path / "none"))
        require_safe_binding(Settings(host=host, open_to_all=True))
        require_safe_binding(Settings(host=host, keys=keys[0]))
    for host in ("127.0.0.1", "localhost", "::1", "127.9.9.9"):
        require_safe_binding(Settings(host=host))


def test_who_asks_too_often_is_told_when_to_come_back(keys):
    """429 with the seconds; another client, and this machine itself, go on."""
    path, reader, _ = keys
    far = door(ELSEWHERE, rate=1)
    assert [far.get("/").status_code for _ in range(BURST_SECONDS)] == [200] * BURST_SECONDS
    assert refused(far.get("/"), 429, far.metrics, "rate").headers["retry-after"] == "1"
    near = door(HERE, rate=1, keys=path, open_to_all=True)
    assert {near.get("/").status_code for _ in range(3 * BURST_SECONDS)} == {200}
    statuses = [near.get("/", headers=bearer(reader)).status_code for _ in range(BURST_SECONDS + 1)]
    assert statuses == [200] * BURST_SECONDS + [429]


def test_keys_cannot_be_tried_out_quickly(keys):
    """A wrong key counts for the address that tries it."""
    far = door(ELSEWHERE, rate=1, keys=keys[0])
    statuses = [far.get("/", headers=bearer(f"guess{n}")).status_code for n in range(BURST_SECONDS + 1)]
    assert statuses == [401] * BURST_SECONDS + [429]


def test_what_a_client_says_of_itself_is_not_believed():
    """X-Forwarded-For counts only as far as there are proxies, and from the last on."""
    plain = door(ELSEWHERE, rate=1)
    statuses = [plain.get("/", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(9)]
    assert statuses.count(429) == 9 - BURST_SECONDS
    behind = door(HERE, rate=1, proxies=1, open_to_all=True)
    for n in range(9):
        forged = {"X-Forwarded-For": f"192.0.2.{n}, 203.0.113.9", "X-Forwarded-Proto": "https"}
        answer = behind.get("/", headers=forged)
        assert answer.status_code == (200 if n < BURST_SECONDS else 429)
        assert n >= BURST_SECONDS or answer.text == "https"
    assert behind.get("/", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 200
    assert door(HERE).get("/", headers={"X-Forwarded-Proto": "https"}).text == "http"


def test_a_body_that_says_it_is_too_large_is_refused_unread():
    """413 by its Content-Length alone."""
    opened = door()
    refused(opened.post("/multi-search", headers={"Content-Length": str(MAX_BYTES + 1)}), 413, opened.metrics, "size")
    refused(opened.post("/multi-search", headers={"Content-Length": b"\xb2"}), 413)
    refused(opened.get("/search", headers={"X-Much": "a" * HEADER_BYTES}), 431)
    refused(opened.get("/search?q=" + "a" * HEADER_BYTES), 431)
    assert opened.get("/search", params={"q": "🦘" * 2000}).status_code == 200


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 4)), max_size=60), st.integers(1, 5), st.integers(1, 4))
def test_a_bucket_is_what_it_is_said_to_be(asks, rate, clients):
    """Against a slow model: tokens of each client that is still remembered; never more clients than may be."""
    now = 0.0
    rates = Rates(rate, clients, clock=lambda: now)
    model: dict[int, tuple[float, float]] = {}
    for pause, client in asks:
        now += pause
        full = float(rate * BURST_SECONDS)
        tokens, since = model.pop(client, (full, now))
        tokens = min(full, tokens + (now - since) * rate)
        waited = rates.wait(str(client))
        assert (waited == 0) == (tokens >= 1)
        assert waited == pytest.approx(0 if tokens >= 1 else (1 - tokens) / rate)
        model[client] = (tokens - (tokens >= 1), now)
        while len(model) > clients:
            model.pop(next(iter(model)))
        assert len(rates._buckets) <= clients


def test_neighbours_of_one_customer_are_one_client():
    """An IPv4 address, mapped or not; a /64 of IPv6; a name as it is."""
    assert client_network("::ffff:192.0.2.1") == client_network("192.0.2.1") != client_network("192.0.2.2")
    assert client_network("2001:db8::1") == client_network("2001:db8::ffff:2") != client_network("2001:db8:0:1::1")
    assert client_network("testclient") == "testclient"


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_host_and_no_origin_breaks_the_door(host, origin):
    """Whatever a header holds, there is an answer; and what is not ours is not let in."""
    if is_own(host, ()):
        assert not host or any(sign in host for sign in ".:]") or host.startswith("localhost")
    assert is_welcome(origin, "localhost", ()) in (True, False)


def test_what_asks_for_the_service_as_a_whole_gets_no_body():
    """`OPTIONS *` is answered by its head alone: a body behind 204 would end the connection, with a traceback."""
    sent = []

    async def ask():
        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"",
                 "http_version": "1.1", "scheme": "http", "root_path": "", "headers": [(b"host", b"localhost")],
                 "client": ("127.0.0.1", 5), "server": ("testserver", 80), "state": {}}  # fmt: skip
        await Guard(anything, Settings(host="127.0.0.1"), Metrics())(scope, receive, send)

    asyncio.run(ask())
    start, *bodies = sent
    assert (start["status"], b"".join(one.get("body", b"") for one in bodies)) == (204, b"")
    assert dict(start["headers"])[b"allow"] == b"GET, HEAD, POST, OPTIONS"
    assert b"content-length" not in dict(start["headers"])
