"""Is a question asked again answered as it was, for less, and only as long as nothing changed that it depends on?"""

from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from awkward import awkward_articles
from fake_index import built_index, open_fake
from msgspec.structs import replace
from starlette.testclient import TestClient

from search import wiring
from search.errors import ModelError
from search.http.answer_cache import AnswerCache
from search.index.snapshot_manager import SnapshotManager
from search.index.withdrawn import write_withdrawn
from search.server import app as service
from search.settings import Settings
from search.times import millis

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = (
    "bitcoin", "law", "bitcoin etf", "btcoin", "bitcoin last week", "news of february 2026", "2026", "may bank rules",
    '"the law"', "law -bitcoin", "tag:nft", "zürich", "", "latest bitcoin", "source:decrypt law", "bitc*", "3.5 law",
    "u:x",
)  # fmt: skip
WAYS = ("", "&mode=keyword", "&mode=semantic&limit=3", "&facets=true&sort=newest", "&from=2026-01-01&to=yesterday",
        "&explain=true", "&fields=id,title", "&lang=uk", "&from=7d")  # fmt: skip


class Service:
    """A service with a clock of its own, and how often its engine was asked."""

    def __init__(self, index, monkeypatch):
        self.now, self.searches = NOW, 0
        monkeypatch.setattr(wiring, "served", lambda _: SnapshotManager(index, open_fake))
        self.app = service.create_app(Settings(index=index.root), clock=lambda: self.now)
        self.engine = self.app.state.engine
        search = self.engine.search

        def counted(query):
            self.searches += 1
            return search(query)

        self.engine.search = counted
        self.client = TestClient(self.app)

    def ask(self, address):
        """The answer, without how long it took, and whether the engine was asked for it."""
        before = self.searches
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer.pop("took_ms") >= 0
        return SimpleNamespace(body=answer, tag=response.headers["etag"], searched=self.searches > before)


@pytest.fixture
def index(tmp_path):
    """An index over awkward articles of the days before NOW; one is published and one expires an hour later."""
    articles = awkward_articles(seed=5, count=60)
    soon, then = millis(NOW + timedelta(hours=1)), millis(NOW - timedelta(days=2))
    articles = [replace(one, published=then, expires=None) for one in articles]
    ahead = replace(articles[0], id="ahead.en", title="bitcoin ahead", published=soon)
    going = replace(articles[1], id="going.en", title="bitcoin going", expires=soon + 1_000)
    return built_index(tmp_path / "index", [*articles, ahead, going])


@pytest.fixture
def asked(index, monkeypatch):
    """A service over it."""
    return Service(index, monkeypatch)


def test_a_repeated_question_has_the_same_answer(asked, index, monkeypatch):
    """Over all texts and ways, field by field: first asked, asked again, and asked of a service that remembers none."""
    forgetful = Service(index, monkeypatch)
    monkeypatch.setattr(forgetful.engine, "edition", lambda _: None, raising=False)
    repeated = 0
    for text, way in product(TEXTS, WAYS):
        address = f"/search?q={text}{way}"
        first, again, other = asked.ask(address), asked.ask(address), forgetful.ask(address)
        assert first.body == again.body == other.body, address
        assert first.tag == again.tag == other.tag, address
        assert other.searched
        repeated += not again.searched
    everything = len(TEXTS) * len(WAYS)
    assert repeated >= 0.75 * everything  # explained ones, ages to the millisecond and "latest" are made anew


@pytest.mark.parametrize("text", ["bitcoin", "2026", "tag:nft", "bitcoin last week", "may bank rules"])
def test_most_questions_are_remembered(asked, text):
    """A number, a sign or a month in a text is no reason to answer anew."""
    assert asked.ask(f"/search?q={text}").searched
    asked.now += timedelta(seconds=5)
    assert not asked.ask(f"/search?q={text}").searched


def test_what_is_published_or_expires_shows_at_its_moment(asked):
    """An embargo that ends, and an article that expires, change a remembered answer at once."""
    ids = lambda: {hit["id"] for hit in asked.ask("/search?q=bitcoin&limit=100&mode=keyword").body["hits"]}  # noqa: E731
    assert "ahead.en" not in ids()
    assert "going.en" in ids()
    asked.now = NOW + timedelta(hours=1)
    assert "ahead.en" in ids()
    asked.now += timedelta(seconds=1)
    assert "going.en" not in ids()
    assert "ahead.en" in ids()


def test_last_week_ends(asked):
    """What a text says of time is read anew: the next week is another one."""
    first = asked.ask("/search?q=bitcoin last week").body["query"]["time"]
    asked.now += timedelta(days=7)
    second = asked.ask("/search?q=bitcoin last week").body["query"]["time"]
    assert first != second


def test_who_is_withdrawn_goes(asked, index, monkeypatch):
    """A remembered answer shows nobody who was withdrawn meanwhile."""
    address = "/search?q=bitcoin&limit=100&mode=keyword"
    gone = asked.ask(address).body["hits"][0]["id"]
    write_withdrawn(index.withdrawn, [gone])
    with asked.engine._served.acquire() as snapshot:
        snapshot.visible._withdrawn._looked = -1e9  # a second has gone by
    after = asked.ask(address)
    assert after.searched
    assert gone not in {hit["id"] for hit in after.body["hits"]}


def test_what_is_degraded_is_not_remembered(asked, monkeypatch):
    """While the model cannot serve each answer says so; the first after that is whole."""
    vector = asked.engine._vector

    def unfit(*_):
        raise ModelError("still loading")

    asked.engine._vector = unfit
    assert asked.ask("/search?q=bitcoin law").body["degraded"]
    asked.engine._vector = vector
    assert asked.ask("/search?q=bitcoin law").body["degraded"] == []


def test_a_page_behind_a_cursor_is_the_same_after_a_remembered_one(asked):
    """The cursor of a remembered answer leads where that of the first does."""
    first, again = asked.ask("/search?q=bitcoin&limit=2"), asked.ask("/search?q=bitcoin&limit=2")
    pages = [asked.ask(f"/search?q=bitcoin&limit=2&cursor={page.body['next']}").body["hits"] for page in (first, again)]
    assert pages[0] == pages[1]
    assert pages[0]


def test_the_cache_is_bounded_in_bytes():
    """What was used longest ago goes; what is larger than an eighth of all is not kept."""
    sized = [SimpleNamespace(size=10) for _ in range(12)]
    kept = AnswerCache(100)
    for number, one in enumerate(sized):
        kept.put(number, "edition", one)
        kept.get(0, "edition")
    assert kept.get(0, "edition") is sized[0]
    assert [number for number in range(12) if kept.get(number, "edition")] == [0, *range(3, 12)]
    assert kept.get(11, "other") is None
    kept.put("large", "edition", SimpleNamespace(size=13))
    assert kept.get("large", "edition") is None
    for _ in range(50):
        kept.put(11, "edition", sized[11])
    assert kept.get(3, "edition")
