"""What this process may use of the machine: cores and memory."""

import ctypes
import os
from contextlib import suppress

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
