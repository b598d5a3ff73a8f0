"""Is a file read again whenever it may have changed, and only then?"""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from indexer.content import files, seen_files
from indexer.content.document import SourceFile
from indexer.content.files import source_files
from indexer.content.seen_files import SeenFiles


class _Everything:
    """A known digest is any."""

    def __contains__(self, _):
        return True


EVERYTHING = _Everything()


@pytest.fixture
def content(tmp_path):
    """A folder of three files."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(f"---\ntitle: {name}\n---\nText of {name}.\n", encoding="utf-8")
    return folder


@pytest.fixture
def read(content, tmp_path, monkeypatch):
    """Reads the folder; gives which files were opened, and the digest of each."""
    opened = []
    inner = files._read

    def reading(folder, path):
        opened.append(path)
        return inner(folder, path)

    monkeypatch.setattr(files, "_read", reading)
    monkeypatch.setattr(seen_files, "_LATELY", 0)

    def run(known=EVERYTHING, salt=""):
        opened.clear()
        seen = SeenFiles(tmp_path / "cache" / "files.bin")
        found = [one for one in source_files(content, salt, seen, known) if isinstance(one, SourceFile)]
        seen.keep()
        return list(opened), {one.path: one.digest for one in found}

    return run


def test_what_did_not_change_is_not_opened(read):
    """Its digest is the same; twice, for what was taken over is remembered too."""
    opened, digests = read()
    assert opened == ["a.md", "b.md", "c.md"]
    assert read() == ([], digests)
    assert read() == ([], digests)


def test_a_change_of_the_same_size_with_the_old_time_is_seen(read, content):
    """Whoever copies a file with its times cannot set the time of that change."""
    _, before = read()
    path = content / "b.md"
    state = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Text", "Tome"), encoding="utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    opened, after = read()
    assert opened == ["b.md"]
    assert after["b.md"] != before["b.md"]


def test_files_that_come_go_and_change_names_leave_the_others_alone(read, content):
    """Each is found again, wherever it stands among the others."""
    read()
    (content / "a.md").unlink()
    (content / "b.md").rename(content / "z.md")
    (content / "0.md").write_text("---\ntitle: new\n---\nNew.\n", encoding="utf-8")
    assert read()[0] == ["0.md", "z.md"]
    assert read()[0] == []


def test_a_file_is_opened_where_nothing_is_known_of_its_digest_or_what_it_depends_on_changed(read):
    """Without the generation it was read for, or with other settings."""
    read()
    assert read(known=())[0] == ["a.md", "b.md", "c.md"]
    assert read(salt="other")[0] == ["a.md", "b.md", "c.md"]


def test_what_changed_lately_is_opened_again(read, monkeypatch):
    """It may change within the same tick of the clock."""
    monkeypatch.setattr(seen_files, "_LATELY", 3_600 * 10**9)
    read()
    assert read()[0] == ["a.md", "b.md", "c.md"]


def test_a_link_is_followed_every_time(read, content, tmp_path):
    """What it leads to may change without it."""
    (content / "target.md").write_text("---\ntitle: one\n---\nOne.\n", encoding="utf-8")
    (content / "link.md").symlink_to("target.md")
    read()
    assert read()[0] == ["link.md"]


def test_files_beside_that_say_something_of_others_have_all_opened(read, content):
    """A list of authors speaks of those whose keys stand in a file."""
    read()
    (content / "authors.yml").write_text("jd:\n  name: Jane Doe\n", encoding="utf-8")
    assert read()[0] == ["a.md", "b.md", "c.md"]


def test_a_damaged_memory_is_none(read, tmp_path):
    """Every file is opened."""
    _, digests = read()
    path = tmp_path / "cache" / "files.bin"
    written = bytearray(path.read_bytes())
    written[-1] ^= 1
    path.write_bytes(written)
    assert read() == (["a.md", "b.md", "c.md"], digests)


@pytest.mark.parametrize("tick", [10**7, 10**9, 2 * 10**9], ids=["ext4", "ext3 and HFS+", "FAT"])
def test_a_file_read_within_the_tick_of_its_change_is_not_remembered(tmp_path, monkeypatch, tick):
    """Its next change, of the same size, may fall in the same tick and leave the same state."""
    changed = 1_700_000_000 * 10**9
    state: Any = SimpleNamespace(st_size=5, st_mtime_ns=changed, st_ctime_ns=changed, st_ino=1, st_dev=1)
    key = seen_files.key_of(state, "a.md")
    for rest, remembered in ((0, False), (tick - 1, False), (3 * 10**9, True)):
        monkeypatch.setattr(seen_files.time, "time_ns", lambda rest=rest: changed + rest)
        seen = SeenFiles(tmp_path / f"{rest}.bin")
        seen.add(key, state, "ab" * 32)
        seen.keep()
        assert bool(SeenFiles(tmp_path / f"{rest}.bin").digest(key)) is remembered, rest
