"""Is the scale of the chart round, and is no bar higher than it?"""

import pytest

from search.web.chart import _scale, labelled


@pytest.mark.parametrize("most", [*range(1, 130), 412, 999, 1_000, 1_001, 83_600])
def test_a_scale_is_round_and_not_much_higher_than_its_highest_bar(most):
    """One digit and noughts; at least half of the height is used."""
    top, *rest = _scale(most)
    assert most <= top <= 2 * most
    assert len(str(top).rstrip("0")) == 1
    assert rest in ([top // 2, 0], [0])


@pytest.mark.parametrize(("count", "most"), [(1, 16), (16, 16), (17, 16), (62, 16), (31, 12)])
def test_no_more_labels_than_there_is_room_for(count, most):
    """The first bar has one, and they are evenly apart."""
    places = labelled(count, most)
    assert places[0] == 0
    assert len(places) <= most
