"""Regular files of a folder, opened component by component, so that no link leads out of it, whenever it was made."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from indexer.content.document import SourceFile, UnfitError

MOST_LINKS = 40
"""Links that are followed on the way to one file, as by Linux itself."""
STEPWISE = os.open in os.supports_dir_fd and os.readlink in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether the system opens a name in an opened folder: Linux, macOS and the BSDs do."""
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_FOLDER = _READ | getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A pipe that took the place of a file is not waited for."""
_OUT = "is a link out of the content folder"


def open_beneath(root: Path, path: str) -> BinaryIO:
    """A regular file below a folder, opened for reading; `path` is relative to it.

    Every component is opened in the folder that was opened before it, and none as a link: what a link says is read and
    walked in the same way, so whoever exchanges files while they are read leads nobody out. A system that cannot do
    that looks where the path leads and then opens it; there is a moment between. Raises UnfitError for what leads out
    or is no regular file, and OSError.
    """
    file = os.fdopen(_descended(root, path) if STEPWISE else _looked_up(root, path), "rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise UnfitError("is no regular file")


def open_source(file: SourceFile) -> BinaryIO:
    """The file that a reader streams. Raises UnfitError and OSError."""
    return open_beneath(Path(file.root), file.path)


def _descended(root: Path, path: str) -> int:
    """The descriptor of a file; the folders on the way are closed."""
    folders = [os.open(root, _FOLDER)]  # the folder itself was named by whoever runs Lede: it may be a link
    left = path.split("/")[::-1]
    links = 0
    try:
        while left:
            if links > MOST_LINKS:
                raise UnfitError("is a link that goes round")
            name = left.pop()
            if name == ".." and len(folders) > 1:
                os.close(folders.pop())
            elif name == "..":  # above the folder, and perhaps down into it again
                links += 1
                above = "/".join((os.path.realpath(root), name, *left[::-1]))
                left = _inside(root, above).split("/")[::-1]
            elif name not in ("", "."):
                target = _target(name, folders[-1])
                if target is None:
                    opened = os.open(name, _NO_LINK | (_FOLDER if left else _READ | _NO_WAIT), dir_fd=folders[-1])
                    if not left:
                        return opened
                    folders.append(opened)
                    continue
                links += 1
                if target.startswith("/"):
                    target = _inside(root, target)
                    while len(folders) > 1:
                        os.close(folders.pop())
                left += target.split("/")[::-1]
        raise UnfitError("is no regular file")
    finally:
        for folder in folders:
            os.close(folder)


def _target(name: str, folder: int) -> str | None:
    """What a link says; None for what is none. If it becomes one after this, opening it fails."""
    try:
        return os.readlink(name, dir_fd=folder)
    except OSError:
        return None


def _inside(root: Path, target: str) -> str:
    """The path below the folder that an absolute link means; it is only a text, and is walked like any other."""
    real, meant = os.path.realpath(root), os.path.realpath(target)
    if not Path(meant).is_relative_to(real):
        raise UnfitError(_OUT)
    return os.path.relpath(meant, real)


def _looked_up(root: Path, path: str) -> int:
    if not Path(os.path.realpath(root / path)).is_relative_to(os.path.realpath(root)):
        raise UnfitError(_OUT)
    return os.open(root / path, _READ | _NO_WAIT)
