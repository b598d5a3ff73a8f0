"""Does the benchmark still run, from building to serving? On the samples, without peers; times are not judged."""

import json
import re

import numpy as np
import pytest
from conftest import SAMPLES, called

import bench
from benchmark import sizes
from benchmark.latency import clocked, timed
from benchmark.lent import lend
from benchmark.questions import KINDS, Question, questions
from indexer.content.reader import KnownFiles, read
from peers.vectors import article_vectors
from search.embedders.sentence_transformers import SentenceTransformerEmbedder
from search.settings import Settings
from search.wiring import served

QUICK = ("--each", "2", "--rounds", "1", "--starts", "1", "--turns", "1", "--seconds", "0.2", "--texts", "40")


@pytest.fixture(scope="module")
def articles():
    return read(SAMPLES, KnownFiles(), lambda *_: None).articles


def test_every_part_of_a_run_stands_on_the_page(samples_copy, tmp_path):
    """Builds, answers, encoding, starts and service are measured; every number is one, and nothing is refused."""
    page = tmp_path / "page.md"
    where = ("--data", tmp_path, "--work", tmp_path / "work", "--index", samples_copy.index, "--write", page)
    done = called(bench.main, "real", *where, "--peers", "", *QUICK)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert re.findall("^### (.*)", text, re.M) == [
        "Build",
        "An answer, warm",
        "Recall by meaning",
        "Encoding",
        "A cold start of the command line",
        "Over HTTP",
    ]
    assert "nan" not in text
    recalls = re.search(r"^\| recall@10 \| (.*) \|$", text, re.M)[1].split(" | ")
    assert len(recalls) == 5
    assert all(0.98 <= float(recall) <= 1 for recall in recalls)
    nothing = re.search(r"^\| Lede, nothing changed \|.*", text, re.M)[0].split(" | ")
    assert nothing[5] == "0"
    served = [row.split(" | ") for row in re.findall(r"^\| Lede \| \d+ \|.*", text, re.M)]
    assert [row[1] for row in served] == ["1", "8", "32"]
    assert all(float(row[2]) > 0 and row[5] == "0" for row in served)


def test_growth_is_measured(tmp_path):
    """Made articles are built and asked in processes of their own; the index is gone afterwards."""
    done = called(bench.main, "grow", "--work", tmp_path, "--sizes", "60,120", "--each", "2", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\| 60 \|.*\n\| 120 \|", done.stdout, re.M)
    assert [path.name for path in tmp_path.iterdir()] == ["grow.md"]


def test_sizes_are_measured_and_their_growth_is_told(tmp_path):
    """Every step in a process of its own; a size measured before stands beside the new one; content and index go."""
    for size in ("60", "120"):
        page = tmp_path / "sizes.md"
        done = called(
            bench.main, "sizes", "--work", tmp_path, "--sizes", size, "--each", "2", "--rounds", "1", "--write", page
        )
        assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert "| 60 | 120 |" in text
    lines = {line.split(" | ")[0].strip("| "): line.split(" | ") for line in text.splitlines() if line.startswith("|")}
    for name in ("first build, s of processor", "night, s of processor", "generation, KiB an article", "opening, s"):
        assert len(lines[name]) == 4
        assert all(float(value) > 0 for value in lines[name][1:3])
    sized = json.loads((tmp_path / "size-120.json").read_text(encoding="utf-8"))
    assert sized["night"]["embedded"] < sized["first"]["embedded"]
    assert sized["full"]["rejected"] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["size-120.json", "size-60.json", "sizes.md"]


def test_a_slope_is_the_power_of_the_size():
    """Constant, linear, and quadratic growth."""
    assert sizes.slope((10, 7), (1000, 7)) == 0
    assert sizes.slope((10, 3), (1000, 300)) == pytest.approx(1)
    assert sizes.slope((10, 1), (100, 100)) == pytest.approx(2)


def test_peers_are_lent_a_vector_of_every_article(samples, articles, tmp_path, monkeypatch):
    """No model is asked for one; each is a unit vector, nearest to the head of its own article or of a twin."""
    lend(articles, samples.index, tmp_path)
    monkeypatch.setattr(SentenceTransformerEmbedder, "embed", None)
    lent = article_vectors(articles, tmp_path)
    np.testing.assert_allclose(np.linalg.norm(lent, axis=1), 1, atol=1e-5)
    with served(Settings(index=samples.index)).acquire() as snapshot:
        speaking, group = snapshot.columns.embedded_row, snapshot.columns.group
        heads = snapshot.vector.vectors(snapshot.chunks.first)
        nearest = snapshot.chunks.article_rows[(lent @ heads.T).argmax(axis=1)]
        spoken = speaking >= 0
    assert (group[nearest] == group)[spoken].mean() > 0.9


def test_questions_are_varied_and_the_same_each_time(articles):
    """So many different questions of each kind; made twice they are equal."""
    made = questions(articles, 20)
    assert made == questions(articles, 20)
    assert [sum(question.kind == kind for question in made) for kind in KINDS] == [20] * len(KINDS)
    assert len({(question.kind, question.text) for question in made}) == len(made)
    assert all(question.query().filters for question in made if question.kind == "filtered")


def test_a_question_takes_the_median_of_its_rounds():
    """Each system is asked every question in every round, and made anew for each."""
    asked = [Question("word", str(number)) for number in range(30)]
    met, made = [], []

    def systems():
        made.append(len(made))
        turn = len(made) - 1
        return {name: lambda question, n=name: met.append((n, question.text, turn)) or 7.0 * turn for name in "ab"}

    times = timed(systems, asked, rounds=3)
    assert made == [0, 1, 2, 3]
    assert [one.system for one in times] == ["a", "b"]
    assert all(np.all(one.by_question == 14.0) for one in times)
    assert {one for one in met if one[2] > 0} == {(n, q.text, turn) for n in "ab" for q in asked for turn in (1, 2, 3)}
    assert times[0].percentile(99) == 14.0


def test_a_clock_counts_milliseconds():
    """What a clocked system gives is the time that its answer took."""
    assert 0 <= clocked(lambda _: None)(Question("word", "x")) < 1_000
