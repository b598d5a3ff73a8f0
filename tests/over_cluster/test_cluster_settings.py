"""Are the settings of a cluster read, refused clearly, and is no secret of them ever shown?"""

import json
import os

import pytest
from conftest import called

from search import ownership
from search.errors import SettingsError
from search.settings import choose

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

SECRET = "swordfish-7"  # noqa: S105


def test_addresses_are_a_list(tmp_path):
    """Of a flag, a variable or an array."""
    chosen = choose({}, {"LEDE_CLUSTER": "https://search-1:9200, https://search-2:9200"}, tmp_path)
    assert chosen.settings.cluster == ("https://search-1:9200", "https://search-2:9200")
    assert choose({"cluster": "http://[::1]:9201"}, {}, tmp_path).settings.cluster == ("http://[::1]:9201",)


@pytest.mark.parametrize("wrong", ["search-1:9200", f"https://admin:{SECRET}@search-1:9200", "https://a/b", "ftp://a"])
def test_an_address_that_is_none_is_refused(wrong, tmp_path):
    """And a password in it is not repeated."""
    with pytest.raises(SettingsError) as refused:
        choose({}, {"LEDE_CLUSTER": wrong}, tmp_path)
    assert SECRET not in str(refused.value)
    assert "https://search-1:9200" in refused.value.remedy


@pytest.mark.parametrize("wrong", ["Lede", "-lede", "a*b", "a,b", "", "x" * 50])
def test_a_prefix_that_names_no_index_is_refused(wrong, tmp_path):
    """Capitals, wildcards and commas mean something else to a cluster."""
    with pytest.raises(SettingsError):
        choose({}, {"LEDE_CLUSTER_PREFIX": wrong}, tmp_path)


def test_status_shows_no_secret(tmp_path, monkeypatch):
    """Neither that of the environment nor that of a file; the exit status says that nothing answers."""
    from search.cli.main import main

    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDE_CLUSTER", "http://127.0.0.1:1")
    monkeypatch.setenv("LEDE_CLUSTER_USER", "lede")
    for name, value in (("LEDE_CLUSTER_SECRET", SECRET), ("LEDE_CLUSTER_SECRET_FILE", str(tmp_path / "secret"))):
        with monkeypatch.context() as one:
            one.setenv(name, value)
            told = called(main, "status", "--json")
        assert told.returncode == 3
        assert SECRET not in told.stdout + told.stderr
        report = json.loads(told.stdout)
        assert not report["usable"]
        assert "http://127.0.0.1:1" in report["problem"]


def test_a_user_without_a_password_is_refused(tmp_path, monkeypatch):
    """Before anybody is asked."""
    from search.cli.main import main

    monkeypatch.chdir(tmp_path)
    told = called(main, "query", "moon", "--cluster", "http://127.0.0.1:1")
    assert told.returncode == 3
    monkeypatch.setenv("LEDE_CLUSTER_USER", "lede")
    told = called(main, "query", "moon", "--cluster", "http://127.0.0.1:1")
    assert told.returncode == 2
    assert "LEDE_CLUSTER_SECRET" in told.stderr


@pytest.fixture
def unpacked(tmp_path, monkeypatch):
    """A folder that somebody unpacked, and that names a cluster; a secret lies beside it."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / "lede.toml").write_text('cluster = "http://127.0.0.1:1"\ncluster_user = "admin"\n')
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.chdir(folder)
    return folder


def test_no_secret_goes_to_a_cluster_that_was_found(unpacked):
    """Neither that of the environment, nor a file elsewhere that the found file names, by whatever link."""
    with pytest.raises(SettingsError, match="found, not named") as refused:
        choose({}, {"LEDE_CLUSTER_SECRET": SECRET})
    assert "LEDE_CONFIG" in refused.value.remedy
    assert SECRET not in str(refused.value)
    (unpacked / "link").symlink_to(unpacked.parent / "secret")
    for named in (unpacked.parent / "secret", "../secret", "link"):
        with pytest.raises(SettingsError, match="found, not named"):
            choose({}, {"LEDE_CLUSTER_SECRET_FILE": str(named)})
        (unpacked / "lede.toml").write_text(f'cluster = "http://127.0.0.1:1"\ncluster_secret_file = "{named}"\n')
        with pytest.raises(SettingsError, match="found, not named"):
            choose({}, {})


def test_a_secret_goes_where_it_was_said(unpacked, monkeypatch):
    """To what a flag, a variable or LEDE_CONFIG names, and to what root placed there for another user."""
    secret = {"LEDE_CLUSTER_SECRET": SECRET}
    assert choose({}, {}).settings.cluster  # without a secret there is nothing to give away
    assert choose({"cluster": "http://mine:1"}, secret).settings.cluster == ("http://mine:1",)
    assert choose({}, {**secret, "LEDE_CLUSTER": "http://mine:1"}).settings.cluster == ("http://mine:1",)
    assert choose({}, {**secret, "LEDE_CONFIG": str(unpacked / "lede.toml")}).settings.cluster_user == "admin"
    (unpacked / "own").write_text("of the stranger's own")
    assert choose({}, {"LEDE_CLUSTER_SECRET_FILE": "own"}).settings.cluster
    if os.getuid() == 0:
        monkeypatch.setattr(ownership.os, "geteuid", lambda: 54_321)
        assert choose({}, secret).settings.cluster


def test_a_secret_is_not_in_the_representation():
    """Of what a traceback or a log may print."""
    from search.cluster.connection import ClusterAddress

    address = ClusterAddress(("http://a",), None, "lede", SECRET, SECRET)
    assert SECRET not in f"{address} {address!r}"
