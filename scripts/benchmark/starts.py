"""How long does the command line take from a cold process to the answer? By turns, the median of the rounds."""

import http.client
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from benchmark.load import free_port, lede_command
from benchmark.processes import environment

_PROGRAM = "from search.cli.entry import lede; lede()"
ASKED: Mapping[str, Sequence[str]] = {
    "by words": ("bitcoin", "--mode", "keyword"),
    "by words, Ukrainian": ("біткоїн", "--mode", "keyword", "--lang", "uk"),
    "hybrid": ("who lost money in the crash",),
    "hybrid, with a date": ("bitcoin in january 2026", "--from", "2025-01-01"),
    "hybrid, Ukrainian": ("хто втратив гроші на біткоїні",),
}


def starts(index: Path, rounds: int) -> dict[str, float]:
    """Seconds by command; the first is Python alone."""
    commands = {"Python alone": [sys.executable, "-c", "pass"]}
    for name, words in ASKED.items():
        commands[f"lede query, {name}"] = [sys.executable, "-c", _PROGRAM, "query", *words, "--index", str(index)]
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):  # the first fills the file cache
        for name, command in commands.items():
            taken[name].append(_seconds(command))
    return {name: float(np.median(times[1:])) for name, times in taken.items()}


def card_start(folder: Path, rounds: int) -> float:
    """Seconds from a cold process to the textbook recipe's first answer, the median of its rounds."""
    program = (
        "import sys; from pathlib import Path; from peers import card; from search.query.model import Filters;"
        "card.open_searcher(Path(sys.argv[1])).search('bitcoin', Filters(), 10)"
    )
    command = [sys.executable, "-c", program, str(folder)]
    return float(np.median([_seconds(command) for _ in range(rounds)]))


def served_start(index: Path, workers: int, rounds: int) -> float:
    """Seconds from a cold process until a service of so many workers is ready, the median of its rounds."""
    taken = []
    for _ in range(rounds):
        port, started = free_port(), time.perf_counter()
        command = lede_command(index, port, workers)
        process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not _ready(port):
            time.sleep(0.01)
        taken.append(time.perf_counter() - started)
        process.terminate()
        process.wait()
    return float(np.median(taken))


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    return False


def _seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=environment(), check=False)
    if done.returncode not in (0, 1):  # 1: nothing found
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr.decode()[-2000:]}")
    return time.perf_counter() - started
