"""Worker processes, one fewer than there are cores.

Workers are processes of their own that are told what to do through a pipe, and end when it is closed: by whoever asks,
or by the kernel when that process is killed. They are no copies of it (FAISS and OpenMP do not survive a fork), load
only what their work needs, and inherit no lock. For little work there are none.
"""

import os
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

import msgspec

from search.errors import LedeError

BATCH_SIZE = 32
"""How many things are handed over at once."""
BATCHES_ALONE = 8
"""So many batches are done before a worker is started: it takes a quarter of a second to be ready."""
BATCHES_AHEAD = 16
"""How many batches may be done before their turn comes."""
BATCHES_BEGUN = 96
"""How many batches are handed over before this process takes part."""
THIS_PROCESS = 0
"""Who did a batch: this process, or a worker by its number from 1 on."""
_SIZE = struct.Struct("<Q?")


@dataclass(frozen=True)
class Work:
    """Something done with many things, batch by batch. A worker makes it anew by `module`.work(about)."""

    module: str
    about: str
    given: Any
    """The type of a thing."""
    taken: Any
    """The type of what is made of a batch."""
    done: Callable[[list[Any]], Any]


Done = tuple[int, Any]
"""Who did a batch, and what was made of it."""
_Answer = Future[Done]


def spread(work: Work, things: Iterable[Any], cores: int) -> Iterator[Done]:
    """What the work makes of each batch of things, in order, and who did it.

    The first batches are done here. Of more the workers do what they can, and this process its share meanwhile.
    """
    batches = _batches(things, BATCH_SIZE)
    for batch in batches if cores < 2 else islice(batches, BATCHES_ALONE):
        yield THIS_PROCESS, work.done(batch)
    first = next(batches, None)
    if first is None:
        return
    with closing(WorkerPool(work, cores - 1)) as pool:
        yield from pool.map_ordered(batches, [pool.submit(first)], BATCHES_AHEAD)


@contextmanager
def begun(work: Work, things: Sequence[Any], cores: int, at_once: int) -> Iterator[Iterator[Done]]:
    """As `spread`, but workers begin at once, while this process does something else."""
    batches = _batches(things, at_once)
    if few(things, cores):
        yield ((THIS_PROCESS, work.done(batch)) for batch in batches)
        return
    with closing(WorkerPool(work, cores - 1)) as pool:
        handed = list(map(pool.submit, islice(batches, BATCHES_BEGUN)))
        yield pool.map_ordered(batches, handed, BATCHES_BEGUN + BATCHES_AHEAD)


def few(things: Sized, cores: int) -> bool:
    """Whether so little is done sooner here, or there is no other core to do it."""
    return cores < 2 or len(things) <= BATCHES_ALONE * BATCH_SIZE


def apart(work: Work, batch: list[Any]) -> Any:
    """What the work makes of one batch in a process of its own: what must be loaded for it ends with that."""
    with closing(WorkerPool(work, 1)) as pool:
        return pool.submit(batch).result()[1]


def _batches(things: Iterable[Any], at_once: int) -> Iterator[list[Any]]:
    source = iter(things)
    return iter(lambda: list(islice(source, at_once)), [])


class WorkerPool:
    """Worker processes for one work, each with a thread of this process that hands it batch after batch.

    The next batch goes to whichever worker is free. A worker gets its batches in their order, so it may number what it
    meets and tell each thing once.
    """

    def __init__(self, work: Work, count: int) -> None:
        """Starts so many workers."""
        self._work = work
        self._decoder = msgspec.msgpack.Decoder(work.taken)
        self._handed: SimpleQueue[tuple[list[Any], _Answer] | None] = SimpleQueue()
        self._closed = False
        self._workers = [_Worker(work) for _ in range(count)]
        self._threads = [Thread(target=self._hand, args=pair, daemon=True) for pair in enumerate(self._workers, 1)]
        for thread in self._threads:
            thread.start()

    def submit(self, batch: list[Any]) -> _Answer:
        """Hand a batch to the next worker that is free. Its answer raises LedeError where the worker cannot do it."""
        answer: _Answer = Future()
        self._handed.put((batch, answer))
        return answer

    def map_ordered(self, batches: Iterable[list[Any]], handed: Iterable[_Answer], ahead: int) -> Iterator[Done]:
        """The answers to batches that were handed over before, then to these, in order.

        While each worker has a batch and another waiting, this process does the next itself. At most `ahead` answers
        wait for their turn.
        """
        waiting = deque(handed)
        for batch in batches:
            busy = sum(not answer.done() for answer in waiting)
            waiting.append(self.submit(batch) if busy < 2 * len(self._workers) else self._done_here(batch))
            while waiting and (waiting[0].done() or len(waiting) >= ahead):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End every worker, whatever it does; batches that nobody has begun are dropped."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        for _ in self._threads:
            self._handed.put(None)
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.wait()

    def _done_here(self, batch: list[Any]) -> _Answer:
        answer: _Answer = Future()
        answer.set_result((THIS_PROCESS, self._work.done(batch)))
        return answer

    def _hand(self, number: int, worker: "_Worker") -> None:
        """Hand one worker a batch after the other, until the pool is closed."""
        while (handed := self._handed.get()) is not None:
            batch, answer = handed
            if self._closed:
                answer.cancel()
                continue
            try:
                made = self._decoder.decode(worker.ask(msgspec.msgpack.encode(batch)))
            except BaseException as failed:
                answer.set_exception(failed)
            else:
                answer.set_result((number, made))


class _Worker:
    """A process that works for this one."""

    def __init__(self, work: Work) -> None:
        paths = os.pathsep.join(path or os.curdir for path in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, work.module, work.about],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths},
        )

    def ask(self, batch: bytes) -> bytes:
        """What it makes of a batch. Raises LedeError when it cannot, or ended."""
        assert self._process.stdin and self._process.stdout  # noqa: S101 (both are pipes)
        try:
            _write(self._process.stdin, True, batch)
            fine, answer = _read(self._process.stdout)
        except (OSError, EOFError) as ended:
            raise LedeError("A worker process ended in the middle of its work.", "See to the memory.") from ended
        if not fine:
            raise LedeError(f"A worker process failed: {answer.decode()}.", "Report this, please.")
        return answer

    def kill(self) -> None:
        """End it, whatever it does: whoever waits for its answer gets LedeError."""
        self._process.kill()

    def wait(self) -> None:
        """Let go of it and its pipes, once it has ended."""
        self._process.communicate()


def _write(pipe: BinaryIO | Any, fine: bool, message: bytes) -> None:
    pipe.write(_SIZE.pack(len(message), fine) + message)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> tuple[bool, bytes]:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    size, fine = _SIZE.unpack(head)
    message = pipe.read(size)
    if len(message) < size:
        raise EOFError
    return fine, message


def main(module: str, about: str) -> None:
    """Work until the pipe is closed. What else is printed goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it ends
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work: Work = import_module(module).work(about)
    given = msgspec.msgpack.Decoder(list[work.given])  # type: ignore[name-defined]
    while True:
        try:
            _, batch = _read(sys.stdin.buffer)
        except EOFError:
            return
        try:
            fine, answer = True, msgspec.msgpack.encode(work.done(given.decode(batch)))
        except Exception as failed:
            fine, answer = False, f"{type(failed).__name__}: {failed}".encode()
        _write(answers, fine, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
