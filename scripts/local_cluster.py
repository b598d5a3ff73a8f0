"""A cluster of OpenSearch nodes on this machine: start what is missing, stop all, or run a command beside one.

    python scripts/local_cluster.py start|stop|status [--folder .cluster] [--heap 512m] [--nodes 3]
    python scripts/local_cluster.py run [--heap 512m] -- COMMAND …

One process a node, so that one can be killed: pids, logs and data stand in the folder. The jars come from Maven
Central once. `run` starts nodes of its own at free ports, tells the command of them by TEST_CLUSTER, and ends them.
Exit status: 0 done, 1 it does not run, 3 something that it needs is missing; `run` has that of its command, and 0 with
the reason where no cluster can be run here.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "cluster"
NODES = 3
HTTP, TRANSPORT = 9201, 9301
"""The ports of the first node; the others have the next ones."""
PLUGIN = "org.opensearch.plugin:opensearch-knn:2.19.1.0:zip"
_STARTING = 600.0
"""Seconds in which the nodes must find each other: a machine with two busy cores takes most of a minute."""
_FETCHING = 300.0
"""Seconds that Maven may take."""
_LEAST_JAVA = 17
_MEMORY = 3 << 30
"""Bytes that three nodes take, of heap and besides."""
_MISSING = 3
_TIES = list[int]()
"""The ends of pipes that close with this process, and with them the nodes that were started by it."""


class CannotStartError(Exception):
    """No cluster runs; says why."""


class MissingError(CannotStartError):
    """What a cluster needs is missing on this machine; says what."""


class LocalCluster:
    """Nodes that are processes of this machine."""

    def __init__(self, folder: Path, heap: str = "512m", nodes: int = NODES, jars: Path | None = None) -> None:
        """`folder` holds pids, logs and data, and the jars if they are nowhere else; `heap` is for each node's Java."""
        self.nodes = nodes
        self.folder = folder.absolute()
        self.heap = heap
        self._jars = (jars or folder / "jars").absolute()

    @property
    def addresses(self) -> list[str]:
        """Where the nodes answer."""
        return [f"http://127.0.0.1:{self._place[0] + number}" for number in range(self.nodes)]

    def settle(self, http: int, transport: int, *, tied: bool) -> None:
        """Choose the first ports; nodes that are tied end with the process that started them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "place.json").write_text(json.dumps([http, transport, tied]), encoding="utf-8")

    @property
    def _place(self) -> tuple[int, int, bool]:
        try:
            http, transport, tied = json.loads((self.folder / "place.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return HTTP, TRANSPORT, False
        return http, transport, tied

    def pid(self, number: int) -> int | None:
        """The process of a node, counted from 1; None where it does not run."""
        try:
            pid = int((self.folder / f"n{number}.pid").read_text(encoding="utf-8"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"Node.java" in command and str(self.folder).encode() in command else None

    def start(self) -> None:
        """Start every node that does not run, and wait until all have found each other. Raises CannotStartError."""
        self.resolve()
        started = time.monotonic()
        for number in range(1, self.nodes + 1):
            if self.pid(number) is None:
                self._check_ports(number)
                self.start_node(number)
        while not self.is_green():
            time.sleep(0.5)  # a program that is only being loaded has no command line yet
            dead = [number for number in range(1, self.nodes + 1) if self.pid(number) is None]
            if dead:
                raise CannotStartError(f"Node {dead[0]} ended; see {self.folder}/n{dead[0]}.log.")
            if time.monotonic() - started > _STARTING:
                raise CannotStartError(f"The nodes did not find each other within {_STARTING:.0f} s.")

    def start_node(self, number: int) -> None:
        """Start one node and go on; it answers after half a minute."""
        http, transport, tied = self._place
        command = ["java", f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseSerialGC", f"-Dlede.tied={tied}"]
        numbers = [str(value) for value in (number, self.nodes, http, transport)]
        with (self.folder / f"n{number}.log").open("ab") as log:
            node = subprocess.Popen(
                [*command, "-cp", f"{self._jars}/*", str(HERE / "Node.java"), *numbers, self._data(number)],
                stdin=subprocess.PIPE if tied else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        if node.stdin is not None:
            _TIES.append(os.dup(node.stdin.fileno()))
            node.stdin.close()
        node.returncode = 0  # nobody waits for it here: it is ended by its number, from any process
        (self.folder / f"n{number}.pid").write_text(str(node.pid), encoding="utf-8")

    def kill_node(self, number: int) -> None:
        """End a node at once, as a power cut does."""
        if (pid := self.pid(number)) is not None:
            os.kill(pid, signal.SIGKILL)
            while self.pid(number) is not None:
                with suppress(ChildProcessError):  # a child of ours stays in the list until it is waited for
                    os.waitpid(pid, os.WNOHANG)
                time.sleep(0.05)
        (self.folder / f"n{number}.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End every node, and remove their data: it is made anew by whoever tests."""
        for number in range(1, NODES + 1):
            self.kill_node(number)
            shutil.rmtree(self._data(number), ignore_errors=True)

    def is_green(self) -> bool:
        """Whether all nodes have joined and hold every copy.

        A node that was killed a moment ago may still count as there; so the processes are compared, not their number.
        """
        running = {self.pid(number) for number in range(1, self.nodes + 1)}
        for address in self.addresses:
            with suppress(OSError, ValueError, urllib.error.URLError):
                joined = _told(f"{address}/_nodes/process")["nodes"].values()
                there = {node["process"]["id"] for node in joined}
                return there == running and _told(f"{address}/_cluster/health")["status"] == "green"
        return False

    def resolve(self) -> None:
        """See to Java, memory and the jars, which are fetched once. Raises MissingError."""
        check_java()
        if (free := _free_memory()) is not None and free < _MEMORY:
            raise MissingError(f"Three nodes take {_MEMORY >> 20:,} MB of memory; {free >> 20:,} MB are free.")
        if (self._jars / ".complete").is_file():
            return
        if shutil.which("mvn") is None:
            raise MissingError("Maven is not installed; it fetches what a local cluster runs.")
        self._jars.mkdir(parents=True, exist_ok=True)
        _maven("dependency:copy-dependencies", f"-DoutputDirectory={self._jars}")
        _maven("dependency:copy", f"-Dartifact={PLUGIN}", f"-DoutputDirectory={self._jars.parent}")
        with zipfile.ZipFile(next(self._jars.parent.glob("opensearch-knn-*.zip"))) as plugin:
            for name in plugin.namelist():
                if name.endswith(".jar") and not (self._jars / name).exists():
                    plugin.extract(name, self._jars)
        (self._jars / ".complete").touch()

    def _check_ports(self, number: int) -> None:
        http, transport, _ = self._place
        for port in (http + number - 1, transport + number - 1):
            if not is_free(port):
                raise CannotStartError(f"Port {port} is taken by another program; end that, then start again.")

    def _data(self, number: int) -> str:
        return str(self.folder / f"data-{number}")


def _told(address: str) -> Any:
    """What a node answers. Raises OSError where it does not, ValueError where that is no JSON."""
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # nosec B310
        return json.load(answer)


def check_java() -> None:
    """See that there is a Java that can run a node. Raises MissingError."""
    if shutil.which("java") is None:
        raise MissingError(f"Java is not installed; a local cluster needs Java {_LEAST_JAVA} and Maven.")
    told = subprocess.run(["java", "-version"], capture_output=True, encoding="utf-8", check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < _LEAST_JAVA:
        raise MissingError(f"Java {found[1] if found else 'here'} is too old; a local cluster needs {_LEAST_JAVA}.")
    modules = subprocess.run(["java", "--list-modules"], capture_output=True, encoding="utf-8", check=False).stdout
    if "jdk.compiler" not in modules:
        raise MissingError("This Java has no compiler; a local cluster needs a JDK.")


def is_free(port: int) -> bool:
    """Whether nobody listens at a port of this machine."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports() -> tuple[int, int]:
    """The first of NODES free ports for requests, and the first of as many between the nodes."""
    for first in range(19211, 29211, 20):
        ports = [first + number for number in (*range(NODES), *range(10, 10 + NODES))]
        if all(map(is_free, ports)):
            return first, first + 10
    raise CannotStartError("No six ports in a row are free.")


def run_beside(cluster: LocalCluster, command: Sequence[str]) -> int:
    """The exit status of a command that runs while the cluster does; 0 where none can be run here, and says why."""
    cluster.stop()  # what a killed run has left
    try:
        cluster.settle(*free_ports(), tied=True)
        cluster.start()
        told = {"TEST_CLUSTER": ",".join(cluster.addresses), "TEST_CLUSTER_FOLDER": str(cluster.folder)}
        return subprocess.run(command, env=os.environ | told, check=False).returncode
    except MissingError as why:
        print(f"Skipped, for no cluster can be run on this machine: {why}")
        return 0
    finally:
        cluster.stop()


def _free_memory() -> int | None:
    """Bytes that programs can still have; None where the machine does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    told = (int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    return next(told, None)


def _maven(*arguments: str) -> None:
    """Run a goal out of what was fetched before, else with the network. Raises MissingError."""
    limits = ("-Daether.connector.connectTimeout=10000", "-Daether.connector.requestTimeout=60000")
    goal = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), *limits, *arguments]
    for offline in (["-o"], []):
        try:
            done = subprocess.run(
                [*goal, *offline], capture_output=True, encoding="utf-8", check=False, timeout=_FETCHING
            )
        except subprocess.TimeoutExpired:
            raise MissingError(f"Maven did not fetch the jars within {_FETCHING:.0f} s.") from None
        if not done.returncode:
            return
    why = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason given")
    raise MissingError(f"Maven cannot fetch the jars: {why[:300]}")


def _parted(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What is for this script, and the command behind `--`."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def main() -> int:
    """Start, stop or run beside, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=("start", "stop", "status", "run"))
    parser.add_argument("--folder", type=Path, default=HERE.parent.parent / ".cluster")
    parser.add_argument("--heap", default="512m", help="memory of each node")
    parser.add_argument("--nodes", type=int, default=NODES, help="how many")
    own, command = _parted(sys.argv[1:])
    given = parser.parse_args(own)
    cluster = LocalCluster(given.folder, given.heap, given.nodes)
    try:
        if given.act == "run":
            return run_beside(LocalCluster(given.folder / "tests", given.heap, jars=given.folder / "jars"), command)
        cluster.folder.mkdir(exist_ok=True)
        if given.act == "stop":
            cluster.stop()
            print("Stopped.")
            return 0
        if given.act == "start":
            cluster.start()
    except CannotStartError as why:
        print(f"No cluster: {why}", file=sys.stderr)
        return _MISSING if isinstance(why, MissingError) else 1
    green = cluster.is_green()
    print(f"{'Green' if green else 'Not green'}: {','.join(cluster.addresses)}")
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main())
