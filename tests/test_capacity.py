"""Is as much answered at once as there are cores, a little waiting, and the rest refused at once?"""

import threading

import anyio
import pytest
from anyio import create_task_group, fail_after, run, sleep

from search import wiring
from search.capacity import Capacity
from search.errors import ModelError, OverloadedError


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
