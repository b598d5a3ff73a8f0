"""Is what was found a moment ago what would be found now, and is no more kept than promised?"""

from awkward import awkward_articles
from fake_index import built_index, engine_over
from hypothesis import given
from hypothesis import strategies as st

from search.cache import KEPT, LruCache
from search.query.fields import FACETS
from search.query.model import Mode, Query, Sort


def test_the_values_used_last_are_kept():
    """Of more values than are kept, the one not used for longest goes; what is kept is not made again."""
    recent, made = LruCache(2), []

    def ask(key):
        return recent.get(key, lambda: made.append(key) or key.upper())

    assert [ask(key) for key in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]
    assert len(recent) == 2
    recent.clear()
    assert len(recent) == 0


def test_what_is_kept_is_bounded_in_bytes():
    """However long the texts are; what alone is heavier than all is not kept, and nothing is counted twice."""
    recent = LruCache(100, 50, lambda key, value: len(key) + len(value))
    for key in ("a" * 10, "b" * 10, "a" * 10, "c" * 20, "d" * 4):
        assert recent.get(key, key.upper) == key.upper()
    assert [recent.known(key) is not None for key in ("a" * 10, "b" * 10, "c" * 20, "d" * 4)] == [
        False,
        False,
        True,
        True,
    ]
    assert recent.get("e" * 43, lambda: "E") == "E"
    assert len(recent) == 1
    assert recent.get("f" * 60, lambda: "F") == "F"
    assert len(recent) == 0
    recent.get("a", lambda: "A")
    recent.clear()
    for number in range(25):
        recent.get(str(number % 10), lambda: "x")
    assert len(recent) == 10


@given(
    text=st.sampled_from(["bank rules", "Zürich", "біржа", "C++ exchange", "$BTC"]),
    mode=st.sampled_from(Mode),
    sort=st.sampled_from(Sort),
    offset=st.integers(0, 12),
    facets=st.sampled_from([(), FACETS]),
)
def test_an_answer_out_of_what_is_kept_is_the_answer_of_an_engine_that_keeps_nothing(
    awkward, text, mode, sort, offset, facets
):
    """Page, order and facets of a question asked before are those of one asked for the first time."""
    query = Query(text, mode=mode, sort=sort, offset=offset, facets=facets)
    kept = awkward.engine.search(query)
    with awkward.engine._served.acquire() as snapshot:
        snapshot.near.clear()
    assert awkward.engine.search(query) == kept
    assert awkward.engine.search(query) == kept


def test_further_pages_compare_nothing_again(awkward, tmp_path, monkeypatch):
    """The views are compared with a question once, whatever page, order or facets of it are asked for."""
    engine = engine_over(built_index(tmp_path, awkward.articles))
    with engine._served.acquire() as snapshot:
        compared, similarities = [], snapshot.vector.similarities
        monkeypatch.setattr(snapshot.vector, "similarities", lambda v: compared.append(1) or similarities(v))
    for query in (Query("bank"), Query("bank", offset=5), Query("bank", sort=Sort.NEWEST, facets=("tag",))):
        engine.search(query)
    assert len(compared) == 1
    engine.search(Query("exchange"))
    assert len(compared) == 2


def test_an_engine_keeps_no_more_than_it_promises(tmp_path):
    """Of however many questions: so many lists of what is near, and of vectors no more than there were questions."""
    index = built_index(tmp_path, awkward_articles(seed=5, count=6))
    engine = engine_over(index)
    for number in range(3 * KEPT):
        engine.search(Query(text=f"question {number} about a bank", mode=Mode.SEMANTIC))
    with engine._served.acquire() as snapshot:
        assert len(snapshot.near) == KEPT
    assert len(engine._vectors) <= 3 * KEPT
    engine.close()
