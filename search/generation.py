"""The index folder: which generation is served, what a generation consists of, and whether it is what was written.

    index/CURRENT                the name of the served generation, and nothing else
    index/generations/<name>/    never changed once it is there
    index/staging/<name>/        one in the making; no reader looks here
    index/cache/                 what may be deleted at any time
    index/writer.lock            held by the run that writes

A manifest is JSON whose first line is the SHA-256 of all that follows, so that a changed bit in it is noticed too.
Every file has two digests: SHA-256 for who verifies, XXH3, a fifth of the work, for who opens.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import msgspec
import xxhash

from search.confidence import Calibration
from search.cores import cores
from search.errors import BrokenGenerationError, NoGenerationError

FORMAT = 7
"""The version of what stands in a generation. A reader refuses any other."""
MANIFEST = "manifest.json"
NAMES = "names.json"
"""The table of names that the generation was analysed with."""
DAYS = "days.json"
"""The names that days have, and their dates."""
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
_HEAD = re.compile(rb'\{"sha256": "([0-9a-f]{64})",\n')
_AT_ONCE = 1 << 20
"""Bytes of a file that are digested together."""
_READERS = 2
"""Threads that digest files when a generation is opened: digests let go of the interpreter."""
_REMEDY = "Run `lede-index rollback` to serve the one before, or build again."


class FileDigest(msgspec.Struct, frozen=True):
    """What a file was when it was written."""

    size: int
    sha256: str
    xxh3: str = ""
    """XXH3-64, as hex; empty where a generation was written before there was one."""


class Rejected(msgspec.Struct, frozen=True):
    """A file that could not become an article: where, and why."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


class ModelCard(msgspec.Struct, frozen=True):
    """The model whose vectors stand in a generation, and what it knows.

    `runtime` is `onnx` where the model stands in the generation itself, else what has to load it by its name.
    """

    fingerprint: str
    source: str
    name: str
    dimension: int
    languages: list[str]
    runtime: str
    calibration: Calibration


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation is: written last, true of every file beside it."""

    format: int
    name: str
    built: str
    content_digest: str
    """SHA-256 over the path and content digest of every file read: equal content builds equal answers."""
    settings_digest: str
    articles: int
    views: int
    passages: int
    drafts: int
    rejected: list[Rejected]
    languages: dict[str, int]
    keyword_engine: str
    vector_engine: str
    analyzer: str
    boilerplate: list[str]
    """Headings that recur all over the archive and say nothing of an article."""
    model: ModelCard
    files: dict[str, FileDigest]


class IndexFolder:
    """Where generations are kept. Values about paths only; opening one is the snapshot's business."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.current = root / "CURRENT"
        self.fresh = root / "CURRENT.tmp"
        """What takes the place of CURRENT in one move."""
        self.generations = root / "generations"
        self.staging = root / "staging"
        self.cache = root / "cache"
        self.lock = root / "writer.lock"

    def current_name(self) -> str:
        """The name of the served generation. Raises NoGenerationError or BrokenGenerationError."""
        try:
            name = self.current.read_text(encoding="utf-8").strip()
        except FileNotFoundError as missing:
            raise NoGenerationError(
                f"{self.root} has no published generation.", "Run `lede-index build CONTENT`."
            ) from missing
        except (OSError, UnicodeDecodeError) as unreadable:
            raise BrokenGenerationError(
                f"CURRENT cannot be read: {unreadable.args[-1]}.", "Run `lede-index rollback` or build again."
            ) from unreadable
        if not _NAME.fullmatch(name):
            raise BrokenGenerationError(
                f"CURRENT names no generation: {name[:40]!r}.", "Run `lede-index rollback` or build again."
            )
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


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation. Raises BrokenGenerationError if it is missing, altered or of another format."""
    try:
        written = (folder / MANIFEST).read_bytes()
    except OSError as missing:
        raise _broken(folder, f"{MANIFEST} cannot be read ({missing.strerror})") from missing
    head = _HEAD.match(written)
    if head is None or hashlib.sha256(written[head.end() :]).hexdigest().encode() != head[1]:
        raise _broken(folder, f"{MANIFEST} was altered after it was written")
    version = msgspec.json.decode(written).get("format")
    if version != FORMAT:
        raise BrokenGenerationError(
            f"Generation {folder.name}: its format is {version}, this version of Lede reads {FORMAT}.",
            "Run `lede-index build CONTENT --full`.",
        )
    try:
        return msgspec.json.decode(written, type=Manifest)
    except msgspec.ValidationError as unfit:
        raise _broken(folder, f"{MANIFEST} does not fit this version of Lede ({unfit})") from unfit


def _broken(folder: Path, what: str) -> BrokenGenerationError:
    """What is wrong with a generation, by its name: a service shows it, and tells nobody where the index lies."""
    return BrokenGenerationError(f"Generation {folder.name} is not what was written: {what}.", _REMEDY)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a generation whose files are all there."""
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)[2:]
    digest = hashlib.sha256(body).hexdigest().encode()
    (folder / MANIFEST).write_bytes(b'{"sha256": "' + digest + b'",\n' + body)


def digest_files(folder: Path) -> dict[str, FileDigest]:
    """Size and digests of every file below a folder but the manifest, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return dict(zip((path.relative_to(folder).as_posix() for path in paths), _digests(paths), strict=True))


def altered(folder: Path, manifest: Manifest, *beginnings: str) -> bool:
    """Whether any file whose path begins so is missing, or not as it was written."""
    names = [name for name in manifest.files if name.startswith(beginnings)]
    try:
        return _digests([folder / name for name in names]) != [manifest.files[name] for name in names]
    except OSError:
        return True


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """See that every file is there in its size: what can be had without reading them. Raises BrokenGenerationError."""
    for name, digest in manifest.files.items():
        try:
            size = os.stat(folder / name).st_size
        except OSError:
            size = -1
        if size != digest.size:
            what = "is missing" if size < 0 else f"has {size:,} bytes, not {digest.size:,}"
            raise _broken(folder, f"{name} {what}")


def check_bytes(folder: Path, manifest: Manifest) -> None:
    """See that every byte is what was written, by the quick digest. Raises BrokenGenerationError.

    Engines trust their files: a flipped bit may crash one, or make it answer wrongly, long after it was opened.
    """
    check_sizes(folder, manifest)
    largest_first = sorted(manifest.files.items(), key=lambda file: -file[1].size)  # so that the readers end together
    left, wrong = iter(largest_first), list[str]()

    def read() -> None:
        wrong.extend(name for name, digest in left if not _is_sound(folder / name, digest))

    readers = [Thread(target=read) for _ in range(_READERS)]  # a pool would import logging, 10 ms of a cold query
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if wrong:
        raise _broken(folder, f"{min(wrong)} was altered after it was written")


def check_digests(folder: Path, manifest: Manifest) -> list[str]:
    """What is not as it was written: altered, missing and added files, one line each; empty when all is sound."""
    found = digest_files(folder)
    problems = [f"{name}: is missing" for name in manifest.files if name not in found]
    problems += [f"{name}: does not belong here" for name in found if name not in manifest.files]
    problems += [
        f"{name}: was altered after it was written"
        for name, digest in manifest.files.items()
        if name in found and (found[name].size, found[name].sha256) != (digest.size, digest.sha256)
    ]
    return sorted(problems)


def check_part(folder: Path, manifest: Manifest, part: str) -> None:
    """See that a part of a generation holds what was written and nothing else. Raises BrokenGenerationError."""
    written = {name: digest for name, digest in manifest.files.items() if name.startswith(f"{part}/")}
    found = {f"{part}/{name}": digest for name, digest in digest_files(folder / part).items()}
    if found != written:
        wrong = sorted(name for name in {*found, *written} if found.get(name) != written.get(name))
        raise _broken(folder, f"{wrong[0]} was altered after it was written")


def hold(folder: Path) -> BinaryIO:
    """Mark a generation as being read, until the file is closed or the process ends: `is_held` tells who prunes.

    Raises BrokenGenerationError when it is gone.
    """
    try:
        file = (folder / MANIFEST).open("rb")
    except OSError as gone:
        raise _broken(folder, f"{MANIFEST} cannot be read ({gone.strerror})") from gone
    with suppress(OSError):  # it is being removed, or the file system knows no locks: it is read as long as it is there
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return file


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


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while some := file.read(_AT_ONCE):
            yield some


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
