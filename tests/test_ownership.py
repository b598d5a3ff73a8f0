"""Is nothing of a stranger's used that was merely found, and all of it that was named?"""

import os

import pytest
from conftest import called

from search import ownership
from search.cli.main import main as lede
from search.errors import IndexUnusableError, SettingsError
from search.ownership import stranger_owning
from search.settings import choose, require_own_index

STRANGER = 54_321


@pytest.fixture
def strange(tmp_path, monkeypatch):
    """A working folder in which all belongs to a stranger."""
    (tmp_path / "lede.toml").write_text('model = "evil"\n')
    (tmp_path / "index").mkdir()
    monkeypatch.setattr(ownership.os, "geteuid", lambda: STRANGER)
    if os.getuid() == 0:
        for path in (tmp_path / "lede.toml", tmp_path / "index"):
            os.chown(path, STRANGER + 1, STRANGER + 1)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_settings_that_were_found_must_be_ones_own(strange):
    """The owner is named; what LEDE_CONFIG names is read, whoever owns it."""
    with pytest.raises(SettingsError, match="belongs to user"):
        choose({}, {})
    assert choose({}, {"LEDE_CONFIG": str(strange / "lede.toml")}).settings.model == "evil"
    done = called(lede, "query", "x")
    assert done.returncode == 2
    assert "LEDE_CONFIG" in done.stderr


def test_an_index_that_was_found_must_be_ones_own(strange):
    """Exit 3, naming the owner, never silently another one; a flag or a variable names it."""
    (strange / "lede.toml").unlink()
    with pytest.raises(IndexUnusableError, match="belongs to user"):
        require_own_index(choose({}, {}))
    done = called(lede, "query", "x")
    assert done.returncode == 3
    assert "--index" in done.stderr
    require_own_index(choose({"index": strange / "index"}, {}))
    require_own_index(choose({}, {"LEDE_INDEX": "index"}))


def test_a_strangers_link_is_a_strangers(tmp_path, monkeypatch):
    """Whatever it leads to."""
    (tmp_path / "mine").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    assert stranger_owning(tmp_path / "link") is None
    if os.getuid() != 0:
        pytest.skip("only root can give a link away")
    os.lchown(tmp_path / "link", STRANGER, STRANGER)
    assert stranger_owning(tmp_path / "link") == f"user {STRANGER}"
