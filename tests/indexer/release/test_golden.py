"""Is a build refused that finds less of what must be found, and is it said what fell?"""

import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import REPOSITORY, SAMPLES, called, run
from hypothesis import given
from hypothesis import strategies as st

from indexer.cli import main as lede_index
from indexer.release import gate
from indexer.release.golden import Golden, GoldenQuery, read_golden
from search.cli.main import main as lede
from search.errors import ArticleNotFoundError, ContentError
from search.query.model import Mode, Query

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ETF = "2025/11/bitcoin-etf-outflows-reach-1-55-billion-in-a-week"


def current(copy):
    """The name of the served generation."""
    return (copy.index / "CURRENT").read_text()


def without_etf(copy):
    """Take an expected article away, in both languages."""
    for language in ("en", "uk"):
        (copy.content / f"{ETF}.{language}.md").unlink()


def nightly(*arguments):
    """The nightly script's main."""
    spec = importlib.util.spec_from_file_location("nightly_reindex", REPOSITORY / "scripts" / "nightly_reindex.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return called(module.main, *arguments)


def build(*arguments):
    """`lede-index build`."""
    return called(lede_index, "build", *arguments)


def test_the_golden_queries_of_the_samples_are_found(samples):
    """The example in the repository holds for the samples that it speaks of, and the report says so."""
    golden = samples.report["golden"]
    assert golden["queries"] == len(read_golden(SAMPLES / "golden.toml", NOW).queries)
    assert (golden["recall"], golden["recall_before"], golden["refusal"]) == (1.0, None, "")


@pytest.mark.parametrize("program", [build, nightly], ids=["lede-index", "nightly"])
def test_a_build_that_finds_less_is_6_and_the_old_generation_stays(samples_copy, program):
    """What fell is in a table, nothing is left in staging, and the next sound build is published."""
    without_etf(samples_copy)
    refused = program(samples_copy.content, "--index", samples_copy.index)
    assert refused.returncode == 6, refused.stderr
    assert "recall fell from 1.000 to 0.800" in refused.stderr
    assert any(line.split()[:4] == ["1", "gone", "1", f"{ETF}.en"] for line in refused.stderr.splitlines())
    assert current(samples_copy) == samples_copy.report["generation"]
    assert list((samples_copy.index / "generations").iterdir()) == [
        samples_copy.index / "generations" / current(samples_copy)
    ]
    assert list((samples_copy.index / "staging").iterdir()) == []
    golden = samples_copy.content / "golden.toml"
    golden.write_text(golden.read_text(encoding="utf-8").replace("margin = 0.05", "margin = 0.5").replace("0.9", "0.5"))
    assert program(samples_copy.content, "--index", samples_copy.index).returncode == 0
    assert current(samples_copy) > samples_copy.report["generation"]


def test_a_held_build_is_compared_and_then_published(samples_copy):
    """--hold serves nobody, says 6 for a fall; diff shows articles and places; publish serves it all the same."""
    without_etf(samples_copy)
    index = ("--index", samples_copy.index)
    held = build(samples_copy.content, *index, "--hold", "--json")
    assert held.returncode == 6, held.stderr
    report = json.loads(held.stdout.splitlines()[-1])
    assert (report["held"], report["published"]) == (True, False)
    assert current(samples_copy) == samples_copy.report["generation"]
    compared = called(lede_index, "diff", "--content", samples_copy.content, *index)
    assert f"removed  {ETF}.en\n" in compared.stdout
    assert f"place    {ETF}.en  1 → – of 1  “bitcoin ETF outflows”" in compared.stdout
    as_json = called(lede_index, "diff", "--content", samples_copy.content, "--json", *index).stdout.splitlines()
    assert {"place", "removed"} == {json.loads(line)["change"] for line in as_json}
    assert called(lede_index, "publish", *index).returncode == 0
    assert current(samples_copy) == report["generation"]
    assert called(lede, "query", "bitcoin ETF outflows", *index).returncode == 0


def test_a_first_build_below_the_floor_is_refused(samples_copy, tmp_path):
    """With nothing served before there is no fall; the floor holds all the same, and without one all is reported."""
    golden = samples_copy.content / "golden.toml"
    golden.write_text('floor = 0.5\n[[query]]\ntext = "bitcoin"\nexpect = ["no/such.en"]\n')
    (samples_copy.index / "CURRENT").unlink()
    for generation in (samples_copy.index / "generations").iterdir():
        generation.rename(tmp_path / generation.name)
    refused = build(samples_copy.content, "--index", samples_copy.index)
    assert refused.returncode == 6
    assert "below the floor of 0.5" in refused.stderr
    assert not (samples_copy.index / "CURRENT").exists()
    golden.write_text('[[query]]\ntext = "bitcoin"\nexpect = ["no/such.en"]\n')
    reported = build(samples_copy.content, "--index", samples_copy.index)
    assert reported.returncode == 0
    assert "recall 0.000" in reported.stderr
    assert "gone" in reported.stderr


def test_the_gate_needs_no_torch(samples_copy):
    """A night with golden queries loads the exported model and nothing that it was exported by."""
    path = samples_copy.content / f"{ETF}.en.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nThe story went on.\n", encoding="utf-8")
    program = (
        "import sys; from indexer.cli import main; status = main(sys.argv[1:]);"
        "sys.exit(status or any(name in sys.modules for name in ('torch', 'ir_measures', 'fastapi')))"
    )
    done = run("-c", program, "build", samples_copy.content, "--index", samples_copy.index, "--json")
    assert done.returncode == 0, done.stderr
    golden = json.loads(done.stdout.splitlines()[-1])["golden"]
    assert (golden["recall_before"], golden["recall"]) == (1.0, 1.0)


WRONG = {
    "no toml": "[[query",
    "no query": "margin = 0.1",
    "unknown": 'marign = 0.1\n[[query]]\ntext = "a"\nexpect = ["b"]',
    "margin": 'margin = 5\n[[query]]\ntext = "a"\nexpect = ["b"]',
    "floor": 'floor = "high"\n[[query]]\ntext = "a"\nexpect = ["b"]',
    "expect nothing": '[[query]]\ntext = "a"',
    "expect one text": '[[query]]\ntext = "a"\nexpect = "b"',
    "within": '[[query]]\ntext = "a"\nexpect = ["b"]\nwithin = 0',
    "within too few": '[[query]]\ntext = "a"\nexpect = ["b", "c"]\nwithin = 1',
    "within too many": '[[query]]\ntext = "a"\nexpect = ["b"]\nwithin = 101',
    "nothing asked": '[[query]]\nexpect = ["b"]',
    "no parameter": '[[query]]\ntext = "a"\nexpect = ["b"]\ncolour = "red"',
    "paging": '[[query]]\ntext = "a"\nexpect = ["b"]\noffset = 10',
    "mode": '[[query]]\ntext = "a"\nexpect = ["b"]\nmode = "psychic"',
    "no value": '[[query]]\ntext = "a"\nexpect = ["b"]\nsource = {key = "x"}',
    "queries no tables": 'query = ["a"]',
}


@pytest.mark.parametrize("what", WRONG)
def test_an_ill_formed_file_is_refused_with_its_name(tmp_path, what):
    """The file, the query's number where there is one, and what to do."""
    path = tmp_path / "golden.toml"
    path.write_text(WRONG[what])
    with pytest.raises(ContentError) as refused:
        read_golden(path, NOW)
    assert str(path) in refused.value.problem
    assert refused.value.remedy


def test_an_ill_formed_file_is_2_before_anything_is_built(samples_copy, monkeypatch):
    """Wrong use, found at once; a file that a setting names must be there."""
    (samples_copy.content / "golden.toml").write_text("margin = 0.1")
    monkeypatch.setattr("indexer.library.recipe", lambda _: pytest.fail("the model was loaded"))
    assert build(samples_copy.content, "--index", samples_copy.index).returncode == 2
    monkeypatch.setenv("LEDE_GOLDEN", str(samples_copy.content / "none.toml"))
    assert build(samples_copy.content, "--index", samples_copy.index).returncode == 2


def test_a_query_is_read_as_it_would_be_asked(tmp_path):
    """Text, filters as one value or several, a date without quotes, and how deep."""
    path = tmp_path / "golden.toml"
    path.write_text('[[query]]\ntext = "a"\nexpect = ["b"]\ntag = ["x", "-y"]\nfrom = 2026-01-02\nmode = "keyword"')
    golden = read_golden(path, NOW)
    (asked,) = golden.queries
    assert (golden.margin, golden.floor, asked.within, asked.expect) == (0.02, None, 10, ("b",))
    assert (asked.query.text, asked.query.mode, asked.query.limit) == ("a", Mode.KEYWORD, 50)
    assert (asked.query.filters["tag"].include, asked.query.filters["tag"].exclude) == (("x",), ("y",))
    assert asked.query.filters.since == int(datetime(2026, 1, 2, tzinfo=UTC).timestamp() * 1000)


class Engine:
    """Answers each query with the hits it was given, by the query's text; a hit is an id and its twins' ids."""

    def __init__(self, answers):
        self.answers = answers

    def search(self, query):
        hits = [
            SimpleNamespace(article=SimpleNamespace(id=ids[0]), twins=[SimpleNamespace(id=one) for one in ids[1:]])
            for ids in self.answers[query.text]
        ]
        return SimpleNamespace(hits=hits)

    def article(self, article_id):
        if not any(article_id in ids for hits in self.answers.values() for ids in hits):
            raise ArticleNotFoundError(article_id)

    def close(self):
        pass


IDS = st.sampled_from("abcdefgh")
HITS = st.lists(IDS, unique=True, max_size=6).map(lambda ids: [(one, one.upper()) for one in ids])
EXPECT = st.lists(IDS | IDS.map(str.upper), unique_by=str.lower, min_size=1, max_size=3)


@given(st.lists(st.tuples(EXPECT, st.integers(3, 6), HITS, HITS), min_size=1, max_size=4), st.floats(0, 0.5))
def test_the_measures_are_what_they_are_said_to_be(asked, margin):
    """Recall and MRR within k, worked out slowly; a fall of either beyond the margin, and only that, refuses."""
    queries = [GoldenQuery(Query(text=f"q{n}"), tuple(e), within) for n, (e, within, *_) in enumerate(asked)]
    engines: Any = {
        side: Engine({f"q{n}": one[2 + number] for n, one in enumerate(asked)})
        for number, side in enumerate(("old", "new"))
    }
    golden = Golden(tuple(queries), margin, None)
    report = gate.judge(golden, lambda side: (engines[side.name], engines[side.name]), Path("new"), Path("old"))
    measured = {}
    for number, side in enumerate(("old", "new")):
        recalls, ranks = [], []
        for expect, within, *hits in asked:
            first = [set(ids) for ids in hits[number]][:within]
            recalls.append(sum(any(one in ids for ids in first) for one in expect) / len(expect))
            ranks.append(next((1 / place for place, ids in enumerate(first, 1) if ids & set(expect)), 0))
        measured[side] = (sum(recalls) / len(recalls), sum(ranks) / len(ranks))
    assert (report.recall_before, report.mrr_before) == pytest.approx(measured["old"])
    assert (report.recall, report.mrr) == pytest.approx(measured["new"])
    falls = [before - after for before, after in zip(measured["old"], measured["new"], strict=True)]
    if all(abs(fall - margin) > 1e-6 for fall in falls):
        assert bool(report.refusal) == any(fall > margin for fall in falls)
    assert bool(report.moved) == any(
        engines["old"].answers[f"q{n}"].index(pair) != engines["new"].answers[f"q{n}"].index(pair)
        if pair in engines["old"].answers[f"q{n}"] and pair in engines["new"].answers[f"q{n}"]
        else (pair in engines["old"].answers[f"q{n}"]) != (pair in engines["new"].answers[f"q{n}"])
        for n, (expect, *_) in enumerate(asked)
        for pair in [(one.lower(), one.upper()) for one in expect]
    )
