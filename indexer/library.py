"""The build as a Python function."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from indexer.config import content_of, golden_of, recipe
from indexer.destination import destination
from indexer.part_embedding import PartReport, embed_part
from indexer.part_embedding import Progress as PartProgress
from indexer.reindex import Report, reindex
from indexer.release.gate import judge
from indexer.vectors.embedding_cache import OWN_VECTORS
from indexer.vectors.parts import Part
from indexer.vectors.vector_segments import SHARED_VECTORS
from indexer.workspace import Progress
from search.index.directory import IndexFolder
from search.index.manifest import Rejected
from search.settings import Settings
from search.wiring import engine_of


def build_index(
    content: str | Path, index: str | Path = "index", *, full: bool = False, strict: bool = False
) -> Report:
    """Bring an index up to a content folder, and publish it.

    `full` takes over nothing from the generation before; `strict` stops at the first file that is no article. Raises
    ContentError, LockedError while another run writes, VerificationError, GoldenError and ShrinkError where the new
    generation may not be served; the one before stays then.
    """
    settings = Settings(content=Path(content), index=Path(index))
    report, _ = run_build(settings, lambda _, __, ___: None, full=full, strict=strict)
    return report


def run_build(
    settings: Settings,
    progress: Progress,
    *,
    full: bool,
    strict: bool,
    held: bool = False,
    allow_shrink: bool = False,
    shared: Path | None = None,
) -> tuple[Report, list[Rejected]]:
    """Bring the index of the settings up to their content folder; gives the report and the rejected files.

    `held` serves the new generation to nobody yet; `allow_shrink` publishes however many articles vanished;
    `shared` is the folder into which parts were embedded, by default below the index.

    Raises RequestError without a content folder, and otherwise as `build_index`.
    """
    content = content_of(settings)  # before a model is loaded for nothing
    now = datetime.now(UTC)
    golden = golden_of(settings, now)
    served_from = destination(settings)
    with served_from.building():
        report, rejected = reindex(
            content,
            IndexFolder(settings.index),
            recipe(settings),
            settings.keep,
            progress,
            partial(judge, golden, partial(engine_of, settings, clock=lambda: now)) if golden else None,
            full=full,
            strict=strict,
            held=held,
            shrink=100 if allow_shrink else settings.shrink,
            shared=shared,
            takedowns=served_from,
        )
        changes = {"added": report.added, "changed": report.changed, "removed": report.removed}
        delivered = served_from.deliver(report.generation, changes, progress, serve=not held, keep=settings.keep)
    return (replace(report, published=True) if delivered and not held else report), rejected


def run_embed(settings: Settings, part: Part, shared: Path | None, progress: PartProgress) -> PartReport:
    """Embed a part of the content folder of the settings into a folder that the build reads; see `embed_part`.

    Raises RequestError without a content folder.
    """
    content = content_of(settings)
    cache = IndexFolder(settings.index).cache
    return embed_part(content, recipe(settings), part, shared or cache / SHARED_VECTORS, cache / OWN_VECTORS, progress)
