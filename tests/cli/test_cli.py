"""Do `lede` and `lede-index` keep their exit statuses, their streams and their formats?"""

import csv
import fcntl
import io
import json
import re
import sys
from types import SimpleNamespace

import pytest
from conftest import SAMPLES, called, run
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from indexer.content.rules import ReadingRules
from search.cli.main import main as lede
from search.server.app import create_app
from search.settings import Settings

_ESCAPE = "\x1b"


@pytest.fixture
def ask(samples):
    """Ask the sample index by `lede`."""
    return lambda command, *arguments: called(lede, command, *arguments, "--index", samples.index)


def lines(text):
    """The lines of a text."""
    return text.splitlines()


def test_where_nothing_is_found_the_offer_comes_first(ask):
    """It says how much it finds; a text that finds something is told as ever."""
    outcome = ask("query", "bitconi", "--exact", "--mode", "keyword")
    assert outcome.returncode == 1
    assert re.match(r"Did you mean 'bitcoin'\? It finds \d+ articles?\.\n", outcome.stderr)
    corrected = ask("query", "bitconi", "--mode", "keyword")
    assert corrected.returncode == 0
    assert "Showing results for 'bitcoin'" in corrected.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("-mining",), '-"mining"'),
        (("-news", "-n", "3"), '-"news"'),
        (("-n", "3", "-5%"), "-5%"),
        (('-"bitcoin miners"',), '-"bitcoin miners"'),
        (("--tag", "-NFT", "-mining"), '-"mining"'),
    ],
)
def test_a_text_may_begin_with_a_dash(ask, arguments, text):
    """What is no flag is the text; known flags win."""
    asked = ask("query", *arguments, "--json")
    assert asked.returncode in (0, 1), asked.stderr
    assert json.loads(asked.stdout)["query"]["understood"] == text


def test_found_is_0_nothing_found_is_1(ask):
    """A question with hits ends with 0, one without with 1, and both write their notes to standard error."""
    found = ask("query", "bitcoin")
    assert found.returncode == 0
    assert " found" in found.stderr
    nothing = ask("query", "bitcoin", "--source", "nobody")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "Nothing found" in nothing.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "x", "--mode", "psychic"),
        ("query", "x", "--from", "yesterday-ish"),
        ("query", "x", "--tz", "Mars/Olympus"),
        ("query", "x", "-n", "101"),
        ("query", "x", "--offset", "991"),
        ("query", "x", "--sort", "random"),
        ("query", "x", "--facets", "colour"),
        ("query", "x" * 2001),
        ("query", "x", "--no-such-flag"),
        ("query", "x", "--json", "--csv"),
        ("frobnicate",),
        (),
    ],
)
def test_wrong_use_is_2_with_a_reason_on_standard_error(samples, arguments):
    """What cannot be asked ends with 2, nothing on standard output, and a reason on standard error."""
    index = ("--index", samples.index) if arguments else ()
    ended = called(lede, *arguments, *index)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr


@pytest.mark.parametrize("arguments", [("query", "x"), ("similar", "a"), ("show", "a"), ("status",)])
def test_no_usable_index_is_3_and_says_what_to_do(tmp_path, arguments):
    """Where nothing was published every command ends with 3 and names the command that builds."""
    ended = called(lede, *arguments, "--index", tmp_path / "none")
    assert ended.returncode == 3
    assert "lede-index build" in ended.stderr + ended.stdout


@pytest.mark.parametrize("command", ["show", "similar"])
def test_an_unknown_id_is_1_and_the_nearest_is_named(ask, command):
    """An id that no article has ends with 1; one with the same last part is suggested."""
    ended = ask(command, "2024/01/norvex-exchange-halts-withdrawals-after-84-million-hack.en")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "2025/11/norvex-exchange-halts-withdrawals-after-84-million-hack.en" in ended.stderr


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "stablecoin regulation", "facets": "true", "explain": "true"},
        {"q": "біткоїн", "limit": "3", "sort": "newest", "mode": "keyword"},
        {"lang": "uk", "from": "2026-01-01", "to": "2026-02-28", "tz": "Europe/Kyiv", "offset": "2"},
    ],
)
def test_json_is_the_http_answer(samples, ask, asked):
    """`--json` prints one line with the fields and values that GET /search answers, but for the time it took."""
    flags = {"limit": "-n"}
    arguments = [
        f"{flags.get(name, '--' + name)}={value}" for name, value in asked.items() if name not in ("q", "limit")
    ]
    arguments = ["--explain" if argument == "--explain=true" else argument for argument in arguments]
    arguments += ["-n", asked["limit"]] if "limit" in asked else []
    printed = ask("query", *([asked["q"]] if "q" in asked else []), *arguments, "--json")
    assert len(lines(printed.stdout)) == 1
    with TestClient(create_app(Settings(index=samples.index))) as client:
        answered = client.get("/search", params=asked).json()
    mine = json.loads(printed.stdout)
    assert mine.keys() == answered.keys()
    assert mine | {"took_ms": 0} == answered | {"took_ms": 0}
    assert mine["hits"]


def test_jsonl_is_one_hit_a_line(ask):
    """`--jsonl` prints the hits of `--json`, one a line."""
    whole = json.loads(ask("query", "exchange hack", "--json").stdout)["hits"]
    assert [json.loads(line) for line in lines(ask("query", "exchange hack", "--jsonl").stdout)] == whole


def test_csv_has_a_header_and_one_row_a_hit(ask):
    """`--csv` can be read back by a CSV reader, titles with commas and quotes included."""
    whole = json.loads(ask("query", "exchange hack", "--json").stdout)["hits"]
    rows = list(csv.DictReader(io.StringIO(ask("query", "exchange hack", "--csv").stdout)))
    assert [(row["id"], row["title"], row["published"]) for row in rows] == [
        (hit["id"], hit["title"], hit["published"]) for hit in whole
    ]


def test_a_dash_reads_the_question_from_standard_input(samples, ask):
    """`lede query -` asks what standard input says, read as UTF-8, as a program in a pipe."""
    piped = run("-m", "search.cli.entry", "query", "-", "--json", "--index", samples.index, stdin="біткоїн\n")
    assert piped.returncode == 0, piped.stderr
    assert [hit["id"] for hit in json.loads(piped.stdout)["hits"]] == [
        hit["id"] for hit in json.loads(ask("query", "біткоїн", "--json").stdout)["hits"]
    ]


@pytest.mark.parametrize("written", [["--sentiment=-NEGATIVE"], ["--sentiment", "-NEGATIVE"]])
def test_a_leading_dash_refuses_a_value(ask, written):
    """A filter value with a leading `-` means not, joined by = or standing behind its flag."""
    ended = ask("query", "bitcoin", *written, "--json", "-n", "100")
    assert ended.returncode == 0, ended.stderr
    assert {hit["sentiment"] for hit in json.loads(ended.stdout)["hits"]} == {"POSITIVE"}


def test_a_filter_given_twice_means_any_of(ask):
    """Two values of one filter admit either, and different filters are joined by and."""
    hits = json.loads(ask("query", "bitcoin", "--lang", "uk", "--lang", "en", "-n", "100", "--json").stdout)["hits"]
    assert {hit["language"] for hit in hits} == {"uk", "en"}
    both = json.loads(ask("query", "--lang=uk", "--sentiment=positive", "-n", "100", "--json").stdout)["hits"]
    assert {(hit["language"], hit["sentiment"]) for hit in both} == {("uk", "POSITIVE")}


def test_formats_for_machines_keep_standard_output_to_data(ask):
    """With --json, --jsonl and --csv nothing but data is on standard output, and no colour in a pipe."""
    for flag in ("--json", "--jsonl", "--csv"):
        ended = ask("query", "bitcoin", flag)
        assert ended.returncode == 0
        assert _ESCAPE not in ended.stdout + ended.stderr
    assert _ESCAPE not in ask("query", "bitcoin").stdout
    assert "<mark>" not in ask("query", "bitcoin").stdout


def test_explain_prints_the_sum_that_ranked_the_hit(ask):
    """With --explain each hit shows its shares, and they add up to the score shown."""
    shown = ask("query", "stablecoin", "--explain", "-n", "1").stdout
    *shares, total = [float(number) for number in re.findall(r"^ +([+-]\d+\.\d{4})  ", shown, re.MULTILINE)]
    assert len(shares) >= 2
    assert sum(shares) == pytest.approx(total, abs=1e-3)


def test_facets_are_counted_when_asked_for(ask):
    """`--facets` alone counts all, with a list those named."""
    every = json.loads(ask("query", "bitcoin", "--facets", "--json").stdout)["facets"]
    assert set(every) == {"source", "tag", "sentiment", "language", "author", "category", "month"}
    some = json.loads(ask("query", "bitcoin", "--facets=tag,month", "--json").stdout)["facets"]
    assert set(some) == {"tag", "month"}


def test_show_prints_the_article_and_similar_leaves_it_out(ask):
    """`show` gives the whole text; `similar` gives others, and never the article itself or its twin."""
    name = "2025/10/what-the-bitcoin-halving-really-does-in-plain-words"
    shown = json.loads(ask("show", f"{name}.en", "--json").stdout)
    assert shown["id"] == f"{name}.en"
    assert shown["text"] in ask("show", f"{name}.en").stdout
    similar = ask("similar", f"{name}.en", "--json")
    assert similar.returncode == 0
    assert not {f"{name}.en", f"{name}.uk"} & {hit["id"] for hit in json.loads(similar.stdout)["hits"]}


def test_status_tells_each_setting_and_its_origin(ask, samples):
    """`lede status` names the value and the origin of every setting, and the served generation."""
    status = json.loads(ask("status", "--json").stdout)
    assert status["settings"]["index"] == {"value": str(samples.index), "from": "flag"}
    assert status["settings"]["port"] == {"value": 8080, "from": "default"}
    assert status["generation"] == samples.report["generation"]


def test_an_unknown_setting_is_wrong_use(samples, monkeypatch):
    """A LEDE_ variable that is no setting ends with 2 and names the nearest."""
    monkeypatch.setenv("LEDE_INDXE", "somewhere")
    ended = called(lede, "query", "x", "--index", samples.index)
    assert ended.returncode == 2
    assert "'index'" in ended.stderr


def test_the_programs_run_as_modules_and_help_names_the_exit_statuses(tmp_path):
    """`--help` of both programs ends with 0 and tells the exit statuses."""
    for module in ("search.cli.entry", "indexer.cli"):
        ended = run("-m", module, "--help", folder=tmp_path)
        assert ended.returncode == 0, ended.stderr
        assert "Exit status" in ended.stdout


def test_a_reader_that_goes_away_is_no_error(samples):
    """A pipe closed early, as by `head`, gives neither a traceback nor noise."""
    import subprocess

    from conftest import REPOSITORY

    command = [
        sys.executable,
        "-m",
        "search.cli.entry",
        "query",
        "bitcoin",
        "-n",
        "100",
        "--jsonl",
        "--index",
        samples.index,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY) as asking:
        asking.stdout.close()
        assert b"Traceback" not in asking.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("query", "bitcoin"), 0),
        (("query", "zorblax"), 1),
        (("query", "a", "--mode", "no"), 2),
        (("show", "no/such"), 1),
    ],
)
def test_the_program_ends_at_once_and_says_all(samples, arguments, status):
    """It ends without tidying up: what it wrote and its status are whole all the same."""
    ended = run("-m", "search.cli.entry", *arguments, "--index", samples.index)
    at_leisure = run("-m", "search.cli.main", *arguments, "--index", samples.index)
    assert ended.returncode == at_leisure.returncode == status, ended.stderr
    assert ended.stdout == at_leisure.stdout
    assert len(ended.stderr.splitlines()) == len(at_leisure.stderr.splitlines()) > 0


def test_the_build_report_has_the_promised_fields(samples):
    """The last line of standard output is the report; progress is on standard error."""
    promised = "generation articles added changed removed unchanged rejected passages embedded seconds peak_rss_mib"
    assert set(promised.split()) <= samples.report.keys()
    assert samples.report["articles"] == samples.report["added"] > 50
    assert len(lines(samples.built.stdout)) == 1
    assert "Embedding" in samples.built.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "no/such/folder"),
        ("build", "README.md", "--no-such-flag"),
        ("build", "README.md", "--jobs", "0"),
        ("prune", "--keep", "0"),
        ("frobnicate",),
    ],
)
def test_wrong_use_of_the_indexer_is_2(tmp_path, monkeypatch, arguments):
    """A missing or unreadable content folder, an unknown flag or an illegal number ends with 2."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("indexer.library.recipe", lambda _: None)
    ended = called(lede_index, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr


def test_a_folder_without_articles_is_wrong_use(tmp_path, monkeypatch):
    """An empty folder is refused with 2, and nothing is published."""
    monkeypatch.setattr("indexer.library.recipe", lambda _: SimpleNamespace(rules=ReadingRules()))
    (tmp_path / "content").mkdir()
    ended = called(lede_index, "build", tmp_path / "content", "--index", tmp_path / "index")
    assert ended.returncode == 2
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_held_lock_is_4_and_names_the_holder(samples_copy):
    """While another run writes, build, prune and rollback end with 4 at once, and what is served stays."""
    with (samples_copy.index / "writer.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write("process 4711 since then")
        lock.flush()
        for command in (["build", samples_copy.content], ["prune"], ["rollback"]):
            ended = called(lede_index, *command, "--index", samples_copy.index)
            assert ended.returncode == 4
            assert "process 4711" in ended.stderr


def test_a_failed_verification_is_5_and_the_old_generation_stays(samples_copy, monkeypatch):
    """A generation that is damaged while it is made is not published; the one before is served on."""
    from indexer import reindex

    build = reindex.build

    def damaging(reading, recipe, memory, folder, *more):
        fresh = build(reading, recipe, memory, folder, *more)
        path = folder / "views" / "row.npy"
        path.write_bytes(path.read_bytes()[:-1] + b"\xff")
        return fresh

    monkeypatch.setattr(reindex, "build", damaging)
    ended = called(lede_index, "build", samples_copy.content, "--index", samples_copy.index, "--full")
    assert ended.returncode == 5
    assert "views/row.npy" in ended.stderr
    assert (samples_copy.index / "CURRENT").read_text() == samples_copy.report["generation"]


def test_verify_is_0_for_a_sound_and_1_for_an_altered_generation(samples_copy):
    """`verify` notices one changed bit, in any file of the generation, its manifest included."""
    assert called(lede_index, "verify", "--index", samples_copy.index).returncode == 0
    generation = samples_copy.index / "generations" / samples_copy.report["generation"]
    for path in [path for path in generation.rglob("*") if path.is_file() and path.stat().st_size]:
        written = path.read_bytes()
        middle = len(written) // 2
        path.write_bytes(written[:middle] + bytes([written[middle] ^ 1]) + written[middle + 1 :])
        ended = called(lede_index, "verify", "--index", samples_copy.index)
        assert ended.returncode == 1, path
        path.write_bytes(written)
    assert called(lede_index, "verify", "--index", samples_copy.index).returncode == 0


def test_list_diff_rollback_and_prune_look_after_generations(samples_copy):
    """A second build is listed and starred; diff names what changed; rollback serves the first again; prune thins."""
    index = ("--index", samples_copy.index)
    first = samples_copy.report["generation"]
    changed = next(samples_copy.content.rglob("*.en.md"))
    changed.write_text(changed.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")
    built = called(lede_index, "build", samples_copy.content, *index, "--json")
    second = json.loads(built.stdout)["generation"]
    assert [line.split()[:2] for line in lines(called(lede_index, "list", *index).stdout)][1] == ["*", second]
    article = changed.relative_to(samples_copy.content).as_posix().removesuffix(".md")
    assert called(lede_index, "diff", *index).stdout.split() == ["changed", article]
    assert called(lede_index, "rollback", *index).returncode == 0
    assert (samples_copy.index / "CURRENT").read_text() == first
    assert called(lede_index, "rollback", *index).returncode == 1
    assert called(lede_index, "prune", "--keep", "1", *index).returncode == 0
    assert sorted(path.name for path in (samples_copy.index / "generations").iterdir()) == [first, second]
    assert called(lede_index, "rollback", second, *index).returncode == 0
    called(lede_index, "prune", "--keep", "1", *index)
    assert [path.name for path in (samples_copy.index / "generations").iterdir()] == [second]


def test_a_damaged_generation_is_never_served_again(samples_copy):
    """Rollback names the fault, and what is served stays."""
    index = ("--index", samples_copy.index)
    first = samples_copy.report["generation"]
    called(lede_index, "build", samples_copy.content, *index, "--full")
    served = (samples_copy.index / "CURRENT").read_text()
    damaged = samples_copy.index / "generations" / first / "articles.sqlite"
    damaged.chmod(0o644)
    with damaged.open("r+b") as file:
        file.seek(-100, 2)
        file.write(b"x" * 50)
    refused = called(lede_index, "rollback", *index)
    assert (refused.returncode, refused.stdout) == (5, "")
    assert f"Generation {first} is not sound: articles.sqlite" in refused.stderr
    assert (samples_copy.index / "CURRENT").read_text() == served != first


def test_strict_refuses_to_publish_with_a_rejected_file(samples_copy):
    """With --strict a bad file stops the run; without it the file is named, counted and left out."""
    (samples_copy.content / "bad.md").write_text("")
    index = ("--index", samples_copy.index)
    strict = called(lede_index, "build", samples_copy.content, *index, "--strict")
    assert strict.returncode not in (0, 4, 5)
    assert "bad.md:1:" in strict.stderr
    lenient = called(lede_index, "build", samples_copy.content, *index, "--json")
    assert lenient.returncode == 0
    assert "bad.md:1:" in lenient.stderr
    assert json.loads(lenient.stdout)["rejected"] == 1


def test_another_model_in_the_settings_is_said_and_not_used(samples, monkeypatch):
    """A query under a `model` other than the index was built with answers by the index's own, and says so."""
    monkeypatch.setenv("LEDE_MODEL", "/no/such/model")
    done = called(lede, "query", "bitcoin", "--index", samples.index, "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["mode"] == "hybrid"
    assert any("/no/such/model" in reason and "384" in reason for reason in answer["degraded"])


def test_a_missing_model_stops_a_build_with_its_remedy(tmp_path, monkeypatch):
    """A build whose model is not there ends with a sentence that says which and what to do."""
    monkeypatch.setenv("LEDE_MODEL", "/no/such/model")
    done = called(lede_index, "build", SAMPLES, "--index", tmp_path / "index")
    assert done.returncode == 1
    assert "/no/such/model" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "index" / "CURRENT").exists()
