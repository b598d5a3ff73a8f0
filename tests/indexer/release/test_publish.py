"""Is publication one act, seen whole or not at all, whoever else writes and however a run dies?"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from awkward import awkward_articles
from conftest import REPOSITORY, called
from digests import digests
from fake_index import built_index

from indexer.cli import main as lede_index
from indexer.release.publish import prune, publish, rollback, stage, writing
from search.errors import LockedError, NoGenerationError
from search.index.directory import IndexFolder


@pytest.fixture
def index(tmp_path):
    """An empty index folder."""
    return IndexFolder(tmp_path / "index")


def published(index, count):
    """So many generations, of one file each; gives their names."""
    names = []
    for number in range(count):
        staged = stage(index)
        (staged / "content").write_text(str(number))
        names.append(publish(index, staged))
    return names


def holder(index):
    """A process that holds the writer's lock of an index until it is killed."""
    program = (
        "import sys, time; from pathlib import Path\n"
        "from indexer.release.publish import writing; from search.index.directory import IndexFolder\n"
        "with writing(IndexFolder(Path(sys.argv[1]))):\n"
        "    print('held', flush=True); time.sleep(600)\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", program, str(index.root)],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert started.stdout.readline() == b"held\n"
    return started


def test_publishing_moves_the_staged_folder_and_then_names_it(index):
    """A published generation is what was staged, CURRENT holds its name and nothing else, staging is empty."""
    staged = stage(index)
    (staged / "deep").mkdir()
    (staged / "deep" / "file").write_bytes(b"content")
    before = digests(staged)
    name = publish(index, staged)
    assert index.current.read_bytes() == name.encode()
    assert digests(index.path(name)) == before
    assert list(index.staging.iterdir()) == []
    assert sorted(path.name for path in index.root.iterdir()) == ["CURRENT", "generations", "staging"]


def test_names_ascend(index):
    """Each new generation's name sorts behind all there are."""
    names = published(index, 3)
    assert names == sorted(set(names))
    assert stage(index).name > names[-1]


@pytest.mark.parametrize("ahead", [timedelta(seconds=2), timedelta(hours=1), timedelta(days=400)])
def test_names_ascend_even_when_the_clock_went_back(index, ahead):
    """A generation from the future (a clock put right) is no obstacle: the next name sorts behind it, at once."""
    future = f"{datetime.now(UTC) + ahead:%Y%m%dT%H%M%S.%f}Z"
    index.path(future).mkdir(parents=True)
    program = (
        "import sys; from pathlib import Path; from indexer.release.publish import stage\n"
        "from search.index.directory import IndexFolder; print(stage(IndexFolder(Path(sys.argv[1]))).name)"
    )
    # In a process of its own, for one that never ends can only be killed.
    staged = subprocess.run(
        [sys.executable, "-c", program, index.root],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    assert staged.stdout.strip() > future


def test_a_lock_held_by_another_process_is_told_at_once_with_its_holder(index):
    """The second writer does not wait, and learns who holds the lock; when that one dies, the lock is free."""
    process = holder(index)
    try:
        with pytest.raises(LockedError, match=f"process {process.pid}"), writing(index):
            pass
    finally:
        process.kill()
        process.communicate()
    with writing(index):
        pass


def test_a_lock_file_left_behind_blocks_nobody(index):
    """The lock is the kernel's: a file that a killed run left means nothing."""
    index.root.mkdir()
    index.lock.write_text("process 1 since 2020-01-01T00:00:00Z")
    with writing(index):
        pass


def test_what_a_killed_run_left_in_staging_is_cleared(index):
    """Half-made generations, half-pruned ones and stray files are gone at the next start; what is served is not."""
    (name,) = published(index, 1)
    (stage(index) / "half").write_text("made")
    (index.staging / "pruned-x").mkdir()
    (index.staging / "a-stray-file").write_text("left by nobody knows whom")
    with writing(index):
        assert list(index.staging.iterdir()) == []
    assert index.names() == [name]


def test_an_error_while_writing_lets_go_of_the_lock(index):
    """A failed run does not keep the next one out."""
    with pytest.raises(ZeroDivisionError), writing(index):
        _ = 1 / 0
    with writing(index):
        pass


def test_pruning_keeps_the_newest_and_never_removes_the_current(index):
    """Of five, two are kept, and the served one besides, however old it is."""
    names = published(index, 5)
    rollback(index, names[0])
    assert prune(index, 2) == names[1:3]
    assert index.names() == [names[0], names[3], names[4]]
    assert index.current_name() == names[0]
    assert prune(index, 2) == []
    assert list(index.staging.iterdir()) == []


def test_rolling_back_goes_to_the_one_before_or_to_the_one_named(index):
    """Without a name it is the one before the current; one that is not there is refused and nothing moves."""
    names = published(index, 3)
    assert rollback(index, None) == names[1]
    assert rollback(index, None) == names[0] == index.current_name()
    with pytest.raises(NoGenerationError):
        rollback(index, None)
    assert rollback(index, names[2]) == names[2] == index.current_name()
    for wrong in ("20200101T000000.000000Z", "../../etc", ""):
        with pytest.raises(NoGenerationError):
            rollback(index, wrong)
    assert index.current_name() == names[2]


def test_a_generation_is_not_changed_by_the_builds_after_it(tmp_path):
    """Publishing another leaves every byte of those before."""
    index = built_index(tmp_path, awkward_articles(1, 5))
    first = index.current_name()
    before = digests(index.path(first))
    built_index(tmp_path, awkward_articles(2, 5))
    assert index.current_name() != first
    assert digests(index.path(first)) == before


def test_a_build_killed_at_any_moment_leaves_what_was_served(samples_copy):
    """kill -9 during builds, at several random moments: CURRENT and its generation stay; then a build succeeds."""
    index = IndexFolder(samples_copy.index)
    name = index.current_name()
    before = digests(index.path(name))
    command = [sys.executable, "-m", "indexer.cli", "build", samples_copy.content, "--index", index.root, "--full"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    moments = random.Random(11)
    started = time.monotonic()
    whole = subprocess.run([*command[:-1], "--json"], cwd=REPOSITORY, env=environment, check=False, capture_output=True)
    assert whole.returncode == 0
    usual = time.monotonic() - started
    killed = 0
    for _ in range(6):
        build = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE)
        build.stderr.readline()  # it has begun to read
        time.sleep(moments.uniform(0, usual))
        build.send_signal(signal.SIGKILL)
        build.communicate()
        if build.returncode == -signal.SIGKILL:
            killed += 1
            served = index.current_name()
            assert called(lede_index, "verify", "--index", index.root).returncode == 0
            if served == name:
                assert digests(index.path(name)) == before
    assert killed
    ended = called(lede_index, "build", samples_copy.content, "--index", index.root, "--full")
    assert ended.returncode == 0, ended.stderr
    assert list(index.staging.iterdir()) == []
    assert called(lede_index, "verify", "--index", index.root).returncode == 0


def test_a_published_generation_can_be_read_by_whoever_may_read_its_folder(samples):
    """Every file of a generation has the rights of its folder: the nightly run and the service may be two users."""
    index = IndexFolder(samples.index)
    folder = index.path(index.current_name())
    rights = folder.stat().st_mode & 0o666
    wrong = [path.name for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o666 != rights]
    assert not wrong
