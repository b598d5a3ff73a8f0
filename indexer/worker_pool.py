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
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from threading import local
from typing import Any, BinaryIO

import msgspec

from search.errors import LedeError

BATCH = 32
"""How many things are handed over at once."""
ALONE = 8
"""So many batches are done before a worker is started: it takes a quarter of a second to be ready."""
AHEAD = 16
"""How many batches may be done before their turn comes."""
BEGUN = 96
"""How many batches are handed over before this process takes part."""
HERE = 0
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


_Answer = Future[tuple[int, Any]]
_Submit = Callable[[list[Any]], _Answer]


def spread(work: Work, things: Iterable[Any], cores: int) -> Iterator[tuple[int, Any]]:
    """What the work makes of each batch of things, in order, and who did it.

    This process does its share while the workers are busy.
    """
    batches = _batches(things, BATCH)
    for batch in batches if cores < 2 else islice(batches, ALONE):
        yield HERE, work.done(batch)
    first = next(batches, None)
    if first is None:
        return
    with _workers(work, cores - 1) as submit:
        yield from _shared(work, batches, deque([submit(first)]), submit, 2 * (cores - 1), AHEAD)


@contextmanager
def begun(work: Work, things: Sequence[Any], cores: int, at_once: int) -> Iterator[Iterator[tuple[int, Any]]]:
    """As `spread`, but workers begin at once, while this process does something else."""
    batches = _batches(things, at_once)
    if few(things, cores):
        yield ((HERE, work.done(batch)) for batch in batches)
        return
    with _workers(work, cores - 1) as submit:
        line = deque(map(submit, islice(batches, BEGUN)))
        yield _shared(work, batches, line, submit, 2 * (cores - 1), AHEAD + BEGUN)


def few(things: Sized, cores: int) -> bool:
    """Whether so little is done sooner here, or there is no other core to do it."""
    return cores < 2 or len(things) <= ALONE * BATCH


def apart(work: Work, batch: list[Any]) -> Any:
    """What the work makes of one batch in a process of its own: what must be loaded for it ends with that."""
    with _workers(work, 1) as submit:
        return submit(batch).result()[1]


def _batches(things: Iterable[Any], at_once: int) -> Iterator[list[Any]]:
    source = iter(things)
    return iter(lambda: list(islice(source, at_once)), [])


def _shared(
    work: Work, batches: Iterator[list[Any]], line: deque[_Answer], submit: _Submit, enough: int, most: int
) -> Iterator[tuple[int, Any]]:
    """The answers in line and those to come: what the workers have not enough time for is done here."""
    for batch in batches:
        busy = sum(not answer.done() for answer in line)
        line.append(submit(batch) if busy < enough else _done(work, batch))
        while line and (line[0].done() or len(line) >= most):
            yield line.popleft().result()
    while line:
        yield line.popleft().result()


def _done(work: Work, batch: list[Any]) -> _Answer:
    answer: _Answer = Future()
    answer.set_result((HERE, work.done(batch)))
    return answer


@contextmanager
def _workers(work: Work, count: int) -> Iterator[_Submit]:
    """So many workers; gives what hands a batch to the next that is free. Each gets its batches in their order."""
    workers = [_Worker(work) for _ in range(count)]
    numbers = iter(range(1, count + 1))
    own = local()
    taken = msgspec.msgpack.Decoder(work.taken)

    def begin() -> None:
        own.number = next(numbers)  # a worker to a thread, so that each is asked in the order of the batches

    def done(batch: list[Any]) -> tuple[int, Any]:
        return own.number, taken.decode(workers[own.number - 1].ask(msgspec.msgpack.encode(batch)))

    with ThreadPoolExecutor(count, initializer=begin) as threads:
        try:
            yield lambda batch: threads.submit(done, batch)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.end()


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

    def end(self) -> None:
        """Let it go, whatever it does."""
        self._process.kill()
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
