"""Texts to a matrix, through a cache keyed by the model's fingerprint and the text's digest.

Only new text meets the model.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from search.arrays import Matrix, Scores
from search.errors import ModelError
from search.ports import Embedder

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
_ASKED_AT_ONCE = 500


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
        found: dict[bytes, bytes] = {}
        for at in range(0, len(digests), _ASKED_AT_ONCE):
            some = digests[at : at + _ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            statement = f"SELECT digest, vector FROM sealed WHERE model = {_MODEL} AND digest IN ({marks})"
            try:
                kept = self._connection.execute(statement, (fingerprint, *some)).fetchall()
            except sqlite3.DatabaseError as damaged:
                _raise_unless_damaged(damaged)
                self._begin_anew()
                return {}
            found.update((digest, sealed[:-4]) for digest, sealed in kept if sealed == _sealed(sealed[:-4]))
        return found

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


class Vectors:
    """The vectors of many texts, in the order in which they are asked for. Only new text meets the model.

    Known vectors are put in their places at once, so that of the texts only the new ones are held, and of these not
    all if they are many; the places grow by blocks, which are let go of one by one when they are joined.
    """

    def __init__(self, embedder: Embedder, cache: EmbeddingCache, progress: Callable[[int, int], None]) -> None:
        """`progress` is told how many texts have met the model, and how many there are (0: not known yet)."""
        self._embedder = embedder
        self._cache = cache
        self._progress = progress
        self._blocks: list[Matrix] = []
        self._lines = _BLOCK // (embedder.dimension * 4) + 1
        self._size = 0
        self._places: dict[bytes, list[int]] = {}
        self._new: dict[bytes, str] = {}
        self._held = 0
        self.fresh = 0
        """How many texts have met the model."""

    def take(self, vectors: Matrix) -> None:
        """Go on with vectors that are known from elsewhere."""
        for vector in vectors:
            self._grow()
            self._line(self._size - 1)[:] = vector

    def ask(self, texts: Sequence[str]) -> None:
        """Go on with the vectors of these texts. Raises ModelError."""
        if not texts:
            return
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        length = self._embedder.dimension * 4
        known = self._cache.find(self._embedder.fingerprint, sorted(set(digests)))
        for digest, text in zip(digests, texts, strict=True):
            self._grow()
            vector = known.get(digest, b"")
            if len(vector) == length:
                self._line(self._size - 1)[:] = np.frombuffer(vector, dtype=np.float32)
            else:
                self._places.setdefault(digest, []).append(self._size - 1)
                self._new[digest] = text
                self._held += len(text)
        if self._held > _HELD:
            self._meet(last=False)

    def matrix(self) -> Matrix:
        """All vectors, (texts, dimension); nothing is left here. Raises ModelError."""
        self._meet(last=True)
        matrix = np.empty((self._size, self._embedder.dimension), dtype=np.float32)
        for number in reversed(range(len(self._blocks))):
            block, part = self._blocks.pop(), matrix[number * self._lines : (number + 1) * self._lines]
            part[:] = block[: len(part)]
        return matrix

    def _meet(self, *, last: bool) -> None:
        """New texts meet the model, the shortest first.

        What it makes is kept batch by batch, so that a killed run does not pay for it twice.
        """
        new = sorted(self._new.items(), key=lambda pair: len(pair[1]))
        total = self.fresh + len(new) if last else 0
        for at in range(0, len(new), _BATCH):
            batch = new[at : at + _BATCH]
            vectors = _checked(self._embedder.embed([text for _, text in batch]))
            made = {digest: vector.tobytes() for (digest, _), vector in zip(batch, vectors, strict=True)}
            self._cache.keep(self._embedder.fingerprint, made)
            for (digest, _), vector in zip(batch, vectors, strict=True):
                for place in self._places[digest]:
                    self._line(place)[:] = vector
            self.fresh += len(batch)
            self._progress(self.fresh, total)
        self._places, self._new, self._held = {}, {}, 0

    def _grow(self) -> None:
        if self._size == len(self._blocks) * self._lines:
            self._blocks.append(np.empty((self._lines, self._embedder.dimension), dtype=np.float32))
        self._size += 1

    def _line(self, place: int) -> Scores:
        line: Scores = self._blocks[place // self._lines][place % self._lines]
        return line


def embed(
    texts: Sequence[str], embedder: Embedder, cache: EmbeddingCache, progress: Callable[[int, int], None]
) -> tuple[Matrix, int]:
    """One unit vector a text, (texts, dimension), and how many texts met the model. Raises ModelError."""
    vectors = Vectors(embedder, cache, progress)
    vectors.ask(texts)
    return vectors.matrix(), vectors.fresh


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
