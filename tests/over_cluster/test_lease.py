"""Does one write at a time, and does nobody publish who has lost the right to?"""

from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from opensearchpy.exceptions import ConflictError

from indexer.cluster.lease import Lease, leased
from search.cluster.layout import LAYOUT, MARK, Names
from search.errors import LockedError

NAMES = Names("a")


class State:
    """The state of an archive in a cluster: one document with its sequence number, and the cluster's clock."""

    def __init__(self):
        self.now, self.kept, self.number = 0.0, None, 0

    def find(self, path, *_, **__):
        if path.endswith("/_mapping"):
            return {NAMES.state: {"mappings": {"_meta": {MARK: {"layout": LAYOUT}}}}}
        return self.kept and {"_source": self.kept, "_seq_no": self.number, "_primary_term": 1}

    def get(self, path, *_, **__):
        if path.endswith("/_mapping"):
            return self.find(path)
        return {"nodes": {"a": {"timestamp": self.now - 5}, "b": {"timestamp": self.now}}}

    def send(self, method, path, body=None, **conditions):
        if conditions.get("op_type") == "create" and self.kept is not None:
            raise ConflictError(409, "exists", {})
        if "if_seq_no" in conditions and (self.kept is None or conditions["if_seq_no"] != self.number):
            raise ConflictError(409, "changed", {})
        self.number += 1
        self.kept = body
        return {"_seq_no": self.number, "_primary_term": 1}


def test_a_second_writer_is_turned_away():
    """As long as the first renews, whatever time passes."""
    state: Any = State()
    one, other = Lease(state, NAMES, lasts=60), Lease(state, NAMES, lasts=60)
    one.take()
    for _ in range(5):
        state.now += 50_000
        with pytest.raises(LockedError, match="process"):
            other.take()
        one.renew()
    one.release()
    other.take()


def test_the_lease_of_a_dead_writer_runs_out():
    """And he who was only asleep can neither renew nor release it afterwards."""
    state: Any = State()
    one, other = Lease(state, NAMES, lasts=60), Lease(state, NAMES, lasts=60)
    one.take()
    state.now += 60_001
    other.take()
    with pytest.raises(LockedError):
        one.renew()
    one.release()
    assert state.kept is not None
    other.renew()


def test_of_two_who_find_it_run_out_one_gets_it():
    """Both have read the same document; the sequence number decides."""
    state: Any = State()
    Lease(state, NAMES, lasts=60).take()
    state.now += 60_001
    found = state.find("lease")
    one, other = Lease(state, NAMES, lasts=60), Lease(state, NAMES, lasts=60)
    one.take()
    slow: Any = State()
    slow.now, slow.kept = state.now, found["_source"]
    slow.number, slow.send = found["_seq_no"], state.send
    other._connection = slow
    with pytest.raises(LockedError):
        other.take()


def test_it_is_renewed_while_held_and_let_go_at_the_end():
    """By a thread of its own, which ends with it."""
    state: Any = State()
    with leased(state, NAMES, lasts=60, every=0.001) as lease:
        first = state.number
        while state.number < first + 3:
            pass
        lease.renew()
    assert state.kept is None
