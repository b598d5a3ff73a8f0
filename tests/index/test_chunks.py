"""Does each article get the highest of its passages, and does whoever asks for a few get the nearest?"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.arrays import loaded, mapped, marked, ranges
from search.engine.matches import MatchSet
from search.index.chunks import HEAD, PASSAGE, Chunk, views_of


@given(passages=st.lists(st.integers(0, 20), max_size=12), seed=st.integers(0, 1000), gaps=st.lists(st.integers(1, 3)))
def test_the_highest_passage_counts_and_without_one_the_head(passages, seed, gaps):
    """Whether an article has none, a few or more than are taken together; rows without views stand between."""
    rows = np.cumsum([gaps[n] if n < len(gaps) else 1 for n in range(len(passages))]).tolist()
    views = views_of((row, [Chunk(HEAD), *[Chunk(PASSAGE)] * count]) for row, count in zip(rows, passages, strict=True))
    values = np.random.default_rng(seed).normal(size=views.size).astype(np.float32)
    expected = [max(of[1:] or of) for row in rows if (of := values[views.of(row)].tolist())]
    assert views.max_per_article(values).tolist() == expected


@given(
    similarity=st.lists(st.sampled_from([-2.0, 0.0, 0.25, 0.5, 1.0]), max_size=30),
    most=st.integers(1, 40),
    seed=st.integers(0, 1000),
)
def test_the_first_of_the_nearest_are_the_beginning_of_all(similarity, most, seed):
    """At least so many, if there are; rows that are equally near ascend."""
    semantic = np.random.default_rng(seed).random(len(similarity)) < 0.7
    found = MatchSet(semantic, semantic, similarity=np.array(similarity, dtype=np.float32))
    every, some = found.nearest().tolist(), found.nearest(most).tolist()
    assert every == sorted(np.flatnonzero(semantic).tolist(), key=lambda row: (-similarity[row], row))
    assert some == every[: len(some)]
    assert len(some) >= min(most, len(every))


@given(values=st.lists(st.integers(0, 399), max_size=60), size=st.sampled_from([400, 5000]))
def test_few_and_many_are_marked_alike(values, size):
    """Each once, ascending; put in order where they are few, marked where they are many."""
    assert marked(np.array(values, dtype=np.int64), size).tolist() == sorted(set(values))


@given(spans=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_ranges_stand_one_behind_the_other(spans):
    """Empty ones, and none at all, among them."""
    first, lengths = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    assert ranges(first, lengths).tolist() == [n for begin, length in spans for n in range(begin, begin + length)]


def test_two_threads_that_read_arrays_at_once(tmp_path, monkeypatch):
    """One after the other parses the head of its file."""
    np.save(tmp_path / "a.npy", np.arange(3))
    load, inside, met = np.load, [], []

    def slow(*given, **named):
        inside.append(1)
        time.sleep(0.02)
        met.append(len(inside))
        try:
            return load(*given, **named)
        finally:
            inside.pop()

    monkeypatch.setattr("search.arrays.np.load", slow)
    with ThreadPoolExecutor(2) as threads:
        sums = [int(one.sum()) for one in threads.map(lambda read: read(tmp_path / "a.npy"), (mapped, loaded) * 3)]
    assert (sums, met) == ([3] * 6, [1] * 6)
