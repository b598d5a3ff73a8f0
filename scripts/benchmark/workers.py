"""How is a system asked without disturbing another? Each answers in a process of its own and idles between questions.

In one process the threads of one library would still spin while the next one is timed.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from benchmark.latency import Ask
from benchmark.processes import environment, memory_mib
from benchmark.questions import Question


class Worker:
    """A process that answers as one or several systems: `python -m benchmark.workers lede|PEER FOLDER`."""

    def __init__(self, what: str, folder: Path) -> None:
        """Start it and wait until its index is open. Raises RuntimeError when it ends instead."""
        command: Sequence[str] = [sys.executable, "-m", "benchmark.workers", what, str(folder)]
        self._command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment()
        )
        self.systems = msgspec.convert(self._say(None), list[str])

    def anew(self) -> dict[str, Ask]:
        """Its systems by name, each having forgotten the questions it has met."""
        self._say("anew")
        return {name: partial(self._ask, name) for name in self.systems}

    @property
    def memory_mib(self) -> float:
        """The resident memory of it and of the processes that it started, now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        processes: list[int | str] = [self.process.pid, *children]
        return sum(memory_mib(process, "VmRSS") for process in processes)

    def _ask(self, system: str, question: Question) -> float:
        return msgspec.convert(self._say([system, question.kind, question.text, question.filters]), float)

    def _say(self, what: object) -> object:
        assert self.process.stdin and self.process.stdout
        if what is not None:
            self.process.stdin.write(f"{json.dumps(what)}\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._command)} ended; its complaint stands above.")
        return json.loads(line)


@contextmanager
def workers(places: Mapping[str, Path]) -> Iterator[list[Worker]]:
    """A worker for each system and its folder, until all are done with."""
    with ExitStack() as stack:
        started = [Worker(what, folder) for what, folder in places.items()]
        for worker in started:
            stack.enter_context(worker.process)
            stack.callback(worker.process.terminate)
        yield started


def main(arguments: Sequence[str]) -> None:
    """Answer questions from standard input, with the milliseconds that each took, until it ends."""
    from benchmark.systems import lede, opened_peer

    what, folder = arguments
    make = lede(Path(folder)) if what == "lede" else opened_peer(what, Path(folder))
    systems = make()
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    print(json.dumps(list(systems)), file=answers, flush=True)
    for line in sys.stdin:
        said = json.loads(line)
        if said == "anew":
            systems, answer = make(), None
        else:
            system, kind, text, filters = said
            answer = systems[system](Question(kind, text, tuple((name, value) for name, value in filters)))
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
