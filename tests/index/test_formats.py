"""Is an index of any past version opened, or refused with the command that builds it anew, and does that work?"""

import json
import re
import tarfile
from pathlib import Path

import pytest
from conftest import SAMPLES, called
from fake_index import engine_over, recipe

from indexer import cli, library
from search.cli.main import main as lede
from search.errors import BrokenGenerationError
from search.index.directory import IndexFolder
from search.index.manifest import FORMAT, read_manifest
from search.query.model import Query

DATA = Path(__file__).parent.parent / "data"
FORMATS = range(1, FORMAT + 1)


@pytest.fixture(params=FORMATS)
def kept(request, tmp_path):
    """An index folder that a version of that format wrote; and the format."""
    with tarfile.open(DATA / f"format-{request.param}.tar.xz") as packed:
        packed.extractall(tmp_path / "index", filter="data")
    return IndexFolder(tmp_path / "index"), request.param


def test_every_format_there_was_is_kept():
    """Whoever raises FORMAT runs scripts/keep_generation.py, so that later versions meet what this one writes."""
    assert {path.name for path in DATA.glob("format-*")} >= {f"format-{number}.tar.xz" for number in FORMATS}


def test_a_kept_generation_is_of_the_format_that_it_is_named_for(kept):
    """The files were written by the versions that they stand for."""
    index, number = kept
    written = (index.path(index.current_name()) / "manifest.json").read_bytes()
    assert json.loads(written)["format"] == number


def test_an_old_index_answers_or_says_how_to_build_it_anew(kept, monkeypatch, tmp_path):
    """The format of today answers; any other is refused by every command, with the command that helps; and it helps."""
    index, number = kept
    folder = index.path(index.current_name())
    if number == FORMAT:
        assert engine_over(index).search(Query(text="bitcoin stablecoin")).hits
        return
    with pytest.raises(BrokenGenerationError, match=f"its format is {number}, this version of Lede reads {FORMAT}"):
        read_manifest(folder)
    asked = called(lede, "query", "bitcoin", "--index", index.root)
    assert asked.returncode == 3
    told = re.search(r"Run `lede-index (build CONTENT --full)`", asked.stderr)
    assert told, asked.stderr
    monkeypatch.setattr(library, "recipe", lambda _: recipe())
    arguments = told[1].replace("CONTENT", str(SAMPLES / "2026" / "03")).split()
    built = called(cli.main, *arguments, "--index", index.root, "--allow-shrink")  # these are other articles
    assert built.returncode == 0, built.stderr
    assert engine_over(index).search(Query(text="bitcoin")).degraded == ()
    listed = called(cli.main, "list", "--index", index.root)
    assert f"its format is {number}" in listed.stdout
