"""Does the nightly reindex end with a status that a timer can act on?"""

import fcntl
import importlib.util
import json

import pytest
from conftest import REPOSITORY, called, run

SCRIPT = REPOSITORY / "scripts" / "nightly_reindex.py"


@pytest.fixture
def nightly():
    """The script's main."""
    spec = importlib.util.spec_from_file_location("nightly_reindex", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def changed(copy):
    """Change one article of the copy."""
    path = min(copy.content.rglob("*.en.md"))
    path.write_text(path.read_text(encoding="utf-8") + "\nThe story went on.\n", encoding="utf-8")


def current(copy):
    """The name of the served generation."""
    return (copy.index / "CURRENT").read_text()


def test_published_is_0_then_nothing_changed_is_3(samples_copy, tmp_path):
    """As a program, from any folder, by flags alone: 0 after a change, then 3, and a report as one line of JSON."""
    changed(samples_copy)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    arguments = (SCRIPT, samples_copy.content, "--index", samples_copy.index, "--json")
    first = run(*arguments, folder=elsewhere)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert (report["changed"], report["added"], report["removed"]) == (1, 0, 0)
    assert report["generation"] == current(samples_copy) != samples_copy.report["generation"]
    second = run(*arguments, folder=elsewhere)
    assert second.returncode == 3, second.stderr
    assert json.loads(second.stdout)["generation"] == report["generation"]


def test_folders_come_from_the_settings(samples_copy, monkeypatch, nightly, tmp_path):
    """Without arguments, content and index are those of the environment, or of the lede.toml it is started beside."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lede.toml").write_text('content = "content"\nindex = "index"\n')
    assert called(nightly).returncode == 3
    (tmp_path / "lede.toml").unlink()
    monkeypatch.setenv("LEDE_CONTENT", str(samples_copy.content))
    monkeypatch.setenv("LEDE_INDEX", str(samples_copy.index))
    assert called(nightly).returncode == 3


def test_a_held_lock_is_4(samples_copy, nightly):
    """Another run holds the lock: 4, at once, and nothing changes."""
    changed(samples_copy)
    with (samples_copy.index / "writer.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = called(nightly, samples_copy.content, "--index", samples_copy.index)
    assert ended.returncode == 4
    assert current(samples_copy) == samples_copy.report["generation"]


def test_a_failed_verification_is_5_and_the_old_generation_stays(samples_copy, nightly, monkeypatch):
    """A generation damaged in the making is not served: 5."""
    from indexer import reindex

    build = reindex.build

    def damaging(reading, recipe, memory, folder, *more):
        fresh = build(reading, recipe, memory, folder, *more)
        (folder / "articles.sqlite").write_bytes(b"")
        return fresh

    monkeypatch.setattr(reindex, "build", damaging)
    changed(samples_copy)
    ended = called(nightly, samples_copy.content, "--index", samples_copy.index)
    assert ended.returncode == 5, ended.stderr
    assert current(samples_copy) == samples_copy.report["generation"]


@pytest.mark.parametrize("arguments", [("no/such/folder",), ("--no-such-flag",), ("a", "b")])
def test_wrong_use_is_2(tmp_path, monkeypatch, nightly, arguments):
    """A content folder that is not there and unknown flags end with 2."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("indexer.library.recipe", lambda _: None)
    ended = called(nightly, *arguments, "--index", tmp_path / "index")
    assert (ended.returncode, ended.stdout) == (2, "")


def test_no_content_at_all_is_2(tmp_path, monkeypatch, nightly):
    """With no content named anywhere there is nothing to do: 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lede.toml").write_text("")
    ended = called(nightly, "--index", tmp_path / "index")
    assert ended.returncode == 2
    assert "content" in ended.stderr
