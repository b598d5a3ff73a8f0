"""One card for each encoder that has a name of its own."""

from dataclasses import dataclass

from search.index.calibration import BUILT_IN_CALIBRATION, UNCALIBRATED, Calibration
from search.settings import BUILT_IN_MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderCard:
    """What is known of an encoder before it is installed. Adding one is an entry of CARDS and its calibration."""

    name: str
    """What the setting `model` calls it."""
    title: str
    source: str
    """Where its weights come from: `built-in`, or a name on the hub."""
    dimension: int
    tokens: int
    """The longest text that it reads, its own marks included."""
    pooling: str
    languages: tuple[str, ...]
    licence: str
    download_mb: int
    question: float
    """The processor time of a question, as a multiple of the built-in model's."""
    calibration: Calibration


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
        calibration=UNCALIBRATED,
    ),
)


def card_of(model: str) -> EncoderCard | None:
    """The card of a model, by its own name or by that of its source; None where it has none."""
    return next((card for card in CARDS if model in (card.name, card.source)), None)


def source_of(model: str) -> str:
    """The name or folder that the weights of a model are loaded by."""
    card = card_of(model)
    return card.source if card else model


def calibration_of(model: str) -> Calibration:
    """What the similarities of a model mean; no numbers of another model stand in for those that are not known."""
    card = card_of(model)
    return card.calibration if card else UNCALIBRATED


def card_lines() -> list[str]:
    """The table that `lede-index models` prints, a line for each encoder."""
    head = ("model", "encoder", "languages", "download", "question", "confidence", "licence")
    rows = [
        (
            card.name,
            card.title,
            ",".join(card.languages),
            f"{card.download_mb} MB",
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
