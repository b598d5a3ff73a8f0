"""Does the engine over a cluster answer as the engine over a folder does, whatever is asked?

Both are built from the same articles. All their views are among the nearest that the cluster looks at, so that what
differs is a fault.
"""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from search.api.params import query_from
from search.errors import ArticleNotFoundError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TEXTS = (
    "moon",
    "bitcoin moon price",
    "біткоїн закон",
    "regulation of stablecoin hackers in february",
    '"stablecoin law"',
    "law -moon",
    "bit*",
    "hacked OR outflow",
    "moon NEAR/5 bitcoin",
    "title:bitcoin",
    "moon AND NOT (hack OR etf)",
    "bitcon lwa",
    "",
)
FILTERS = (
    (),
    (("lang", "en"),),
    (("lang", "-en"),),
    (("source", "decrypt"), ("sentiment", "-POSITIVE")),
    (("tag", "nft"),),
    (("category", "politics"),),
    (("author", "Jane Doe"),),
    (("from", "2026-02-01"),),
    (("to", "2026-01-31"),),
    (("source", "nobody"),),
)
VIEWS = (
    (),
    (("mode", "keyword"),),
    (("mode", "semantic"),),
    (("sort", "newest"), ("limit", "100")),
    (("sort", "oldest"), ("offset", "3")),
    (("fold", "story"), ("facets", "true")),
    (("explain", "true"), ("limit", "30")),
    (("strictness", "wide"), ("limit", "100")),
    (("alpha", "0.2"),),
)


def compared(hit):
    """What of a hit must be the same to the letter."""
    return hit.article, hit.snippet, hit.snippet_marks, hit.passage, hit.twins, hit.story, hit.matched, hit.age_days


def check_alike(own, other):
    """Two answers say the same; scores may differ by what a vector loses in 16 bits and a mean length in rounding."""
    assert other.total == own.total
    assert other.facets == own.facets
    assert (other.mode, other.degraded, other.corrected) == (own.mode, own.degraded, own.corrected)
    assert (other.suggestions, other.did_you_mean, other.understood) == (
        own.suggestions,
        own.did_you_mean,
        own.understood,
    )
    scores = {hit.article.id: hit.score for hit in own.hits}
    for hit in other.hits:
        if hit.article.id in scores:
            assert hit.score == pytest.approx(scores[hit.article.id], rel=2e-3, abs=2e-3)
    places = {hit.article.id: hit for hit in own.hits}
    for one, hit in zip(own.hits, other.hits, strict=True):
        if hit.article.id in places:
            assert compared(hit) == compared(places[hit.article.id])
        assert hit.score == pytest.approx(one.score, rel=2e-3, abs=2e-3)  # who stands in another place is a near tie


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("text", TEXTS)
def test_every_question_is_answered_alike(both, text, view):
    """Each text in each mode, sort and fold, each with a third of the filters: same set, counts, facets and hits."""
    begin = TEXTS.index(text) + VIEWS.index(view)
    for chosen in FILTERS[begin % 3 :: 3]:
        query = query_from([("q", text), *chosen, *view], NOW)
        own, other = both.folder.search(query), both.cluster.search(query)
        check_alike(own, other)


@pytest.mark.parametrize("text", TEXTS)
def test_all_of_a_result_set_is_exported_alike(both, text):
    """Every hit once, whatever the page; the same set."""
    query = query_from([("q", text)], NOW)
    with both.folder.iterate(query) as own, both.cluster.iterate(query) as other:
        assert sorted(hit.article.id for hit in other) == sorted(hit.article.id for hit in own)


@pytest.mark.parametrize("text", TEXTS)
def test_time_and_values_are_counted_alike(both, text):
    """The timeline, its counts since moments, and every value of every facet."""
    query = query_from([("q", text), ("from", "2025-01-01")], NOW)
    moments = (0, 1_769_904_000_000)
    assert both.cluster.overview(query, moments)[1] == both.folder.overview(query, moments)[1]
    assert both.cluster.timeline(query) == both.folder.timeline(query)
    for facet in ("source", "tag", "sentiment", "language", "author", "category", "month"):
        assert both.cluster.values(query, facet, "", 100) == both.folder.values(query, facet, "", 100)


def test_pages_go_on_by_cursors(both):
    """A cursor of the cluster's own, to the end: each article once."""
    query = query_from([("q", "moon bitcoin"), ("limit", "4")], NOW)
    first = both.cluster.search(query)
    seen = [hit.article.id for hit in first.hits]
    answer = first
    while answer.next:
        answer = both.cluster.search(query_from([("q", "moon bitcoin"), ("limit", "4"), ("cursor", answer.next)], NOW))
        seen += [hit.article.id for hit in answer.hits]
    assert len(seen) == len(set(seen)) == first.total.value
    assert first.total == both.folder.search(query).total


def test_articles_are_read_alike(both):
    """An article, its neighbours, what somebody who types is offered, addresses for crawlers."""
    query = query_from([("q", "moon")], NOW)
    for article in both.articles[::9]:
        if article.published and article.published > NOW.timestamp() * 1000:
            continue
        assert both.cluster.article(article.id) == both.folder.article(article.id)
        own, other = both.folder.read(article.id, query), both.cluster.read(article.id, query)
        assert other.find(article.text) == own.find(article.text)
        assert replace(other, find=None) == replace(own, find=None)
        own, other = both.folder.similar(article.id, query), both.cluster.similar(article.id, query)
        # An article at the floor of similarity may fall to either side: the engines round vectors differently.
        assert abs(other.total.value - own.total.value) <= 1
        assert [hit.article.id for hit in other.hits[:5]] == [hit.article.id for hit in own.hits[:5]]
    for typed in ("bit", "dec", "р", "zür"):
        assert both.cluster.suggest(typed, 10) == both.folder.suggest(typed, 10)
    assert both.cluster.addresses(3, 20) == both.folder.addresses(3, 20)
    assert both.cluster.declared() == both.folder.declared()


def test_an_unknown_article_is_named_with_its_neighbours(both):
    """The same error with the same remedy."""
    for asked in ("2026/02/story-00", "nothing*", "a\\b"):
        with pytest.raises(ArticleNotFoundError) as own:
            both.folder.article(asked)
        with pytest.raises(ArticleNotFoundError) as other:
            both.cluster.article(asked)
        assert str(other.value) == str(own.value)


def test_the_same_question_has_the_same_answer_fifty_times(both):
    """Whatever copy answers."""
    query = query_from([("q", "bitcoin regulation"), ("facets", "true"), ("explain", "true")], NOW)
    first = replace(both.cluster.search(query), took_ms=0.0)
    for _ in range(49):
        assert replace(both.cluster.search(query), took_ms=0.0) == first


def test_status_tells_of_the_generation(both):
    """Name, counts and engine; and the builds that are kept."""
    both.cluster.refresh()
    served = both.cluster.status().generation
    assert (served.name, served.keyword_engine) == (both.name, "opensearch")
    assert served.articles == both.folder.search(query_from([("limit", "0")], NOW)).total.value or served.articles <= 90
    assert [build.name for build in both.cluster.history()] == [both.name]
    assert both.cluster.warm() == []
