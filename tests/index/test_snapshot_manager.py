"""Is one snapshot served to the end of each query, exchanged for a newer one, and closed by its last user?"""

import shutil
import threading

import pytest
from awkward import awkward_articles
from fake_index import built_index, open_fake

from indexer.release.publish import rollback
from search.errors import BrokenGenerationError, IndexUnusableError, NoGenerationError
from search.index.directory import IndexFolder
from search.index.snapshot_manager import SnapshotManager


class Watched:
    """Opens generations, and remembers which are open."""

    def __init__(self):
        self.open = []

    def __call__(self, folder):
        """Open a generation whose keyword index tells when it is closed."""
        snapshot = open_fake(folder)
        name, close = snapshot.manifest.name, snapshot.keyword.close
        self.open.append(name)

        def closed():
            self.open.remove(name)
            close()

        snapshot.keyword.close = closed
        return snapshot


@pytest.fixture
def index(tmp_path):
    """An index folder with one generation."""
    return built_index(tmp_path, awkward_articles(seed=5, count=6))


def another(index):
    """Publish one more generation; gives its name."""
    built_index(index.root, awkward_articles(seed=6, count=8))
    return index.current_name()


def test_the_served_snapshot_is_the_current_one(index):
    """acquire opens what CURRENT names, once."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    for _ in range(3):
        with served.acquire() as snapshot:
            assert snapshot.manifest.name == index.current_name()
    assert watched.open == [index.current_name()]
    served.close()
    assert watched.open == []


def test_a_query_keeps_its_snapshot_while_a_newer_one_is_served(index):
    """Refreshed in the middle of a query, the old one stays open to its end, and only to its end."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    old = index.current_name()
    with served.acquire() as kept:
        new = another(index)
        served.refresh()
        with served.acquire() as fresh:
            assert fresh.manifest.name == new
        assert watched.open == [old, new]
        assert kept.store.articles([0])[0].id == "2026/02/story-000.en" or kept.store.ids([0])
    assert watched.open == [new]


def test_an_idle_snapshot_is_closed_at_once(index):
    """Nobody uses the old one: it is closed when the new one takes its place."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    served.refresh()
    new = another(index)
    served.refresh()
    assert watched.open == [new]


def test_two_users_of_an_old_snapshot_both_keep_it(index):
    """It is the last of its users that closes it, not the first."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    old = index.current_name()
    with served.acquire():
        with served.acquire():
            new = another(index)
            served.refresh()
        assert watched.open == [old, new]
    assert watched.open == [new]


def test_close_while_in_use_waits_for_the_user(index):
    """Closing in the middle of a query leaves its snapshot open to the end."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    with served.acquire() as snapshot:
        served.close()
        assert watched.open
        assert snapshot.store.ids([0])
    assert watched.open == []


def test_a_broken_new_generation_keeps_the_old_one_and_is_told(index):
    """What cannot be opened is refused; trouble says why, until CURRENT is sound again."""
    served = SnapshotManager(index, Watched())
    served.refresh()
    old = index.current_name()
    new = another(index)
    (index.path(new) / "columns" / "values.json").write_bytes(b"")
    served.refresh()
    assert new in served.last_error
    with served.acquire() as snapshot:
        assert snapshot.manifest.name == old
    rollback(index, old)
    served.refresh()
    assert served.last_error is None


@pytest.mark.parametrize("written", ["", "nonsense", "20990101T000000.000000Z"])
def test_a_current_that_names_nothing_keeps_the_old_one(index, written):
    """A damaged CURRENT stops nobody who is being served."""
    served = SnapshotManager(index, Watched())
    served.refresh()
    index.current.write_text(written)
    served.refresh()
    assert served.last_error
    with served.acquire() as snapshot:
        assert snapshot.manifest.articles == 6


def test_without_an_old_one_a_broken_generation_is_an_error(index):
    """With nothing to fall back on, acquiring says what is wrong."""
    shutil.rmtree(index.path(index.current_name()) / "keyword")
    with pytest.raises(BrokenGenerationError), SnapshotManager(index, Watched()).acquire():
        pass


def test_nothing_published_is_an_error_until_something_is(tmp_path):
    """A service may start before the first build."""
    index = IndexFolder(tmp_path / "index")
    served = SnapshotManager(index, Watched())
    with pytest.raises(NoGenerationError), served.acquire():
        pass
    built_index(index.root, awkward_articles(seed=5, count=6))
    with served.acquire() as snapshot:
        assert snapshot.manifest.articles == 6


def test_rolling_back_serves_the_earlier_generation_again(index):
    """Refreshing follows CURRENT backwards as well, and to the same name again."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    old = index.current_name()
    new = another(index)
    for name in (new, old, new, new):
        rollback(index, name)
        served.refresh()
        with served.acquire() as snapshot:
            assert snapshot.manifest.name == name
        assert watched.open == [name]


def test_an_error_in_a_query_releases_its_snapshot(index):
    """A query that fails does not keep a generation open for ever."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    with pytest.raises(ZeroDivisionError), served.acquire():
        _ = 1 / 0
    served.close()
    assert watched.open == []
    with pytest.raises(IndexUnusableError), SnapshotManager(IndexFolder(index.root / "none"), watched).acquire():
        pass


def test_many_threads_and_many_exchanges_leave_one_open(index):
    """Queries from four threads while generations change: each finds its snapshot open; in the end one is."""
    watched = Watched()
    served = SnapshotManager(index, watched)
    names = [index.current_name(), another(index), another(index)]
    done, failures = threading.Event(), []

    def ask():
        while not done.is_set():
            try:
                with served.acquire() as snapshot:
                    assert snapshot.store.ids([0, 1])
            except Exception as failure:
                failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(30):
            rollback(index, names[turn % 3])
            served.refresh()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert watched.open == [names[29 % 3]]
