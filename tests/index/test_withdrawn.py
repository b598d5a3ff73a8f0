"""Is an article that was withdrawn shown nowhere, at once, and comes back when it may?"""

import json
import shutil
import time

import pytest
from conftest import called
from starlette.testclient import TestClient

from indexer.cli import main as lede_index
from search.index.withdrawn import Withdrawn, read_withdrawn, write_shown, write_withdrawn
from search.server.run import guarded
from search.settings import Settings

GONE = "2025/11/bitcoin-etf-outflows-reach-1-55-billion-in-a-week"
TITLE = "outflows"
ROUTES = (
    "/search?q=bitcoin+etf+outflows&limit=100", "/search?q=bitcoin&mode=semantic", "/search?lang=en&limit=100",
    "/search?q=bitcoin&sort=newest&limit=100&fold=story", "/export?from=2000-01-01", "/export?lang=uk&format=csv",
    "/feed.atom?q=bitcoin+etf", "/feed.json?q=bitcoin+etf", "/suggest?q=outfl", "/suggest?q=bitcoin&limit=20",
    "/similar/2025/12/waste-heat-from-bitcoin-mining-warms-tomato-greenhouses.en?limit=100",
    "/?q=bitcoin+etf+outflows", "/", "/similar/{}", "/articles/{}",
)  # fmt: skip


@pytest.fixture
def service(samples, tmp_path):
    """A client of a service over an index of its own, and that index."""
    index = tmp_path / "index"
    shutil.copytree(samples.index, index)
    with TestClient(guarded(Settings(index=index, rate=0)), "http://localhost", client=("127.0.0.1", 1)) as client:
        client.get("/search?q=warm")
        yield client, index


def shown(client, article_id):
    """The routes that name an article."""
    return {
        route
        for route in ROUTES
        if article_id in (answer := client.get(route.format(article_id))).text and answer.status_code == 200
    }


def test_every_route_forgets_a_withdrawn_article_and_its_twin(service):
    """Within two seconds, without a restart; and remembers them as soon."""
    client, index = service
    for language in ("en", "uk"):
        assert shown(client, f"{GONE}.{language}")
    before = client.get("/search?lang=en&lang=uk&limit=0").json()["total"]["value"]
    done = called(lede_index, "withdraw", f"{GONE}.en", "--index", index)
    assert done.returncode == 0, done.stderr
    time.sleep(1.1)
    for language in ("en", "uk"):
        assert shown(client, f"{GONE}.{language}") == set()
        assert client.get(f"/articles/{GONE}.{language}").status_code == 404
        assert client.get(f"/similar/{GONE}.{language}").status_code == 404
    assert client.get("/search?lang=en&lang=uk&limit=0").json()["total"]["value"] == before - 2
    called(lede_index, "withdraw", f"{GONE}.en", "--undo", "--index", index)
    time.sleep(1.1)
    assert shown(client, f"{GONE}.en")
    assert shown(client, f"{GONE}.uk")


def test_a_list_begun_before_goes_on_without_it(service):
    """The next page of an older list, and the rest of it as an export, do not show it either."""
    client, index = service
    asked = {"lang": "en", "limit": 1}
    cursor = client.get("/search", params=asked).json()["next"]
    called(lede_index, "withdraw", f"{GONE}.en", "--only", "--index", index)
    time.sleep(1.1)
    rest = client.get("/export", params={"lang": "en", "cursor": cursor}).text.splitlines()
    assert rest
    assert f"{GONE}.en" not in {json.loads(line)["id"] for line in rest}
    assert client.get(f"/articles/{GONE}.uk").status_code == 200
    assert client.get(f"/articles/{GONE}.uk").json()["twins"] == []


def test_an_unknown_id_changes_nothing(service):
    """Exit 2, and the list stays as it was."""
    _, index = service
    for arguments in (["none"], [f"{GONE}.en", "none"], [f"{GONE}.en", "--undo"]):
        done = called(lede_index, "withdraw", *arguments, "--index", index)
        assert done.returncode == 2, done.stderr
    assert read_withdrawn(index / "withdrawn") == frozenset()


def test_a_list_that_cannot_be_read_is_not_taken_for_none(tmp_path):
    """Rather nothing is shown than what must not be."""
    (tmp_path / "withdrawn").mkdir()
    with pytest.raises(Exception, match="cannot be read"):
        Withdrawn(tmp_path / "withdrawn").ids()


def test_a_reader_looks_again_after_a_second(tmp_path):
    """And not before: a question costs no look at the disk."""
    now = 0.0
    path = tmp_path / "withdrawn"
    withdrawn = Withdrawn(path, lambda: now)
    assert withdrawn.ids() == frozenset()
    write_withdrawn(path, {"a", "b\u2028c"})
    assert withdrawn.ids() == frozenset()
    now = 1.0
    assert withdrawn.ids() == {"a", "b\u2028c"}


def test_an_id_may_be_another_article_s_in_one_generation(tmp_path):
    """It is shown there alone, and only as long as the list of such can be read."""
    now, path = 0.0, tmp_path / "withdrawn"
    write_withdrawn(path, {"news#2", "a b"})
    write_shown(path, {"20260101T000000.000000Z": {"news#2", "a b"}, "20260102T000000.000000Z": {"a b"}})
    first, second, third = (Withdrawn(path, lambda: now, f"2026010{day}T000000.000000Z") for day in (1, 2, 3))
    assert [sorted(one.ids()) for one in (first, second, third)] == [[], ["news#2"], ["a b", "news#2"]]
    (tmp_path / "withdrawn.shown").unlink()
    now = 1.0
    assert first.ids() == second.ids() == {"news#2", "a b"}
