"""Builds that follow the content folder: whenever files are saved, what changed is built and published."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from indexer.content.files import is_litter
from indexer.readers.registry import reader_of
from search.errors import ContentError
from search.extras import require

DEBOUNCE = 1_000
"""Milliseconds of silence after which a change is built."""
STEP = 200


def watch(content: Path, build: Callable[[], None], stop: Any = None) -> None:
    """Build once, then after every change below a folder, until interrupted or `stop` is set. Raises ContentError.

    `build` does what it can and tells what failed; a failure does not end the watching.
    """
    if not content.is_dir():
        raise ContentError(f"{content} is no folder.", "Name the folder that the articles are in.")
    build()
    for changed in _changes(content, stop):
        if any(matters(content, path) for path in changed):
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


def _changes(content: Path, stop: Any) -> Iterator[list[str]]:
    require("watchfiles")
    import watchfiles

    for batch in watchfiles.watch(
        content, debounce=DEBOUNCE, step=STEP, stop_event=stop, raise_interrupt=True, watch_filter=None
    ):
        yield [path for _, path in batch]
