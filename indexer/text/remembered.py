"""Results of earlier builds, kept by a digest of what they were made of: equal inputs are not computed again.

A file may be deleted at any time, and counts for nothing where a bit of it changed.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size


def remembered(file: Path, made_of: Iterable[str], make: Callable[[], bytes]) -> bytes:
    """What `make` gives; if it was asked for before with the same texts, what it gave then.

    `made_of` are all texts that the outcome depends on, in an order that lasts. A file keeps the last outcome alone.
    """
    key = _key(made_of)
    found = _found(file, key)
    if found is not None:
        return found
    made = make()
    _put(file, key, made)
    return made


def recalled(file: Path, made_of: Iterable[str]) -> bytes | None:
    """What `keep` left in a file with the same texts; None where there is nothing, or nothing sound."""
    return _found(file, _key(made_of))


def keep(file: Path, made_of: Iterable[str], content: bytes | memoryview) -> None:
    """Leave this for the next build, whole or not at all."""
    _put(file, _key(made_of), content)


def _found(file: Path, key: bytes) -> bytes | None:
    try:
        with file.open("rb") as opened:
            seal, content = opened.read(_DIGEST), opened.read()
    except OSError:
        return None
    return content if seal == _seal(key, content) else None


def _put(file: Path, key: bytes, content: bytes | memoryview) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.new")
    with beside.open("wb") as opened:
        opened.write(_seal(key, content))
        opened.write(content)
    os.replace(beside, file)


def _key(made_of: Iterable[str]) -> bytes:
    digest = hashlib.sha256()
    for text in made_of:
        written = text.encode()
        digest.update(b"%d\0" % len(written))
        digest.update(written)
    return digest.digest()


def _seal(key: bytes, content: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(key)
    digest.update(content)
    return digest.digest()
