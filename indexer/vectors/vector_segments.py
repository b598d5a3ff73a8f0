"""Segments of vectors in a folder that many machines share.

Whoever embeds a part of an archive leaves files there, each written whole under another name and then renamed. None is
ever changed, so writers need no lock, and nothing of a run that died is in anyone's way. Each model has a folder of its
own. A file is

    magic, how many vectors, their dimension, digest of the model's fingerprint
    the digests of the texts, ascending, 32 bytes each; XXH3 of all so far
    for each text its vector, float32, and the CRC-32 of digest and vector

A file with another beginning or size is passed over, and a vector that rotted is unknown.
"""

import hashlib
import logging
import os
import struct
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
import xxhash
from numpy.typing import NDArray

SHARED_VECTORS = "vectors"
"""The shared folder, where none is named: in the folder of caches."""

_MAGIC = b"LEDEVEC\x01"
_HEAD = struct.Struct("<8sQQ32s")
_DIGEST = 32
_SEAL = 8
_CRC = 4
_SUFFIX = ".vectors"
_BEGUN = ".begun"
_LEFT_LONG_AGO = 86_400
"""Seconds after which a file that was begun and never renamed was left by a run that died."""
_log = logging.getLogger("lede.vectors")


class VectorSegments:
    """The vectors of one model in a shared folder, by the SHA-256 digests of their texts."""

    def __init__(self, root: Path, fingerprint: str, dimension: int) -> None:
        """`root` need not be there yet; files that another machine adds later are not seen."""
        self._model = hashlib.sha256(fingerprint.encode()).digest()
        self.folder = root / self._model.hex()[:16]
        """Where this model's files lie."""
        self._dimension = dimension
        self._files: list[Path] = []
        self._prefixes: NDArray[np.uint64] = np.zeros(0, dtype=np.uint64)
        self._places: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.taken = 0
        """How many vectors were found here so far."""
        self._load()
        self._told_of_others(root)

    def __len__(self) -> int:
        return len(self._prefixes)

    def find(self, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors of those digests that are known and sound, as float32 bytes."""
        if not len(self) or not digests:
            return {}
        wanted = np.frombuffer(b"".join(digest[:8] for digest in digests), dtype=">u8").astype(np.uint64)
        first = np.searchsorted(self._prefixes, wanted)
        last = np.searchsorted(self._prefixes, wanted, side="right")
        by_file: dict[int, list[tuple[int, bytes]]] = {}
        for digest, begin, end in zip(digests, first.tolist(), last.tolist(), strict=True):
            for place in self._places[begin:end].tolist():
                by_file.setdefault(place >> 32, []).append((place & 0xFFFFFFFF, digest))
        found: dict[bytes, bytes] = {}
        for number, entries in by_file.items():
            found |= self._read(self._files[number], [entry for entry in entries if entry[1] not in found])
        self.taken += len(found)
        return found

    def write(self, vectors: Mapping[bytes, bytes]) -> Path | None:
        """Add a file of these vectors, whole or not at all; gives its path. Raises OSError."""
        if not vectors:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        _clear_away(self.folder)
        digests = sorted(vectors)
        head = _HEAD.pack(_MAGIC, len(digests), self._dimension, self._model) + b"".join(digests)
        body = b"".join(vectors[digest] + _crc(digest, vectors[digest]) for digest in digests)
        begun = self.folder / f"{uuid4().hex}{_BEGUN}"
        try:
            with begun.open("xb") as file:
                file.write(head + xxhash.xxh3_64(head).digest())
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            path = self.folder / f"{hashlib.sha256(head + body).hexdigest()[:32]}{_SUFFIX}"
            os.replace(begun, path)
        finally:
            begun.unlink(missing_ok=True)
        return path

    def _load(self) -> None:
        prefixes, places = [], []
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            digests = self._digests(path)
            if digests is None:
                _log.warning("%s is no file of vectors, or was altered; it is passed over.", path)
                continue
            prefixes.append(digests[:, 0].astype(np.uint64))
            places.append(np.arange(len(digests), dtype=np.int64) | len(self._files) << 32)
            self._files.append(path)
        if prefixes:
            every = np.concatenate(prefixes)
            order = np.argsort(every, kind="stable")
            self._prefixes, self._places = every[order], np.concatenate(places)[order]

    def _digests(self, path: Path) -> NDArray[np.uint64] | None:
        """The digests of a file as four numbers each; None where it is not what was written."""
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD.size)
                if len(head) < _HEAD.size:
                    return None
                magic, count, dimension, model = _HEAD.unpack(head)
                size = _HEAD.size + count * (_DIGEST + dimension * 4 + _CRC) + _SEAL
                fit = (magic, dimension, model) == (_MAGIC, self._dimension, self._model)
                if not fit or os.fstat(file.fileno()).st_size != size:
                    return None
                digests, seal = file.read(count * _DIGEST), file.read(_SEAL)
        except OSError:
            return None
        if xxhash.xxh3_64(head + digests).digest() != seal:
            return None
        return np.frombuffer(digests, dtype=">u8").reshape(-1, 4)

    def _read(self, path: Path, entries: Sequence[tuple[int, bytes]]) -> dict[bytes, bytes]:
        """The vectors at these places of a file, of those that are what was written for their digests."""
        found: dict[bytes, bytes] = {}
        length = self._dimension * 4
        with suppress(OSError), path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            count = (size - _HEAD.size - _SEAL) // (_DIGEST + length + _CRC)
            first = _HEAD.size + count * _DIGEST + _SEAL
            for place, digest in entries:
                sealed = os.pread(file.fileno(), length + _CRC, first + place * (length + _CRC))
                if sealed[length:] == _crc(digest, sealed[:length]):
                    found[digest] = sealed[:length]
        return found

    def _told_of_others(self, root: Path) -> None:
        """Say that a folder holds vectors of other models alone: they are of no use here."""
        if not len(self) and root.is_dir():
            others = [one.name for one in sorted(root.iterdir()) if one != self.folder and any(one.glob(f"*{_SUFFIX}"))]
            if others:
                _log.warning("%s holds vectors of another model (%s); none of them is used.", root, ", ".join(others))


def _crc(digest: bytes, vector: bytes) -> bytes:
    return zlib.crc32(vector, zlib.crc32(digest)).to_bytes(_CRC, "little")


def _clear_away(folder: Path) -> None:
    for left in folder.glob(f"*{_BEGUN}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_LONG_AGO:
                left.unlink()
