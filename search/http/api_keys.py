"""Keys by name and scope, in a file that keeps only their SHA-256.

A key is 256 random bits, so a plain digest cannot be searched backwards; slow hashes are for what people choose.
A line of the file is `name scope sha256 made`. `lede key` writes it; a running service reads it again when it changes.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock

from search.errors import RequestError, SettingsError

READ, ADMIN = "read", "admin"
SCOPES = (READ, ADMIN)
"""What a key opens: asking; and with `admin` also what is said of the service itself."""
_HEAD = "# Who may ask Lede: name, scope, SHA-256 of the key, when it was made. `lede key` keeps this file.\n"
_NAME = re.compile(r"[\w.-]{1,40}")
_LINE = re.compile(rf"({_NAME.pattern}) ({'|'.join(SCOPES)}) ([0-9a-f]{{64}}) (\S+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is known here: everything but the key itself."""

    name: str
    scope: str
    digest: str
    made: str

    @property
    def is_admin(self) -> bool:
        """Whether it opens what is said of the service itself."""
        return self.scope == ADMIN


class KeyFile:
    """The keys of a file, read again whenever it changes. Safe to use from threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._keys: Sequence[Key] = ()

    def whose(self, token: str) -> Key | None:
        """The key that this is, or None. Every one is compared to the end, so that time tells nothing."""
        digest, found = _digest(token), None
        for key in self._current():
            if compare_digest(key.digest, digest):
                found = key
        return found

    def _current(self) -> Sequence[Key]:
        try:
            now = os.stat(self._path)
        except OSError:
            return ()  # no file, nobody comes in
        seen = (now.st_mtime_ns, now.st_size, now.st_ino)
        with self._lock:
            if seen != self._seen:
                self._keys, self._seen = self._read(), seen
            return self._keys

    def _read(self) -> Sequence[Key]:
        try:
            return read_keys(self._path)
        except SettingsError as wrong:  # better nobody than somebody whose key was taken back
            import logging

            logging.getLogger("lede.keys").error("Nobody is let in: %s", wrong)
            return ()


def read_keys(path: Path) -> list[Key]:
    """The keys of a file; none where it is not there yet. Raises SettingsError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{path} cannot be read: {wrong}.", "See to its rights, or make it anew.") from wrong
    keys = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise SettingsError(f"{path}:{number} is no key.", "Take the line away; `lede key add` writes a right one.")
        keys.append(Key(*found.groups()))
    return keys


def add_key(path: Path, name: str, scope: str, now: datetime) -> str:
    """Make a key and note it; gives the key, which nobody can tell again. Raises RequestError, SettingsError."""
    if not _NAME.fullmatch(name):
        raise RequestError(f"{name!r} is no name for a key.", "Give letters, digits, dots and dashes, up to 40.")
    import secrets  # 5 ms of every cold query, and only this needs it

    token = f"lede_{secrets.token_urlsafe(32)}"
    with _changing(path) as keys:
        if any(key.name == name for key in keys):
            raise RequestError(f"There is a key {name} already.", f"Take another name, or revoke {name} first.")
        keys.append(Key(name, scope, _digest(token), f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"))
    return token


def revoke_key(path: Path, name: str) -> None:
    """Take a key back. Raises RequestError where there is none of that name, SettingsError."""
    with _changing(path) as keys:
        kept = [key for key in keys if key.name != name]
        if len(kept) == len(keys):
            raise RequestError(f"There is no key {name!r}.", "See `lede key list`.")
        keys[:] = kept


@contextmanager
def _changing(path: Path) -> Iterator[list[Key]]:
    """The keys, to be changed by one at a time; what comes of it replaces the file in one step, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        keys = read_keys(path)
        yield keys
        lines = [f"{key.name} {key.scope} {key.digest} {key.made}\n" for key in keys]
        fresh = path.with_name(f"{path.name}.tmp")
        fresh.unlink(missing_ok=True)
        rights = path.stat().st_mode & 0o777 if path.exists() else 0o600
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights), "w", encoding="utf-8") as file:
            file.write(_HEAD + "".join(lines))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        os.fsync(folder)
    finally:
        os.close(folder)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
