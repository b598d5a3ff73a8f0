"""Do the unit files, alerts, recipes and commands for those who run the service hold what they promise?"""

import json
import re
import shutil
import subprocess

import pytest
import yaml
from conftest import REPOSITORY, called
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from search.server.run import guarded
from search.settings import Settings

EXAMPLES = REPOSITORY / "examples"
UNITS = sorted([*EXAMPLES.glob("nightly/lede*.*"), *EXAMPLES.glob("embedding/*.service")])
ALERTS = REPOSITORY / "examples" / "monitoring" / "alerts.yml"
OPERATIONS = (REPOSITORY / "docs" / "how-to" / "run-it-for-others.md").read_text(encoding="utf-8")
BACK_UP = (REPOSITORY / "docs" / "how-to" / "index-your-archive.md").read_text(encoding="utf-8")


def analyze(*arguments):
    """Run systemd-analyze; skips where there is none."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here: apt-get install systemd")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit, tmp_path):
    """Every directive is one; the programs are put where they would be."""
    for path in UNITS:
        text = re.sub(r"/opt/lede/\.venv/bin/[\w-]+", "/bin/true", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    status, told = analyze("verify", "--man=no", tmp_path / unit.name)
    assert (status, told) == (0, "")


@pytest.mark.parametrize("unit", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_is_locked_down(unit):
    """systemd's own measure of exposure, 0 to 10: at most 1.5."""
    written = unit.read_text(encoding="utf-8")
    assert "ProtectSystem=strict" in written
    assert re.search(r"^MemoryMax=\dG\nTasksMax=\d+$", written, re.M)
    status, told = analyze("security", "--offline=true", "--threshold=15", "--no-pager", unit)
    assert status == 0, told.splitlines()[-1]


def test_the_crontab_takes_a_lock(tmp_path):
    """A second run while the first goes on ends at once; the line is one that cron reads."""
    (line,) = [
        line
        for line in (REPOSITORY / "examples" / "nightly" / "crontab").read_text(encoding="utf-8").splitlines()
        if re.match(r"[\d*]", line)
    ]
    command = re.fullmatch(r"(?:[\d*/,-]+\s+){5}(\S.*)", line)[1]
    assert "scripts/nightly_reindex.py" in command
    lock = re.search(r"flock \S+ (\S+)", command)[1]
    ours = command.replace("/opt/lede", str(tmp_path)).replace(lock, str(tmp_path / "lock"))
    ours = ours.replace("/var/log", str(tmp_path)).replace(".venv/bin/python scripts/nightly_reindex.py", "echo ran;")
    run = ["flock", str(tmp_path / "lock"), "sh", "-c", f"{ours.split(';')[0]} --json >> {tmp_path}/log 2>&1"]
    assert subprocess.run(run, check=False).returncode == 1
    assert not (tmp_path / "log").read_text()
    assert subprocess.run(run[2:], check=False).returncode == 0
    assert "ran" in (tmp_path / "log").read_text()


@pytest.fixture(scope="module")
def series(samples):
    """The name of every series of /metrics once something was asked and refused."""
    with TestClient(guarded(Settings(index=samples.index)), "http://localhost", client=("127.0.0.1", 1)) as client:
        client.get("/search?q=bitcoin")
        client.get("/", headers={"Host": "evil.example"})
        text = client.get("/metrics").text
    return {re.match(r"\w+", line)[0] for line in text.splitlines() if line and not line.startswith("#")}


def test_every_alert_speaks_of_metrics_that_exist(series):
    """Names, and a summary and a remedy for whoever is woken up."""
    rules = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert len(rules) >= 8
    for rule in rules:
        named = set(re.findall(r"\b(?:lede|process)_\w+", rule["expr"]))
        assert named <= series, rule["alert"]
        assert named or rule["expr"].startswith("up")
        assert rule["annotations"].keys() == {"summary", "remedy"}


def test_prometheus_reads_the_alerts():
    """promtool checks their expressions, where there is one."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not here: apt-get install prometheus")
    assert subprocess.run([program, "check", "rules", str(ALERTS)], check=False, capture_output=True).returncode == 0


def test_every_metric_is_told_of(series):
    """docs/how-to/run-it-for-others.md names every series of ours."""
    own = {re.sub(r"_(bucket|sum|count)$", "", name) for name in series if name.startswith("lede_")}
    assert [name for name in sorted(own) if f"`{name}" not in OPERATIONS] == []


def test_the_container_uses_the_commands_of_the_makefile():
    """It sets up by a target that exists and starts a command that exists, on a port that it names, not as root."""
    recipe = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M))
    assert re.search(r"^RUN make \$TARGETS ", recipe, re.M)
    used = re.search(r"^ARG TARGETS=(.+)$", recipe, re.M)[1].split()
    assert set(used) <= targets
    assert recipe.index("RUN make") < recipe.index("USER lede") < recipe.index("CMD")  # the code belongs to root
    command = json.loads(re.search(r"^CMD (\[.*\])$", recipe, re.M)[1])
    assert command[:2] == [".venv/bin/lede", "serve"]
    assert re.search(r"^EXPOSE (\d+)$", recipe, re.M)[1] == command[-1]
    from search.cli.main import _parser

    assert _parser().parse_args(command[1:]).host == "0.0.0.0"  # noqa: S104


def test_back_up_and_restore_are_three_lines_that_work(samples, tmp_path):
    """As they stand in the how-to: what is restored verifies, is the same generation, and answers."""
    block = re.search(r"## Back up and restore\n[^#]*?\n\n((?:    [^\n]+\n)+)", BACK_UP)[1]
    lines = [line.strip().split("  #")[0] for line in block.splitlines()]
    assert len(lines) == 3
    shutil.copytree(samples.index, tmp_path / "index")
    for line in lines[:2]:
        subprocess.run(["sh", "-ec", line], cwd=tmp_path, check=True)
    words = lines[2].split()
    assert words[:2] == ["lede-index", "verify"]
    restored = tmp_path / words[words.index("--index") + 1]
    assert called(lede_index, *words[1:-1], restored).returncode == 0
    assert (restored / "CURRENT").read_text() == samples.report["generation"]
    assert [path.name for path in (restored / "generations").iterdir()] == [samples.report["generation"]]


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_is_set_up_as_the_documents_say(name):
    """Both say what Lede must be told, in settings that exist; nginx hands on host and client."""
    text = (REPOSITORY / "examples" / "proxy" / name).read_text(encoding="utf-8")
    for setting in re.findall(r"(\w+) = ", text):
        assert setting in Settings.__struct_fields__
    assert "127.0.0.1:8080" in text
    if name == "nginx.conf":
        assert "proxy_set_header Host $host;" in text
        assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in text
