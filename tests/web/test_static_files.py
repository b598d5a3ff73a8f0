"""May browsers keep what the page loads, and do they get the new when it changes?"""

import re

import pytest
from starlette.testclient import TestClient

from search.server import app
from search.settings import Settings
from search.web import static_files
from search.web.static_files import FOLDER, StaticFile, modules_of, static_address


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a service without an index: static files need none."""
    with TestClient(app.create_app(Settings(index=tmp_path_factory.mktemp("none")))) as opened:
        yield opened


def test_everything_a_page_loads_may_be_kept_for_good(client):
    """The page names addresses with a digest; all that they import are such addresses too, and loaded at once."""
    page = client.get("/").text
    loaded = re.findall(r'(?:src|href)="(/static/[^"]*)"', page)
    assert len(loaded) > 8
    preloaded = set(re.findall(r'rel="modulepreload" href="([^"]*)"', page))
    for address in loaded:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        imported = {f"/static/{name}" for name in re.findall(r'from "\./([^"]*)"', answer.text)}
        assert imported <= preloaded


def test_the_plain_name_is_asked_about_each_time(client):
    """It answers 304 to whoever has it."""
    answer = client.get("/static/lede.css")
    assert answer.headers["cache-control"] == "no-cache"
    assert client.get("/static/lede.css", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/static/..%2fpages.py").status_code == 404


def test_the_address_of_a_module_changes_with_what_it_imports(tmp_path, monkeypatch):
    """Else a browser would load the old import by the new page."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)

    def address(name):
        files: dict[str, StaticFile] = {}
        return static_files._read(name, files).address

    before = address("page.js")
    assert before == static_address("page.js")
    (tmp_path / "dates.js").write_text("export function dates() {}\n", encoding="utf-8")
    assert address("page.js") != before
    assert address("lede.css") == static_address("lede.css")
    assert len(modules_of("page.js")) > 5


def test_browsers_find_the_icon_that_they_ask_for_unasked(client):
    """An ICO file, kept for a day."""
    answer = client.get("/favicon.ico")
    assert answer.content[:4] == b"\0\0\1\0"
    assert answer.headers["cache-control"] == "public, max-age=86400"
