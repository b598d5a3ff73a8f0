"""Do questions that wait together share a pass, and does each get what it would get alone?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import numpy as np
import pytest

from search.backends.shared_scan import MOST, SharedScan


class Passes:
    """A comparison whose passes wait until the test lets them go on, and the number of questions in each."""

    def __init__(self):
        self.sizes, self.fails = [], False
        self.begun, self.allowed = Semaphore(0), Semaphore(0)

    def __call__(self, vectors):
        self.sizes.append(len(vectors))
        self.begun.release()
        self.allowed.acquire()
        if self.fails:
            raise ValueError("the codes cannot be read")
        return vectors * 2


def vector(number):
    """A vector that is known again by its number."""
    return np.array([number, -number], dtype=np.float32)


def waiting(scan, count):
    """Return once so many questions wait."""
    while len(scan._waiting) < count:
        Event().wait(0.001)


@pytest.mark.parametrize(("count", "sizes"), [(0, [1]), (1, [1, 1]), (MOST, [1, MOST]), (MOST + 3, [1, MOST, 3])])
def test_all_that_wait_share_the_next_pass(count, sizes):
    """The first runs alone and at once; those that come meanwhile share passes of MOST, each with its own answer."""
    passes = Passes()
    scan = SharedScan(passes=1)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(scan.similarities, vector(0), passes)]
        passes.begun.acquire()
        answers += [pool.submit(scan.similarities, vector(number), passes) for number in range(1, count + 1)]
        waiting(scan, count)
        passes.allowed.release(len(sizes))
        got = [answer.result() for answer in answers]
    assert passes.sizes == sizes
    assert [one.tolist() for one in got] == [[2 * number, -2 * number] for number in range(count + 1)]


def test_as_many_passes_run_at_a_time_as_were_allowed():
    """Two questions begin without waiting for each other; the third waits."""
    passes = Passes()
    scan = SharedScan(passes=2)
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(scan.similarities, vector(number), passes) for number in range(3)]
        passes.begun.acquire()
        passes.begun.acquire()
        waiting(scan, 1)
        passes.allowed.release(3)
        assert sorted(answer.result()[0] for answer in answers) == [0, 2, 4]
    assert passes.sizes == [1, 1, 1]


def test_a_pass_that_fails_fails_for_its_questions_alone():
    """Everybody in it is told, nobody waits for ever, and the next question is answered."""
    passes = Passes()
    scan = SharedScan(passes=1)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(scan.similarities, vector(0), passes)]
        passes.begun.acquire()
        answers += [pool.submit(scan.similarities, vector(number), passes) for number in (1, 2)]
        waiting(scan, 2)
        passes.fails = True
        passes.allowed.release(2)
        for answer in answers:
            with pytest.raises(ValueError, match="cannot be read"):
                answer.result()
        passes.fails = False
        passes.allowed.release()
        assert scan.similarities(vector(4), passes).tolist() == [8, -8]
