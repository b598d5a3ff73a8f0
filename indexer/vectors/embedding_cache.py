"""Texts to a matrix, through a cache keyed by the model's fingerprint and the text's digest.

Only new text meets the model.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import numpy as np

from indexer.vectors.vector_segments import VectorSegments
from search.arrays import Matrix, Scores
from search.errors import ModelError
from search.ports import Embedder
from search.spill import Lines, MatrixFile

OWN_VECTORS = "embeddings.sqlite"
"""The cache in its folder."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS models (model INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS sealed (
    model INTEGER NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL, UNIQUE (digest, model)
);
"""
_MODEL = "(SELECT model FROM models WHERE fingerprint = ?)"
_VERSION = 2
_PAGE = 8_192
"""Five vectors of 384 numbers fill one. In a table without row numbers each would take a page for itself."""
_NOT_DAMAGE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM)
_BATCH = 512
_HELD = 1 << 25
"""Characters of new texts that wait together for the model: a first build of many articles must not hold all."""
_BLOCK = 1 << 25
"""Bytes of a block at least: from there on the C library gives what is let go of back to the system."""
_BLOCKS = 6
"""Blocks in memory; what goes beyond these 200 MB is in a file."""
_ASKED_AT_ONCE = 500


class VectorSource(Protocol):
    """What knows vectors by the digests of their texts."""

    def find(self, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors of those digests that are known, as float32 bytes."""


class VectorSink(Protocol):
    """What remembers vectors."""

    def keep(self, fingerprint: str, vectors: dict[bytes, bytes]) -> None:
        """Remember these vectors."""


class VectorCache(VectorSource, VectorSink, Protocol):
    """What knows vectors, and remembers those that are new."""


class EmbeddingCache:
    """Vectors met before, each sealed with its CRC-32: one that rotted is unknown. It may be deleted at any time.

    A file that is damaged is begun anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError as damaged:
            _raise_unless_damaged(damaged)
            self._begin_anew()

    def find(self, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors of those digests that are known, as float32 bytes."""
        try:
            return dict(_found(self._connection, fingerprint, digests))
        except sqlite3.DatabaseError as damaged:
            _raise_unless_damaged(damaged)
            self._begin_anew()
            return {}

    def keep(self, fingerprint: str, vectors: dict[bytes, bytes]) -> None:
        """Remember these vectors, at once and for good."""
        rows = ((fingerprint, digest, _sealed(vector)) for digest, vector in vectors.items())
        self._connection.execute("INSERT OR IGNORE INTO models (fingerprint) VALUES (?)", (fingerprint,))
        self._connection.executemany(f"INSERT OR REPLACE INTO sealed VALUES ({_MODEL}, ?, ?)", rows)
        self._connection.commit()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _begin_anew(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()
        for beside in ("", "-wal", "-shm"):  # a log left beside a new file would be played into it
            Path(f"{self._path}{beside}").unlink(missing_ok=True)
        self._connection = _opened(self._path)


class SharedCache:
    """What this machine knows, and behind it what many machines made of the same archive; new vectors go to a sink."""

    def __init__(self, own: VectorSource, shared: VectorSegments, sink: VectorSink) -> None:
        self._own, self._shared, self._sink = own, shared, sink

    def find(self, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors of those digests that either knows, as float32 bytes."""
        found = self._own.find(fingerprint, digests)
        return found | self._shared.find([digest for digest in digests if digest not in found])

    def keep(self, fingerprint: str, vectors: dict[bytes, bytes]) -> None:
        """Remember these vectors in the sink."""
        self._sink.keep(fingerprint, vectors)


class KnownVectors:
    """The cache of an index, read and never written: the vectors that its builds made. It may be missing."""

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        if path.is_file():
            with suppress(sqlite3.Error):
                self._connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)

    def find(self, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors of those digests that are known, as float32 bytes; none of a file that cannot be read."""
        found: dict[bytes, bytes] = {}
        if self._connection is not None:
            with suppress(sqlite3.Error):
                found.update(_found(self._connection, fingerprint, digests))
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()


def _found(connection: sqlite3.Connection, fingerprint: str, digests: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The digests that are known, and their vectors. Raises sqlite3.Error."""
    for at in range(0, len(digests), _ASKED_AT_ONCE):
        some = digests[at : at + _ASKED_AT_ONCE]
        marks = ",".join("?" * len(some))
        statement = f"SELECT digest, vector FROM sealed WHERE model = {_MODEL} AND digest IN ({marks})"
        kept = connection.execute(statement, (fingerprint, *some)).fetchall()
        yield from ((digest, sealed[:-4]) for digest, sealed in kept if sealed == _sealed(sealed[:-4]))


class Vectors:
    """The vectors of many texts, in the order in which they are asked for. Only new text meets the model.

    Known vectors are put in their places at once, so that of the texts only the new ones are held, and of these not
    all if they are many. The places grow by blocks, which are let go of one by one when they are joined; behind so many
    blocks they are in a file.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache, progress: Callable[[int, int], None]) -> None:
        """`progress` is told how many texts have met the model, and how many there are (0: not known yet)."""
        self._embedder = embedder
        self._cache = cache
        self._progress = progress
        self._blocks: list[Matrix] = []
        self._lines = _BLOCK // (embedder.dimension * 4) + 1
        self._size = 0
        self._file: MatrixFile | None = None
        self._places: dict[bytes, list[int]] = {}
        self._new: dict[bytes, str] = {}
        self._held = 0
        self.fresh = 0
        """How many texts have met the model."""

    def take(self, vectors: Matrix) -> None:
        """Go on with vectors that are known from elsewhere."""
        taken = 0
        while taken < len(vectors):
            room = self._lines - self._size % self._lines
            some = vectors[taken : taken + room]
            self._place(self._size, some)
            self._size += len(some)
            taken += len(some)

    def ask(self, texts: Sequence[str]) -> None:
        """Go on with the vectors of these texts. Raises ModelError."""
        if not texts:
            return
        digests = [text_digest(text) for text in texts]
        length = self._embedder.dimension * 4
        known = self._cache.find(self._embedder.fingerprint, sorted(set(digests)))
        for digest, text in zip(digests, texts, strict=True):
            self._size += 1
            vector = known.get(digest, b"")
            if len(vector) == length:
                self._place(self._size - 1, np.frombuffer(vector, dtype=np.float32)[None, :])
            else:
                self._places.setdefault(digest, []).append(self._size - 1)
                self._new[digest] = text
                self._held += len(text)
        if self._held > _HELD:
            self._meet(last=False)

    def matrix(self) -> Lines:
        """All vectors, (texts, dimension), in a file if they are very many; nothing is left here. Raises ModelError."""
        self._meet(last=True)
        if self._file is not None:
            file, self._file = self._file, None
            for number in reversed(range(len(self._blocks))):
                file.put(number * self._lines, self._blocks.pop())
            return file
        matrix = np.empty((self._size, self._embedder.dimension), dtype=np.float32)
        for number in reversed(range(len(self._blocks))):
            block, part = self._blocks.pop(), matrix[number * self._lines : (number + 1) * self._lines]
            part[:] = block[: len(part)]
        return matrix

    def _meet(self, *, last: bool) -> None:
        """New texts meet the model, the shortest first.

        What it makes is kept batch by batch, so that a killed run does not pay for it twice.
        """
        total = self.fresh + len(self._new) if last else 0
        for batch in embedded(self._new, self._embedder, self._cache):
            for digest, vector in batch:
                for place in self._places[digest]:
                    self._place(place, vector[None, :])
            self.fresh += len(batch)
            self._progress(self.fresh, total)
        self._places, self._new, self._held = {}, {}, 0

    def _place(self, place: int, vectors: Matrix) -> None:
        """Put vectors in their places, which all lie in one block."""
        number, line = divmod(place, self._lines)
        if number >= _BLOCKS:
            self._file = self._file or MatrixFile(self._embedder.dimension)
            self._file.put(place, vectors)
            return
        while len(self._blocks) <= number:
            self._blocks.append(np.empty((self._lines, self._embedder.dimension), dtype=np.float32))
        self._blocks[number][line : line + len(vectors)] = vectors


def embedded(new: Mapping[bytes, str], embedder: Embedder, cache: VectorCache) -> Iterator[list[tuple[bytes, Scores]]]:
    """The vectors of new texts, given by their digests: the shortest first, batch by batch, each kept at once.

    Raises ModelError.
    """
    ordered = sorted(new.items(), key=lambda pair: len(pair[1]))
    for at in range(0, len(ordered), _BATCH):
        batch = ordered[at : at + _BATCH]
        vectors = _checked(embedder.embed([text for _, text in batch]))
        made = [(digest, vector) for (digest, _), vector in zip(batch, vectors, strict=True)]
        cache.keep(embedder.fingerprint, {digest: vector.tobytes() for digest, vector in made})
        yield made


def text_digest(text: str) -> bytes:
    """What a text is known by in every cache."""
    return hashlib.sha256(text.encode()).digest()


def embed(
    texts: Sequence[str], embedder: Embedder, cache: VectorCache, progress: Callable[[int, int], None]
) -> tuple[Matrix, int]:
    """One unit vector a text, (texts, dimension), and how many texts met the model. Raises ModelError."""
    vectors = Vectors(embedder, cache, progress)
    vectors.ask(texts)
    matrix = vectors.matrix()
    return matrix[:], vectors.fresh


def _checked(vectors: Matrix) -> Matrix:
    """The vectors, if all are finite and of unit length."""
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(vectors).all() or not np.allclose(lengths, 1.0, atol=1e-3):
        raise ModelError("The model gave vectors that are not of unit length.", "Set a sentence-embedding model.")
    return vectors


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_SCHEMA)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < _VERSION:
        _take_over(connection, version)
    return connection


def _take_over(connection: sqlite3.Connection, version: int) -> None:
    """Keep the vectors of a cache of before; in the first ones they were not sealed."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'vectors'").fetchone():
        connection.create_function("seal", 1, bytes if version else _sealed)
        connection.execute("INSERT INTO models (fingerprint) SELECT DISTINCT fingerprint FROM vectors")
        connection.execute(
            "INSERT INTO sealed SELECT model, digest, seal(vector) FROM vectors JOIN models USING (fingerprint)"
        )
        connection.execute("DROP TABLE vectors")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.commit()
    if connection.execute("PRAGMA page_size").fetchone() != (_PAGE,):  # known to take another only so
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")


def _sealed(vector: bytes) -> bytes:
    return vector + zlib.crc32(vector).to_bytes(4, "little")


def _raise_unless_damaged(error: sqlite3.DatabaseError) -> None:
    """A full disk is no reason to throw a sound cache away."""
    if error.sqlite_errorcode & 0xFF in _NOT_DAMAGE:
        raise error
