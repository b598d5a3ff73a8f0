"""A cluster of OpenSearch nodes on this machine: start what is missing, or stop all.

    python scripts/local_cluster.py start|stop|status [--folder .cluster] [--heap 512m] [--nodes 3]

One process a node, so that one can be killed: pids, logs and data stand in the folder. The jars come from Maven
Central once. Exit status: 0 done, 1 it does not run, 3 Java or Maven is missing, or the jars cannot be fetched.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent / "cluster"
NODES = 3
HTTP, TRANSPORT = 9201, 9301
"""The ports of the first node; the others have the next ones."""
PLUGIN = "org.opensearch.plugin:opensearch-knn:2.19.1.0:zip"
_STARTING = 240.0
"""Seconds in which the nodes must find each other: a machine with two busy cores takes most of them."""
_MISSING = 3


class CannotStartError(Exception):
    """No cluster can be run on this machine; says why."""


class LocalCluster:
    """Nodes that are processes of this machine."""

    def __init__(self, folder: Path, heap: str = "512m", nodes: int = NODES) -> None:
        """`folder` holds jars, pids, logs and data; `heap` is what each node's Java may take."""
        self.nodes = nodes
        self.folder = folder.absolute()
        self.heap = heap

    @property
    def addresses(self) -> list[str]:
        """Where the nodes answer."""
        return [f"http://127.0.0.1:{HTTP + number}" for number in range(self.nodes)]

    def pid(self, number: int) -> int | None:
        """The process of a node, counted from 1; None where it does not run."""
        try:
            pid = int((self.folder / f"n{number}.pid").read_text(encoding="utf-8"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if b"Node.java" in command else None

    def start(self) -> None:
        """Start every node that does not run, and wait until all have found each other. Raises CannotStartError."""
        self.resolve()
        started = time.monotonic()
        for number in range(1, self.nodes + 1):
            if self.pid(number) is None:
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
        command = ["java", f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseSerialGC", "-cp", f"{self._jars}/*"]
        numbers = [str(value) for value in (number, self.nodes, HTTP, TRANSPORT)]
        with (self.folder / f"n{number}.log").open("ab") as log:
            node = subprocess.Popen(
                [*command, str(HERE / "Node.java"), *numbers, str(self.folder / f"data-{number}")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
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
            shutil.rmtree(self.folder / f"data-{number}", ignore_errors=True)

    def is_green(self) -> bool:
        """Whether all nodes are there and hold every copy."""
        for address in self.addresses:
            with suppress(OSError, ValueError, urllib.error.URLError):
                health = f"{address}/_cluster/health"
                with urllib.request.urlopen(health, timeout=5) as answer:  # noqa: S310  # nosec B310
                    told = json.load(answer)
                return bool(told["number_of_nodes"] == self.nodes and told["status"] == "green")
        return False

    def resolve(self) -> None:
        """Fetch the jars, once. Raises CannotStartError."""
        if (self._jars / ".complete").is_file():
            return
        for program in ("java", "mvn"):
            if shutil.which(program) is None:
                raise CannotStartError(f"{program} is not installed; a local cluster needs Java 17 and Maven.")
        self._jars.mkdir(parents=True, exist_ok=True)
        _maven("dependency:copy-dependencies", f"-DoutputDirectory={self._jars}")
        _maven("dependency:copy", f"-Dartifact={PLUGIN}", f"-DoutputDirectory={self.folder}")
        with zipfile.ZipFile(next(self.folder.glob("opensearch-knn-*.zip"))) as plugin:
            for name in plugin.namelist():
                if name.endswith(".jar") and not (self._jars / name).exists():
                    plugin.extract(name, self._jars)
        (self._jars / ".complete").touch()

    @property
    def _jars(self) -> Path:
        return self.folder / "jars"


def _maven(*arguments: str) -> None:
    goal = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), *arguments]
    done = subprocess.run(goal, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        why = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason given")
        raise CannotStartError(f"Maven cannot fetch the jars: {why[:300]}")


def main() -> int:
    """Start or stop, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=("start", "stop", "status"))
    parser.add_argument("--folder", type=Path, default=HERE.parent.parent / ".cluster")
    parser.add_argument("--heap", default="512m", help="memory of each node")
    parser.add_argument("--nodes", type=int, default=NODES, help="how many")
    given = parser.parse_args()
    cluster = LocalCluster(given.folder, given.heap, given.nodes)
    cluster.folder.mkdir(exist_ok=True)
    if given.act == "stop":
        cluster.stop()
        print("Stopped.")
        return 0
    if given.act == "start":
        try:
            cluster.start()
        except CannotStartError as why:
            print(f"No cluster: {why}", file=sys.stderr)
            return _MISSING
    green = cluster.is_green()
    print(f"{'Green' if green else 'Not green'}: {','.join(cluster.addresses)}")
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main())
