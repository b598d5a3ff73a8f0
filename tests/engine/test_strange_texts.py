"""Is a text answered that leaves nothing to look for, whatever condition stands beside it?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.api.params import query_from
from search.article import Article
from search.query.model import MAX_TEXT, Mode

SAID = ("the", "the of", "!!!", "😀", "%%", "…", "№", "x" * 201, "the" * 100, "latest", "latest news", "articles about")
CONDITIONS = ("", "har*", '"boats leave"', "-rain", "title:harbour", "(harbour OR boats)", "=boats", "OR harbour")


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over a few articles."""
    articles = [
        Article(id=f"a{number}", path="", title=title, text=f"{title}. The boats leave at noon.", language="en")
        for number, title in enumerate(("Harbour opens", "Harbour closes", "Rain"))
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("said", SAID)
def test_it_is_answered_and_each_hit_says_what_put_it_there(engine, said, condition, mode):
    """A word beyond 200 characters is not looked for; beside a condition such hits have no score, and say so."""
    text = f"{said} {condition}".strip()[:MAX_TEXT]
    results = engine.search(query_from([("q", text), ("mode", mode.value), ("explain", "true")], datetime.now(UTC)))
    assert all(hit.contributions for hit in results.hits)
    assert results.total.value >= len(results.hits)
    if condition == "-rain" and len(said) > 200:
        assert {hit.article.id for hit in results.hits} == {"a0", "a1"}
