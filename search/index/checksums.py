"""Digests of the files of a generation, and the checks against its manifest.

Every file has two digests: SHA-256 for verification, XXH3, a fifth of the work, for opening.
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread

import xxhash

from search.index.manifest import MANIFEST, FileDigest, Manifest, broken_generation
from search.process import cores

_AT_ONCE = 1 << 18
"""Bytes of a file that are digested together: they stay in the processor's cache between reading and digesting."""
_READERS = 2
"""Threads that digest files when a generation is opened: hashing releases the interpreter's lock."""


def digest_files(folder: Path) -> dict[str, FileDigest]:
    """Size and digests of every file below a folder but the manifest, by path."""
    found = _below(folder)
    return dict(zip(found, _digests(list(found.values())), strict=True))


def _below(folder: Path) -> dict[str, Path]:
    """Every file below a folder but the manifest, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): path for path in paths}


def altered(folder: Path, manifest: Manifest, *beginnings: str) -> bool:
    """Whether any file whose path begins so is missing, or not as it was written, by the quick digest."""
    named = {name: digest for name, digest in manifest.files.items() if name.startswith(beginnings)}
    return bool(_unsound(folder, named))


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """See that every file is there in its size: what can be had without reading them. Raises BrokenGenerationError."""
    for name, digest in manifest.files.items():
        try:
            size = os.stat(folder / name).st_size
        except OSError:
            size = -1
        if size != digest.size:
            what = "is missing" if size < 0 else f"has {size:,} bytes, not {digest.size:,}"
            raise broken_generation(folder, f"{name} {what}")


def check_bytes(folder: Path, manifest: Manifest) -> None:
    """See that every byte is what was written, by the quick digest. Raises BrokenGenerationError.

    Engines trust their files: a flipped bit may crash one, or make it answer wrongly, long after it was opened.
    """
    check_sizes(folder, manifest)
    if wrong := _unsound(folder, manifest.files):
        raise broken_generation(folder, f"{min(wrong)} was altered after it was written")


def strangers(folder: Path, manifest: Manifest) -> list[str]:
    """The files that are missing, and those that the manifest does not name, one line each; no byte is read."""
    return sorted(_misplaced(_below(folder), manifest))


def _misplaced(found: Collection[str], manifest: Manifest) -> list[str]:
    """Of the files found those that do not belong there, and those that are missing, one line each."""
    missing = [f"{name}: is missing" for name in manifest.files if name not in found]
    return missing + [f"{name}: does not belong here" for name in found if name not in manifest.files]


def _unsound(folder: Path, named: Mapping[str, FileDigest]) -> list[str]:
    """The files that cannot be read, or are not what was written, by the quick digest."""
    largest_first = sorted(named.items(), key=lambda file: -file[1].size)  # so that the readers end together
    left, wrong = iter(largest_first), list[str]()

    def read() -> None:
        wrong.extend(name for name, digest in left if not _is_sound(folder / name, digest))

    readers = [Thread(target=read) for _ in range(_READERS)]  # a pool would import logging, 10 ms of a cold query
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return wrong


def check_digests(folder: Path, manifest: Manifest) -> list[str]:
    """What is not as it was written: altered, missing and added files, one line each; empty when all is sound."""
    found = digest_files(folder)
    altered_ones = [
        f"{name}: was altered after it was written"
        for name, digest in manifest.files.items()
        if name in found and (found[name].size, found[name].sha256) != (digest.size, digest.sha256)
    ]
    return sorted(_misplaced(found, manifest) + altered_ones)


def check_part(folder: Path, manifest: Manifest, part: str) -> None:
    """See that a part of a generation holds what was written and nothing else. Raises BrokenGenerationError."""
    written = {name: digest for name, digest in manifest.files.items() if name.startswith(f"{part}/")}
    found = {f"{part}/{name}": digest for name, digest in digest_files(folder / part).items()}
    if found != written:
        wrong = sorted(name for name in {*found, *written} if found.get(name) != written.get(name))
        raise broken_generation(folder, f"{wrong[0]} was altered after it was written")


def _pieces(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, piece by piece, each in the place of the one before: fresh memory would cost more."""
    piece = memoryview(bytearray(_AT_ONCE))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(piece):
            yield piece[:size]


def _digest(path: Path) -> FileDigest:
    size, sha256, xxh3 = 0, hashlib.sha256(), xxhash.xxh3_64()
    for some in _pieces(path):
        size += len(some)
        sha256.update(some)
        xxh3.update(some)
    return FileDigest(size, sha256.hexdigest(), xxh3.hexdigest())


def _is_sound(path: Path, digest: FileDigest) -> bool:
    made = xxhash.xxh3_64() if digest.xxh3 else hashlib.sha256()
    try:
        for some in _pieces(path):
            made.update(some)
    except OSError:  # a disk that cannot give back what it took
        return False
    return made.hexdigest() == (digest.xxh3 or digest.sha256)


def _digests(paths: Sequence[Path]) -> list[FileDigest]:
    from concurrent.futures import ThreadPoolExecutor  # digests let other threads run

    with ThreadPoolExecutor(cores()) as threads:
        return list(threads.map(_digest, paths))
