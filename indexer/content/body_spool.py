"""A temporary file of article bodies: a build of a large archive holds none of them in memory."""

import os
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

_FOLDER = os.environ.get("TMPDIR") or None
"""Named, where it is set: tempfile would try the folder out with a file of any name, which a killed run leaves."""


class BodySpool:
    """Bodies in the order in which they were put; the file goes when the spool does."""

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=_FOLDER))  # noqa: SIM115 - it is closed with the spool
        weakref.finalize(self, self._file.close)
        self._starts = [0]

    def put(self, body: bytes) -> int:
        """Keep a body; gives its number."""
        self._file.write(body)
        self._starts.append(self._starts[-1] + len(body))
        return len(self._starts) - 2

    def in_order(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """The bodies of these numbers."""
        for number in numbers:
            start, end = self._starts[number], self._starts[number + 1]
            self._file.seek(start)
            yield self._file.read(end - start)

    def __len__(self) -> int:
        return len(self._starts) - 1
