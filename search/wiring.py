"""Which adapter stands behind which port? The only module that names them."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock

from search.analysis import Analyzer
from search.errors import BrokenGenerationError, RequestError
from search.generation import IndexFolder
from search.hybrid import HybridEngine
from search.ports import Embedder, KeywordFormat, KeywordIndex, VectorFormat, VectorIndex
from search.settings import Settings
from search.snapshot import Served, Snapshot, open_snapshot


def keyword_format(name: str) -> KeywordFormat:
    """The keyword engine of that name, imported only when it is asked for."""
    if name == "whoosh":
        from search.backends.whoosh import WhooshFormat

        return WhooshFormat()
    from search.backends.tantivy import TantivyFormat

    return TantivyFormat()


def vector_format(name: str = "faiss-flat") -> VectorFormat:
    """The vector engine of that name. Raises BrokenGenerationError for one that this version does not know."""
    from search.backends.faiss import FaissFormat

    formats = {FaissFormat.name: FaissFormat}
    if name not in formats:
        raise BrokenGenerationError(f"Vector engine {name!r} is not known here.", "Build again.")
    return formats[name]()


@cache
def load_embedder(model: str) -> Embedder:
    """The model of that name, loaded once a process. Raises ModelError."""
    from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder

    return SentenceTransformerEmbedder(model_folder(model))


def embedder_of(settings: Settings) -> Callable[[], Embedder]:
    """The model that the settings name, loaded when it is first asked for, by one thread while the others wait."""
    lock = Lock()

    def load() -> Embedder:
        with lock:
            return load_embedder(settings.model)

    return load


def open_generation(folder: Path) -> Snapshot:
    """Open a generation with the engines that wrote it. Raises BrokenGenerationError."""
    return open_snapshot(folder, _open_keyword, _open_vector)


def served(settings: Settings) -> Served:
    """What is served from the index folder of the settings."""
    return Served(IndexFolder(settings.index), open_generation)


def engine(settings: Settings, snapshots: Served) -> HybridEngine:
    """The engine over these snapshots."""
    return HybridEngine(snapshots, Analyzer(), embedder_of(settings))


def _open_keyword(name: str, folder: Path) -> KeywordIndex:
    return keyword_format(name).open(folder)


def _open_vector(name: str, folder: Path) -> VectorIndex:
    return vector_format(name).open(folder)


def recipe_parts(settings: Settings) -> tuple[Analyzer, KeywordFormat, VectorFormat, Embedder]:
    """What an index of these settings is made by. Raises ModelError."""
    return Analyzer(), keyword_format(settings.keyword_engine), vector_format(), load_embedder(settings.model)


def use_cores(count: int) -> None:
    """Let the model and FAISS use so many processor cores; called before either is loaded. Raises RequestError."""
    if not 1 <= count <= 1_024:
        raise RequestError(f"--jobs is {count}.", "Give a whole number from 1.", field="jobs")
    os.environ["OMP_NUM_THREADS"] = str(count)
