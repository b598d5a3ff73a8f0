"""Do several workers serve as one service: one limit, one count, one generation, and no request lost?"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import numpy as np
import pytest
from conftest import REPOSITORY, called

from indexer.cli import main as lede_index
from search.http.admission import LINE, PLACES, STREAMS, STREAMS_OF_ONE
from search.http.query_log import MAX_QUERIES, QueryLog
from search.http.rate_limit import BURST_SECONDS, Rates
from search.http.shared_state import SharedState, Tally, client_number
from search.http.streams import Streams
from search.messages import Message, say
from search.process import can_fork_workers
from search.server.run import workers_of
from search.server.template import decoded, encoded
from search.server.worker import listening_socket
from search.settings import Settings

pytestmark = pytest.mark.skipif(not can_fork_workers(), reason="several workers need Linux")
PATIENCE = 60


def until(true, what):
    """Wait for a condition."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextlib.contextmanager
def serving(index, log, workers=2, **settings):
    """A service of several workers, from when it answers until it is stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEDE_")}
    named = {f"LEDE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "search.cli.main", "serve", "--index", str(index), "--port", str(port)]
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "--workers", str(workers)],
            env={**clean, **named, "PYTHONPATH": str(REPOSITORY)},
            stderr=file,
            cwd=log.parent,
        )
    service = SimpleNamespace(port=port, process=process, log=log, workers=workers)
    try:
        forked = workers if workers > 1 else 0
        until(lambda: ready(service) and len(pids(service)) == forked, "the service does not begin")
        yield service
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def service(samples, tmp_path_factory):
    """A service of two workers."""
    with serving(samples.index, tmp_path_factory.mktemp("workers") / "log") as running:
        yield running


def get(service, path, **headers):
    """Status and body of one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def ready(service):
    """Whether it says that it is ready."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        return get(service, "/ready")[0] == 200
    return False


def pids(service):
    """The workers, as the log of requests and the kernel know them: children that listen on the port."""
    children = children_of(service.process.pid)
    return {pid for pid in children if listens(pid)}


def children_of(pid):
    """The children of a process."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def listens(pid):
    """Whether a process has a listening socket open."""
    with contextlib.suppress(OSError):
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        listening = {f"socket:[{fields[9]}]" for fields in lines if fields[3] == "0A"}
        return any(str(file.readlink()) in listening for file in Path(f"/proc/{pid}/fd").iterdir())
    return False


class Crowd:
    """Clients that ask again and again, each over a connection that it keeps."""

    def __init__(self, service, clients=6, path="/search?q=bitcoin&mode=keyword&limit=1", pause=0.0):
        self.service, self.path, self.pause = service, path, pause
        self.answers, self.lost, self.seen = 0, [], set()
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        """Ask until it is over or nobody listens any more."""
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=PATIENCE)
        while not self.over.wait(self.pause):
            try:
                connection.connect() if connection.sock is None else None
            except OSError:
                return  # nobody listens: nothing was asked
            try:
                connection.request("GET", self.path)
                response = connection.getresponse()
                answer = json.loads(response.read())
                assert response.status == 200
                with self.lock:
                    self.answers += 1
                    self.seen.add(answer["index"]["generation"])
            except Exception as lost:
                with self.lock:
                    self.lost.append(repr(lost))
                connection.close()

    def stop(self):
        """End it."""
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_a_killed_worker_is_replaced_and_loses_only_what_it_held(samples, tmp_path):
    """kill -9 under load: at most one request of each client is lost, and there are two workers again."""
    with serving(samples.index, tmp_path / "log") as service:
        before = pids(service)
        crowd = Crowd(service)
        until(lambda: crowd.answers > 50, "nobody is answered")
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(pids(service)) == 2 and min(before) not in pids(service), "it is not replaced")
        answered = crowd.answers
        until(lambda: crowd.answers > answered + 50, "nobody is answered any more")
        crowd.stop()
        assert len(crowd.lost) <= len(crowd.threads)
        assert "another takes its place" in service.log.read_text()
        assert "Traceback" not in service.log.read_text()


def test_the_process_that_workers_are_copied_from_may_die_too(samples, tmp_path):
    """Its workers go on; a worker that is killed then is replaced all the same."""
    with serving(samples.index, tmp_path / "log") as service:
        workers = pids(service)
        (template,) = children_of(service.process.pid) - workers
        os.kill(template, signal.SIGKILL)
        until(lambda: children_of(service.process.pid) - workers - {template}, "there is no other")
        assert pids(service) == workers
        os.kill(min(workers), signal.SIGKILL)
        until(lambda: len(pids(service)) == 2 and min(workers) not in pids(service), "it is not replaced")
        assert get(service, "/search?q=bitcoin")[0] == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_stopping_loses_no_request(samples, tmp_path, workers):
    """SIGTERM while kept connections rest: whoever asks over one is answered; all processes end; the exit is clean."""
    with serving(samples.index, tmp_path / "log", workers) as service:
        crowd = Crowd(service, clients=8, pause=0.05)
        until(lambda: crowd.answers > 50, "nobody is answered")
        processes = children_of(service.process.pid)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=PATIENCE)
        crowd.stop()
        assert crowd.lost == []
        assert service.process.returncode in (0, -signal.SIGTERM)
        assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
        assert "Traceback" not in service.log.read_text()


def test_workers_end_with_their_supervisor(samples, tmp_path):
    """Where the supervisor is killed, nothing stays behind that holds the port."""
    with serving(samples.index, tmp_path / "log") as service:
        processes = children_of(service.process.pid)
        service.process.kill()
        until(lambda: not [pid for pid in processes if Path(f"/proc/{pid}").exists()], "something stays behind")


def test_one_limit_holds_over_all_workers(samples, tmp_path):
    """A client that asks each time over another connection gets no more than its bucket holds."""
    rate = 2
    with serving(samples.index, tmp_path / "log", workers=3, rate=rate, proxies=1, open_to_all="true") as service:
        began = time.monotonic()
        told = [get(service, "/robots.txt", **{"X-Forwarded-For": "192.0.2.1"})[0] for _ in range(60)]
        let_in = told.count(200)
        assert set(told) == {200, 429}
        assert rate * BURST_SECONDS <= let_in <= rate * BURST_SECONDS + rate * (time.monotonic() - began) + 1
        assert get(service, "/robots.txt", **{"X-Forwarded-For": "192.0.2.2"})[0] == 200
        answering = set(re.findall(r"path=/robots.txt status=200 .*worker=(\d+)", service.log.read_text()))
        assert len(answering) > 1  # else this proves nothing


def test_metrics_add_up(samples, tmp_path):
    """The counts of all workers, of one that was killed too, are what was sent; each worker tells the same."""
    with serving(samples.index, tmp_path / "log") as service:
        for number in range(40):
            assert get(service, f"/suggest?q=b{number}")[0] == 200
        until(lambda: b'{path="/suggest",status="200"} 40.0' in get(service, "/metrics")[1], "the counts are wrong")
        os.kill(min(pids(service)), signal.SIGKILL)
        until(lambda: len(pids(service)) == 2, "it is not replaced")
        for number in range(20):
            assert get(service, f"/suggest?q=b{number}")[0] == 200
        until(lambda: b'{path="/suggest",status="200"} 60.0' in get(service, "/metrics")[1], "the counts are wrong")
        for _ in range(8):
            text = get(service, "/metrics")[1].decode()
            assert 'lede_requests_total{path="/suggest",status="200"} 60.0' in text
            assert 'lede_request_seconds_count{path="/suggest"} 60.0' in text
            assert "lede_ready 1.0" in text
            assert float(re.search(r"\nprocess_resident_memory_bytes (\S+)", text)[1]) > 1e8
        assert not re.search(r'pid="', text)
        # A request counts until its worker has let go of it, a moment after its answer was read.
        until(lambda: b"lede_in_flight 1.0" in get(service, "/metrics")[1], "something stays in flight")


def test_the_status_page_shows_what_all_workers_were_asked(samples, tmp_path):
    """The slow and empty queries of every worker stand in the page of each."""
    with serving(samples.index, tmp_path / "log", query_log="true") as service:
        texts = [f"zzqx{number}" for number in range(12)]
        for text in texts:
            assert get(service, f"/search?q={text}&mode=keyword")[0] == 200
        for _ in range(6):
            page = get(service, "/status")[1].decode()
            assert [text for text in texts if text not in page] == []
        assert len(set(re.findall(r"path=/search status=200 .*worker=(\d+)", service.log.read_text()))) == 2


def test_a_new_generation_reaches_all_workers(samples_copy, tmp_path):
    """Whoever asks, and over whatever connection, is answered from the new one; no request fails meanwhile.

    And nothing of the old one stays open.
    """
    with serving(samples_copy.index, tmp_path / "log") as service:
        old, workers = samples_copy.report["generation"], pids(service)
        crowd = Crowd(service)
        until(lambda: crowd.answers > 20, "nobody is answered")
        article = next(samples_copy.content.rglob("*.en.md"))
        article.write_text(article.read_text(encoding="utf-8") + "\n\nOne more sentence.\n", encoding="utf-8")
        built = called(lede_index, "build", samples_copy.content, "--index", samples_copy.index, "--json")
        new = json.loads(built.stdout.splitlines()[-1])["generation"]
        until(lambda: not pids(service) & workers and len(pids(service)) == 2, "the old workers stay")
        answers = [json.loads(get(service, "/search?q=bitcoin&limit=1")[1])["index"]["generation"] for _ in range(20)]
        assert set(answers) == {new}
        crowd.stop()
        assert crowd.lost == []
        assert crowd.seen == {old, new}
        until(lambda: not any(maps(pid, old) for pid in children_of(service.process.pid)), "the old one stays open")


def maps(pid, what):
    """Whether a process has a file mapped whose path contains that; one that has ended has none."""
    with contextlib.suppress(OSError):
        return what in Path(f"/proc/{pid}/maps").read_text()
    return False


def test_a_message_within_a_message_reaches_the_workers():
    """A remedy is a message too; its words are those of the reader's language, so all of its parts are handed on."""
    inner = say("give-plain")
    whole = Message("older-generation", {"why": inner, "count": 2}, "here: all of it")
    received: Any = decoded(encoded(whole))
    assert (received, received.code, received.local) == (whole, whole.code, whole.local)
    assert (received.values["why"], received.values["why"].code) == (inner, inner.code)
    assert encoded(None) == ""
    assert decoded("") is None


def test_every_worker_tells_of_a_generation_that_cannot_be_opened(samples_copy, tmp_path):
    """The older one goes on, and all say so; when the damage is mended by a roll back, all say that it is gone."""
    with serving(samples_copy.index, tmp_path / "log") as service:
        served = samples_copy.report["generation"]
        (samples_copy.index / "CURRENT").write_text("20990101T000000.000000Z")

        def troubles():
            return {json.loads(get(service, "/ready")[1])["trouble"] is None for _ in range(10)}

        until(lambda: troubles() == {False}, "not all tell")
        assert json.loads(get(service, "/search?q=bitcoin")[1])["degraded"]
        (samples_copy.index / "CURRENT").write_text(served)
        until(lambda: troubles() == {True}, "the trouble stays")


def test_workers_serve_an_index_that_comes_later(samples, tmp_path):
    """Without one they answer 503; when it is there, all serve it."""
    with contextlib.ExitStack() as stack:
        service = stack.enter_context(_without_index(tmp_path))
        until(lambda: _status(service) == 503, "nobody answers")
        (tmp_path / "index" / "generations").symlink_to(samples.index / "generations")
        (tmp_path / "index" / "CURRENT").write_text(samples.report["generation"])
        until(lambda: {get(service, "/search?q=bitcoin")[0] for _ in range(8)} == {200}, "it is not served")


def _status(service):
    with contextlib.suppress(OSError, http.client.HTTPException):
        return get(service, "/search?q=bitcoin")[0]
    return 0


@contextlib.contextmanager
def _without_index(tmp_path):
    (tmp_path / "index").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "search.cli.main", "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(
        [*command, "--index", str(tmp_path / "index")],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield SimpleNamespace(port=port, process=process)
    finally:
        process.terminate()
        process.wait()


def test_answers_leave_at_once():
    """A socket names its protocol, else asyncio lets the second part of an answer wait for the first to be received."""
    with listening_socket("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_a_port_that_another_service_holds_is_refused(service):
    """Two services never share a port, though the workers of one do."""
    command = [sys.executable, "-m", "search.cli.main", "serve", "--port", str(service.port), "--workers", "2"]
    second = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False
    )
    assert second.returncode == 4
    assert "cannot be listened on" in second.stderr


def test_as_many_workers_as_cores_unless_set():
    """The setting wins."""
    assert workers_of(Settings()) == len(os.sched_getaffinity(0))
    assert workers_of(Settings(workers=3)) == 3


def in_fork(slot, state, work):
    """Do something in another process that shares the state."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            state.begin(slot)
            work()
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def opened(streams, client, silent):
    """A stream, opened in an event loop as they are."""

    async def main():
        return streams.open(client, STREAMS, silent)

    return anyio.run(main)


def test_state_is_one_for_all_processes():
    """What one process counts, the others see; what a process counted goes with it, by its slot."""
    state = SharedState(3, 2)
    tally, rates, log = Tally(state), Rates(1, clock=lambda: 0.0, state=state), QueryLog(True, state)
    streams = Streams(state)
    one = client_number("192.0.2.1")

    def work():
        tally.add(2, one)
        log.note("asked elsewhere", 1.0, 0)
        assert [rates.wait("192.0.2.1") for _ in range(3)] == [0.0] * 3
        assert all(opened(streams, one, 1e9) for _ in range(STREAMS))

    in_fork(1, state, work)
    tally.add(1, one)
    assert (tally.total(one), tally.here(one), tally.elsewhere(one).tolist()) == (3, 1, [1])
    assert not tally.add_below(3, one)
    assert log.empty(9) == ["asked elsewhere"]
    assert [rates.wait("192.0.2.1") == 0 for _ in range(4)] == [True, True, False, False]
    assert opened(streams, one, 1e9) is None
    assert opened(streams, one, 0.0) is not None  # one that nobody reads gives way, wherever it is
    state.forget(1)
    assert tally.total(one) == 1
    assert len(streams) == 1
    assert STREAMS_OF_ONE < PLACES < LINE < MAX_QUERIES


def test_the_lock_goes_with_the_process_that_holds_it():
    """A worker that is killed while it counts stops nobody."""
    state = SharedState(2, 2)
    counts = state.array(np.int64, 1)

    def work():
        state.__enter__()
        counts[0] += 1
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        work()
    os.waitpid(child, 0)
    with state:
        counts[0] += 1
    assert counts[0] == 2


def test_a_text_for_all_processes():
    """The last one stands, shorter or longer than the one before."""
    state = SharedState(2, 2)
    for text in ("long trouble, проблема", "short", "", "x" * 20_000):
        in_fork(1, state, lambda text=text: state.tell(text))
        assert state.told() == text[: len(state.told())]
        assert len(state.told()) == min(len(text), len(state.told())) and (not text or state.told())
