"""Does a terminal get what people type and read: words in any place, slips named, no traceback whatever happens?"""

import io
import json
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import REPOSITORY, called, run

from indexer.cli import Stages, progress
from indexer.cli import main as lede_index
from search.cli.main import main
from search.cli.status import lines
from search.cli.streams import with_safe_streams
from search.cli.terminal import Terminal

PROGRAM = [sys.executable, "-m", "search.cli.entry"]
ESCAPES = re.compile(r"\x1b\]8;;.*?\x1b\\|\x1b\[[\d;]*m")


class Screen(io.StringIO):
    """A terminal's stream."""

    def isatty(self):
        """It is one."""
        return True


def ids(samples, *arguments):
    """What a query finds."""
    ended = called(main, "query", *arguments, "--json", "--index", samples.index)
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    return answer["query"]["text"], [hit["id"] for hit in answer["hits"]]


def test_words_are_joined_wherever_they_stand(samples):
    """Between flags, quoted or not, and with a dash before them."""
    text, found = ids(samples, "bitcoin etf outflows")
    assert ids(samples, "bitcoin", "etf", "outflows") == (text, found)
    assert ids(samples, "bitcoin", "-n", "10", "etf", "--sort=relevance", "outflows") == (text, found)
    assert ids(samples, "bitcoin", "-exchange", "etf")[0] == "bitcoin -exchange etf"
    assert ids(samples, "bitcoin", "--tag", "-ETF", "halving")[0] == "bitcoin halving"
    assert ids(samples, "-exchange", "-n5", "bitcoin")[0] == "-exchange bitcoin"


@pytest.mark.parametrize(
    ("arguments", "usage", "said"),
    [
        (("query", "x", "--sorce", "y"), "usage: lede query", "There is no flag --sorce. Did you mean --source?"),
        (("query", "x", "--sorce=y"), "usage: lede query", "Did you mean --source?"),
        (("show", "x", "--jsn"), "usage: lede show", "Did you mean --json?"),
        (
            ("query", "x", "--article-url", "y"),
            "usage: lede query",
            "`article_url` is a setting: write `article_url = …`",
        ),
        (("show", "x", "y"), "usage: lede show", "'y' is one argument too many."),
        (("quer", "x"), "usage: lede ", "Did you mean query?"),
        (("query", "x", "-n", "ten"), "usage: lede query", "invalid int value"),
    ],
)
def test_a_slip_is_named_below_the_usage_of_its_command(arguments, usage, said):
    """With exit status 2."""
    ended = called(main, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith(usage)
    assert said in ended.stderr


@pytest.mark.parametrize(("typed", "same"), [("yesterday", "1d"), ("last week", "2w"), ("march 2026", "2026-03-01")])
def test_dates_are_read_as_people_type_them(samples, typed, same):
    """`--from yesterday` admits at least what the last day has."""
    ended = called(main, "query", "--from", typed, "--json", "--index", samples.index)
    assert ended.returncode in (0, 1), ended.stderr
    wider = called(main, "query", "--from", same, "--json", "--index", samples.index)
    since = [json.loads(one.stdout)["query"]["filters"]["from"][0] for one in (ended, wider)]
    assert abs(int(since[0][:4]) - int(since[1][:4])) <= 1
    assert typed != "march 2026" or since[0] == since[1] == "2026-03-01T00:00:00Z"
    assert called(main, "query", "--from", "bitcoin", "--index", samples.index).returncode == 2


def test_help_keeps_names_as_they_are():
    """Sentence case without `api` and `ctrl-c`."""
    told = called(main, "serve", "--help").stdout
    assert "Serve the page and the API until Ctrl-C." in told


def test_status_is_for_people_on_a_terminal_and_json_elsewhere(samples, monkeypatch):
    """Whoever looks sees what is served and what somebody set; a script gets the same as before."""
    report = json.loads(called(main, "status", "--index", samples.index).stdout)
    told = "\n".join(lines(report, datetime.now(UTC)))
    assert f"{report['articles']:,} articles" in told
    assert f"index            {samples.index}  (flag)" in told
    assert "{" not in told
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["status", "--index", str(samples.index)]) == 0
    assert screen.getvalue().startswith("Archive ")
    monkeypatch.setattr(sys, "stdout", again := Screen())
    main(["status", "--json", "--index", str(samples.index)])
    assert json.loads(again.getvalue())["usable"]


def test_lines_fit_the_terminal_and_titles_are_links(samples, monkeypatch):
    """No line is longer than the terminal, no word is lost, every mark ends in its line."""
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("LEDE_ARTICLE_URL", "https://news.example/{slug}/")
    plain = called(main, "query", "who stole the money", "-n", "5", "--index", samples.index).stdout
    monkeypatch.setattr(sys, "stdout", screen := Screen())
    assert main(["query", "who stole the money", "-n", "5", "--index", str(samples.index)]) == 0
    shown = screen.getvalue()
    assert "\x1b]8;;https://news.example/" in shown
    snippets = [ESCAPES.sub("", line) for line in shown.splitlines() if line.startswith("   ") and " · " not in line]
    assert snippets
    assert max(map(len, snippets)) <= 50
    assert " ".join(ESCAPES.sub("", shown).split()) == " ".join(plain.split())


def test_marks_are_closed_at_the_end_of_a_line(monkeypatch):
    """A mark that reaches over it is opened again."""
    monkeypatch.setenv("COLUMNS", "14")
    terminal = Terminal(Screen())
    assert terminal._lines("<mark>one two three</mark> (<mark>four</mark>)", 3) == [
        "<mark>one two</mark>",
        "<mark>three</mark>",
        "(<mark>four</mark>)",
    ]


def test_a_full_disk_is_said(samples):
    """With exit status 1, and without a traceback."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PROGRAM, "query", "bitcoin", "--index", str(samples.index)],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=REPOSITORY,
            check=False,
        )
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_locale_without_the_signs_is_no_traceback(samples):
    """They become numbers."""
    ended = run("-m", "search.cli.entry", "query", "біткоїн", "--index", samples.index, PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert "\\u0431" in ended.stdout


def test_a_taken_port_has_its_own_status():
    """4, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        ended = called(main, "serve", "--port", str(held.getsockname()[1]))
    assert ended.returncode == 4
    assert "choose another with --port" in ended.stderr


def test_ctrl_c_says_what_is_kept(capsys):
    """In one line, with status 130."""

    def interrupted():
        raise KeyboardInterrupt

    assert with_safe_streams("lede-index", interrupted, "Stopped.") == 130
    assert capsys.readouterr().err == "\nlede-index: Stopped.\n"


def test_a_reader_of_differences_may_go_away(samples_copy):
    """`lede-index diff | head` ends in silence."""
    built = called(lede_index, "build", samples_copy.content, "--full", "--index", samples_copy.index)
    assert built.returncode == 0, built.stderr
    command = [sys.executable, "-m", "indexer.cli", "list", "--index", str(samples_copy.index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY) as listing:
        listing.stdout.close()
        assert listing.stderr.read() == b""


@pytest.mark.parametrize(
    ("done", "total", "lately", "seconds", "said"),
    [
        (0, 0, 0, 0.0, ""),
        (1_200, 0, 1_200, 4.0, "1,200 so far, 300 a second"),
        (50, 200, 50, 1.0, "50 of 200 (25 %)"),
        (50, 200, 50, 5.0, "50 of 200 (25 %), 10 a second, 15 s left"),
        (10, 1_000, 10, 10.0, "10 of 1,000 (1 %), 1.0 a second, 16 min 30 s left"),
        (200, 200, 200, 5.0, "200 of 200 (100 %), 40 a second"),
        (10, 100_000, 10, 10.0, "10 of 100,000 (0 %), 1.0 a second, 27 h 46 min left"),
    ],
)
def test_progress_tells_percent_rate_and_what_is_left(done, total, lately, seconds, said):
    """Once there is something to go by."""
    assert progress(done, total, lately, seconds) == said


def test_progress_moves_one_line_on_a_terminal(capsys):
    """A shorter line covers the longer one before; elsewhere lines stay."""
    stages = Stages(terminal=True)
    stages("read", 0, 0)
    stages("embed", 0, 10_000)
    stages("embed", 10_000, 10_000)
    stages.end()
    shown = capsys.readouterr().err
    assert shown.startswith("\rReading files\n\rEmbedding: 0 of 10,000 (0 %)\rEmbedding: 10,000 of 10,000 (100 %)")
    assert shown.endswith("\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_fault(samples, closed):
    """`lede query … >&-` ends as it would, without a traceback."""
    command = f'"$0" -m search.cli.entry query bitcoin --index "$1" {closed}'
    ended = subprocess.run(
        ["sh", "-c", command, sys.executable, str(samples.index)], cwd=REPOSITORY, capture_output=True, check=False
    )
    assert ended.returncode == 0
    assert b"Traceback" not in ended.stdout + ended.stderr


def test_what_is_typed_is_utf_8_in_any_locale(samples):
    """Where the locale knows ASCII alone, the words are those that were typed."""
    command = [*PROGRAM, "query", "біткоїн", "-n", "1", "--json", "--index", str(samples.index)]
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": "/bin"}
    ended = subprocess.run(command, cwd=REPOSITORY, env=ascii_only, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["query"]["text"] == "біткоїн"


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (1200, "1,200 articles")]
)
def test_one_is_counted_in_the_singular(number, told):
    """As `lede-index build` and `lede status` say it."""
    from search.cli.counts import counted

    assert counted(number, "article") == told
