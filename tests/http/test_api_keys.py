"""Are keys kept so that who reads the file still has none?"""

import re
import threading
from datetime import UTC, datetime

import pytest
from conftest import called

from search.cli.main import main as lede
from search.errors import RequestError, SettingsError
from search.http.api_keys import KeyFile, add_key, read_keys, revoke_key

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_key_is_told_once_and_only_its_digest_is_kept(tmp_path):
    """Made, known again, unknown to whoever has the file, readable by its owner alone."""
    path = tmp_path / "deep" / "keys"
    token = add_key(path, "editor", "read", NOW)
    assert re.fullmatch(r"lede_[\w-]{43}", token)
    assert token not in path.read_text()
    assert token[5:] not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    (key,) = read_keys(path)
    assert (key.name, key.scope, key.made, key.is_admin) == ("editor", "read", "2026-03-01T00:00:00Z", False)
    known = KeyFile(path)
    assert known.whose(token) == key
    for wrong in ("", token[:-1], token + "x", token.upper(), key.digest, "ключ", "\udcff"):
        assert known.whose(wrong) is None


def test_names_are_one_each_and_simple(tmp_path):
    """No second key of a name; no name that would break a line of the file."""
    path = tmp_path / "keys"
    add_key(path, "a", "read", NOW)
    for name in ("a", "", "a b", "a\nb admin", "x" * 41):
        with pytest.raises(RequestError):
            add_key(path, name, "read", NOW)
    with pytest.raises(RequestError):
        revoke_key(path, "b")
    revoke_key(path, "a")
    assert read_keys(path) == []


def test_two_who_change_the_file_at_once_lose_nothing(tmp_path):
    """Twenty keys made by twenty threads are twenty keys; the rights that the owner gave stay."""
    path = tmp_path / "keys"
    add_key(path, "first", "admin", NOW)
    path.chmod(0o640)
    threads = [threading.Thread(target=add_key, args=(path, f"k{n}", "read", NOW)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_keys(path)) == 21
    assert path.stat().st_mode & 0o777 == 0o640
    assert [left.name for left in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize(
    "line", ["x", "a read 00 now", "a write " + "0" * 64 + " now", "a b read " + "0" * 64 + " now"]
)
def test_a_line_that_is_no_key_is_named(tmp_path, line):
    """File and line, and what to do."""
    path = tmp_path / "keys"
    path.write_text(f"# keys\n\n{line}\n")
    with pytest.raises(SettingsError, match="keys:3 is no key"):
        read_keys(path)


def test_the_commands(tmp_path, monkeypatch):
    """add prints the key and nothing else; list names it; revoke takes it back; without a file there is no use."""
    assert called(lede, "key", "list").returncode == 2
    monkeypatch.setenv("LEDE_KEYS", str(tmp_path / "keys"))
    assert called(lede, "key", "list").returncode == 1
    made = called(lede, "key", "add", "boss", "--scope", "admin")
    assert made.returncode == 0
    assert KeyFile(tmp_path / "keys").whose(made.stdout.strip()).is_admin
    assert called(lede, "key", "add", "boss").returncode == 2
    assert called(lede, "key", "add", "x", "--scope", "all").returncode == 2
    listed = called(lede, "key", "list")
    assert re.match(r"boss +admin +made \d", listed.stdout)
    assert called(lede, "key", "revoke", "boss").returncode == 0
    assert called(lede, "key", "revoke", "boss").returncode == 2


def test_a_service_for_others_without_a_key_does_not_start(tmp_path):
    """Exit 2 with what to do, before a port is opened."""
    refused = called(lede, "serve", "--host", "0.0.0.0", "--port", "0", "--index", tmp_path)  # noqa: S104
    assert refused.returncode == 2
    assert "lede key add" in refused.stderr
    assert "--open-to-all" in refused.stderr
