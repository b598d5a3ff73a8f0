"""Is the work of other processes what would have been done here, and does trouble there stay no secret?"""

import os
import signal
import subprocess
import sys

import pytest
from awkward import awkward_articles
from conftest import SAMPLES

from indexer import workers
from indexer.sources import parse, source_files
from indexer.workers import outcomes, wordings
from search.analysis import Analyzer
from search.article import Article
from search.errors import LedeError
from search.wording import wording


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that few articles are work for workers."""
    monkeypatch.setattr(workers, "BATCH", 3)
    monkeypatch.setattr(workers, "ALONE", 1)


@pytest.fixture
def started(monkeypatch):
    """The workers that a test has started."""
    every = []

    class Noted(workers._Worker):
        def __init__(self, call):
            super().__init__(call)
            every.append(self._process)

    monkeypatch.setattr(workers, "_Worker", Noted)
    return every


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_files_are_parsed_as_here_and_in_their_order(tmp_path, started, cores):
    """Articles, rejections and drafts, whoever reads them."""
    for number, path in enumerate(sorted(SAMPLES.rglob("*.md"))[:40]):
        text = path.read_text(encoding="utf-8")
        changed = {3: "---\ntitle: [\n---\n", 7: text.replace("---\n", "---\ndraft: true\n", 1), 11: "no front matter"}
        (tmp_path / f"{number:02}-{path.name}").write_text(changed.get(number, text), encoding="utf-8")
    files = list(source_files(tmp_path))
    assert list(outcomes(iter(files), cores)) == list(map(parse, files))
    assert len(started) == cores - 1
    assert all(process.poll() is not None for process in started)


@pytest.mark.parametrize("cores", [1, 3])
def test_words_are_read_as_here_and_in_their_order(cores):
    """Awkward words too, with names that mean the same."""
    articles = awkward_articles(seed=5, count=60)
    analyzer = Analyzer({"btc": "bitcoin"})
    assert list(wordings(iter(articles), analyzer, cores)) == [wording(article, analyzer) for article in articles]


def test_little_work_starts_no_worker(started):
    """What fits into the first batches is done here."""
    assert len(list(wordings(awkward_articles(seed=5, count=3), Analyzer(), 8))) == 3
    assert started == []


def test_a_worker_that_is_killed_is_an_error_and_no_endless_wait(monkeypatch):
    """Out of memory, say."""

    class Doomed(workers._Worker):
        def __init__(self, call):
            super().__init__(call)
            os.kill(self._process.pid, signal.SIGKILL)

    monkeypatch.setattr(workers, "_Worker", Doomed)
    with pytest.raises(LedeError, match="ended"):
        list(wordings(awkward_articles(seed=5, count=60), Analyzer(), 3))


def test_what_a_worker_cannot_do_is_an_error(monkeypatch):
    """Whatever it is, it is told."""
    monkeypatch.setattr(workers, "ALONE", 0)
    with pytest.raises(LedeError, match="ValidationError"):
        list(wordings([Article(id="a", path="a.md", title=5, text="")], Analyzer(), 2))


def test_work_that_nobody_wants_any_more_leaves_no_process(started):
    """Half of the answers are taken; the rest is not waited for."""
    answers = wordings(awkward_articles(seed=5, count=60), Analyzer(), 3)
    for _ in range(20):
        next(answers)
    answers.close()
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_worker_ends_with_whoever_asks_it():
    """Its pipe is closed, also by the kernel when that process is killed, and it ends of itself."""
    worker = subprocess.Popen([sys.executable, "-m", "indexer.workers", "analysis", "{}"], stdin=subprocess.PIPE)
    worker.stdin.close()
    assert worker.wait(timeout=60) == 0
