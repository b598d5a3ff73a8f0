"""Which words of a text are typed as names?"""

import pytest

from search.analysis.analyzer import Analyzer
from search.engine.term_query import keyword_query, typed_names

ANALYZER = Analyzer({"btc": "bitcoin"})


def names(text):
    """The names in a text, as they are written."""
    query = keyword_query(text, ANALYZER, lambda _: 1, 100)
    return [word.text for word in typed_names(text, query, ANALYZER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lawsuit against Zorblax", ["Zorblax"]),
        ("Roman Storm", ["Roman", "Storm"]),
        ("roman storm", []),
        ("price of btc", ["btc"]),
        ("BTC price", ["BTC"]),
        ("What did Saylor say about the debate?", ["Saylor"]),
        ("Why did the market fall?", []),
        ("SEC sues a beekeeper over honey", ["SEC"]),
        ("Exchange Pulls Support For Crypto Bill", []),
        ("ціна Solana у Києві", ["Solana", "Києві"]),
        ("", []),
    ],
)
def test_capitals_tickers_and_aliases_are_names(text, expected):
    """A capital makes a name unless it begins a sentence or all words have one; so does an entry of the table."""
    assert names(text) == expected
