"""Does Ctrl-C say what is kept, leave what was served alone, and show nobody a traceback? With real processes."""

import contextlib
import os
import signal
import subprocess
import sys

import pytest
from conftest import REPOSITORY, SAMPLES

LEDE, LEDE_INDEX = "search.cli.entry", "indexer.entry"


@contextlib.contextmanager
def hearing_ctrl_c():
    """What is started meanwhile hears SIGINT, though a shell that starts something in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Program:
    """A program in a session of its own, as a terminal starts it: Ctrl-C reaches it and all that it started."""

    def __init__(self, *arguments, cwd):
        with hearing_ctrl_c():
            self.process = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                cwd=cwd,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        self.said = b""

    def until(self, *words):
        """Wait until it says one of these words on standard error."""
        while not any(word in self.said for word in words):
            line = self.process.stderr.readline()
            assert line, self.said.decode()
            self.said += line
        return self

    def interrupted(self):
        """Its exit status after Ctrl-C, and all that it said on standard error."""
        os.killpg(self.process.pid, signal.SIGINT)
        _, rest = self.process.communicate(timeout=120)
        said = (self.said + rest).decode()
        assert "Traceback" not in said, said
        assert "KeyboardInterrupt" not in said, said
        return self.process.returncode, said


@pytest.fixture
def content(tmp_path):
    """A content folder of so many articles that a build of them is met in the middle."""
    folder = tmp_path / "content"
    folder.mkdir()
    text = next(SAMPLES.rglob("*.en.md")).read_text(encoding="utf-8")
    for number in range(400):
        (folder / f"{number}.en.md").write_text(text.replace("title:", f"title: {number}"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("stage", [b"Reading", b"Embedding"])
def test_a_build_that_is_interrupted_says_what_is_kept(content, tmp_path, stage):
    """Whatever it was at; nothing is published, and nothing is left staged after the next run."""
    index = tmp_path / "index"
    status, said = (
        Program("-m", LEDE_INDEX, "build", content, "--index", index, cwd=tmp_path).until(stage).interrupted()
    )
    assert status == 130
    assert said.rstrip().splitlines()[-1].startswith("lede-index: Stopped."), said
    assert "kept" in said.splitlines()[-1]
    assert not (index / "CURRENT").exists()


def test_a_watch_that_is_interrupted_ends(samples, tmp_path):
    """With the same words; the generation that it published stays."""
    pytest.importorskip("watchfiles")
    arguments = ("watch", SAMPLES, "--index", samples.index)
    served = (samples.index / "CURRENT").read_text()
    status, said = Program("-m", LEDE_INDEX, *arguments, cwd=tmp_path).until(b"watching").interrupted()
    assert status == 130
    assert "Stopped." in said
    assert (samples.index / "CURRENT").read_text() == served


@pytest.mark.parametrize(
    ("module", "met"), [(LEDE, b"msgspec"), (LEDE, b"search.engine.engine"), (LEDE_INDEX, b"numpy")]
)
def test_who_is_interrupted_while_modules_are_loaded_ends_quietly(samples, tmp_path, module, met):
    """Nothing was begun, so nothing is said. What is loaded is told by Python itself."""
    arguments = ("query", "-") if module == LEDE else ("verify",)
    program = Program("-X", "importtime", "-m", module, *arguments, "--index", samples.index, cwd=tmp_path)
    status, said = program.until(met).interrupted()
    assert status == 130
    own = [line for line in said.splitlines() if line.strip() and not line.startswith("import time:")]
    assert own in ([], ["lede: Stopped."]) or own[-1].startswith("lede-index: Stopped."), own


def test_a_service_that_is_interrupted_stops_in_order(samples, tmp_path):
    """Requests that are there are answered; the exit status is that of a stop, not of a failure."""
    arguments = ("serve", "--index", samples.index, "--port", "0")
    status, said = Program("-m", LEDE, *arguments, cwd=tmp_path).until(b"Serving").interrupted()
    assert status in (0, 130), said
