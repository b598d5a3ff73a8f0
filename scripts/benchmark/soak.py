"""Does a service grow? It answers questions without end while two generations take turns; its memory after each swap.

    PYTHONPATH=.:scripts python -m benchmark.soak INDEX [--requests 50000] [--swaps 20]

INDEX must hold two generations that this version reads (`lede-index list`); the newest is current in the end.
"""

import argparse
import http.client
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from benchmark.load import Service, free_port, lede_command, running
from benchmark.processes import descendants, mapped_mib, service_mib
from benchmark.questions import Question, stream
from indexer.release.publish import rollback
from search.index.directory import IndexFolder
from search.index.store import Store

_SWAPPED = 3.0
"""Seconds after which a service has noticed another generation: it looks every second."""


def soak(index: IndexFolder, requests: int, swaps: int) -> Iterator[tuple[int, int, float, float]]:
    """After each swap: requests answered, swaps made, and memory in MiB: the service's, the largest worker's own."""
    pair, port = index.names()[-2:], free_port()
    store = Store(index.path(pair[0]) / "articles.sqlite")
    asked = stream([article for _, _, article in store.iterate()], seed=3)
    store.close()
    with running("Lede", lede_command(index.root, port), port) as service:
        for swap in range(1, swaps + 1):
            rollback(index, pair[swap % 2])
            time.sleep(_SWAPPED)
            _ask(service, islice(asked, requests // swaps))
            yield swap * (requests // swaps), swap, service_mib(service.process), _own_mib(service)
    rollback(index, pair[1])


def _own_mib(service: Service) -> float:
    """The most memory that one process of the service has for itself."""
    return max(mapped_mib(process, "Private_Clean", "Private_Dirty") for process in descendants(service.process))


def _ask(service: Service, questions: Iterator[Question]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    for question in questions:
        connection.request("GET", f"/search?{urlencode([*question.pairs, ('facets', 'true')])}")
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{question} was answered with {response.status}.")
    connection.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a swap."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--swaps", type=int, default=20)
    given = parser.parse_args(arguments)
    for answered, swap, mib, own in soak(IndexFolder(given.index), given.requests, given.swaps):
        print(f"{answered:,} requests, {swap} swaps: {mib:.0f} MiB in all, {own:.0f} of one process alone", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
