"""Is the work of other processes what would have been done here, and does trouble there stay no secret?"""

import itertools
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from awkward import awkward_articles
from conftest import SAMPLES

from indexer import worker_pool
from indexer.content.document import SourceFile
from indexer.content.files import source_files
from indexer.content.parsing import outcomes, parse
from indexer.text import archive_reader
from indexer.text.archive_reader import ArchiveReader
from indexer.text.sentences import sentences
from search.analysis.analyzer import Analyzer
from search.errors import LedeError


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that few articles are work for workers."""
    monkeypatch.setattr(worker_pool, "BATCH_SIZE", 3)
    monkeypatch.setattr(worker_pool, "BATCHES_ALONE", 1)
    monkeypatch.setattr(worker_pool, "BATCHES_BEGUN", 4)
    monkeypatch.setattr(archive_reader, "AT_ONCE", 4)


@pytest.fixture
def started(monkeypatch):
    """The workers that a test has started."""
    every = []

    class Noted(worker_pool._Worker):
        def __init__(self, work):
            super().__init__(work)
            every.append(self._process)

    monkeypatch.setattr(worker_pool, "_Worker", Noted)
    return every


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_files_are_parsed_as_here_and_in_their_order(tmp_path, started, cores):
    """Articles, rejections and drafts, whoever reads them."""
    for number, path in enumerate(sorted(SAMPLES.rglob("*.md"))[:40]):
        text = path.read_text(encoding="utf-8")
        changed = {3: "---\ntitle: [\n---\n", 7: text.replace("---\n", "---\ndraft: true\n", 1), 11: "no front matter"}
        (tmp_path / f"{number:02}-{path.name}").write_text(changed.get(number, text), encoding="utf-8")
    files: Any = list(source_files(tmp_path))
    assert list(outcomes(iter(files), cores)) == [list(parse(file)) for file in files]
    assert len(started) == cores - 1
    assert all(process.poll() is not None for process in started)


@pytest.mark.parametrize("cores", [2, 3])
def test_words_are_read_as_here_and_in_their_order(cores, started, tmp_path):
    """Awkward words too, with names that mean the same; numbers are by whoever gives them, words are the same."""
    articles = awkward_articles(seed=5, count=60)
    analyzer = Analyzer({"btc": "bitcoin"})

    def read(cores):
        reader = ArchiveReader(analyzer, {"about"}, tmp_path)
        with reader.begun(articles, cores) as (_, answers):
            found = [spelled(words, reader) for words in answers]
        return [list(itertools.chain(*kind)) for kind in zip(*found, strict=True)], reader.letters

    assert read(cores) == read(1)
    assert len(started) == cores - 1
    (spans, ordered, wholes, forms), _ = read(1)
    texts = [
        (analyzer.of_article(a.base_language), text)
        for a in articles
        for text in (a.title, a.description, *a.tags, *a.authors, *split(a.text))
    ]
    assert spans == [sentences(article.text) for article in articles]
    assert [tuple(map(tuple, texts)) for texts in zip(ordered, wholes, forms, strict=True)] == [
        (terms.ordered, terms.wholes, terms.forms) for terms in (own.read(text) for own, text in texts)
    ]


def spelled(words, reader):
    """What stands in a batch, in words: the spans of its articles, and three kinds of words of each text."""
    kinds = (words.ordered, reader.terms), (words.wholes, reader.terms), (words.forms, reader.forms)
    lines = (
        [[known[n] for n in each.numbers[a:b].tolist()] for a, b in itertools.pairwise(each.starts.tolist())]
        for each, known in kinds
    )
    spans = list(zip(words.start.tolist(), words.end.tolist(), strict=True))
    return [spans[a:b] for a, b in itertools.pairwise(words.first_sentence.tolist())], *lines


def split(text):
    """The sentences of a text."""
    return [text[start:end] for start, end in sentences(text)]


def files_of(folder, count):
    """So many files, found and not yet parsed."""
    for number in range(count):
        (folder / f"{number:02}.en.md").write_text(f"---\ntitle: Number {number}\n---\nText.\n", encoding="utf-8")
    return list(source_files(folder))


def test_little_work_starts_no_worker(tmp_path, started):
    """What fits into the first batches is done here."""
    assert len(list(outcomes(files_of(tmp_path, 3), 8))) == 3
    assert started == []


def test_a_worker_that_is_killed_is_an_error_and_no_endless_wait(tmp_path, monkeypatch):
    """Out of memory, say."""

    class Doomed(worker_pool._Worker):
        def __init__(self, work):
            super().__init__(work)
            os.kill(self._process.pid, signal.SIGKILL)

    monkeypatch.setattr(worker_pool, "_Worker", Doomed)
    with pytest.raises(LedeError, match="ended"):
        list(outcomes(files_of(tmp_path, 60), 3))


def test_what_a_worker_cannot_do_is_an_error(monkeypatch):
    """Whatever it is, it is told."""
    monkeypatch.setattr(worker_pool, "BATCHES_ALONE", 0)
    path: Any = 5
    wrong = SourceFile(path=path, digest="", content=b"")
    with pytest.raises(LedeError, match="ValidationError"):
        list(outcomes([wrong], 2))


def test_work_that_nobody_wants_any_more_leaves_no_process(tmp_path, started):
    """Half of the answers are taken; the rest is not waited for."""
    answers: Any = outcomes(files_of(tmp_path, 60), 3)
    for _ in range(20):
        next(answers)
    answers.close()
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_worker_ends_with_whoever_asks_it():
    """Its pipe is closed, also by the kernel when that process is killed, and it ends of itself."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "indexer.worker_pool", "indexer.content.parsing", ""], stdin=subprocess.PIPE
    )
    worker.stdin.close()
    assert worker.wait(timeout=60) == 0
