"""An array of a file, mapped into memory: read where it is looked at, shared by every process that looks."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mapped(path: Path) -> NDArray[Any]:
    """The array that np.save wrote, for reading. Raises ValueError for anything else."""
    # A plain array over the mapping: np.memmap itself pays for its subclass at every slice.
    array: NDArray[Any] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    return array
