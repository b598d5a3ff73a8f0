"""Staged to served: the lock of the one who writes, the move that publishes, pruning and rolling back.

Publication is one act: CURRENT is replaced by a file that names the new generation, after everything that it names
has reached the disk. Whatever happens before that leaves what was served untouched.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from search.errors import LedeError, LockedError, NoGenerationError
from search.index.directory import IndexFolder, is_held

_NAME = "%Y%m%dT%H%M%S.%fZ"


@contextmanager
def writing(index: IndexFolder) -> Iterator[None]:
    """Hold the writer's lock, and clear away what a killed run left. Raises LockedError at once if another holds it.

    The lock is the kernel's and is let go when the process ends, however it ends; the file itself means nothing.
    """
    index.root.mkdir(parents=True, exist_ok=True)
    with index.lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            file.seek(0)
            holder = file.read(200).strip() or "another run"
            raise LockedError(f"{index.root} is being written by {holder}.", "Wait for it to end.") from held
        file.truncate(0)
        file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        file.flush()
        _clear_away(index)
        yield
        file.truncate(0)


def stage(index: IndexFolder) -> Path:
    """A new empty folder in staging; its name sorts behind every generation's."""
    moment = datetime.now(UTC)
    newest = max(index.names(), default="")
    if f"{moment:{_NAME}}" <= newest:  # the clock went back
        moment = datetime.strptime(newest, _NAME).replace(tzinfo=UTC) + timedelta(microseconds=1)
    folder = index.staging / f"{moment:{_NAME}}"
    folder.mkdir(parents=True)
    return folder


def publish(index: IndexFolder, staged: Path) -> str:
    """Serve a staged generation from now on; gives its name. Every byte of it is on the disk before it is named."""
    hold(index, staged)
    serve(index, staged.name)
    return staged.name


def hold(index: IndexFolder, staged: Path) -> str:
    """Put a staged generation beside the others, on the disk to the last byte, without serving it; gives its name."""
    _open_to_readers(staged)
    for path in staged.rglob("*"):
        _sync(path)
    _sync(staged)
    if not index.generations.is_dir():
        index.generations.mkdir()
        _sync(index.root)  # before anything is named that lies in it
    os.rename(staged, index.path(staged.name))
    _sync(index.generations)
    return staged.name


def rollback(index: IndexFolder, name: str | None) -> str:
    """Serve another generation, the one before the current if no name is given; gives its name."""
    name = chosen(index, name)
    serve(index, name)
    return name


def chosen(index: IndexFolder, name: str | None) -> str:
    """The name of a generation, of the one before the current if no name is given. Raises NoGenerationError."""
    names = index.names()
    if name is None:
        current = index.current_name()
        earlier = [other for other in names if other < current]
        if not earlier:
            raise NoGenerationError(f"There is no generation before {current}.", "See `lede-index list`.")
        name = earlier[-1]
    if name not in names:
        raise NoGenerationError(f"There is no generation {name}.", f"There are {', '.join(names) or 'none'}.")
    return name


def prune(index: IndexFolder, keep: int) -> list[str]:
    """Remove all but the newest generations, never the current one nor one being read; gives the names removed."""
    names = index.names()
    kept = {*names[-keep:], index.current_name()}
    removed = [name for name in names if name not in kept and not is_held(index.path(name))]
    for name in removed:
        # Out of the readers' sight first, so that a half-removed generation is never one of the list.
        index.staging.mkdir(exist_ok=True)
        os.rename(index.path(name), index.staging / f"pruned-{name}")
        shutil.rmtree(index.staging / f"pruned-{name}")
    return removed


def _open_to_readers(folder: Path) -> None:
    """Give every file the rights of the folder: some engines write files that only their writer may read."""
    rights = folder.stat().st_mode & 0o666
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(rights)


def _clear_away(index: IndexFolder) -> None:
    index.fresh.unlink(missing_ok=True)
    if index.staging.is_dir():
        for left in index.staging.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


def serve(index: IndexFolder, name: str) -> None:
    """Name a generation that is on the disk as the one to serve."""
    with index.fresh.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(index.fresh, index.current)
    _sync(index.root)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as failed:
        raise LedeError(f"{path} cannot be written to the disk: {failed.strerror}.", "See to the disk.") from failed
    finally:
        os.close(descriptor)
