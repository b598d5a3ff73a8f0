"""What does a stranger get who comes through the shipped proxy examples? Every route is tried."""

import json
import re
from datetime import UTC, datetime

import pytest
from conftest import REPOSITORY
from starlette.testclient import TestClient

from search.errors import SettingsError
from search.http.api_keys import add_key
from search.http.guard import OPEN, require_safe_binding
from search.server.run import guarded
from search.settings import choose

EXAMPLES = ("nginx.conf", "Caddyfile")
STRANGER = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Host": "search.example.org"}
TELLING = ("/metrics", "/status")
SECRET = ('"rejected":', '"drafts":', "Traceback", "site-packages")


def example_settings(name, tmp_path, **besides):
    """The settings that the head of an example names, as a lede.toml would give them."""
    head = (REPOSITORY / "examples" / "proxy" / name).read_text(encoding="utf-8").split("\n", 2)[1]
    proxies = re.search(r"proxies = (\d+)", head)[1]
    hosts = json.loads(re.search(r"allowed_hosts = (\[.*?\])", head)[1])
    lines = [f"proxies = {proxies}", f"allowed_hosts = {json.dumps(hosts)}"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in besides.items()]
    (tmp_path / "lede.toml").write_text("\n".join(lines))
    return choose({}, {}, tmp_path).settings


def routes(client):
    """Every path that is served, with an id and a name where one is asked for."""
    for route in client.app._app._app._app.routes:
        path = getattr(route, "path", "")
        yield re.sub(r"\{article_id[^}]*\}", "2025/x", path).replace("{name}", "tag") or "/"


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_stranger_learns_nothing_of_the_service_itself(example, samples, tmp_path):
    """Open to all: whoever asks may search; numbers, rejections, drafts and other generations take an admin key."""
    keys = tmp_path / "lede.keys"
    boss = add_key(keys, "boss", "admin", datetime.now(UTC))
    settings = example_settings(example, tmp_path, open_to_all=True, index=str(samples.index), keys=str(keys), rate=0)
    with TestClient(guarded(settings), "http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        walked = sorted(set(routes(client)))
        assert len(walked) > 14
        for path in walked:
            for method in ("GET", "HEAD", "POST"):
                answer = client.request(method, f"{path}?q=bitcoin", headers=STRANGER)
                assert answer.status_code < 500, (method, path)
                if path.startswith(TELLING):
                    assert answer.status_code == 401, (method, path)
                assert not [word for word in SECRET if word in answer.text and path != "/openapi.json"], (
                    path,
                    answer.text,
                )
        assert client.get("/search?q=bitcoin", headers=STRANGER).status_code == 200
        told = client.get("/ready", headers=STRANGER | {"Authorization": f"Bearer {boss}"}).json()
        assert {"rejected", "drafts"} <= told.keys()


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_stranger_without_a_key_gets_nothing_where_there_are_keys(example, samples, tmp_path):
    """But that the process lives, and the page's own style."""
    keys = tmp_path / "lede.keys"
    add_key(keys, "reader", "read", datetime.now(UTC))
    settings = example_settings(example, tmp_path, index=str(samples.index), keys=str(keys), rate=0)
    with TestClient(guarded(settings), "http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        for path in sorted(set(routes(client)) - {"/health"}):
            if not path.startswith(OPEN):
                assert client.get(f"{path}?q=bitcoin", headers=STRANGER).status_code == 401, path
        assert client.get("/health", headers=STRANGER).json() == {"status": "ok", "trouble": None}


@pytest.mark.parametrize("exposing", [{"proxies": 1}, {"allowed_hosts": ("search.example.org",)}])
def test_behind_a_proxy_it_does_not_start_without_a_key(exposing, tmp_path):
    """Listening on this machine alone says nothing where something passes requests on to it."""
    settings = choose(exposing, {}, tmp_path).settings
    with pytest.raises(SettingsError, match="no key yet"):
        require_safe_binding(settings)


def test_an_address_in_host_is_a_name_only_where_it_led_here(samples, tmp_path):
    """A stranger's Host would stand in feeds and redirects, and in whatever keeps these for others."""
    settings = example_settings("nginx.conf", tmp_path, open_to_all=True, index=str(samples.index))
    client = TestClient(guarded(settings), "http://127.0.0.1", client=("127.0.0.1", 1))
    for host in ("203.0.113.5", "192.0.2.1:80", "[2001:db8::5]"):
        assert client.get("/health", headers=STRANGER | {"Host": host}).status_code == 400, host
    assert client.get("/health", headers=STRANGER | {"Host": "127.0.0.1:8080"}).status_code == 200
