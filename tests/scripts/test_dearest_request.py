"""Is the dearest request looked for among requests of every kind, within the limits?"""

import random

import pytest

from dearest_request import Maker
from search.article import Article
from search.query.model import MAX_TEXT

WORDS = "Bank Rules Zurich Exchange Bitcoin Law Market Coins"


@pytest.fixture
def maker():
    """Makes requests of three articles."""
    made = [Article(id=f"a/{n}", path=f"a/{n}.md", title=WORDS, text="", tags=("law", "banks")) for n in range(3)]
    return Maker(made, random.Random(7))


def test_requests_are_of_every_route_and_within_the_limits(maker):
    """What is refused unread costs nothing and finds nothing."""
    made = [maker.request() for _ in range(400)]
    made += [maker.varied(one, other) for one, other in zip(made, reversed(made), strict=True)]
    made += maker.known()
    routes = {one.path.split("/")[1] for one in made}
    assert {"search", "", "multi-search", "export", "timeline", "suggest", "facets", "similar", "articles"} <= routes
    for one in made:
        for pairs in one.questions or (one.pairs,):
            assert len(dict(pairs).get("q", "")) <= MAX_TEXT
            assert len(pairs) <= 64
