"""Generations change while many ask: is each answered from one of them, and does the old one go away entirely?"""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from indexer.reindex import reindex
from indexer.release.publish import rollback, writing
from search.index.directory import IndexFolder
from torture.apart import IMPORTED_FROM
from torture.archive import small_recipe, write_articles

_SETTLED = 5
"""Swaps after which memory is looked at first: by then everything was loaded once."""
_ROOM = 1.25
"""How much more memory may be in use in the end than then: allocators keep some."""
_ASKED = (
    {"q": "harbour", "facets": "tag", "limit": "50"},
    {"q": "glacier ferry", "mode": "keyword", "facets": "tag"},
    {"q": "the orchard", "mode": "semantic", "facets": "tag"},
    {"tag": "t1", "facets": "tag", "sort": "newest"},
)
_SERVICE = (
    "import sys; from pathlib import Path; from fake_index import fake_encoder;"
    " from search import wiring; from search.server import app, run; from search.settings import Settings;"
    " wiring.open_embedder = lambda _, card: fake_encoder(card.fingerprint).embedder; app.WATCH_SECONDS = 0.05;"
    " run.serve(Settings(index=Path(sys.argv[1]), port=int(sys.argv[2])))"
)


def swap_under_load(scratch: Path, swaps: int, rollbacks: int, clients: int) -> dict[str, object]:
    """So many publications and roll-backs while clients ask without a pause.

    Every article of a generation bears the name of its edition, and there is one more of them each time.
    """
    index = IndexFolder(scratch / "index")
    editions: dict[str, tuple[str, int]] = {}
    _publish(scratch, index, editions)
    with _service(scratch, index) as (service, port):
        asking = _Clients(port, clients, editions)
        resident: list[float] = []
        for number in range(swaps):
            _publish(scratch, index, editions)
            _wait_for(port, index.current_name())
            if number % max(1, swaps // max(1, rollbacks)) == 1 and rollbacks:
                for name in (None, index.names()[-1]):
                    with writing(index):
                        rollback(index, name)
                    _wait_for(port, index.current_name())
            if number >= min(_SETTLED, swaps - 2):
                resident.append(_resident(service.pid))
        open_files = len(list(Path(f"/proc/{service.pid}/fd").iterdir()))
        asked = asking.stop()
        _wait_for_old_ones_to_go(port, service.pid, index.current_name())
    assert resident[-1] <= resident[0] * _ROOM, resident
    return {
        "swaps": swaps,
        "rollbacks": len(range(1, swaps, max(1, swaps // max(1, rollbacks)))) if rollbacks else 0,
        "clients": clients,
        "answers": asked,
        "failed": 0,
        "MiB after the first and the last": [round(resident[0]), round(resident[-1])],
        "files open under load": open_files,
    }


def _publish(scratch: Path, index: IndexFolder, editions: dict[str, tuple[str, int]]) -> None:
    edition, count = f"edition{len(editions)}", 12 + len(editions) % 9
    for path in (scratch / "content").glob("*/*.md"):
        path.unlink()
    write_articles(scratch / "content", edition, count)
    known = set(index.names())
    published = threading.Event()
    made = small_recipe(scratch / "model")
    # Who asks may see the new generation before `reindex` returns: what it must hold is noted when it is staged.
    watcher = threading.Thread(target=_note, args=(index, known, editions, (edition, count), published))
    watcher.start()
    reindex(scratch / "content", index, made, 2, lambda *_: None, full=False, strict=False)
    published.set()
    watcher.join()


def _note(index, known, editions, told, published) -> None:  # type: ignore[no-untyped-def]
    while True:
        done = published.is_set()
        names = {path.name for path in index.staging.glob("2*")} | set(index.names())
        for name in names - known - set(editions):
            editions[name] = told
        if done:
            return
        time.sleep(0.001)


class _Clients:
    """Threads that ask the service one question after another, and see to every answer."""

    def __init__(self, port: int, count: int, editions: dict[str, tuple[str, int]]) -> None:
        self._port, self._editions = port, editions
        self._stop = threading.Event()
        self._answers = [0] * count
        self._failures: list[list[str]] = [[] for _ in range(count)]
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> int:
        """End; gives how many answers there were. Raises AssertionError for any that was not whole."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        failures = [failure for own in self._failures for failure in own]
        assert not failures, (len(failures), failures[:3])
        assert all(self._answers), self._answers
        return sum(self._answers)

    def _ask(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self._stop.is_set():
            try:
                connection.request("GET", f"/search?{urlencode(_ASKED[self._answers[number] % len(_ASKED)])}")
                response = connection.getresponse()
                body = response.read()
                assert response.status == 200, (response.status, body[:300])
                self._see_to(json.loads(body))
                self._answers[number] += 1
            except Exception as failure:
                self._failures[number].append(repr(failure))
                return

    def _see_to(self, answer: dict) -> None:  # type: ignore[type-arg]
        """All of it is from the generation that it names."""
        edition, count = self._editions[answer["index"]["generation"]]
        assert answer["index"]["articles"] == count, answer["index"]
        assert answer["hits"], answer
        for hit in answer["hits"]:
            assert edition in hit["tags"] and hit["title"].endswith(edition), (edition, hit)
        tags = {value["value"] for value in answer["facets"]["tag"] if value["value"].startswith("edition")}
        assert tags == {edition}, (edition, tags)


@contextmanager
def _service(scratch: Path, index: IndexFolder) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    from benchmark.load import free_port

    port = free_port()
    with (scratch / "service.log").open("wb") as log:
        service = subprocess.Popen(
            [sys.executable, "-c", _SERVICE, str(index.root), str(port)],
            env=dict(os.environ) | {"PYTHONPATH": IMPORTED_FROM},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(port, index.current_name())
            yield service, port
        finally:
            service.terminate()
            service.wait()


def _ready(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/ready")
        return str(json.loads(connection.getresponse().read()).get("generation"))
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def _wait_for(port: int, name: str) -> None:
    until = time.monotonic() + 120
    while _ready(port) != name:
        assert time.monotonic() < until, f"{name} is not served"
        time.sleep(0.02)


def _wait_for_old_ones_to_go(port: int, process: int, served: str) -> None:
    """Of every generation but the served one no file is open and none is mapped, some questions later."""
    until = time.monotonic() + 30
    while old := _old_ones(process, served):
        assert time.monotonic() < until, sorted(old)
        _ready(port)
        time.sleep(0.1)


def _old_ones(process: int, served: str) -> set[str]:
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    files = [str(entry.readlink()) for entry in Path(f"/proc/{process}/fd").iterdir() if entry.is_symlink()]
    return {line for line in maps + files if "/generations/" in line and served not in line}


def _resident(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
