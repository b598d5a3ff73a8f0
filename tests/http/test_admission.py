"""Is as much answered at once as there are cores, a little waiting, and the rest refused at once?"""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime

import anyio
import pytest
from anyio import create_task_group, fail_after, run, sleep
from fake_index import built_index, open_fake
from fastapi import FastAPI
from starlette.testclient import TestClient

from search import wiring
from search.article import Article
from search.errors import AbandonedError, ModelError, OverloadedError
from search.http.admission import STREAMS, Capacity
from search.index.snapshot_manager import SnapshotManager
from search.server import app as service
from search.server import export
from search.server.export import add_export
from search.settings import Settings


def test_no_more_run_at_once_than_there_are_workers_and_no_more_wait_than_may():
    """Of six tasks, two run, two wait and are answered later, two are refused while the others still run."""
    release, running, most, answered, refused = threading.Event(), [], [], [], []

    def work():
        running.append(1)
        most.append(len(running))
        release.wait(20)
        running.pop()
        return "done"

    async def ask(capacity):
        try:
            answered.append(await capacity.run(work))
        except OverloadedError:
            refused.append(release.is_set())

    async def main():
        capacity = Capacity(workers=2, waiting=2)
        async with create_task_group() as group:
            for _ in range(6):
                group.start_soon(ask, capacity)
            with fail_after(10):
                while len(refused) < 2 or len(running) < 2:
                    await sleep(0.01)
            await sleep(0.05)  # time enough for a third, were it let in
            release.set()
        assert await capacity.run(lambda: "again") == "again"

    run(main)
    assert answered == ["done"] * 4
    assert refused == [False, False]
    assert max(most) == 2


def test_a_failure_frees_its_place():
    """Work that fails raises its own error, and leaves room for the next."""

    async def main():
        capacity = Capacity(workers=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await capacity.run(lambda: 1 // 0)
        assert await capacity.run(lambda: 1) == 1

    anyio.run(main)


def test_what_was_begun_waits_its_turn_and_long_answers_are_counted():
    """A stream that was let in is never refused later; beyond STREAMS of them the next is, until one has gone."""

    async def main():
        capacity = Capacity(workers=1, waiting=0)
        release, done = threading.Event(), []
        async with create_task_group() as group:
            group.start_soon(capacity.run, lambda: release.wait(5))
            await sleep(0.05)
            with pytest.raises(OverloadedError):
                await capacity.run(lambda: 1)

            async def go_on():
                done.append(await capacity.run(lambda: "piece", begun=True))

            group.start_soon(go_on)
            await sleep(0.05)
            assert done == []
            release.set()
        assert done == ["piece"]
        with ExitStack() as held:
            for _ in range(STREAMS):
                held.enter_context(capacity.stream())
            with pytest.raises(OverloadedError), capacity.stream():
                pass
        with capacity.stream():
            pass

    run(main)


def exported(tmp_path, capacity, send, articles=450):
    """Send an export of so many articles; gives the snapshots' users afterwards."""
    found = [Article(id=str(n), path=f"{n}.md", title=f"Quokka {n}", text="Quokka.") for n in range(articles)]
    served = SnapshotManager(built_index(tmp_path, found), open_fake)
    app = FastAPI()
    add_export(app, Settings(), wiring.engine(Settings(), served), lambda: datetime.now(UTC), capacity)
    never = threading.Event()

    async def receive():
        await sleep(0 if not never.is_set() else 60)
        never.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    path = {"path": "/export", "query_string": b"q=quokka", "headers": [], "root_path": ""}
    scope = {"type": "http", "method": "GET", "scheme": "http", "server": ("t", 80), "asgi": {"spec_version": "2.4"}}

    async def main():
        await app(scope | path, receive, send)

    run(main)
    return served._users


def test_a_slow_reader_holds_no_core_and_a_silent_one_is_left(tmp_path, monkeypatch):
    """While a piece is being sent nothing runs; who takes none in time is left, and everything is let go."""
    monkeypatch.setattr(export, "STALLED", 0.2)
    capacity, bodies, inside = Capacity(workers=1, waiting=0), [], []

    async def send(message):
        inside.append((capacity._inside, capacity._streams))
        bodies.append(message.get("body", b""))
        if len(bodies) == 3:
            await sleep(30)

    assert exported(tmp_path, capacity, send) == {}
    assert set(inside) == {(0, 1)}
    assert [body.count(b"\n") for body in bodies] == [0, 99, 100]
    assert (capacity._inside, capacity._streams) == (0, 0)


def test_a_whole_export_lets_go_of_its_place(tmp_path):
    """Sent to its end, an export is whole and holds nothing any more."""
    capacity, bodies = Capacity(workers=1, waiting=0), []

    async def send(message):
        bodies.append(message.get("body", b""))
        capacity._running.add(capacity._most - capacity._inside)  # as if as many waited as may: it goes on all the same

    assert exported(tmp_path, capacity, send) == {}
    assert b"".join(bodies).count(b"\n") == 450
    assert capacity._streams == 0


@pytest.mark.parametrize("path", ["/export?q=x", "/feed.atom?q=x", "/feed.json?q=x", "/suggest?q=x", "/facets/tag"])
def test_every_outlet_says_503_at_once_when_too_many_wait(samples, path, monkeypatch):
    """Exports, feeds, suggestions, values and searches by a body go through the same gate as questions."""
    monkeypatch.setattr(service, "Capacity", lambda **_: Capacity(workers=1, waiting=-1))
    with TestClient(service.create_app(Settings(index=samples.index))) as client:
        answers = [
            client.get(path),
            client.post("/multi-search", json=[{"q": "x"}]),
            client.post("/search", json={"q": "x"}),
        ]
        for answer in answers:
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0


def test_while_one_thread_loads_the_model_the_others_are_told_so(samples, monkeypatch):
    """Nobody waits for a model: its loading is said, and when it is there it answers."""
    loading, go_on = threading.Event(), threading.Event()
    load = wiring.open_embedder

    def slowly(folder, card):
        loading.set()
        go_on.wait(10)
        return load(folder, card)

    monkeypatch.setattr(wiring, "open_embedder", slowly)
    embedders = wiring._Embedders()
    folder = next((samples.index / "generations").iterdir())
    card = wiring.open_generation(folder).manifest.model
    first = threading.Thread(target=embedders.of, args=(folder / "model", card))
    first.start()
    assert loading.wait(5)
    with pytest.raises(ModelError, match="still loading"):
        embedders.of(folder / "model", card)
    go_on.set()
    first.join()
    assert embedders.of(folder / "model", card).fingerprint == card.fingerprint


def test_an_export_whose_reader_goes_ends_without_a_fault(tmp_path, monkeypatch):
    """What is found meanwhile is given up; nothing is told as an error of the service."""
    capacity, bodies = Capacity(workers=1, waiting=0), []
    piece = export._piece

    def given_up(lines):
        if bodies:
            raise AbandonedError("The client has gone.")
        return piece(lines)

    async def send(message):
        bodies.append(message.get("body", b""))

    monkeypatch.setattr(export, "_piece", given_up)
    assert exported(tmp_path, capacity, send) == {}
    assert [body.count(b"\n") for body in bodies] == [0, 99]
    assert (capacity._inside, capacity._streams) == (0, 0)
