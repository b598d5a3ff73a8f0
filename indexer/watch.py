"""Builds that follow the content folder: whenever files are saved, what changed is built and published."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from indexer.content.files import is_litter
from indexer.readers.registry import reader_of
from search.errors import ContentError
from search.extras import require

GROUPED = 1_000
"""Milliseconds of saving without a pause after which what was saved is built all the same."""
PAUSE = 200
"""Milliseconds without another change after which what was saved is built."""
_POLLING = "WATCHFILES_FORCE_POLLING"
"""The variable of watchfiles that asks for polling: a folder of another machine tells of nothing."""
_POLLED = 300


def watch(content: Path, build: Callable[[], None], stop: Any = None) -> None:
    """Build once, then after every change below a folder, until interrupted or `stop` is set. Raises ContentError.

    `build` does what it can and tells what failed; a failure does not end the watching. What is saved while a build
    runs, the first included, is built behind it.
    """
    if not content.is_dir():
        raise ContentError(f"{content} is no folder.", "Name the folder that the articles are in.")
    for changed in _changes(content, stop):
        if changed is None or any(matters(content, path) for path in changed):
            build()


def matters(content: Path, path: str) -> bool:
    """Whether a change of that file can change what is read."""
    try:
        parts = Path(path).relative_to(content).parts
    except ValueError:
        return False
    if any(is_litter(part) for part in parts):
        return False
    name = parts[-1] if parts else ""
    return reader_of(name) is not None or name.endswith(".meta") or "." not in name


def _changes(content: Path, stop: Any) -> Iterator[list[str] | None]:
    """None once the system tells of changes, then the paths that changed, whenever some did."""
    require("watchfiles")
    from watchfiles._rust_notify import RustNotify  # what watchfiles.watch is made of: it listens too late for us

    with RustNotify([str(content)], False, bool(os.environ.get(_POLLING)), _POLLED, True, False) as listener:
        yield None
        while True:
            found = listener.watch(GROUPED, PAUSE, 0, stop)
            if found == "signal":
                raise KeyboardInterrupt
            if found == "stop":
                return
            if not isinstance(found, str):
                yield [path for _, path in found]
