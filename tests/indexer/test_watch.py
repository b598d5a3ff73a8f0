"""Is a saved file built, and does a failure not end the watching?"""

import threading
import time
from contextlib import contextmanager

import pytest

from indexer.content_commands import run_watch
from indexer.watch import matters, watch
from search.errors import ContentError, LockedError


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.md", True), ("b/c.jsonl", True), ("a.meta", True), (".a.md.swp", False), ("a.md~", False), 
     (".git/x.md", False),
     ("node_modules/p/r.md", False), ("photo.jpg", False), ("folder", True)],
)  # fmt: skip
def test_only_what_is_read_matters(tmp_path, name, expected):
    """Editors' files and pictures build nothing."""
    assert matters(tmp_path, str(tmp_path / name)) is expected


@contextmanager
def watching(content, build):
    """A thread that watches a folder, until the test is done with it."""
    stop = threading.Event()
    thread = threading.Thread(target=watch, args=(content, build, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def test_a_saved_file_is_built_once_a_batch(tmp_path):
    """The first build comes at once; a batch of changes is one more; litter is none."""
    pytest.importorskip("watchfiles")
    builds = []
    with watching(tmp_path, lambda: builds.append(1)):
        _until(lambda: builds)
        time.sleep(1)
        (tmp_path / ".a.md.swp").write_text("x")
        for number in range(20):
            (tmp_path / f"{number}.md").write_text("x")
        _until(lambda: len(builds) > 1)
        time.sleep(2)
        assert len(builds) <= 3


def test_what_is_saved_during_the_first_build_is_built(tmp_path):
    """The system is listened to before the first file is read: nothing that is saved meanwhile is lost."""
    pytest.importorskip("watchfiles")
    builds = []

    def build():
        builds.append(sorted(file.name for file in tmp_path.iterdir()))
        if len(builds) == 1:
            (tmp_path / "late.md").write_text("x")

    with watching(tmp_path, build):
        _until(lambda: len(builds) > 1)
        assert builds[:2] == [[], ["late.md"]]


def test_an_editors_save_by_rename_is_built(tmp_path):
    """Many editors write another file and give it the article's name."""
    pytest.importorskip("watchfiles")
    builds = []
    with watching(tmp_path, lambda: builds.append(1)):
        _until(lambda: builds)
        hidden = tmp_path / ".a.md.new"
        hidden.write_text("x")
        hidden.rename(tmp_path / "a.md")
        _until(lambda: len(builds) > 1)
        (tmp_path / "a.md").unlink()
        _until(lambda: len(builds) > 2)


def test_a_failed_build_is_told_and_forgotten(tmp_path, monkeypatch, capsys):
    """The lock is held, the archive would shrink: the next change tries again."""

    def watching(content, build):
        build()
        build()

    calls = []

    def build():
        calls.append(1)
        raise LockedError("Another run holds the lock.", "Wait.")

    monkeypatch.setattr("indexer.content_commands.watch", watching)
    run_watch(tmp_path, build)
    assert len(calls) == 2
    assert capsys.readouterr().err.count("holds the lock") == 2


def test_no_folder_is_an_error(tmp_path):
    """Before anything is built."""
    with pytest.raises(ContentError):
        watch(tmp_path / "none", lambda: None)


def _until(done):
    for _ in range(600):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")
