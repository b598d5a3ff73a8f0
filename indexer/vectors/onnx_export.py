"""A sentence-transformers model to ONNX, once: pooling and unit length inside the graph, int8 where that agrees.

In a process of its own: torch and what it needs to export would stay in memory as long as the process lives.
"""

import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from indexer.worker_pool import Work, apart
from search.embedders.onnx import CARD, MODEL, TOKENIZER, Card, OnnxEmbedder
from search.embedders.sentence_transformers import SentenceTransformerEmbedder
from search.errors import ModelError

LEAST_AGREEMENT = {"int8": 0.97, "fp32": 0.999}
"""The cosine that every probe's vector must reach with the original's, for the precision to be used."""
_PROBES = (
    "Bitcoin",
    "who hacked the exchange?",
    "stablecoin regulation in Europe",
    "The central bank left its rate unchanged at 4.25% on Thursday, citing weaker growth and a strong currency.",
    "Miners moved their machines to where power is cheap. Prices fell by a third within a week, and lenders asked for "
    "more collateral; two of them stopped withdrawals. Regulators said that they would look into it. " * 4,
)


def export(model: Path, folder: Path) -> None:
    """Write the model of a folder into another that is not there yet, whole or not at all.

    Raises ModelError where it cannot be exported or does not give the same vectors, OSError where it cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch, "model")
        made.mkdir()
        failed = apart(work(str(model)), [str(made)])
        if failed is not None:
            raise (OSError if failed.disk else ModelError)(failed.reason)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(made, folder)


class _Failed(msgspec.Struct, frozen=True):
    reason: str
    disk: bool = False


def work(about: str) -> Work:
    """Exporting the model of the folder `about` into another, as work for a worker; what it makes is why it failed."""

    def done(folders: list[str]) -> _Failed | None:
        try:
            embedder = SentenceTransformerEmbedder(Path(about))
            _write(embedder.model, Path(folders[0]))
            _choose_precision(embedder, Path(folders[0]))
        except ModelError as unfit:
            return _Failed(str(unfit))
        except OSError as full:
            return _Failed(str(full), disk=True)
        except Exception as unfit:  # torch and onnx raise what they like
            return _Failed(f"The model cannot be exported to ONNX: {unfit}.")
        return None

    return Work(__name__, about, str, _Failed | None, done)


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
