"""Is any rot noticed, and is the last sound generation served instead, and said to be?

The short form of `torture.py rot`, by the same code.
"""

import json
import shutil
import sqlite3
import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from fake_embedder import FakeEmbedder
from fake_index import engine_over, open_fake
from starlette.testclient import TestClient

from indexer.reindex import reindex
from indexer.vectors.embedding_cache import EmbeddingCache
from search import wiring
from search.cli.main import main as lede
from search.errors import IndexUnusableError, ModelError
from search.index import snapshot_manager
from search.index.checksums import check_bytes
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.index.snapshot_manager import SnapshotManager
from search.query.model import Query
from search.server import app
from search.server.run import guarded
from search.settings import Settings
from torture import rot
from torture.archive import answers, small_recipe, write_articles


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def whole(request, tmp_path_factory):
    """A folder with an index of two generations."""
    scratch = tmp_path_factory.mktemp("rot")
    rot.two_generations(scratch, request.param)
    return scratch


@pytest.fixture
def index(whole, tmp_path):
    """A copy of it to break."""
    shutil.copytree(whole / "index", tmp_path / "index")
    return IndexFolder(tmp_path / "index")


def served_folder(index):
    """The folder that CURRENT names."""
    return index.path(index.current_name())


def test_flipped_bytes_are_noticed_and_never_served(index):
    """Any byte of any file: verify finds it, and who opens gets the generation before, whole, and is told."""
    ends = rot.see_to(index, rot.flips(served_folder(index), 40))
    assert set(ends) == {rot.GOOD}, ends
    assert ends.total() == 40


def test_each_file_of_a_generation_is_seen_to_when_it_is_opened(index):
    """One byte of every file in turn."""
    folder = served_folder(index)
    manifest = read_manifest(folder)
    for name, digest in manifest.files.items():
        if digest.size:
            path = folder / name
            written = path.read_bytes()
            path.write_bytes(bytes([written[0] ^ 1]) + written[1:])
            with pytest.raises(IndexUnusableError, match="altered"):
                check_bytes(folder, manifest)
            path.write_bytes(written)
    check_bytes(folder, manifest)


@pytest.mark.parametrize("damage", rot.DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_generation_is_refused_and_the_one_before_answers(index, damage):
    """Truncated, missing, swapped, of another build, a row short: noticed by verify; the generation before answers."""
    folder = served_folder(index)
    expected = rot._expected(index)
    damage(folder)
    assert rot.is_refused(folder)
    given = answers(index, rot.ASKED[:1])
    assert given.generation == index.names()[0]
    assert given.digest == expected
    assert "an older one answers" in given.degraded[0]


def test_without_the_check_rot_would_be_served(index):
    """The test above can fail: with sizes alone looked at, some flips are opened as if nothing were wrong."""
    ends = rot.see_to(index, rot.flips(served_folder(index), 12), sizes_alone=True)
    assert ends[rot.GOOD] < 12


def test_with_no_sound_generation_left_nothing_is_served(index):
    """Where all are broken the first one's fault is told."""
    newest = index.current_name()
    for name in index.names():
        rot.truncated(index.path(name))
    with pytest.raises(IndexUnusableError, match=newest), SnapshotManager(index, open_fake).acquire():
        pass


def test_a_lost_current_serves_the_newest(index):
    """CURRENT gone or unreadable: the newest sound generation answers, and says so."""
    newest = index.names()[-1]
    for written in (None, "", "20990101T000000.000000Z"):
        index.current.unlink(missing_ok=True)
        if written is not None:
            index.current.write_text(written)
        served = SnapshotManager(index, open_fake)
        with served.acquire() as opened:
            assert opened.manifest.name == newest
        assert served.last_error
        served.close()


def test_a_broken_generation_is_not_read_again_every_second(index, monkeypatch):
    """It is looked at again after a while, or at once when CURRENT names another; mended, it is served."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(snapshot_manager, "monotonic", lambda: clock.now)
    tried = []

    def opening(folder):
        tried.append(folder.name)
        return open_fake(folder)

    before, newest = index.names()
    path = index.path(newest) / "columns" / "group.npy"
    written = path.read_bytes()
    path.write_bytes(written[:-1])
    served = SnapshotManager(index, opening)
    for _ in range(3):
        served.refresh()
    assert tried == [newest, before]
    path.write_bytes(written)
    served.refresh()
    assert served.last_error
    clock.now = snapshot_manager.REFUSED_FOR + 1
    served.refresh()
    assert served.last_error is None
    with served.acquire() as opened:
        assert opened.manifest.name == newest
    served.close()


OLDER = "generation: an older one answers"


def test_every_edge_says_that_an_older_generation_answers(index, capsys):
    """Whoever may know reads what is broken and what to do; an answer to anybody says that an older one answers."""
    broken, before = index.current_name(), index.names()[0]
    rot.truncated(served_folder(index))
    with TestClient(app.create_app(Settings(index=index.root))) as client:
        ready = client.get("/ready").json()
        assert ready["generation"] == before
        for told in (ready["trouble"], client.get("/health").json()["trouble"], client.get("/status").text):
            assert f"Generation {broken} is not what was written: " in told
            assert "`lede-index rollback` to serve the one before, or build again." in told
            assert str(index.root) not in told
        answer = client.get("/search", params={"q": "harbour", "mode": "keyword"}).json()
        assert answer["index"]["generation"] == before
        assert OLDER in answer["degraded"]
        hit = answer["hits"][0]["id"]
        assert OLDER in client.get(f"/similar/{hit}").json()["degraded"]
        assert OLDER in client.get("/", params={"q": "harbour"}).text
    assert lede(["query", "harbour", "--mode", "keyword", "--index", str(index.root)]) == 0
    told = capsys.readouterr().err
    assert f"Degraded: {OLDER}. Generation {broken} is not what was written: " in told
    assert "Run `lede-index rollback`" in told
    assert lede(["status", "--json", "--index", str(index.root)]) == 0
    trouble = json.loads(capsys.readouterr().out)["trouble"]
    assert broken in trouble and "Run `lede-index rollback`" in trouble


def test_a_stranger_learns_only_that_an_older_generation_answers(index, tmp_path):
    """Neither its name, nor what is wrong, nor what to do: while an older one answers, and when none does."""
    strange = Settings(index=index.root, host="0.0.0.0", open_to_all=True, allowed_hosts=("news.example",), rate=0)  # noqa: S104
    broken = index.current_name()
    rot.truncated(served_folder(index))
    asked = ("/health", "/ready", "/search?q=harbour", "/?q=harbour", "/feed.atom?q=harbour", "/suggest?q=harb")
    with TestClient(guarded(strange), "http://news.example", client=("203.0.113.9", 1)) as client:
        for path in asked:
            told = client.get(path).text
            assert broken not in told and "lede-index" not in told and "written" not in told, path
        assert client.get("/ready").json()["trouble"] == client.get("/health").json()["trouble"] == OLDER
    for name in index.names():
        rot.truncated(index.path(name))
    with TestClient(guarded(strange), "http://news.example", client=("203.0.113.9", 1)) as client:
        for path in (*asked[1:], "/articles/x", "/export?q=a", "/timeline?q=a"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert not [name for name in index.names() if name in answer.text], path
            assert "rollback" not in answer.text, path
        assert client.get("/search?q=a").json()["detail"] == "The archive cannot be searched now."


def test_a_model_of_other_weights_is_refused(index, monkeypatch):
    """Of the same dimension, but not the manifest's by its fingerprint: words answer, and it is said why."""
    monkeypatch.setattr(wiring, "open_embedder", lambda *_: FakeEmbedder("other weights"))
    with pytest.raises(ModelError, match="not the one of the index"):
        wiring._Embedders().of(served_folder(index) / "model", read_manifest(served_folder(index)).model)
    engine = wiring.engine(Settings(), SnapshotManager(index, wiring.open_generation))
    monkeypatch.setattr(wiring, "_embedders", wiring._Embedders())
    answer = engine.search(Query(text="harbour tariff"))
    assert answer.mode == "keyword"
    assert "the model cannot serve now" in answer.degraded[0]


def night(whole, index):
    """One night over the content of the fixture; gives its report."""
    made = small_recipe(index.root / "model")
    return reindex(whole / "content", index, made, 3, lambda *_: None, full=False, strict=False)[0]


def test_a_night_does_not_take_over_what_rotted(whole, index):
    """Nothing changed but a flipped byte of the served articles: it is built anew from the files, not from the rot."""
    path = served_folder(index) / "articles.sqlite"
    written = path.read_bytes()
    assert b"harbour" in written
    path.write_bytes(written.replace(b"harbour", b"harb0ur"))
    report = night(whole, index)
    assert report.published
    assert "harb0ur" not in "".join(hit.article.text for hit in engine_over(index).search(Query(text="harbour")).hits)


def test_a_vector_that_rotted_in_the_cache_is_made_anew(tmp_path):
    """Of a vector one bit of which changed nothing is known."""
    cache = EmbeddingCache(tmp_path / "cache.sqlite")
    vector = FakeEmbedder()._vector("harbour").tobytes()
    cache.keep("f", {b"1": vector, b"2": vector})
    assert cache.find("f", [b"1", b"2"]) == {b"1": vector, b"2": vector}
    assert cache.find("g", [b"1", b"2"]) == {}
    cache._connection.execute("UPDATE sealed SET vector = ? WHERE digest = ?", (b"\x01" + vector[1:] + b"0000", b"1"))
    cache._connection.commit()
    assert cache.find("f", [b"1", b"2"]) == {b"2": vector}
    cache.close()


@pytest.mark.parametrize(("version", "seal"), [(0, False), (1, True)])
def test_a_cache_of_before_is_kept(tmp_path, version, seal):
    """Its vectors are found under their models, those that were sealed only if they are sound; it becomes smaller."""
    path = tmp_path / "cache.sqlite"
    made = sqlite3.connect(path)
    made.execute(
        "CREATE TABLE vectors (fingerprint TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL,"
        " PRIMARY KEY (fingerprint, digest)) WITHOUT ROWID"
    )
    vectors = {bytes([number]) * 32: np.full(384, number, np.float32).tobytes() for number in range(100)}
    for digest, vector in vectors.items():
        sealed = vector + zlib.crc32(vector).to_bytes(4, "little") if seal else vector
        made.executemany("INSERT INTO vectors VALUES (?, ?, ?)", [("f", digest, sealed), ("g", digest, sealed)])
    if seal:
        made.execute("UPDATE vectors SET vector = zeroblob(1540) WHERE fingerprint = 'g' AND digest = ?", (b"\7" * 32,))
    made.execute(f"PRAGMA user_version = {version}")
    made.commit()
    made.close()
    before = path.stat().st_size
    cache = EmbeddingCache(path)
    assert cache.find("f", list(vectors)) == vectors
    assert len(cache.find("g", list(vectors))) == len(vectors) - seal
    cache.close()
    assert path.stat().st_size < before / 2
    again = EmbeddingCache(path)
    assert again.find("f", list(vectors)) == vectors
    again.close()


def test_a_cache_broken_anywhere_stops_no_night(whole, index, tmp_path):
    """A byte changed in any page of the cache: what can be read is used, else it is begun anew; one answer to all."""
    write_articles(whole / "content", "second")
    night(whole, index)
    path = index.cache / "embeddings.sqlite"
    written = path.read_bytes()
    expected = answers(index).digest
    for place in range(20, len(written), len(written) // 4):
        path.write_bytes(written[:place] + bytes([written[place] ^ 255]) + written[place + 1 :])
        made = small_recipe(index.root / "model")
        reindex(whole / "content", index, made, 2, lambda *_: None, full=True, strict=False)
        assert answers(index).digest == expected
