"""The weights of a transformer encoder, as published, under the names of BERT's parts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.errors import ModelError

Array = NDArray[np.float32]
_MPNET = {
    ".attention.attn.q.": ".attention.self.query.",
    ".attention.attn.k.": ".attention.self.key.",
    ".attention.attn.v.": ".attention.self.value.",
    ".attention.attn.o.": ".attention.output.dense.",
    ".attention.LayerNorm.": ".attention.output.LayerNorm.",
}
"""What MPNet calls the parts that BERT has under other names."""
_PADDED = {"mpnet", "roberta", "xlm-roberta"}
"""Families whose positions are counted from behind the padding token's number."""
_OF_A_LAYER = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)
WORDS = "embeddings.word_embeddings.weight"
"""The table of words, (words, hidden)."""


@dataclass(frozen=True)
class EncoderWeights:
    """All that decides the vector of a text, apart from its tokens."""

    parts: Mapping[str, Array]
    """By BERT's names, such as `encoder.layer.0.attention.self.query.weight`."""
    positions: Array
    """(tokens, hidden): what is added to the token at each place, the type of the only segment included."""
    layers: int
    heads: int
    epsilon: float
    distances: Array | None = None
    """(heads, 2 tokens - 1): what each head adds to a score by how far a key lies behind its query; MPNet's."""
    pooling: str = "mean"
    """`mean` of all tokens, or `cls`: the first one."""

    @property
    def hidden(self) -> int:
        """Numbers of a vector."""
        return int(self.positions.shape[1])


class DamagedModelError(ModelError):
    """A file of a model was not fetched whole, is damaged, or does not fit the others: no other reader can mend it."""


def damaged(folder: Path, why: object) -> DamagedModelError:
    """The error about a model's folder that says so."""
    return DamagedModelError(f"The model in {folder} is damaged or incomplete: {why}.", "Fetch it again.")


def read_weights(folder: Path) -> EncoderWeights:
    """The weights of a sentence-transformers folder: a BERT, RoBERTa or MPNet that takes the mean or the first token.

    Raises DamagedModelError where a file of it is damaged, and ModelError where it is of another kind.
    """
    try:
        config = _json(folder / "config.json")
        pooling = _pooling(folder)
    except (ValueError, KeyError) as unfit:
        raise damaged(folder, unfit) from unfit
    except OSError as unfit:
        raise ModelError(f"{folder.name} cannot be read without PyTorch: {unfit}.", "Fetch the model again.") from unfit
    family = str(config.get("model_type"))
    if family not in {"bert", *_PADDED} or config.get("hidden_act") != "gelu" or not pooling:
        raise ModelError(f"{folder.name} is no encoder that can be written without PyTorch ({family}).")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise ModelError(f"{folder.name} counts places in another way than BERT.")
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"{folder.name} has no model.safetensors.", "Fetch the model again.")
    try:
        return _assembled(_parts(weights), config, family, pooling)
    except KeyError as lacking:
        raise damaged(folder, f"model.safetensors has no {lacking.args[0]}") from lacking
    except (OSError, ValueError) as unfit:
        raise damaged(folder, f"model.safetensors ({unfit})") from unfit


def _assembled(parts: dict[str, Array], config: Mapping[str, Any], family: str, pooling: str) -> EncoderWeights:
    positions = parts["embeddings.position_embeddings.weight"]
    if family in _PADDED:
        positions = positions[int(config.get("pad_token_id", 1)) + 1 :]
    if "embeddings.token_type_embeddings.weight" in parts:
        positions = positions + parts["embeddings.token_type_embeddings.weight"][0]
    heads = int(config["num_attention_heads"])
    if positions.shape[1] % heads:
        raise ValueError(f"{heads} heads do not share {positions.shape[1]} numbers")
    _check(parts, int(config["num_hidden_layers"]), positions.shape[1])
    table = parts.get("encoder.relative_attention_bias.weight")
    return EncoderWeights(
        parts,
        positions,
        int(config["num_hidden_layers"]),
        heads,
        float(config.get("layer_norm_eps", 1e-12)),
        None if table is None else _by_distance(table, len(positions)),
        pooling,
    )


def _check(parts: Mapping[str, Array], layers: int, hidden: int) -> None:
    """Raise KeyError where a part is missing, ValueError where its size is another."""
    for name in [f"encoder.layer.{number}.{part}" for number in range(layers) for part in _OF_A_LAYER]:
        weight, bias = parts[name + ".weight"], parts[name + ".bias"]
        if hidden not in weight.shape or bias.shape != weight.shape[:1]:
            raise ValueError(f"{name} is {weight.shape}")


def _by_distance(table: Array, tokens: int) -> Array:
    """A score's addition for each distance, (heads, 2 tokens - 1), out of MPNet's table by bucket, (buckets, heads).

    Half of the buckets are for keys behind their query; the near ones hold one distance each, up to half of those, and
    the others grow by powers up to 128, as in T5 (https://arxiv.org/abs/1910.10683).
    """
    distance = np.arange(-(tokens - 1), tokens)
    half = len(table) // 2
    near = half // 2
    size = np.abs(distance).astype(np.float32)
    far = near + (np.log(np.maximum(size, 1) / near) / np.float32(np.log(128 / near)) * (half - near)).astype(int)
    bucket = np.where(size < near, size.astype(int), np.minimum(far, half - 1)) + np.where(distance > 0, half, 0)
    return np.ascontiguousarray(table[bucket].T)


def _parts(path: Path) -> dict[str, Array]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        stored = load_file(path)
    except SafetensorError as damaged:
        raise ValueError(str(damaged)) from damaged
    table = next((name for name in stored if name.endswith(WORDS)), None)
    if table is None:
        raise KeyError(WORDS)
    prefix = table.removesuffix(WORDS)
    return {
        _bert_name(name.removeprefix(prefix)): np.asarray(part, np.float32)
        for name, part in stored.items()
        if name.startswith(prefix) and part.dtype.kind == "f"
    }


def _bert_name(name: str) -> str:
    for theirs, ours in _MPNET.items():
        name = name.replace(theirs, ours)
    return name


def _pooling(folder: Path) -> str:
    """`mean`, `cls`, or nothing where the folder's modules do more than pool and bring to unit length."""
    kinds = [module["type"].rpartition(".")[2] for module in _json(folder / "modules.json")]
    if kinds[:2] != ["Transformer", "Pooling"] or not set(kinds[2:]) <= {"Normalize"}:
        return ""
    if _json(folder / "sentence_bert_config.json").get("do_lower_case"):
        return ""  # texts would have to be lowered before they are tokenized
    own = _json(folder / "1_Pooling" / "config.json")
    chosen = [name for name, value in own.items() if name.startswith("pooling_mode_") and value is True]
    known = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}  # nosec B105 - a pooling, no password
    return known.get(chosen[0], "") if len(chosen) == 1 else ""


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
