"""Does nothing leave that should stay: drafts, paths of the machine; and does nothing come in that runs?"""

import json
import pickle
import re
import shutil
import time

import pytest
from awkward import awkward_articles
from conftest import called, run
from fake_index import built_index
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from search.cli.main import main as lede
from search.errors import BrokenGenerationError, ModelError
from search.server.run import guarded
from search.settings import Settings
from search.wiring import keyword_format, open_generation

EMBARGOED = "Quokkaembargo"


def test_a_draft_reaches_no_artefact(samples_copy):
    """Neither its words nor its title, name or stem, in no file of the index, the cache included; nor the log."""
    for draft in ("true", "'yes'"):
        text = (
            f"---\ntitle: The {EMBARGOED} title\ntags: [{EMBARGOED}TAG]\ndraft: {draft}\n---\nThe {EMBARGOED} body.\n"
        )
        (samples_copy.content / f"{EMBARGOED}{len(draft)}.en.md").write_text(text, encoding="utf-8")
    built = called(lede_index, "build", samples_copy.content, "--index", samples_copy.index, "--full", "--json")
    assert json.loads(built.stdout.splitlines()[-1])["drafts"] == 2, built.stderr
    needles = [EMBARGOED.lower()[:12].encode(), EMBARGOED[:12].encode(), EMBARGOED.encode("utf-16-le")[:20]]
    seen = 0
    for path in (path for path in samples_copy.index.rglob("*") if path.is_file()):
        seen += 1
        assert not [needle for needle in needles if needle in path.read_bytes()], path
        assert EMBARGOED.lower() not in path.name.lower()
    assert seen > 50
    assert EMBARGOED.lower() not in (built.stdout + built.stderr).lower()


HOSTILE = {
    "python.en.md": "---\ntitle: !!python/object/apply:os.system ['touch RAN']\n---\nA body.\n",
    "new.en.md": "---\ntitle: !!python/object/new:subprocess.Popen [['touch', 'RAN']]\n---\nA body.\n",
    "json.en.md": ';;;\n{"title": "A json one"}\n;;;\nA body.\n',
    "html.en.md": "---\ntitle: <script src=http://192.0.2.1/x.js>\n---\n<img src=http://192.0.2.1/x.png> ![a](http://192.0.2.1/)",
    "image.en.md": "---\ntitle: An image\ncoverImage: {regular: 'http://192.0.2.1/x.jpg'}\n---\nA [b](http://192.0.2.1/z).",
}
AUDITED = """
import sys
FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen")
FORBIDDEN += ("os.system", "os.exec", "os.posix_spawn", "os.fork")
met = []
def hook(event, arguments):
    if event in FORBIDDEN:
        met.append(event)
        raise PermissionError(f"{event} {arguments}")
sys.addaudithook(hook)
from indexer.cli import main
status = main(sys.argv[1:])
print(met)
sys.exit(status or bool(met))
"""


def test_nothing_in_the_content_folder_runs_or_reaches_the_network(samples_copy, tmp_path):
    """A build of hostile files under a hook that forbids every socket and every process, and tells of attempts."""
    for name, text in HOSTILE.items():
        (samples_copy.content / name).write_text(text, encoding="utf-8")
    (samples_copy.content / "lede.toml").write_text('content = "/"\nmodel = "some/hub-model"\n')
    (samples_copy.content / "sitecustomize.py").write_text("open('RAN', 'w')")
    built = run(
        "-c", AUDITED, "build", samples_copy.content, "--index", samples_copy.index, "--full", "--json", folder=tmp_path
    )
    assert built.returncode == 0, built.stderr
    assert built.stdout.endswith("[]\n")
    assert "Traceback" not in built.stderr
    assert not list(tmp_path.rglob("RAN"))
    told = json.loads(built.stdout.splitlines()[-2])
    assert (told["rejected"], told["added"]) == (0, len(HOSTILE))
    for name, title in {"python.en.md": "touch RAN", "new.en.md": "touch"}.items():
        shown = called(lede, "show", name.removesuffix(".md"), "--json", "--index", samples_copy.index)
        assert json.loads(shown.stdout)["title"] == title, "what an unknown type holds is the text that stands there"


def test_the_hook_of_that_test_bites():
    """It would have noticed a socket and a process."""
    for attempt in ("socket.create_connection(('127.0.0.1', 9))", "subprocess.run(['true'])", "os.system('true')"):
        program = AUDITED.replace(
            "from indexer.cli import main", "import os, socket, subprocess\ndef main(_): " + attempt
        )
        assert "PermissionError" in run("-c", program).stderr


@pytest.fixture(scope="module")
def hidden(samples, tmp_path_factory):
    """An index in a folder whose name betrays where it stands, with blanks in it."""
    place = tmp_path_factory.mktemp("of the owner") / "very secret place"
    shutil.copytree(samples.index, place / "index")
    return place


def answers(client):
    """Answers of every kind, none of which may name the place."""
    for path in (
        "/search?q=bitcoin", "/search?q=", "/articles/none", "/articles/../../etc/passwd", "/health", "/ready",
        "/metrics", "/", "/feed.atom?q=a",
        "/export?q=bitcoin&format=csv", "/openapi.json", "/suggest?q=b", "/opensearch.xml",
        "/static/none", "/static/../../service.py", "/similar/none", "/nowhere", "/search?q=a&facets=/etc",
    ):  # fmt: skip
        answer = client.get(path)
        told = answer.text + str(answer.headers)
        assert "secret place" not in told, path
        assert "of the owner" not in told, path
        assert "site-packages" not in told, path
        assert "Traceback" not in told, path
        yield path, answer


def opened(settings):
    """A client of the whole service."""
    return TestClient(guarded(settings), "http://localhost", client=("127.0.0.1", 1), raise_server_exceptions=False)


def test_no_answer_names_a_path_of_the_machine(hidden):
    """Neither what is answered, nor refusals, nor what /ready says of a generation that cannot be opened."""
    with opened(Settings(index=hidden / "index")) as client:
        assert dict(answers(client))["/ready"].status_code == 200
        (hidden / "index" / "CURRENT").write_text("20990101T000000.000000Z")
        for _ in range(200):
            if client.get("/ready").json().get("trouble"):
                break
            time.sleep(0.05)
        ready = dict(answers(client))["/ready"]
        assert "manifest.json" in ready.json()["trouble"]
    with opened(Settings(index=hidden / "index")) as client:
        ready = dict(answers(client))["/ready"]
        assert ready.status_code == 200  # the last sound one answers
        assert "manifest.json" in ready.json()["trouble"]
    with opened(Settings(index=hidden / "none")) as client:
        assert dict(answers(client))["/search?q=bitcoin"].json()["detail"].startswith("none has no published")


def test_a_fault_of_ours_says_nothing_of_the_machine(samples, monkeypatch):
    """500 without a traceback or a path; the id leads to the log."""

    def broken(*_):
        raise OSError(2, "No such file", "/very/secret place/file")

    monkeypatch.setattr("search.engine.engine.EmbeddedEngine.search", broken)
    with opened(Settings(index=samples.index)) as client:
        answer = client.get("/search?q=a")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_model_that_is_set_is_named_without_its_folder(samples):
    """What `degraded` says over HTTP of a model that the index was not built with."""
    with opened(Settings(index=samples.index, model="/very/secret place/model")) as client:
        for path in ("/search?q=bitcoin", "/?q=bitcoin"):
            assert "secret" not in client.get(path).text
        assert "names 'model'" in client.get("/search?q=bitcoin").text
        several = client.post("/multi-search", json=[{"q": "bitcoin"}]).text
        assert "secret" not in several


def test_an_error_of_mere_text_tells_strangers_its_kind_alone():
    """Only messages leave; a text may name paths, so it stays where Lede runs."""
    error = ModelError("The model in /very/secret place is incomplete.", "Build again.")
    assert "secret" in str(error)
    assert "secret" not in error.public + str(error.public_remedy)
    assert error.public.code == "model-unfit"


PAYLOAD = b"cos\nsystem\n(S'touch %s'\ntR."


def test_whoosh_unpickles_nothing_but_what_was_written(tmp_path):
    """A table of contents with a payload in its pickle, of the same size or not, is refused before it runs."""
    ran = tmp_path / "RAN"
    index = built_index(tmp_path / "index", awkward_articles(seed=5, count=12), keyword="whoosh")
    folder = index.path(index.current_name())
    open_generation(folder).close()
    (table,) = (folder / "keyword").glob("*.toc")
    written = table.read_bytes()
    at = re.search(rb"\x80[\x02-\x05]", written).start()
    payload = PAYLOAD % str(ran).encode()
    assert len(payload) < len(written) - at, "the payload must fit"
    table.chmod(0o644)
    table.write_bytes(written[:at] + payload + written[at + len(payload) :])
    with pytest.raises(BrokenGenerationError, match="altered"):
        open_generation(folder)
    assert not ran.exists()
    with pytest.raises(pickle.UnpicklingError, match="no part of an index"):
        keyword_format("whoosh").open(folder / "keyword")
    assert not ran.exists()
    pickle.loads(payload)  # noqa: S301
    assert ran.exists(), "the payload would have run: this test guards something"


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "whoosh.filedb.filestore.os", "whoosh.fields.sys", "re.sub"]
)
def test_only_what_an_index_consists_of_is_unpickled(name):
    """Neither a function, nor a module that Whoosh's own modules lead to."""
    from search.backends.whoosh import _loads

    module, _, last = name.rpartition(".")
    for written in (f"c{module}\n{last}\n.", f"c{module.split('.')[0]}\n{name.partition('.')[2]}\n."):
        with pytest.raises(pickle.UnpicklingError):
            _loads(written.encode())
