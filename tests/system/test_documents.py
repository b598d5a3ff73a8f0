"""Do the documents tell the truth? Commands run, settings and parameters are named, links lead somewhere."""

import re
import shlex
import tomllib
from dataclasses import fields
from itertools import chain
from pathlib import Path

import pytest
from conftest import called

import indexer.cli
import search.cli.main
from search.api.params import PARAMETERS
from search.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    ROOT / "index" / "README.md",
]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
COMMANDS = [
    line.strip().split("  #")[0]
    for line in README.splitlines()
    if line.startswith(("    lede query", "    lede show", "    lede similar", "    lede status"))
]
INDEX_COMMANDS = [line.strip().split("  #")[0] for line in README.splitlines() if line.startswith("    lede-index ")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document):
    """Every relative link of a document leads to a file of the repository."""
    targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_readme_names_every_setting(name):
    """Every setting stands in the README."""
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", PARAMETERS)
def test_readme_names_every_parameter(name):
    """Every parameter of a search stands in the README."""
    assert re.search(rf"`{name}[`=]", README)


def test_readme_has_commands():
    """The README shows both programs at work."""
    assert len(COMMANDS) >= 6
    assert len(INDEX_COMMANDS) >= 6


@pytest.mark.parametrize("command", COMMANDS)
def test_a_query_of_the_readme_answers(command, samples, monkeypatch):
    """Each command of the README that asks finds something in the sample articles, as it stands."""
    monkeypatch.setenv("LEDE_INDEX", str(samples.index))
    asked = command.replace("--from 7d", "--from 2026-03-01")  # the samples do not grow younger
    done = called(search.cli.main.main, *shlex.split(asked)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", INDEX_COMMANDS)
def test_an_index_command_of_the_readme_is_known(command):
    """Each command of the README that looks after the index names a command that exists."""
    done = called(indexer.cli.main, shlex.split(command)[1], "--help")
    assert done.returncode == 0


def test_architecture_names_every_module():
    """Every module of both packages is titled by its question in ARCHITECTURE.md."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = [path.stem for folder in ("search", "indexer") for path in (ROOT / folder).rglob("*.py")]
    missing = [name for name in modules if name != "__init__" and f"`{name}`" not in page]
    assert not missing


def test_every_locked_name_of_the_project_is_explained():
    """Every direct dependency has a line in ARCHITECTURE.md that says why it and not its rival."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    names = [re.match(r"[a-z0-9-]+", one)[0] for one in [*project["dependencies"], *chain.from_iterable(extras)]]
    assert [name for name in names if name not in page and name != project["name"]] == []
