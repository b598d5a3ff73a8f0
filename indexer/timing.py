"""Cost of a run: seconds by stage, and memory."""

import resource
import time
from pathlib import Path


class StageTimer:
    """The seconds that each stage took, from the end of the one before."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self.seconds: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """A stage ends now, at least for the time being."""
        now = time.monotonic()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self._started


def peak_mib() -> float:
    """The most memory that this process has taken, in MiB, its workers not counted.

    Where the system says it, by VmHWM: a process inherits ru_maxrss from the one that started it.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
