"""Do words find first what the engine, asked plainly, finds first, though of long questions it is asked for less?"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from awkward import awkward_articles, filters
from fake_index import built_index, open_fake
from hypothesis import example, given
from hypothesis import strategies as st

from search.article import Article
from search.engine import lexical
from search.engine.interpretation import interpret_terms
from search.engine.lexical import LexicalRetriever
from search.engine.matches import MatchSet
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.query.model import Filters, Mode, Query
from search.times import Millis

SMALL = 4
"""A pool that awkward articles fill."""


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def snapshot(request, tmp_path_factory):
    """A generation by each engine."""
    # Many speak of one word alone, at length, and score more than those that bear enough of the words.
    texts = ["zorblax " * 30] * 12 + ["law moon report " + "filler " * 1500] * 6 + ["filler " * 20 + "token"] * 30
    plain = [
        Article(id=f"{n}", path=f"{n}.md", title="", text=text, language="en", published=Millis(n))
        for n, text in enumerate(texts)
    ]
    articles = [*awkward_articles(seed=23, count=20), *plain]
    index = built_index(tmp_path_factory.mktemp("worded"), articles, keyword=request.param)
    return open_fake(index.path(index.current_name()))


@given(
    text=st.lists(
        st.sampled_from("bitcoin law regulation hack київ US zebra etf outflow moon C++".split()), max_size=9
    ),
    chosen=st.just(Filters()) | filters(),
)
@example(text="zorblax law moon report token".split(), chosen=Filters())
def test_long_questions_find_what_short_ones_would(snapshot, text, chosen):
    """The same rows and scores, whether there are more than enough of them or few."""
    query = Query(" ".join(text) or "moon", chosen, Mode.KEYWORD)
    words = interpret_terms(SnapshotKnowledge(snapshot), query).words
    pool, lexical.POOL = lexical.POOL, SMALL
    try:
        interpreted: Any = SimpleNamespace(words=words, by_words=True, time=None, sources=())
        admitted = snapshot.columns.filter_mask(chosen)
        retriever = LexicalRetriever(snapshot, query, interpreted, None, None, admitted)
        rows, scores = retriever.top_candidates
        every = np.arange(snapshot.columns.size)
        scored = retriever.scores(every)
    finally:
        lexical.POOL = pool
    expected = snapshot.keyword.search(words, chosen, SMALL)
    assert rows.tolist() == expected[0].tolist()
    assert scores.tolist() == pytest.approx(expected[1].tolist())
    assert scored.tolist() == pytest.approx(snapshot.keyword.scores(words, every).tolist())


@pytest.mark.parametrize("few", [0, 1_000])
@given(
    text=st.lists(st.sampled_from("bitcoin law moon token report".split()), min_size=1, max_size=4),
    chosen=st.just(Filters()) | filters(),
    third=st.integers(0, 2),
)
def test_some_rows_stand_in_the_order_of_all(snapshot, few, text, chosen, third):
    """Whether they are few and scored one by one, or taken out of all that match; what does not match is left out."""
    query = Query(" ".join(text), chosen, Mode.KEYWORD)
    words, admitted = interpret_terms(SnapshotKnowledge(snapshot), query).words, snapshot.columns.filter_mask(chosen)
    interpreted: Any = SimpleNamespace(words=words, by_words=True, time=None, sources=())
    retriever = LexicalRetriever(snapshot, query, interpreted, None, None, admitted)
    found = MatchSet(retriever.matching, np.zeros(snapshot.columns.size, dtype=np.bool_)).restricted_to(admitted)
    some = np.arange(third, snapshot.columns.size, 3)
    kept, lexical.FEW = lexical.FEW, few
    try:
        ranked = retriever.ranked(found, some).tolist()
    finally:
        lexical.FEW = kept
    every, _ = snapshot.keyword.search(words, chosen, snapshot.columns.size)
    assert ranked == [row for row in every.tolist() if row in set(some.tolist())]
