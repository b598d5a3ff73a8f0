"""The build as a Python function."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from indexer.config import golden_of, recipe
from indexer.content.files import check_content
from indexer.reindex import Report, reindex
from indexer.release.gate import judge
from search.index.directory import IndexFolder
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
    check_content(Path(content))  # before a model is loaded for nothing
    now = datetime.now(UTC)
    golden = golden_of(settings, now)
    report, _ = reindex(
        Path(content),
        IndexFolder(settings.index),
        recipe(settings),
        settings.keep,
        lambda _, __, ___: None,
        partial(judge, golden, partial(engine_of, settings, clock=lambda: now)) if golden else None,
        full=full,
        strict=strict,
        shrink=settings.shrink,
    )
    return report
