"""How is something measured in a process of its own? Its last line of output is one JSON object."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parent.parent


def environment() -> dict[str, str]:
    """The variables for a process that imports Lede and these scripts, whatever is set for Lede outside."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEDE_")}
    return clean | {"PYTHONPATH": os.pathsep.join((str(SCRIPTS.parent), str(SCRIPTS)))}


def measured(module: str, *arguments: str | Path) -> dict[str, Any]:
    """Run `python -m module` and give the JSON object of its last line. Raises RuntimeError with what it complained."""
    command: Sequence[str] = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(), check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(map(str, arguments))} failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def report(values: Mapping[str, object]) -> None:
    """Print what `measured` reads: these values, and the peak memory of this process or of a larger one it ran."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({**values, "peak_mib": max(memory_mib("self", "VmHWM"), child)}))


def memory_mib(process: int | str, what: str) -> float:
    """The resident memory of a process: now (VmRSS) or at most (VmHWM).

    ru_maxrss will not do: a process inherits that of the one that started it.
    """
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(f"process {process} says no {what}")


def descendants(process: int) -> list[int]:
    """A process and all that it started, directly or not, which still run."""
    found = [process]
    for parent in found:
        with suppress(OSError):
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8")
            found.extend(map(int, children.split()))
    return found


def mapped_mib(process: int, *what: str) -> float:
    """The memory of a process by the kernel's own sum of its mappings, such as Pss, or Private_Clean and Private_Dirty.

    Pss counts a page that several processes share in parts, so the sum over processes counts it once.
    """
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.partition(":")[0] in what) / 1024


def cpu_seconds(process: int) -> float:
    """The processor time that a service and its workers have taken so far, user and system."""
    ticks = 0
    for one in descendants(process):
        with suppress(OSError):  # it has ended
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def service_mib(process: int) -> float:
    """The memory of a service and its workers, shared pages counted once."""
    total = 0.0
    for one in descendants(process):
        with suppress(OSError):  # it has ended
            total += mapped_mib(one, "Pss")
    return total


def size_mib(folder: Path) -> float:
    """The size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
