"""Does a total say whether it is exact, where only some of the archive is compared?

Few views are looked at here, so that much of a small archive is not compared; then all, by the same rounded vectors.
"""

from functools import partial
from types import SimpleNamespace

import pytest
from awkward import awkward_articles
from msgspec.structs import replace

from search.api.params import query_from

from .conftest import CLOCK, engine_over_cluster, loaded
from .test_both_engines import FILTERS, TEXTS

LOOKED_AT, CONSIDERED, FEW = 12, 8, 4
VIEWS = ((), (("mode", "semantic"),), (("mode", "keyword"),))


@pytest.fixture(scope="module", params=["by rank", "by floor"])
def short_sighted(request, connection, prefix, tmp_path_factory):
    """An engine over a small archive, calibrated or not, of which few articles are considered."""
    from fake_index import built_index

    from search.cluster import retriever
    from search.engine import confidence, result_set
    from search.index.calibration import Calibration, LogisticCurve, RelevanceCurves
    from search.index.manifest import read_manifest, write_manifest

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
        patched.setattr(retriever, "CONSIDERED", CONSIDERED)
        patched.setattr(retriever, "POOL", 3)
        patched.setattr(retriever, "_SPARE", 0)
        patched.setattr(retriever, "_MOST_BESIDES", FEW)
        patched.setattr(confidence, "CONSIDERED", CONSIDERED)
        patched.setattr(result_set, "LEAST_ARTICLES", 1 if request.param == "by rank" else 1_000)
        engine = engine_over_cluster(connection, own, tmp_path_factory.mktemp("fetched"))
        yield SimpleNamespace(engine=engine, articles=articles)
        engine.close()


@pytest.fixture
def totals(short_sighted, monkeypatch):
    """Gives of each question the total by all views, and the total by a few."""
    from search.cluster.vectors import ClusterVectors

    def asked(questions):
        whole = [ask().total for ask in questions]
        monkeypatch.setattr(ClusterVectors, "most", LOOKED_AT)
        assert {total.relation for total in whole} == {"eq"}
        return [(own, ask().total) for own, ask in zip(whole, questions, strict=True)]

    return asked


def check(own, other):
    """What is called exact is."""
    if other.exact:
        assert (other.value, other.keyword, other.weaker) == (own.value, own.keyword, own.weaker)
        assert other.semantic <= own.semantic
    if other.relation == "eq":
        assert other.semantic == own.semantic


def test_a_total_that_is_called_exact_is(short_sighted, totals):
    """Each text in each mode with each filter; some totals are exact and some are not."""
    queries = [
        query_from([("q", text), *chosen, *view], CLOCK) for text in TEXTS for view in VIEWS for chosen in FILTERS[::3]
    ]
    seen = set()
    for own, other in totals([partial(short_sighted.engine.search, query) for query in queries]):
        check(own, other)
        seen.add((other.relation, other.value_relation))
    assert {relation for relation, _ in seen} == {"eq", "gte"}


def test_what_is_like_an_article_is_counted_as_far_as_it_was_compared(short_sighted, totals):
    """At least so many, and exact where all was compared that could be near enough."""
    query, now = query_from([("q", "moon")], CLOCK), CLOCK.timestamp() * 1000
    shown = [article.id for article in short_sighted.articles if not article.published or article.published <= now]
    seen = set()
    for own, other in totals([partial(short_sighted.engine.similar, one, query) for one in shown[::3]]):
        check(own, other)
        assert other.value <= own.value
        seen.add(other.value_relation)
    assert "gte" in seen
