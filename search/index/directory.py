"""The index folder: which generation is served, what a generation consists of, and whether it is what was written.

    index/CURRENT                the name of the served generation, and nothing else
    index/generations/<name>/    never changed once it is there
    index/staging/<name>/        one in the making; no reader looks here
    index/cache/                 what may be deleted at any time
    index/writer.lock            held by the run that writes
    index/withdrawn              the ids that no reader shows
    index/withdrawn.json         by which a build knows them under other ids
    index/withdrawn.shown        those that are other articles' in a generation
    index/key                    what signs cursors, for its owner and group alone

A manifest is JSON whose first line is the SHA-256 of all that follows, so that a changed bit in it is noticed too.
Every file has two digests: SHA-256 for who verifies, XXH3, a fifth of the work, for who opens.
"""

import fcntl
import os
import re
import weakref
from contextlib import suppress
from pathlib import Path

from search.errors import BrokenGenerationError, NoGenerationError
from search.index.manifest import MANIFEST, broken_generation
from search.index.withdrawn import WITHDRAWN
from search.messages import say

_KEY_BYTES = 32
_PROCESS_KEY = os.urandom(_KEY_BYTES)
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z")


class IndexFolder:
    """Where generations are kept. Values about paths only; opening one is the snapshot's business."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.current = root / "CURRENT"
        self.withdrawn = root / WITHDRAWN
        """The ids that no reader shows."""
        self.key_file = root / "key"
        """What signs cursors, so that nobody else can make one."""
        self.fresh = root / "CURRENT.tmp"
        """What takes the place of CURRENT in one move."""
        self.generations = root / "generations"
        self.staging = root / "staging"
        self.cache = root / "cache"
        self.lock = root / "writer.lock"

    def key(self) -> bytes:
        """What signs the cursors of this index: made by the first who may write here.

        Where nobody may and nobody did, a key of this process stands for it: cursors then end with the process.
        """
        with suppress(OSError):
            return self.key_file.read_bytes()
        with suppress(OSError):
            make_key(self.key_file)
            return self.key_file.read_bytes()
        return _PROCESS_KEY

    def about(self) -> dict[str, object]:
        """What else can be told of where generations are kept: nothing of a folder. Raises IndexUnusableError."""
        return {}

    def current_name(self) -> str:
        """The name of the served generation. Raises NoGenerationError or BrokenGenerationError."""
        try:
            name = self.current.read_text(encoding="utf-8").strip()
        except FileNotFoundError as missing:
            raise NoGenerationError(
                say("no-generation", f"{self.root} has no published generation.", name=self.root.name),
                say("build-one"),
            ) from missing
        except (OSError, UnicodeDecodeError) as unreadable:
            raise BrokenGenerationError(
                say("current-unreadable", why=str(unreadable.args[-1])), say("rollback-or-build")
            ) from unreadable
        if not _NAME.fullmatch(name):
            raise BrokenGenerationError(say("current-nameless", name=name[:40]), say("rollback-or-build"))
        return name

    def names(self) -> list[str]:
        """The names of all generations, oldest first."""
        if not self.generations.is_dir():
            return []
        return sorted(entry.name for entry in self.generations.iterdir() if _NAME.fullmatch(entry.name))

    def path(self, name: str) -> Path:
        """The folder of the generation with that name."""
        return self.generations / name


class OneGeneration(IndexFolder):
    """An index folder as it would be if a given generation, staged or published, were the served one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.parent.parent)
        self._folder = folder

    def current_name(self) -> str:
        """That generation's name."""
        return self._folder.name

    def path(self, name: str) -> Path:  # noqa: ARG002 - there is but one
        """That generation's folder."""
        return self._folder


def make_key(path: Path) -> None:
    """Write a new key where there is none yet. Raises OSError."""
    with suppress(FileExistsError):
        fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
        try:
            os.link(fresh, path)  # the first one stays
        finally:
            fresh.unlink()


class Hold:
    """A generation that is being read: until it is closed or let go of, or the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._end = weakref.finalize(self, os.close, descriptor)

    def close(self) -> None:
        """Let the generation be pruned."""
        self._end()


def hold(folder: Path) -> Hold:
    """Mark a generation as being read: `is_held` tells who prunes. Raises BrokenGenerationError when it is gone."""
    try:
        file = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as gone:
        raise broken_generation(folder, f"{MANIFEST} cannot be read ({gone.strerror})") from gone
    with suppress(OSError):  # it is being removed, or the file system knows no locks: it is read as long as it is there
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return Hold(file)


def is_held(folder: Path) -> bool:
    """Whether somebody reads from a generation."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False
