"""How many processor cores may be used?"""

import os

from search.errors import RequestError


def cores() -> int:
    """OMP_NUM_THREADS if set, else all that this process may use."""
    return int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))


def use_cores(count: int) -> None:
    """Let everything use so many; called before the model or FAISS is loaded. Raises RequestError."""
    if not 1 <= count <= 1_024:
        raise RequestError(f"--jobs is {count}.", "Give a whole number from 1.", field="jobs")
    os.environ["OMP_NUM_THREADS"] = os.environ["RAYON_NUM_THREADS"] = str(count)
