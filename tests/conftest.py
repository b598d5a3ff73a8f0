"""What every test may ask for: folders, and indexes that are built once a session and asked many questions."""

import contextlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from awkward import awkward_articles
from hypothesis import Phase, settings

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
SAMPLES = REPOSITORY / "examples" / "articles"

_QUICK: Any = {"deadline": None, "database": None, "phases": (Phase.explicit, Phase.generate, Phase.shrink)}
settings.register_profile("lede", max_examples=60, derandomize=True, **_QUICK)
settings.register_profile("explore", max_examples=400, print_blob=True, **_QUICK)
"""Each run the same; `--hypothesis-profile=explore` looks further, at random."""
settings.load_profile("lede")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """A test sees no LEDE_* variable of the machine it runs on, and no `--jobs` of a build in an earlier test."""
    for name in [name for name in os.environ if name.startswith("LEDE_")]:
        monkeypatch.delenv(name)
    for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments, stdin=None, folder=REPOSITORY, **environment):
    """Run a module or script of this repository as a program; gives its exit status and what it wrote."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEDE_")}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=clean | {"PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"} | environment,
        check=False,
    )


def called(main, *arguments):
    """Call a program's main in this process; gives its exit status and what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code
    return SimpleNamespace(returncode=status, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """The sample articles, indexed by `lede-index build` with the built-in model: the one real build of the session."""
    from indexer.cli import main

    index = tmp_path_factory.mktemp("samples") / "index"
    built = called(main, "build", SAMPLES, "--index", index, "--json")
    assert built.returncode == 0, built.stderr
    report = json.loads(built.stdout.splitlines()[-1])
    return SimpleNamespace(index=index, report=report, built=built)


def copied_samples(folder, count):
    """So many of the sample articles, copied into a folder; gives it."""
    for path in sorted(SAMPLES.rglob("*.md"))[:count]:
        to = folder / path.relative_to(SAMPLES)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    return folder


@contextlib.contextmanager
def files_of_at_most(size):
    """A disk with no room for larger files."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def samples_copy(samples, tmp_path):
    """A copy of the sample index and of its articles, to be built upon; the vectors of its texts are in the cache."""
    shutil.copytree(samples.index, tmp_path / "index")
    shutil.copytree(SAMPLES, tmp_path / "content")
    return SimpleNamespace(index=tmp_path / "index", content=tmp_path / "content", report=samples.report)


@pytest.fixture(scope="session")
def awkward(tmp_path_factory):
    """An engine over awkward articles, with a fake model; and the articles, in the order of their rows."""
    from fake_index import built_index, engine_over

    articles = awkward_articles(seed=3, count=90)
    index = built_index(tmp_path_factory.mktemp("awkward"), articles)
    return Asked(engine_over(index), articles)


class Asked:
    """An engine and the articles behind it; of short repr, for Hypothesis shows it with every failure."""

    def __init__(self, engine, articles):
        self.engine = engine
        self.articles = articles


@pytest.fixture(scope="session")
def shared_corpus(tmp_path_factory):
    """The real corpus, unpacked. Skips where there is none."""
    archive = SHARED / "corpus" / "articles.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive} is not there")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder
