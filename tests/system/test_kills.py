"""Killed at any moment or file operation, or denied the disk: does what was served stay, and the next run mend it?

The short form of `torture.py kills`, `replay` and `locks`, by the same code.
"""

import re
import shutil
from contextlib import closing

import pytest
from conftest import REPOSITORY

from indexer.release.publish import prune, stage
from search.backends import tantivy
from search.index.directory import IndexFolder, hold
from torture import kills, locks, replay
from torture.shim import NoCompilerError, shim


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """An index, the next edition of its content, and what both answer. Skips where there is no compiler."""
    try:
        with kills.case(tmp_path_factory.mktemp("kills").resolve()) as made:
            yield made
    except NoCompilerError as missing:
        pytest.skip(str(missing))


def test_killed_at_random_moments(case):
    """SIGKILL at some moments of a night."""
    assert kills.kill_at_moments(case, 4)["killed"]


def test_killed_in_the_middle_of_file_operations(case):
    """SIGKILL in the middle of some file operations, the last ones among them: those that publish and prune."""
    told = kills.kill_at_operations(case, len(case.whole.operations) // 7)
    assert told["killed"] >= 6


def test_what_a_killed_run_may_leave_among_temporary_files_has_a_name_to_know_it_by(case):
    """Else no later run could clear it away: tempfile itself tries folders out with files of any name.

    A file that was opened with O_TMPFILE never had a name: Linux shows it as `#` and its inode, deleted. It is gone
    with the process that holds it, whatever ends that process. One that was made under a name and removed at once may
    be left behind between the two calls; its making is an operation of its own, with a name, and counts here.
    """
    temporary = str(case.scratch / "tmp") + "/"
    touched = {operation[2] for operation in case.whole.operations if operation[2].startswith(temporary)}
    assert touched
    named = [path for path in touched if not re.fullmatch(r"#\d+ \(deleted\)", path.removeprefix(temporary))]
    assert [path for path in named if not path.startswith(temporary + tantivy._LINKS)] == []


def test_the_disk_is_full_broken_or_read_only(case):
    """From some file operation on nothing can be written: a plain message, no traceback, and the old answers."""
    told = kills.deny_the_disk(case, len(case.whole.operations) // 3)
    assert told["full"] and told["broken"] and told["read_only"]


def test_power_cuts_lose_nothing_that_was_published(tmp_path):
    """Whatever was not synced is dropped, at every prefix of a publication; and each sync is needed for that."""
    try:
        shim(tmp_path)
    except NoCompilerError as missing:
        pytest.skip(str(missing))
    told = replay.publications_survive(tmp_path)
    assert told["syncs"] > 100


def test_two_runs_at_once(tmp_path):
    """Of two nights at one moment one works, one ends with 4 and names it; what a killed one left is no lock."""
    told = locks.race(tmp_path, 2)
    assert told["rounds"] == 2
    assert locks.stale(tmp_path, tmp_path / "index")["stale"] == 3


def test_what_is_read_is_not_pruned(tmp_path):
    """An old generation that somebody reads from stays until they are done."""
    index = IndexFolder(tmp_path)
    for _ in range(3):
        staged = stage(index)
        (staged / "manifest.json").write_text("{}")
        index.generations.mkdir(exist_ok=True)
        staged.rename(index.path(staged.name))
        index.current.write_text(staged.name)
    first, second, third = index.names()
    with closing(hold(index.path(first))):
        assert prune(index, 1) == [second]
    assert prune(index, 1) == [first]
    assert index.names() == [third]


def test_folders_of_links_that_a_killed_service_left_are_cleared_away(tmp_path, monkeypatch):
    """An old one is removed at the next start, one that may be in use is not."""
    import os

    monkeypatch.setattr(tantivy, "_scratch", lambda: str(tmp_path))
    old, fresh, other = (tmp_path / name for name in ("lede-keyword-old", "lede-keyword-new", "anything-else"))
    for folder in (old, fresh, other):
        folder.mkdir()
        (folder / "link").symlink_to(REPOSITORY)
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    tantivy._clear_away_links()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anything-else", "lede-keyword-new"]
    assert REPOSITORY.is_dir()
    shutil.rmtree(fresh)
