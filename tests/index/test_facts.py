"""Are facts that moved with their articles those of looking at all articles again?"""

import random

import numpy as np
import pytest
from awkward import awkward_articles

from search.article import Article
from search.index.columns_builder import columns_of
from search.index.facts import FactsBuilder
from search.query.fields import Declared

DECLARED: Declared = {"desk": "keyword", "grade": "number"}


def facts(articles):
    """The facts of these articles."""
    builder = FactsBuilder(DECLARED)
    for article in articles:
        builder.add(article)
    return builder.facts()


def told(found):
    """Facts as plain values."""
    said = {name: (one.pairs, one.places.tolist(), one.counts.tolist()) for name, one in found.said.items()}
    numbers = {name: each.tobytes() for name, each in found.numbers.items()}
    return found.published.tolist(), found.expires.tolist(), numbers, said


@pytest.mark.parametrize("seed", range(12))
def test_moved_facts_are_those_of_all_articles(seed):
    """Articles go, come and change places; what nobody says any more is forgotten."""
    dice = random.Random(seed)
    every = awkward_articles(seed=seed, count=60)
    before = dice.sample(every, 40) if seed else []
    now = dice.sample(every, 45) if seed != 1 else []
    place = {article.id: row for row, article in enumerate(before)}
    source = np.array([place.get(article.id, -1) for article in now], dtype=np.int64)
    came = [article for article in now if article.id not in place]
    assert told(facts(before).moved(source, facts(came))) == told(facts(now))


def test_a_column_has_more_general_values_each_once_and_the_first_spelling():
    """As the articles come: `sport/Football` brings `sport`, which the next writes otherwise."""
    articles = [
        Article(id="a", path="a", title="", text="", tags=("sport/Football", "Art")),
        Article(id="b", path="b", title="", text="", tags=("Sport", "art", "SPORT")),
        Article(id="c", path="c", title="", text=""),
    ]
    rows = np.arange(3)
    column = columns_of(articles, rows, rows, rows).fields["tag"]
    assert column.known.values == ["sport/Football", "sport", "Art"]
    assert column.starts is not None
    assert [column.codes[a:b].tolist() for a, b in zip(column.starts, column.starts[1:], strict=False)] == [
        [0, 1, 2],
        [1, 2],
        [],
    ]
