"""Ownership of files found in the working folder: those of another user must not configure Lede.

What a flag or a variable names is used, whoever owns it; what is only found, as `lede.toml` or `index` in the folder
that a program was started in, must belong to the user who runs it or to root, as git demands of a repository
(`safe.directory`). Else whoever can write a folder could choose the model, or the index, of everybody who works there.
"""

import os
from contextlib import suppress
from pathlib import Path

ROOT = 0


def stranger_owning(path: Path) -> str | None:
    """The owner of a file or folder, where that is neither the user who runs this nor root; else None.

    A link is its maker's as well as what it leads to. Raises FileNotFoundError where there is nothing.
    """
    for uid in (path.lstat().st_uid, path.stat().st_uid):
        if is_stranger(uid):
            return owner_name(uid)
    return None


def is_placed_by_root(path: Path) -> bool:
    """Whether a file is root's and somebody else runs this: nobody unpacks such a file without being root."""
    return os.geteuid() != ROOT and path.lstat().st_uid == path.stat().st_uid == ROOT


def is_stranger(uid: int) -> bool:
    """Whether a user is neither the one who runs this nor root."""
    return uid not in (ROOT, os.geteuid())


def owner_name(uid: int) -> str:
    """A user's name, or the number where it has none."""
    import pwd  # only who is refused needs it

    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return f"user {uid}"
