"""Does a total say whether it is exact, where only some of the archive is compared?

Few views are looked at here, so that much of a small archive is not compared. The engine over a folder compares all.
"""

from types import SimpleNamespace

import pytest
from awkward import awkward_articles
from msgspec.structs import replace

from search.api.params import query_from

from .conftest import CLOCK, engine_over_cluster, loaded
from .test_both_engines import FILTERS, TEXTS

LOOKED_AT, CONSIDERED = 12, 8
VIEWS = ((), (("mode", "semantic"),), (("mode", "keyword"),), (("strictness", "wide"),), (("fold", "story"),))


@pytest.fixture(scope="module", params=["by rank", "by floor"])
def short_sighted(request, connection, prefix, tmp_path_factory):
    """Two engines over the same articles, calibrated or not; the one over the cluster looks at a few views."""
    from fake_index import built_index, open_fake

    from search.cluster import retriever
    from search.cluster.vectors import ClusterVectors
    from search.engine import confidence, result_set
    from search.index.calibration import Calibration, LogisticCurve, RelevanceCurves
    from search.index.manifest import read_manifest, write_manifest
    from search.index.snapshot_manager import SnapshotManager
    from search.settings import Settings
    from search.wiring import engine

    articles = awkward_articles(seed=4, count=90)
    index = built_index(tmp_path_factory.mktemp("short"), articles)
    folder = index.path(index.current_name())
    curves = RelevanceCurves(LogisticCurve(9.0, {}), LogisticCurve(-4.0, {"coverage": 4.0, "similarity": 7.0}))
    calibration = Calibration(0.3, 0.25, 0.5, dict.fromkeys(("hybrid", "semantic", "keyword"), curves))
    if request.param == "by rank":
        manifest = read_manifest(folder)
        (folder / "manifest.json").chmod(0o644)
        write_manifest(folder, replace(manifest, model=replace(manifest.model, calibration=calibration)))
    own = f"{prefix}-{request.param.replace(' ', '')}"
    loaded(connection, own, folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ClusterVectors, "most", LOOKED_AT)
        patched.setattr(retriever, "CONSIDERED", CONSIDERED)
        patched.setattr(retriever, "POOL", 3)
        patched.setattr(confidence, "CONSIDERED", CONSIDERED)
        patched.setattr(result_set, "LEAST_ARTICLES", 1 if request.param == "by rank" else 1_000)
        whole = engine(Settings(), SnapshotManager(index, open_fake), lambda: CLOCK)
        part = engine_over_cluster(connection, own, tmp_path_factory.mktemp("fetched"))
        yield SimpleNamespace(folder=whole, cluster=part, articles=articles, by=request.param)
        whole.close()
        part.close()


def check(own, other):
    """What is called exact is; what is not counts no more than there is."""
    assert other.keyword == own.keyword
    if other.exact:
        assert other.value == own.value
    if other.relation == "eq":
        assert (other.value, other.keyword, other.semantic, other.weaker) == (
            own.value,
            own.keyword,
            own.semantic,
            own.weaker,
        )
    if not other.exact and not other.semantic_exact:
        assert other.semantic <= own.semantic


def test_a_total_that_is_called_exact_is(short_sighted):
    """Each text in each mode with each filter; some totals are exact and some are not."""
    seen = set()
    for text in TEXTS:
        for view in VIEWS:
            for chosen in FILTERS:
                query = query_from([("q", text), *chosen, *view], CLOCK)
                own, other = short_sighted.folder.search(query).total, short_sighted.cluster.search(query).total
                check(own, other)
                assert own.relation == "eq"
                seen.add((other.relation, other.value_relation))
    assert {("eq", "eq"), ("gte", "eq"), ("gte", "gte")} <= seen


def test_what_is_like_an_article_is_counted_as_far_as_it_was_compared(short_sighted):
    """At least so many, and exact where all was compared that could be near enough."""
    seen = set()
    query = query_from([("q", "moon")], CLOCK)
    for article in short_sighted.articles[::5]:
        if article.published and article.published > CLOCK.timestamp() * 1000:
            continue
        own = short_sighted.folder.similar(article.id, query).total
        other = short_sighted.cluster.similar(article.id, query).total
        assert other.value <= own.value + 1  # one at the floor may fall to either side
        seen.add(other.value_relation)
        if other.exact:
            assert abs(other.value - own.value) <= 1
    assert "gte" in seen
