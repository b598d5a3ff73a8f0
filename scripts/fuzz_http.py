#!/usr/bin/env python3
"""Does the service keep its word under strange requests and thousands of connections?

A service of its own over an index (by default a fresh one of the sample articles) meets schemathesis with all of its
checks over the OpenAPI document, then as many open connections as this machine allows, up to ten thousand.
Exit status: 0 it does, 1 it does not.
"""

import argparse
import contextlib
import http.client
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmark.load import free_port, lede_command
from benchmark.processes import environment

_PROJECT = Path(__file__).resolve().parent.parent
_UNSAYABLE = "positive_data_acceptance"
"""The check left out: a schema cannot say that a text or a filter must be there, what is a time zone, what a date."""
_SCHEMATHESIS = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both parts and give the exit status."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or built(Path(folder) / "index")
        with running(index, Path(folder) / "log") as port:
            sound = conforms(port, given.examples, given.seed)
            held = hold(port, given.connections)
        log = (Path(folder) / "log").read_text(encoding="utf-8")
    untold = "Traceback" in log
    print(f"{held:,} connections held; the log holds {'a' if untold else 'no'} traceback.")
    return 0 if sound and held and not untold else 1


def conforms(port: int, examples: int, seed: int, phases: str = "examples,coverage,fuzzing") -> bool:
    """Whether every answer to so many requests an operation and phase is what the OpenAPI document says."""
    asked = ["run", f"http://127.0.0.1:{port}/openapi.json", "--checks", "all", "--exclude-checks", _UNSAYABLE]
    asked += ["--max-examples", str(examples), "--mode", "all", "--seed", str(seed), "--no-color", "--phases", phases]
    done = subprocess.run([sys.executable, "-c", _SCHEMATHESIS, *asked], capture_output=True, text=True, check=False)
    print(done.stdout[-6000:] if done.returncode else "\n".join(re.findall(r".* generated, .*", done.stdout)))
    return done.returncode == 0


def hold(port: int, wanted: int) -> int:
    """How many connections were open at once while the service answered beside them; 0 where it did not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = min(wanted, hard - 512)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60)) for _ in range(most)]
        open_at_once = sum(map(_open, held))  # whoever was silent too long has been let go
        answered = _answers(port)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return open_at_once if answered else 0


def _open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", "/search?q=bitcoin&mode=keyword")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


@contextlib.contextmanager
def running(index: Path, log: Path) -> Iterator[int]:
    """The port of a service over an index, from when it answers until it is done with. Raises TimeoutError."""
    port = free_port()
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(lede_command(index, port), env=environment(), cwd=_PROJECT, stderr=file)
    try:
        for _ in range(600):
            if process.poll() is None and _answers(port):
                break
            time.sleep(0.2)
        else:
            raise TimeoutError(log.read_text(encoding="utf-8"))
        yield port
    finally:
        process.terminate()
        process.wait(60)


def built(index: Path) -> Path:
    """An index of the sample articles, built into a folder."""
    program = "import sys; from indexer.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "build", str(_PROJECT / "examples" / "articles"), "--index", str(index)]
    subprocess.run(command, env=environment(), cwd=_PROJECT, check=True, capture_output=True)
    return index


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Ask the service strangely.", epilog=__doc__)
    parser.add_argument("--index", type=Path, metavar="DIR", help="an index (default: one of the sample articles)")
    parser.add_argument("--examples", type=int, default=500, metavar="N", help="requests an operation and phase")
    parser.add_argument("--connections", type=int, default=10_000, metavar="N", help="connections to hold open")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another one asks otherwise")
    return parser


if __name__ == "__main__":
    sys.exit(main())
