"""Composition root: the only module that chooses adapters for ports."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

from search.engine.engine import EmbeddedEngine
from search.errors import BrokenGenerationError, ModelError, SettingsError
from search.extras import require
from search.index.checksums import check_part
from search.index.directory import IndexFolder, OneGeneration
from search.index.manifest import ModelCard, read_manifest
from search.index.snapshot import Snapshot, open_snapshot
from search.index.snapshot_manager import SnapshotManager
from search.messages import say
from search.ports import Embedder, Engine, KeywordFormat, KeywordIndex, Reranker, VectorFormat, VectorIndex
from search.settings import Settings, environment

if TYPE_CHECKING:  # an extra, imported where a cluster is named
    from search.cluster.connection import ClusterAddress
    from search.cluster.engine import ClusterSnapshots


def keyword_format(name: str) -> KeywordFormat:
    """The keyword engine of that name, imported only when it is asked for."""
    if name == "whoosh":
        from search.backends.whoosh import WhooshFormat

        return WhooshFormat()
    from search.backends.tantivy import TantivyFormat

    return TantivyFormat()


def vector_format(name: str = "") -> VectorFormat:
    """The vector engine of that name, or the one to build with. Raises BrokenGenerationError for an unknown one."""
    from search.backends.faiss import FaissFormat

    formats = {FaissFormat.name: FaissFormat}
    name = name or FaissFormat.name
    if name not in formats:
        raise BrokenGenerationError(f"Vector engine {name!r} is not known here.", "Build again.")
    return formats[name]()


def open_embedder(folder: Path, card: ModelCard) -> Embedder:
    """The model that a generation was built with: from its own folder, or by its name. Raises ModelError."""
    if card.runtime == "onnx":
        from search.embedders.onnx import OnnxEmbedder

        return OnnxEmbedder(folder, known=_written_fingerprint(folder))
    from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder

    return SentenceTransformerEmbedder(model_folder(card.name))


def _written_fingerprint(folder: Path) -> str:
    """The fingerprint of a generation's model, out of the digests in the manifest, by which its files were checked.

    Raises ModelError for a file that the manifest does not name.
    """
    from search.embedders.onnx import fingerprint_of, parts_of

    files = read_manifest(folder.parent).files
    parts = [files.get(f"{folder.name}/{name}") for name in parts_of(folder)]
    if None in parts:
        raise ModelError(f"The model in {folder} has files that the manifest does not name.", "Build again.")
    return fingerprint_of(bytes.fromhex(part.sha256) for part in parts if part)


def open_generation(folder: Path) -> Snapshot:
    """Open a generation with the engines that wrote it. Raises BrokenGenerationError."""
    return open_snapshot(folder, _open_keyword, _open_vector, _embedders.of)


class _Embedders:
    """Models in use, by fingerprint: generations of one model share one.

    While one thread loads a model, the others are told so, and answer by words; nobody waits.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: dict[str, Embedder] = {}

    def of(self, folder: Path, card: ModelCard) -> Embedder:
        """The model of a generation. Raises ModelError when it is missing, still loading, or not the manifest's."""
        loaded = self._loaded.get(card.fingerprint)
        if loaded is not None:
            return loaded
        if not self._lock.acquire(blocking=False):
            raise ModelError(say("model-loading"), say("ask-later"))
        try:
            found = open_embedder(folder, card)
            if found.fingerprint != card.fingerprint:
                raise ModelError(f"the model {card.name} is not the one of the index", "Build again.")
            self._loaded[card.fingerprint] = found
            return found
        finally:
            self._lock.release()


_embedders = _Embedders()


class _OneReranker:
    """The reranker of that name, loaded when first asked for. What failed once is not tried again with every query."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._loaded: Reranker | None = None
        self._failure: ModelError | None = None

    def __call__(self) -> Reranker:
        """The reranker. Raises ModelError where it cannot be loaded."""
        with self._lock:
            if self._failure is not None:
                raise ModelError(self._failure.problem, self._failure.remedy)
            if self._loaded is None:
                try:
                    self._loaded = open_reranker(self._name)
                except ModelError as unfit:
                    self._failure = unfit
                    raise
            return self._loaded


def open_reranker(name: str) -> Reranker:
    """The cross-encoder of a folder or of a hub name. Raises ModelError."""
    from search.embedders.sentence_transformers import model_folder
    from search.rerankers.sentence_transformers import CrossEncoderReranker

    return CrossEncoderReranker(model_folder(name, setting="reranker"), name)


def index_folder(settings: Settings) -> IndexFolder:
    """The index folder that is served from: the settings' own, or what a machine fetches of their cluster."""
    return served(settings).folder


def cluster_address(settings: Settings) -> "ClusterAddress":
    """Where the cluster of the settings is, and who asks. Raises SettingsError, MissingExtraError."""
    require("opensearchpy")
    from search.cluster.connection import ClusterAddress

    secret = _cluster_secret(settings.cluster_secret_file)
    user = settings.cluster_user
    if user and not secret:
        raise SettingsError(
            f"cluster_user is {user!r}, and there is no password.",
            "Set LEDE_CLUSTER_SECRET, or `cluster_secret_file`.",
            field="cluster_user",
        )
    kind = {"password": secret} if user else {"api_key": secret}
    return ClusterAddress(settings.cluster, settings.cluster_ca, user, **kind)


def _cluster_secret(file: Path | None) -> str:
    """The password or API key: of the environment, else of a file; "" where there is none."""
    given = environment().get("LEDE_CLUSTER_SECRET", "")
    if given or file is None:
        return given
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise SettingsError(
            f"cluster_secret_file: {file} cannot be read.",
            "Correct the path or its rights.",
            field="cluster_secret_file",
        ) from unreadable


def served(settings: Settings) -> SnapshotManager:
    """What is served from the index folder or the cluster of the settings. Asks nobody yet. Raises SettingsError."""
    if not settings.cluster:
        return SnapshotManager(IndexFolder(settings.index), open_generation)
    address = cluster_address(settings)
    from search.cluster.engine import FETCHED, ClusterSnapshots

    return ClusterSnapshots(address, settings.cluster_prefix, settings.index / FETCHED, _embedders.of)


def engine(
    settings: Settings, snapshots: SnapshotManager, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> EmbeddedEngine:
    """The engine over these snapshots; relative times count back from the clock."""
    reranker = _OneReranker(settings.reranker) if settings.reranker else None
    if type(snapshots) is SnapshotManager:
        return EmbeddedEngine(snapshots, settings.model, clock, reranker)
    from search.cluster.engine import ClusterEngine

    return ClusterEngine(cast("ClusterSnapshots", snapshots), settings.model, clock, reranker)


def open_engine(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Engine:
    """The engine over the archive that the settings name; it opens a generation when first asked."""
    return engine(settings, served(settings), clock)


def engine_of(
    settings: Settings, folder: Path, clock: Callable[[], datetime]
) -> tuple[SnapshotManager, EmbeddedEngine]:
    """One generation as if it were the served one, to be closed by whoever asks, and the engine over it."""
    snapshots = SnapshotManager(OneGeneration(folder), open_generation)
    return snapshots, engine(settings, snapshots, clock)


def _open_keyword(name: str, folder: Path) -> KeywordIndex:
    if name == "whoosh":  # it unpickles what it opens: nothing but what was written may reach it
        check_part(folder.parent, read_manifest(folder.parent), folder.name)
    return keyword_format(name).open(folder)


def _open_vector(name: str, folder: Path) -> VectorIndex:
    return vector_format(name).open(folder)


def index_formats(settings: Settings) -> tuple[KeywordFormat, VectorFormat]:
    """What an index of these settings is written by."""
    return keyword_format(settings.keyword_engine), vector_format()
