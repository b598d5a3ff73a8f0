"""How many requests a second does a service answer, and how long does each take, at 1, 8 and 32 clients?

The services stand side by side and are asked by turns, a few seconds each, every request another question. The clients
run on the same machine and take their share of it.
"""

import http.client
import itertools
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from benchmark.processes import cpu_seconds, environment, service_mib
from benchmark.questions import Question

CLIENTS = (1, 8, 32)
_PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    system: str
    port: int
    process: int


@dataclass(slots=True)
class Load:
    """What a number of clients got from a service: seconds and answers by turn, milliseconds by answer."""

    system: str
    clients: int
    rates: list[float] = field(default_factory=list)
    millis: list[float] = field(default_factory=list)
    refused: int = 0
    memory_mib: float = 0.0
    cpu_seconds: float = 0.0
    """Processor time of the service, its workers included."""

    @property
    def rate(self) -> float:
        """Requests answered a second, the median of the turns."""
        return float(np.median(self.rates))

    @property
    def cpu_ms(self) -> float:
        """Processor time that the service took for each answer, in milliseconds."""
        return 1000 * self.cpu_seconds / len(self.millis) if self.millis else float("nan")

    def percentile(self, share: int) -> float:
        """The time within which that share of the requests, in per cent, was answered."""
        return float(np.percentile(self.millis, share)) if self.millis else float("nan")


def lede_command(index: Path, port: int, workers: int = 0) -> list[str]:
    """What starts Lede's service; with 0 workers, as many as there are cores."""
    program = "from search.cli.entry import lede; lede()"
    serve = ["serve", "--index", str(index), "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-c", program, *serve]


def card_command(folder: Path, port: int) -> list[str]:
    """What starts the textbook recipe's."""
    return [sys.executable, "-m", "benchmark.card_service", str(folder), str(port)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(system: str, command: Sequence[str], port: int) -> Iterator[Service]:
    """A service from when it is ready until it is done with. Raises TimeoutError."""
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(system, port)
        yield Service(system, port, process.pid)
    finally:
        process.terminate()
        process.wait()


def loads(services: Sequence[Service], questions: Iterator[Question], seconds: float, turns: int) -> list[Load]:
    """Each service under each number of clients, by turns."""
    found = {(s.system, clients): Load(s.system, clients) for s in services for clients in CLIENTS}
    for _, clients, service in itertools.product(range(turns), CLIENTS, services):
        load = found[service.system, clients]
        before = cpu_seconds(service.process)
        ask_for(service, load, questions, seconds)
        load.cpu_seconds += cpu_seconds(service.process) - before
        load.memory_mib = service_mib(service.process)
    return list(found.values())


def ask_for(service: Service, load: Load, questions: Iterator[Question], seconds: float) -> None:
    """Ask a service so many seconds by the clients of a load, which takes down what they got."""
    lock, end = threading.Lock(), time.perf_counter() + seconds
    started, before = time.perf_counter(), len(load.millis)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=_PATIENCE)
        while time.perf_counter() < end:
            with lock:
                question = next(questions)
            began = time.perf_counter()
            status = _get(connection, f"/search?{urlencode(question.pairs)}")
            took = (time.perf_counter() - began) * 1000
            with lock:
                if status == 200:
                    load.millis.append(took)
                else:
                    load.refused += 1
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(load.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.rates.append((len(load.millis) - before) / (time.perf_counter() - started))


def _get(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.status


def _wait(system: str, port: int) -> None:
    """Until the service answers a question; the first loads its model."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        try:
            if _get(connection, "/ready") == 200 and _get(connection, "/search?q=warm") == 200:
                time.sleep(2)  # a model may still be loading
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"{system} was not ready within {_PATIENCE:.0f} s.")
