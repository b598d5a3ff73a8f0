"""A small archive to break things on: invented articles, a model without weights, and what is asked of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_embedder import FakeEmbedder
from fake_index import open_fake, recipe

from indexer.vectors.encoder import Encoder
from indexer.workspace import BuildConfig
from search import wiring
from search.embedders.onnx import CARD, MODEL, TOKENIZER
from search.index.directory import IndexFolder
from search.index.snapshot_manager import SnapshotManager
from search.query.fields import FACETS
from search.query.model import Mode, Query
from search.settings import Settings

_SUBJECTS = "harbour tariff glacier ferry orchard turbine".split()
ASKED = ("harbour tariff", "glacier ferry", "orchard", "гавань тариф", '"the harbour" -ferry', "quokka")


def write_articles(content: Path, edition: str, count: int = 12) -> None:
    """So many articles, every third in Ukrainian, each with the name of the edition in title and text."""
    for number in range(count):
        subject, other = _SUBJECTS[number % 6], _SUBJECTS[(number + 1) % 6]
        language = "uk" if number % 3 == 2 else "en"
        body = f"The {subject} and the {other} of {edition}. It was told on day {number}.\n\nMore of the {subject}."
        if language == "uk":
            body = f"Гавань і тариф {edition}. Дня {number}."
        path = content / "2026" / f"story-{number:02d}.{language}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\ntitle: 'The {subject} {edition}'\nlang: {language}\n"
            f"publishedAt: '2026-02-{number % 28 + 1:02d}'\n"
            f"source: {{key: s{number % 2}, name: Source {number % 2}}}\ntags: [T{number % 4}, {edition}]\n"
            f"---\n{body}\n",
            encoding="utf-8",
        )


def small_recipe(model: Path, keyword: str = "tantivy") -> BuildConfig:
    """A recipe of a model without weights that has files all the same, so that they are copied and can rot."""
    model.mkdir(parents=True, exist_ok=True)
    for part in [part for part in (MODEL, TOKENIZER, CARD) if not (model / part).is_file()]:
        (model / part).write_bytes(f"{part} of a model without weights\n".encode() * 40)
    return recipe(Encoder(FakeEmbedder(), "a source", "fake", model), keyword)


@dataclass(frozen=True, slots=True)
class Answers:
    """What an index answers: the generation, and a digest of everything else."""

    generation: str
    digest: str
    degraded: tuple[str, ...]


def answers(index: IndexFolder, asked: Sequence[str] = ASKED) -> Answers:
    """The answers of an index folder to all that is asked, in every mode, opened anew. Raises IndexUnusableError."""
    served = SnapshotManager(index, open_fake)
    engine = wiring.engine(Settings(), served)
    seen = hashlib.sha256()
    generation = ""
    degraded: tuple[str, ...] = ()
    try:
        for text in asked:
            for mode in Mode:
                found = engine.search(Query(text=text, mode=mode, limit=20, facets=FACETS))
                generation, degraded = found.generation, found.degraded
                seen.update(repr((found.hits, found.total, found.facets, found.mode)).encode())
    finally:
        served.close()
    return Answers(generation, seen.hexdigest(), degraded)
