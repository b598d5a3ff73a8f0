"""Does the service outlast clients that are slow, greedy, many or gone, and finish what it began when it stops?"""

import asyncio
import contextlib
import inspect
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from conftest import REPOSITORY
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from search.http.clients import Client, ClientNames
from search.http.connections import TimeoutProtocol, protocol_for

PROGRAM = """
import sys, time
from search.engine import engine as hybrid
from search.http import connections as patience
patience.REQUEST_SECONDS, patience.STALLED_SECONDS = 1.5, 1.5
search = hybrid.EmbeddedEngine.search
def slowly(self, query):
    if query.text.startswith("slow"):
        time.sleep(2)
    return search(self, query)
hybrid.EmbeddedEngine.search = slowly
from search.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
"""The service as it is, with less patience and a question that takes its time."""


@pytest.fixture(scope="module")
def service(samples, tmp_path_factory):
    """A running service: its port and its process."""
    with started(samples.index, tmp_path_factory.mktemp("log") / "log") as running:
        yield running


def test_uvicorn_has_what_the_bounds_hold_on_to():
    """Its protocol is no public interface: where another version has other names, this says which is missing."""

    async def app(scope, receive, send):
        """Answers nothing."""

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        own = H11Protocol(uvicorn.Config(app, log_config=None), ServerState(), {}, loop)
    kept = {"conn", "transport", "loop", "config", "connections", "client", "cycle", "scope"}
    assert kept - vars(own).keys() == set()
    methods = {name for name, one in vars(TimeoutProtocol).items() if callable(one) and not name.startswith("_")}
    assert methods - set(dir(H11Protocol)) == set()
    cycle = inspect.getsource(RequestResponseCycle)
    assert [name for name in ("scope", "response_started", "response_complete") if f"self.{name} = " not in cycle] == []


@contextlib.contextmanager
def started(index, log):
    """A service from when it answers until it is stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEDE_")}
    command = [sys.executable, "-c", PROGRAM, "serve", "--index", str(index), "--port", str(port)]
    with log.open("w") as file:
        process = subprocess.Popen(command, env={**clean, "PYTHONPATH": str(REPOSITORY)}, stderr=file)
    try:
        for _ in range(1200):
            with contextlib.suppress(OSError):
                if ask(port, "/ready")[0] == 200:
                    break
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield port, process, log
    finally:
        process.kill()
        process.wait()


def sent(port, data, patience=60):
    """What comes back for these bytes until the other side closes, which may be before it has read them all."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        return read(connection)


def read(connection):
    """All that comes until the other side closes, or breaks off."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            got += piece
    return got


def ask(port, path):
    """Status and body of a GET."""
    got = sent(port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_a_request_that_never_ends_is_not_waited_for(service):
    """Slowloris: a header that goes on for ever, a body that does not come, and nothing at all; each is let go."""
    port, *_ = service
    body = b"POST /multi-search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n["
    begun = [b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", b"", body]
    connections = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in begun]
    for connection, data in zip(connections, begun, strict=True):
        connection.sendall(data)
    with contextlib.suppress(OSError):  # broken off while we write
        for _ in range(200):
            connections[0].sendall(b"a")
            time.sleep(0.05)
    for connection in connections:
        assert b" 200 " not in read(connection)
        connection.close()
    assert ask(port, "/health")[0] == 200


def test_a_client_that_reads_nothing_is_let_go(service):
    """It asks for much and takes nothing; the connection is broken off, and the service answers others meanwhile."""
    port, *_ = service
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", port))
        lazy.settimeout(30)
        broken = False
        for _ in range(400):
            try:
                lazy.sendall(asking * 50)
            except TimeoutError:
                pytest.fail("the connection is still held")
            except OSError:
                broken = True
                break
            time.sleep(0.02)
        assert broken
    assert ask(port, "/health")[0] == 200


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
POST = b"POST /multi-search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
STRANGE = {
    "a huge header": GET + b"X-Huge: " + b"a" * 80_000 + b"\r\n\r\n",
    "a huge target": GET.replace(b"/ ", b"/search?q=" + b"a" * 80_000 + b" ", 1) + b"\r\n",
    "many headers": GET + b"".join(b"X-%d: a\r\n" % n for n in range(9000)) + b"\r\n",
    "nonsense": b"\x00\xff\xfe nonsense\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n[]",
    "no chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a huge body": POST + b"Content-Length: 99999999\r\n\r\n[",
    "a huge body in chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"40000\r\n%b\r\n" % (b"[" * 0x40000) * 2,
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_is_no_request_is_refused(service, what):
    """4xx or nothing; never 5xx, never a traceback; and the next client is answered."""
    port, _, log = service
    got = sent(port, STRANGE[what])
    assert not got or got.split()[1].startswith(b"4"), got[:200]
    assert b"Traceback" not in got
    assert ask(port, "/health")[0] == 200
    assert "Traceback" not in log.read_text()


def test_the_log_tells_whose_request_could_not_be_read(service):
    """Nothing of what was sent stands there, and uvicorn's line without a client is left out."""
    port, _, log = service
    before = log.read_text().count("not HTTP")
    sent(port, b"\x00 status=200 client=other\r\n\r\n")
    told = log.read_text()
    lines = [line for line in told.splitlines() if "not HTTP" in line]
    assert len(lines) == before + 1
    assert re.search(r"not HTTP status=400 cost_ms=0.0 client=local worker=\d+$", lines[-1])
    assert "Invalid HTTP" not in told


@pytest.mark.parametrize("plain", [True, False])
def test_a_client_has_one_name_in_the_log_whatever_it_sends(plain, caplog):
    """So that who is refused for nonsense is found again among the requests."""
    names = ClientNames(plain=plain)
    protocol = protocol_for(0, None, names)
    own = protocol.__new__(protocol)
    own.client = ("198.51.100.7", 4711)
    with caplog.at_level("INFO", logger="lede.request"):
        own._note(400)
    assert caplog.records[-1].fields["client"] == names.of(Client("198.51.100.7"))
    assert (names.of(Client("198.51.100.7")) == "198.51.100.7") is plain


def test_a_thousand_connections_stay_open_beside_one_that_is_answered(service):
    """As many as may be open here, up to a thousand; `scripts/fuzz_http.py` opens ten thousand."""
    port, *_ = service
    with contextlib.ExitStack() as open_:
        for _ in range(1000):
            open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
        assert ask(port, "/search?q=bitcoin&mode=keyword")[0] == 200


def test_who_hangs_up_does_no_harm(service):
    """Clients that close before their answer leave nothing behind."""
    port, _, log = service
    for _ in range(30):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /export?q=bitcoin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    for _ in range(100):
        if b"lede_in_flight 1.0" in ask(port, "/metrics")[1]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("requests are still in flight")
    assert "Traceback" not in log.read_text()


def test_stopping_finishes_what_was_begun(samples, tmp_path):
    """SIGTERM while a question is being answered: it is answered, whole; no new one is; the exit is clean."""
    with started(samples.index, tmp_path / "log") as (port, process, log), ThreadPoolExecutor() as pool:
        slow = pool.submit(ask, port, "/search?q=slow+bitcoin")
        time.sleep(0.7)
        process.send_signal(signal.SIGTERM)
        status, body = slow.result()
        assert (status, json.loads(body)["query"]["text"]) == (200, "slow bitcoin")
        process.wait(timeout=60)
        with pytest.raises(OSError):  # whoever comes now finds nobody
            ask(port, "/health")
        assert "Traceback" not in log.read_text()
        assert process.returncode in (0, -signal.SIGTERM)
