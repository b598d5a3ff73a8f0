"""Which encoder is an index built with? The model as ONNX, exported once and kept; else the model itself."""

import logging
from dataclasses import dataclass
from pathlib import Path

from indexer.exporting import export
from search.cores import cores
from search.embedders.onnx import CARD, MODEL, TOKENIZER, OnnxEmbedder
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder, source_fingerprint
from search.errors import ModelError
from search.ports import Embedder

ONNX, SENTENCE_TRANSFORMERS = "onnx", "sentence-transformers"
PARTS = (MODEL, TOKENIZER, CARD)
"""The files of an exported model."""
_log = logging.getLogger("lede.encoder")


@dataclass(frozen=True, slots=True)
class Encoder:
    """An embedder, what it was made from, and the folder of its files if it is one that can be kept with an index."""

    embedder: Embedder
    source: str
    runtime: str
    folder: Path | None


def encoder(model: str, kept: Path) -> Encoder:
    """The encoder of a model; exported ones are kept below a folder. Raises ModelError."""
    folder = model_folder(model)
    source = source_fingerprint(folder)
    exported = kept / source[:32]
    if not all((exported / part).is_file() for part in PARTS):
        original = SentenceTransformerEmbedder(folder)
        try:
            export(original, exported)
        except ModelError as unfit:
            _log.warning("%s sentence-transformers encodes instead.", unfit)
            return Encoder(original, source, SENTENCE_TRANSFORMERS, None)
    return Encoder(OnnxEmbedder(exported, cores()), source, ONNX, exported)
