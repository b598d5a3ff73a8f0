"""Do pages that go on by cursor join into the one list, however deep, and is every other cursor refused?"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from awkward import awkward_articles, filters, texts
from conftest import called
from fake_index import built_index, engine_over, open_fake
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from problems import problem
from starlette.testclient import TestClient

from indexer.release.publish import prune
from search import wiring
from search.api.params import query_from
from search.errors import GenerationGoneError, ModelError, RequestError
from search.index.directory import IndexFolder
from search.index.snapshot_manager import SnapshotManager
from search.query.cursor import BEGINNING, _digest, cursor_text, read_cursor
from search.query.model import FieldFilter, Filters, Fold, Mode, Query, Sort, Strictness
from search.query.parser import parse
from search.server import app
from search.settings import Settings
from search.times import Millis

NOW = datetime(2026, 3, 1, 12, 0, 0, 123457, tzinfo=UTC)
KEY = b"a key of the tests"


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over awkward articles, by each keyword engine."""
    articles = awkward_articles(seed=5, count=90)
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


def pages(engine, asked, limits):
    """The ids of every page, of as many hits as the limits say in turn, until there is no next."""
    found, cursor = [], None
    while True:
        limit = limits[len(found) % len(limits)]
        results = engine.search(Query(**asked, limit=limit, cursor=cursor))
        found.append([hit.article.id for hit in results.hits])
        assert len(found[-1]) == limit or results.next is None
        if results.next is None:
            return found
        cursor = read_cursor(results.next)


@settings(max_examples=50)
@given(
    text=st.sampled_from(["bitcoin", "the law -moon", '"об\'єкт" OR hack', "regulat*", "біткоїн"]) | texts(),
    chosen=filters(),
    mode=st.sampled_from(Mode),
    sort=st.sampled_from(Sort),
    fold=st.sampled_from(Fold),
    limits=st.lists(st.integers(1, 40), min_size=1, max_size=4),
)
def test_pages_join_into_the_whole_list(engine, text, chosen, mode, sort, fold, limits):
    """In every mode and order, pages of any sizes hold what an export holds, in its order, each hit once."""
    asked, typed = parse(text, UTC, NOW)
    query = {"text": text, "typed": asked, "filters": typed.joined(chosen), "mode": mode, "sort": sort, "fold": fold}
    if not text.strip() and not query["filters"]:
        return
    with engine.iterate(Query(**query)) as hits:
        whole = [hit.article.id for hit in hits]
    joined = [found for page in pages(engine, query, limits) for found in page]
    assert joined == whole
    assert len(set(joined)) == len(joined)


def test_an_export_goes_on_from_a_cursor(engine):
    """What remains behind a page is exported from its cursor on."""
    query = Query(text="bitcoin", limit=7)
    first = engine.search(query)
    with engine.iterate(query) as hits:
        whole = [hit.article.id for hit in hits]
    with engine.iterate(Query(text="bitcoin", cursor=read_cursor(first.next))) as hits:
        assert [hit.article.id for hit in hits] == whole[7:]
    assert len(whole) > 14


def test_similar_articles_go_on_too(engine):
    """Similar articles have pages, and their cursor is none of a search's."""
    query = Query(text="2026/02/story-000.en", limit=4)
    article = next(hit.article.id for hit in engine.search(Query(text="bitcoin", limit=50)).hits if hit.twins)
    whole = [hit.article.id for hit in engine.similar(article, Query(text=article, limit=100)).hits]
    first = engine.similar(article, Query(text=article, limit=4))
    rest = engine.similar(article, Query(text=article, limit=96, cursor=read_cursor(first.next)))
    assert [hit.article.id for hit in (*first.hits, *rest.hits)] == whole
    with pytest.raises(RequestError, match="another query"):
        engine.search(Query(text=article, cursor=read_cursor(first.next)))
    with pytest.raises(RequestError, match="another query"):
        engine.similar(article, Query(text=query.text, cursor=read_cursor(first.next)))


def test_the_last_page_has_no_next_and_counting_has_none(engine):
    """next is there exactly where hits are left; limit 0 counts."""
    total = engine.search(Query(text="bitcoin")).total.value
    assert engine.search(Query(text="bitcoin", limit=total)).next is None
    assert engine.search(Query(text="bitcoin", limit=total - 1)).next is not None
    assert engine.search(Query(text="bitcoin", limit=0)).next is None


@pytest.mark.parametrize(
    "other",
    [
        {"text": "bitcoins"},
        {"mode": Mode.KEYWORD},
        {"sort": Sort.NEWEST},
        {"filters": Filters(since=Millis(0))},
        {"time": False},
        {"zone": "Europe/Kyiv"},
        {"fold": Fold.STORY},
        {"alpha": 0.7},
    ],
    ids=str,
)
def test_a_cursor_of_another_query_is_refused(engine, other):
    """Whatever makes another list makes another cursor; the page's size and what is shown do not."""
    cursor = read_cursor(engine.search(Query(text="bitcoin", limit=3)).next)
    with pytest.raises(RequestError, match="another query") as refused:
        engine.search(Query(**{"text": "bitcoin", "cursor": cursor} | other))
    assert refused.value.field == "cursor"
    with pytest.raises(RequestError, match="another query"), engine.iterate(Query(text="law", cursor=cursor)):
        pass
    assert engine.search(Query(text="bitcoin", limit=9, explain=True, cursor=cursor)).hits


def test_cursor_and_offset_exclude_each_other():
    """Where a page begins is said once."""
    with pytest.raises(RequestError, match="Both"):
        query_from([("q", "x"), ("offset", "3"), ("cursor", _some_cursor())], NOW)


def _some_cursor(place=3):
    return cursor_text(place, Query(text="x"), NOW, Mode.HYBRID, "20260301T000000.000000Z", KEY)


def test_a_cursor_says_what_was_put_into_it():
    """Place, generation, moment to the microsecond and mode come back."""
    cursor = read_cursor(_some_cursor(1 << 40))
    assert (cursor.place, cursor.now, cursor.mode) == (1 << 40, NOW, Mode.HYBRID)
    assert cursor.generation == "20260301T000000.000000Z"
    assert read_cursor(_some_cursor()).now.utcoffset() == timedelta(0)


@settings(max_examples=400)
@given(at=st.integers(0, 200), put=st.characters(), cut=st.integers(0, 3))
def test_an_altered_cursor_is_refused(at, put, cut):
    """One character other, or the end missing: refused with the field, never a fault."""
    sound = _some_cursor()
    at %= len(sound)
    altered = (sound[:at] + put + sound[at + 1 :])[: len(sound) - cut]
    if altered != sound:
        with pytest.raises(RequestError) as refused:
            read_cursor(altered)
        assert refused.value.field == "cursor"


@given(st.text() | st.text("abcABC012-_"))
def test_any_other_text_is_no_cursor(text):
    """Nothing that somebody makes up is taken for a cursor, and nothing breaks."""
    with pytest.raises(RequestError):
        read_cursor(text)


def test_ages_count_back_from_when_the_list_was_begun():
    """The second page of “the last seven days” is of the same seven days, whenever it is turned."""
    pairs = [("q", "bitcoin when:3d"), ("from", "7d")]
    first = query_from(pairs, NOW)
    cursor = cursor_text(10, first, first.now, Mode.HYBRID, "20260301T000000.000000Z", KEY)
    later = query_from([*pairs, ("cursor", cursor)], NOW + timedelta(hours=5))
    assert later.filters == first.filters
    assert later.now == first.now


def test_a_list_begun_by_words_goes_on_by_words(engine, monkeypatch):
    """Where the model could not serve at first, pages still join; where it cannot serve later, that is said."""
    whole = engine.search(Query(text="bitcoin", limit=8))
    with monkeypatch.context() as broken:
        broken.setattr(engine, "_vector", _unfit)
        first = engine.search(Query(text="bitcoin", limit=4))
        rest = engine.search(Query(text="bitcoin", limit=50, cursor=read_cursor(first.next)))
        with pytest.raises(ModelError):
            engine.search(Query(text="bitcoin", limit=4, cursor=read_cursor(whole.next)))
    assert first.mode is Mode.KEYWORD
    again = engine.search(Query(text="bitcoin", limit=50, cursor=read_cursor(first.next)))
    assert [hit.article.id for hit in again.hits] == [hit.article.id for hit in rest.hits]
    assert "goes on by words" in " ".join(again.degraded)


def _unfit(*_):
    raise ModelError("not loaded")


def test_a_list_goes_on_in_its_own_generation_as_long_as_that_is_kept(tmp_path):
    """A newer generation does not disturb a list; when the old one is pruned, that is said clearly."""
    index = built_index(tmp_path, awkward_articles(seed=5, count=60))
    served = SnapshotManager(index, open_fake)
    engine = wiring.engine(Settings(), served)
    query: Any = {"text": "bitcoin", "limit": 5}
    whole = pages(engine, {"text": "bitcoin"}, [5])
    first = engine.search(Query(**query))
    built_index(tmp_path, awkward_articles(seed=6, count=60))
    served.refresh()
    newer = engine.search(Query(**query))
    assert newer.generation != first.generation
    second = engine.search(Query(**query, cursor=read_cursor(first.next)))
    assert second.generation == first.generation
    assert [hit.article.id for hit in second.hits] == whole[1]
    with pytest.raises(RequestError, match="several generations"):
        engine.searches([Query(**query, cursor=read_cursor(page.next)) for page in (newer, second)])
    assert served._users == {}
    prune(index, 1)
    with pytest.raises(GenerationGoneError, match="no longer kept"):
        engine.search(Query(**query, cursor=read_cursor(first.next)))
    assert engine.search(Query(**query, cursor=read_cursor(newer.next))).hits


def test_no_path_is_opened_that_a_cursor_makes_up(tmp_path):
    """The generation in a cursor is looked up among those that are kept, never taken as a path."""
    root = tmp_path / "index"
    index = built_index(root, awkward_articles(seed=5, count=20))
    shutil.copytree(index.path(index.current_name()), tmp_path / "elsewhere")
    query = Query(text="bitcoin")
    for name in ("../../elsewhere", "elsewhere", "20990101T000000.000000Z"):
        with pytest.raises(RequestError):
            cursor = read_cursor(cursor_text(1, query, NOW, Mode.HYBRID, name, index.key()))
            engine_over(index).search(Query(text="bitcoin", cursor=cursor))


def test_a_forged_cursor_opens_nothing(tmp_path):
    """Not signed by this index's key, for any generation, any moment: refused before anything is opened."""
    index = built_index(tmp_path, awkward_articles(seed=5, count=20))
    engine = engine_over(index)
    mine, yours = index.key(), IndexFolder(tmp_path / "other").key()
    query = Query(text="bitcoin")
    for key in (b"", KEY, yours, mine[:-1]):
        for moment in (NOW, BEGINNING, datetime(2199, 1, 1, tzinfo=UTC)):
            forged = read_cursor(cursor_text(1, query, moment, Mode.HYBRID, index.current_name(), key))
            with pytest.raises(RequestError, match="not signed"):
                engine.search(Query(text="bitcoin", cursor=forged))
    own = read_cursor(cursor_text(1, query, BEGINNING, Mode.HYBRID, index.current_name(), mine))
    assert engine.search(Query(text="bitcoin", cursor=own)).hits
    assert index.key_file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("moment", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
@pytest.mark.parametrize("text", ["last year", "q4", "last decade", "early january", "when:9999y"])
def test_no_moment_in_a_cursor_breaks_the_reading_of_times(moment, text):
    """A cursor that was begun at the edge of the calendar is none; nothing is counted back from it."""
    with pytest.raises(RequestError):
        query_from([("q", text), ("cursor", cursor_text(1, Query(text), moment, Mode.HYBRID, "x", KEY))], NOW)


def test_http_goes_on_by_cursor(samples):
    """next leads from page to page with a Link header; what is wrong with a cursor is 422 with its field."""
    with TestClient(app.create_app(Settings(index=samples.index))) as client:
        asked: Any = {"lang": "en", "limit": 30}
        found, answer = [], client.get("/search", params=asked)
        while True:
            found += [hit["id"] for hit in answer.json()["hits"]]
            assert ("next" in answer.links) == (answer.json()["next"] is not None)
            if answer.json()["next"] is None:
                break
            by_link = client.get(answer.links["next"]["url"]).json()
            answer = client.get("/search", params=asked | {"cursor": answer.json()["next"]})
            assert answer.json() | {"took_ms": 0} == by_link | {"took_ms": 0}
        exported = client.get("/export", params={"lang": "en", "format": "csv"}).text.splitlines()[1:]
        assert [line.split(",")[0] for line in exported] == found
        cursor = client.get("/search", params=asked).json()["next"]
        rest = client.get("/export", params={"lang": "en", "format": "csv", "cursor": cursor}).text.splitlines()[1:]
        assert rest == exported[30:]
        problem(client.get("/search", params={"q": "x", "cursor": "x"}), 422, "cursor")
        problem(client.get("/search", params={"lang": "uk", "cursor": cursor}), 422, "cursor")
        problem(client.get("/search", params=asked | {"cursor": cursor, "offset": 3}), 422, "cursor")
        problem(client.get("/export", params={"lang": "uk", "cursor": cursor}), 422, "cursor")
        problem(client.get("/search", params={"lang": "en", "offset": 1000}), 422, "offset")


@given(place=st.integers(0, 2**40), generation=st.text(max_size=30), text=st.text(min_size=1, max_size=9))
def test_no_cursor_looks_like_an_option(place, generation, text):
    """`--cursor -x` would be two options."""
    written = cursor_text(place, Query(text), datetime(2026, 2, 1, tzinfo=UTC), Mode.HYBRID, generation, KEY)
    assert written[0].isalnum()


def test_the_command_line_goes_on_by_cursor(samples):
    """`--cursor` takes the `next` of a page before."""
    from search.cli.main import main

    asked = ("query", "bitcoin", "-n", "5", "--json", "--index", samples.index)
    first = json.loads(called(main, *asked).stdout)
    second = json.loads(called(main, *asked, "--cursor", first["next"]).stdout)
    offset = json.loads(called(main, *asked, "--offset", "5").stdout)
    assert [hit["id"] for hit in second["hits"]] == [hit["id"] for hit in offset["hits"]]
    wrong = called(main, "query", "other", "--cursor", first["next"], "--index", samples.index)
    assert wrong.returncode == 2
    assert "another query" in wrong.stderr


def test_a_cursor_holds_whatever_classes_and_fields_are_called():
    """What it says of its query is made of values: renaming code refuses no cursor that was given out."""
    since, tags = Millis(1_700_000_000_000), FieldFilter(include=("law",), exclude=("moon",))
    query = Query(
        "об'єкт \ud800", Filters(since=since, tag=tags), Mode.SEMANTIC, Sort.NEWEST, fold=Fold.STORY, alpha=0.25
    )
    assert _digest(query, "").hex() == "48694e0cfca708f0"
    assert _digest(replace(query, strictness=Strictness.WIDE), "2026/a.en").hex() == "98e7e48fb96bc305"
