"""How is the parsing of many files spread over the processor's cores?

Workers are processes of their own that are handed files through a pipe, and end when it is closed: by whoever asks,
or by the kernel when that process is killed. They are no copies of it (FAISS and OpenMP do not survive a fork), load
only what their work needs, and inherit no lock. For little work there are none.
"""

import os
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import Any, BinaryIO

import msgspec

from indexer.sources import Draft, Outcome, SourceFile, parse
from search.article import Article
from search.errors import LedeError
from search.generation import Rejected

BATCH = 32
"""How many articles are handed over at once."""
ALONE = 8
"""So many batches are done before a worker is started: it takes a quarter of a second to be ready."""
AHEAD = 16
"""How many batches may be done before their turn comes."""
_SIZE = struct.Struct("<Q?")

_Parsed = tuple[Article | None, Rejected | None, Draft | None]


def outcomes(files: Iterable[SourceFile], cores: int) -> Iterator[Outcome]:
    """What indexer.sources.parse makes of these files, in their order, by so many cores.

    This process does its share while the workers are busy.
    """
    source = iter(files)
    batches = iter(lambda: list(islice(source, BATCH)), [])
    for batch in batches if cores < 2 else islice(batches, ALONE):
        yield from map(parse, batch)
    first = next(batches, None)
    if first is None:
        return
    with _workers(cores - 1) as submit:
        line: deque[Future[list[Outcome]]] = deque([submit(first)])
        for batch in batches:
            busy = sum(not future.done() for future in line)
            line.append(submit(batch) if busy < 2 * (cores - 1) else _done(batch))
            while line and (line[0].done() or len(line) >= AHEAD):
                yield from line.popleft().result()
        while line:
            yield from line.popleft().result()


def _done(batch: list[SourceFile]) -> "Future[list[Outcome]]":
    future: Future[list[Outcome]] = Future()
    future.set_result(list(map(parse, batch)))
    return future


@contextmanager
def _workers(count: int) -> Iterator[Callable[[list[SourceFile]], "Future[list[Outcome]]"]]:
    """So many workers; gives what hands a batch to the next that is free."""
    workers = [_Worker() for _ in range(count)]
    free: SimpleQueue[_Worker] = SimpleQueue()
    for worker in workers:
        free.put(worker)
    taken = msgspec.msgpack.Decoder(list[_Parsed])

    def done(batch: list[SourceFile]) -> list[Outcome]:
        worker = free.get()
        try:
            answer = worker.ask(msgspec.msgpack.encode(batch))
        finally:
            free.put(worker)
        return [next(one for one in parsed if one is not None) for parsed in taken.decode(answer)]

    with ThreadPoolExecutor(count) as threads:
        try:
            yield lambda batch: threads.submit(done, batch)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.end()


def _parsed(file: SourceFile) -> _Parsed:
    outcome = parse(file)
    return (
        outcome if isinstance(outcome, Article) else None,
        outcome if isinstance(outcome, Rejected) else None,
        outcome if isinstance(outcome, Draft) else None,
    )


class _Worker:
    """A process that works for this one."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path or os.curdir for path in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
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


def main() -> None:
    """Work until the pipe is closed. What else is printed goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it ends
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    given = msgspec.msgpack.Decoder(list[SourceFile])
    while True:
        try:
            _, batch = _read(sys.stdin.buffer)
        except EOFError:
            return
        try:
            fine, answer = True, msgspec.msgpack.encode(list(map(_parsed, given.decode(batch))))
        except Exception as failed:
            fine, answer = False, f"{type(failed).__name__}: {failed}".encode()
        _write(answers, fine, answer)


if __name__ == "__main__":
    main()
