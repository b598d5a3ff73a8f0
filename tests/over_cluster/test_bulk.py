"""Is every document sent, and again only where there was no room for it?"""

import json
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from indexer.cluster import bulk
from indexer.cluster.bulk import BulkError, send_all


class Shelf:
    """A cluster that keeps what it takes; `verdict` says what it makes of a document the n-th time it is sent."""

    def __init__(self, verdict=lambda name, time: 201):
        self.kept, self.requests, self.times = {}, [], {}
        self._verdict = verdict

    def send(self, method, path, body, **_):
        lines = [json.loads(line) for line in body.splitlines()]
        names = [line["index"]["_id"] for line in lines[::2]]
        self.requests.append(names)
        items = []
        for name, document in zip(names, lines[1::2], strict=True):
            self.times[name] = self.times.get(name, 0) + 1
            status = self._verdict(name, self.times[name])
            if status < 300:
                self.kept[name] = document
            told = {"_id": name, "status": status}
            items.append({"index": told if status < 300 else told | {"error": {"type": f"e{status}", "reason": "r"}}})
        return {"errors": any("error" in item["index"] for item in items), "items": items}


DOCUMENTS = [(str(number), {"text": "x" * 1_000, "n": number}) for number in range(100)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Nothing is waited for between two tries."""
    monkeypatch.setattr(bulk, "time", SimpleNamespace(sleep=lambda _: None))


def test_everything_arrives_in_requests_of_bounded_size(monkeypatch):
    """One request is a bit less than its bound, and everything is told once it is taken."""
    monkeypatch.setattr(bulk, "BYTES", 10_000)
    shelf: Any = Shelf()
    told = []
    assert send_all(shelf, "a", iter(DOCUMENTS), told.append) == 100
    assert shelf.kept == dict(DOCUMENTS)
    assert {len(names) for names in shelf.requests[:-1]} == {9}
    assert told[-1] == 100
    assert told == sorted(told)


@pytest.mark.parametrize("status", [429, 503])
def test_only_what_had_no_room_is_sent_again(status):
    """Every seventh document is refused twice; the others are sent once."""
    shelf: Any = Shelf(lambda name, time: status if int(name) % 7 == 0 and time < 3 else 201)
    send_all(shelf, "a", iter(DOCUMENTS))
    assert shelf.kept == dict(DOCUMENTS)
    assert {name for name, times in shelf.times.items() if times == 3} == {str(n) for n in range(0, 100, 7)}
    assert {times for name, times in shelf.times.items() if int(name) % 7} == {1}


def test_a_document_that_is_refused_for_good_is_named():
    """At once: nothing is sent again."""
    shelf: Any = Shelf(lambda name, time: 400 if name == "31" else 201)
    with pytest.raises(BulkError, match=r"'31'.*e400"):
        send_all(shelf, "a", iter(DOCUMENTS))
    assert shelf.times["31"] == 1


def test_a_cluster_without_room_is_given_up():
    """After some tries, with what to do."""
    shelf: Any = Shelf(lambda name, time: 429)
    with pytest.raises(BulkError, match="no room"):
        send_all(shelf, "a", iter(DOCUMENTS[:3]))
    assert set(shelf.times.values()) == {8}


def test_no_documents_are_no_request():
    """An archive without passages."""
    shelf: Any = Shelf()
    assert send_all(shelf, "a", iter(())) == 0
    assert shelf.requests == []
