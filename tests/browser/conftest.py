"""What a browser test may ask for: one Chromium and a few servers a session, a fresh page for each test."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from fake_index import built_index, open_fake

from browser.hostile import hostile_articles
from search import wiring
from search.index.snapshot_manager import SnapshotManager
from search.server import app as service
from search.settings import Settings

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
PATIENCE = 30_000
"""Milliseconds that a browser test waits for what must come: far more than it takes, for machines that are busy."""


@pytest.fixture(scope="package")
def chromium():
    """The browser. Skips where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def serving(app):
    """A server of this app in a thread: its address, and how to stop it."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop():
        server.should_exit = True
        thread.join()

    return SimpleNamespace(url=f"http://127.0.0.1:{port}", stop=stop)


@pytest.fixture(scope="package")
def embedding():
    """Another site, whose page has the box of the example in it: what it serves is set by the test."""
    pages = {}

    class Pages(SimpleHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory="/nowhere"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", pages=pages)
    server.shutdown()


@pytest.fixture(scope="package")
def site(chromium, samples, embedding):
    """The service over the samples, its model loaded; the other site may ask it."""
    settings = Settings(index=samples.index, query_log=True, cors_origins=(embedding.url,))
    server = serving(service.create_app(settings))
    with chromium.new_context() as context:
        while 'degraded":[]' not in context.request.get(f"{server.url}/search?q=bitcoin").text():
            threading.Event().wait(0.05)
    yield server.url
    server.stop()


@pytest.fixture(scope="package")
def pictured(chromium, samples):
    """The same service where cover images of one host are shown."""
    server = serving(service.create_app(Settings(index=samples.index, image_hosts=("images.example.org",))))
    yield server.url
    server.stop()


@pytest.fixture(scope="package")
def hostile(chromium, tmp_path_factory):
    """A service over articles that mean harm, with a fake model."""
    index = built_index(tmp_path_factory.mktemp("hostile") / "index", hostile_articles())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wiring, "served", lambda _: SnapshotManager(index, open_fake))
        server = serving(service.create_app(Settings(index=index.root)))
    yield server.url
    server.stop()


@pytest.fixture
def opened(chromium):
    """Opens pages, each in a context of its own; fails the test on any error that a page reports."""
    contexts, errors = [], []

    def open_page(address, **choices):
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **choices})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"a dialog: {dialog.message}") or dialog.dismiss())
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
