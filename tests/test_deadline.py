"""Does work stop where its time is over or its client gone, and is what it cost known?"""

from time import thread_time

import pytest

from search.deadline import Deadline, check, renew
from search.engine import execution
from search.errors import AbandonedError, TooCostlyError
from search.hits import hit_builder
from search.query.fields import FACETS
from search.query.model import Query


def spend(seconds):
    """Take so much processor time of this thread."""
    until = thread_time() + seconds
    while thread_time() < until:
        pass


def test_beyond_the_limit_the_stage_is_told():
    """503 says what was too much; what is within the limit is not disturbed."""
    deadline = Deadline(0.02)
    with deadline.working():
        check("words")
        spend(0.03)
        with pytest.raises(TooCostlyError, match="phrases") as refused:
            check("phrases")
    assert refused.value.public.code == "too-costly"
    assert deadline.spent >= 0.03


def test_each_of_several_answers_has_the_whole_time():
    """A search of many, a piece of an export: the cost is added up, the limit is for one."""
    deadline = Deadline(0.02)
    with deadline.working():
        for _ in range(3):
            spend(0.015)
            check("ranking")
            renew()
    with deadline.working():
        check("showing")
    assert deadline.spent >= 0.045


@pytest.mark.parametrize(("asked", "stage"), [({"facets": FACETS}, "facets"), ({"explain": True}, "showing")])
def test_counting_and_showing_look_at_the_time_in_their_loops(asked, stage, awkward, monkeypatch):
    """Each facet that is counted, each article that is shown: what takes long ends at the next of them."""
    looked = []
    for module in (execution, hit_builder):
        monkeypatch.setattr(module, "check", looked.append)
    found = awkward.engine.search(Query("bank", **asked))
    assert looked.count(stage) >= (len(FACETS) if stage == "facets" else 2 * len(found.hits)) > 1


def test_without_a_limit_or_a_deadline_nothing_is_checked():
    """The command line and a build have all the time there is."""
    check("anything")
    with Deadline().working():
        spend(0.01)
        check("anything")


def test_nobody_works_for_a_client_that_has_gone():
    """Neither what runs, at the next look, nor what still waits for its turn."""
    deadline = Deadline(1.0)
    with deadline.working():
        deadline.abandoned = True
        with pytest.raises(AbandonedError):
            check("ranking")
    with pytest.raises(AbandonedError), deadline.working():
        pytest.fail("it was begun")
