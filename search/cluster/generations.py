"""Generations in a cluster: which there are, which is served, and the small part of one fetched into a folder."""

import base64
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from opensearchpy.exceptions import ConflictError, NotFoundError

from search.cluster.connection import ClusterUnfitError, Connection
from search.cluster.layout import KINDS, LAYOUT, MARK, Names
from search.errors import BrokenGenerationError, NoGenerationError
from search.index.checksums import check_digests
from search.index.directory import IndexFolder, is_held
from search.index.manifest import MANIFEST, read_manifest
from search.messages import say

SOON = 3.0
"""Seconds that it may take to tell what is served: whoever watches must not be held up."""
PIECE = 4 << 20
"""Bytes of one piece of a file."""
KEEPING = 2
"""How many generations a serving machine keeps of what it fetched."""


class Described(Struct, frozen=True, kw_only=True):
    """What the index of parts says of its generation."""

    layout: int = LAYOUT
    complete: bool = False
    built: str = ""
    articles: int = 0
    passages: int = 0
    views: int = 0
    rejected: int = 0
    keyword_engine: str = ""
    scale: float = 1.0
    """What the bytes of its vectors are multiplied by."""
    shares: dict[str, float] = {}
    """Of the terms of each field, the share that are real ones (see search.cluster.layout.similarity_of)."""
    added: int | None = None
    changed: int | None = None
    removed: int | None = None


class ClusterGenerations:
    """The generations of one archive in a cluster, as a reader sees them."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self.connection = connection
        self.names = names

    def current(self) -> str:
        """The generation that the aliases name. Raises NoGenerationError, BrokenGenerationError where they differ."""
        aliases = ",".join(self.names.alias(kind) for kind in KINDS)
        own = f"{self.names.prefix}-*"  # of all indexes nobody may ask who has rights for these alone
        found = self.connection.find(f"/{own}/_alias/{aliases}", patience=SOON)
        served = {self.names.generation(index) for index in found or ()}
        if not served:
            raise NoGenerationError(
                say(
                    "no-generation",
                    f"The cluster has no published generation of {self.names.prefix!r}.",
                    name="cluster",
                ),
                say("build-one"),
            )
        if len(served) > 1 or None in served or len(found) != len(KINDS):
            raise BrokenGenerationError(
                f"The aliases of {self.names.prefix!r} name indexes that do not belong together:"
                f" {', '.join(sorted(found))}.",
                "Publish one generation by `lede-index publish NAME`.",
            )
        return str(served.pop())

    def complete(self) -> dict[str, Described]:
        """Every generation that was loaded to the end, by name, oldest first. Raises as `all` does."""
        every = self.all()
        return {name: every[name] for name in sorted(every) if every[name].complete}

    def all(self) -> dict[str, Described]:
        """Every generation of which there is an index of parts. Raises ClusterUnfitError for a stranger's."""
        found = self.connection.find(f"/{self.names.index('parts', '*')}/_mapping") or {}
        described: dict[str, Described] = {}
        for index, mapping in found.items():
            name = self.names.generation(index)
            if name is not None:
                described[name] = msgspec.convert(marked(index, mapping), Described)
        return described

    def described(self, name: str) -> Described:
        """What is said of a generation. Raises NoGenerationError where it is not there to the end."""
        found = self.complete()
        if name not in found:
            raise NoGenerationError(f"There is no generation {name}.", f"There are {', '.join(found) or 'none'}.")
        return found[name]

    def fetch(self, name: str, folder: Path) -> None:
        """Put the small part of a generation into a folder that is not there yet, once its digests are right.

        Raises BrokenGenerationError where a piece is missing or altered.
        """
        index = self.names.index("parts", name)
        staged = folder.with_name(f"fetching-{name}-{os.getpid()}")
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        try:
            (staged / MANIFEST).write_bytes(b"".join(self._pieces(index, MANIFEST)))
            manifest = read_manifest(staged)
            for file in manifest.files:
                path = staged / file
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as written:
                    written.writelines(self._pieces(index, file))
            if wrong := check_digests(staged, manifest):
                raise BrokenGenerationError(f"Generation {name} in the cluster is not sound: {wrong[0]}.")
            with suppress(OSError):  # another process was faster
                staged.rename(folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _pieces(self, index: str, file: str) -> Iterator[bytes]:
        piece = 0
        while True:
            found = self.connection.find(f"/{index}/_doc/{piece_id(file, piece)}")
            if found is None:
                if piece == 0:
                    raise BrokenGenerationError(f"{file} is missing in {index}.", "Build again.")
                return
            packed = base64.b64decode(found["_source"]["bytes"])
            yield packed
            if len(packed) < PIECE:
                return
            piece += 1


class ClusterFolder(IndexFolder):
    """What was fetched of a cluster, as an index folder: the served generation is the one that the alias names."""

    def __init__(self, root: Path, generations: ClusterGenerations) -> None:
        """`root` is the folder that keeps what was fetched."""
        super().__init__(root)
        self.of_cluster = generations
        self._known: dict[str, bool] = {}

    def current_name(self) -> str:
        """The name of the served generation. Raises IndexUnusableError where there is none, or nobody answers."""
        return self.of_cluster.current()

    def names(self) -> list[str]:
        """The names of all generations that were loaded to the end, oldest first."""
        return list(self.of_cluster.complete())

    def path(self, name: str) -> Path:
        """The folder with the small part of a generation, fetched where it is not there yet."""
        folder = super().path(name)
        if not folder.is_dir():
            self.of_cluster.described(name)
            self.of_cluster.fetch(name, folder)
            self._forget(name)
        return folder

    def about(self) -> dict[str, object]:
        """The cluster's addresses and health, and the shards of this archive with their copies."""
        connection, names = self.of_cluster.connection, self.of_cluster.names
        told = connection.get(f"/_cluster/health/{names.prefix}-*", patience=SOON)
        shards = told["active_primary_shards"]
        return {
            "addresses": list(connection.address.nodes),
            "health": told["status"],
            "nodes": told["number_of_nodes"],
            "shards": shards,
            "copies": told["active_shards"] - shards,
        }

    def key(self) -> bytes:
        """What signs the cursors, the same for every machine that serves this archive."""
        return cursor_key(self.of_cluster)

    def _forget(self, newest: str) -> None:
        """Remove what was fetched long ago, but nothing that is being read."""
        kept = sorted(entry.name for entry in self.generations.iterdir() if not entry.name.startswith("fetching-"))
        for name in kept[:-KEEPING]:
            if name != newest and not is_held(self.generations / name):
                shutil.rmtree(self.generations / name, ignore_errors=True)


def cursor_key(generations: ClusterGenerations) -> bytes:
    """The key of an archive's cursors: made by the first who asks and may write, of this process where nobody may."""
    connection, state = generations.connection, generations.names.state
    found = connection.find(f"/{state}/_doc/key")
    if found is None:
        made = base64.b64encode(os.urandom(32)).decode()
        with suppress(ConflictError, ClusterUnfitError, NotFoundError):
            connection.send("PUT", f"/{state}/_create/key", {"key": made})
        found = connection.find(f"/{state}/_doc/key")
    return base64.b64decode(found["_source"]["key"]) if found else _PROCESS_KEY


_PROCESS_KEY = os.urandom(32)


def marked(index: str, mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the mapping of an index of ours says. Raises ClusterUnfitError for one that somebody else made."""
    told = mapping["mappings"].get("_meta", {}).get(MARK)
    if told is None:
        raise ClusterUnfitError(
            f"The index {index} was not made by Lede.", "Choose another `cluster_prefix`, or remove that index."
        )
    if told.get("layout") != LAYOUT:
        raise ClusterUnfitError(
            f"The index {index} has layout {told.get('layout')}; this version of Lede reads {LAYOUT}.",
            "Build again with this version, or serve with the version that built it.",
        )
    found: Mapping[str, Any] = told
    return found


def piece_id(file: str, piece: int) -> str:
    """The id of a piece of a file, fit for an address."""
    return f"{base64.urlsafe_b64encode(file.encode()).decode().rstrip('=')}.{piece}"
