"""Do pictures come through Lede where it is set, from public hosts that are named, and from nowhere else?"""

import contextlib
import re
import socket
import threading
import time

import pytest
from fake_index import built_index, open_fake
from starlette.testclient import TestClient

from search import wiring
from search.article import Article
from search.index.snapshot_manager import SnapshotManager
from search.server import app
from search.settings import Settings
from search.web import picture_fetch, pictures
from search.web.picture_fetch import MOST_BYTES, PictureError, fetch_picture, is_public, picture_kind
from search.web.pictures import PictureFolder

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
HOSTS = ("images.example.org",)
URL = "https://images.example.org/a.jpg?w=400"


def answering(answer, seen=None):
    """A way to connect that gives a socket which answers with these bytes, however they are asked for."""

    def connect(address, host, seconds):
        ours, theirs = socket.socketpair()
        ours.settimeout(seconds)

        def speak():
            asked = theirs.recv(65_536)
            if seen is not None:
                seen.append((address, host, asked))
            with contextlib.suppress(OSError):  # whoever asked has heard enough
                theirs.sendall(answer)
            theirs.close()

        threading.Thread(target=speak, daemon=True).start()
        return ours

    return connect


def http(body, kind="image/jpeg", status="200 OK", more=""):
    """An answer of HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Connection: close\r\n\r\n".encode() + body


def public(_):
    """A resolver that knows one public address."""
    return ["93.184.216.34"]


def test_a_picture_is_fetched_from_the_address_that_was_checked():
    """The name is looked up once; the connection goes to that address, and asks the host for the whole target."""
    seen, asked = [], []

    def resolve(host):
        asked.append(host)
        return ["93.184.216.34"]

    assert fetch_picture(URL, HOSTS, resolve, answering(http(JPEG), seen)) == (JPEG, "image/jpeg")
    assert asked == ["images.example.org"]
    ((address, host, request),) = seen
    assert (address, host) == ("93.184.216.34", "images.example.org")
    assert request.startswith(b"GET /a.jpg?w=400 HTTP/1.1\r\n")
    assert b"Cookie" not in request


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1"],
)  # fmt: skip
def test_no_address_inside_is_asked(address):
    """Neither alone nor beside a public one; nothing is connected."""

    def connect(*_):
        raise AssertionError("connected")

    assert not is_public(address)
    resolved: list[str] = []
    for addresses in ([address], ["93.184.216.34", address]):
        resolved[:] = addresses
        with pytest.raises(PictureError, match="not public"):
            fetch_picture(URL, HOSTS, lambda _: resolved, connect)


def test_public_addresses_are_public():
    """What is carried in another must be public too."""
    assert all(map(is_public, ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"]))


@pytest.mark.parametrize(
    "url",
    ["http://images.example.org/a.jpg", "https://evil.example/a.jpg", "https://images.example.org:8443/a.jpg",
     "https://user@images.example.org/a.jpg", "https://images.example.org@evil.example/", "file:///etc/passwd",
     "https://images.example.org/a b", "https://images.example.org/\u00e4", "https://127.0.0.1/a.jpg"],
)  # fmt: skip
def test_only_named_hosts_are_asked(url):
    """By https, on its port, with nothing about the address that is odd."""

    def never(*_):
        raise AssertionError("asked")

    with pytest.raises(PictureError):
        fetch_picture(url, HOSTS, public, never)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(JPEG, "text/html"), "sent text/html"),
        (http(b"<svg/>", "image/svg+xml"), "no picture"),
        (http(b"<html>", "image/jpeg"), "no picture"),
        (http(b"", status="302 Found", more="Location: http://127.0.0.1/\r\n"), "answered 302"),
        (http(JPEG, status="404 Not Found"), "answered 404"),
        (http(JPEG + bytes(MOST_BYTES)), "more than"),
        (b"nonsense\r\n\r\n", "images.example.org"),
        (b"", "images.example.org"),
    ],
)
def test_what_is_no_picture_is_refused(answer, why):
    """By what is stated, by the first bytes, by size; no redirection is followed."""
    with pytest.raises(PictureError, match=why):
        fetch_picture(URL, HOSTS, public, answering(answer))


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\n", http(b"", more="Transfer-Encoding: chunked\r\n")])
def test_a_host_that_sends_a_sign_now_and_then_is_let_go(begin, monkeypatch):
    """A picture has so many seconds as a whole, in whatever part of the answer the host dwells."""
    monkeypatch.setattr(picture_fetch, "SECONDS", 0.3)
    sent = []

    def connect(address, host, seconds):
        ours, theirs = socket.socketpair()
        ours.settimeout(seconds)

        def drip():
            theirs.recv(65_536)
            with contextlib.suppress(OSError):
                theirs.sendall(begin)
                for n in range(100):
                    time.sleep(0.1)
                    theirs.sendall(b"0")
                    sent.append(n)

        threading.Thread(target=drip, daemon=True).start()
        return ours

    with pytest.raises(PictureError):
        fetch_picture(URL, HOSTS, public, connect)
    assert len(sent) < 99


def test_kinds_are_told_by_the_first_bytes():
    """Those that browsers show and that run nothing."""
    assert picture_kind(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert picture_kind(b"\0\0\0\x1cftypavif") == "image/avif"
    assert picture_kind(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert picture_kind(b"<svg xmlns=") == picture_kind(b"") == ""


def test_pictures_are_kept_and_the_oldest_go(tmp_path, monkeypatch):
    """Each is fetched once; one that was refused is not asked for again at once; the folder does not grow for good."""
    asked = []

    def fetch(url, _):
        asked.append(url)
        if url.endswith("bad"):
            raise PictureError("bad")
        return JPEG, "image/jpeg"

    folder = PictureFolder(tmp_path / "kept", HOSTS, fetch)
    assert [folder.get("a"), folder.get("a")] == [(JPEG, "image/jpeg")] * 2
    for _ in range(2):
        with pytest.raises(PictureError):
            folder.get("bad")
    assert asked == ["a", "bad"]
    monkeypatch.setattr(pictures, "MOST_KEPT", 5 * len(JPEG))
    for n in range(20):
        folder.get(f"more{n}")
    assert len(list((tmp_path / "kept").iterdir())) <= 5
    assert folder.get("more19") == (JPEG, "image/jpeg")
    assert asked.count("more19") == 1


ARTICLE = Article(
    id="2026/01/a.en",
    path="2026/01/a.en.md",
    title="A picture of bitcoin",
    text="Bitcoin.",
    image="https://images.example.org/large.jpg",
    thumbnail="https://images.example.org/small.jpg",
)


@pytest.fixture
def client_of(tmp_path, monkeypatch):
    """Gives a client of a service over one article with pictures, by settings."""
    other = Article(id="b", path="b.md", title="B", text="B.", image="https://evil.example/b.jpg")
    index = built_index(tmp_path / "index", [ARTICLE, other])
    monkeypatch.setattr(wiring, "served", lambda _: SnapshotManager(index, open_fake))

    def opened(**settings):
        return TestClient(app.create_app(Settings(index=index.root, image_hosts=HOSTS, **settings)))

    return opened


def test_pages_ask_no_other_host_for_pictures(client_of, tmp_path, monkeypatch):
    """With the setting every picture has an address of Lede, and the policy admits no other; without it, its host's."""
    asked = []

    def fetch(url, _):
        asked.append(url)
        return JPEG, "image/jpeg"

    monkeypatch.setattr(
        app, "add_pictures", lambda *given: pictures.add_pictures(given[0], given[1], given[2], given[3], fetch)
    )
    with client_of(image_cache=tmp_path / "kept") as client:
        answer = client.get("/?q=bitcoin")
        assert "images.example.org" not in answer.headers["content-security-policy"]
        (there,) = re.findall(r'<img class="cover" src="([^"]*)"', answer.text)
        got = client.get(there)
        assert (got.content, got.headers["content-type"]) == (JPEG, "image/jpeg")
        assert "sandbox" in got.headers["content-security-policy"]
        page = client.get("/articles/2026/01/a.en", headers={"accept": "text/html"}).text
        assert client.get(re.search(r'class="lead-picture" src="([^"]*)"', page)[1]).content == JPEG
        assert asked == ["https://images.example.org/small.jpg", "https://images.example.org/large.jpg"]
        for wrong in ("b?of=cover", "2026/01/a.en?of=7", "2026/01/a.en?of=x", "none?of=cover", "2026/01/a.en?of=0"):
            assert client.get(f"/pictures/{wrong}").status_code == 404
    with client_of() as client:
        answer = client.get("/?q=bitcoin")
        assert "img-src 'self' https://images.example.org" in answer.headers["content-security-policy"]
        assert 'src="https://images.example.org/small.jpg"' in answer.text
        assert client.get(there).status_code == 404
