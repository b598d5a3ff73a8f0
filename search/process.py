"""What this process may use of the machine: cores and memory."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from time import sleep

from search.errors import RequestError


def cores() -> int:
    """OMP_NUM_THREADS if set, else all that this process may use."""
    return int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))


def use_cores(count: int) -> None:
    """Let everything use so many; called before the model or FAISS is loaded. Raises RequestError."""
    if not 1 <= count <= 1_024:
        raise RequestError(f"--jobs is {count}.", "Give a whole number from 1.", field="jobs")
    os.environ["OMP_NUM_THREADS"] = os.environ["RAYON_NUM_THREADS"] = str(count)


def give_back() -> None:
    """Give back what was freed, where the C library knows how (glibc does, in some hundredths of a second)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


_SET_DEATH_SIGNAL, _ADOPT = 1, 36
"""Options of prctl(2) on Linux."""


def can_fork_workers() -> bool:
    """Whether several processes can serve here: what they need of the system exists on Linux alone."""
    return sys.platform == "linux"


def adopt_orphans() -> None:
    """Become the parent of what descends from this process and has lost its own parent."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def die_with(parent: int, number: int = signal.SIGTERM) -> None:
    """Wait until `parent` is the parent of this process, and receive a signal when that ends."""
    while os.getppid() != parent:
        try:
            os.kill(parent, 0)
        except OSError:
            os._exit(0)
        sleep(0.001)
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
