"""What is served, what did the last build reject, what did the builds before change? A page to read, and no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI, Request, Response

from search.errors import BrokenGenerationError
from search.http.admission import Capacity
from search.http.query_log import QueryLog
from search.index.directory import IndexFolder
from search.index.manifest import Manifest, read_manifest
from search.index.snapshot_manager import SnapshotManager
from search.index.store import ARTICLES, read_digests
from search.settings import Settings
from search.web.pages import render

_SHOWN = 20
"""Slow and empty questions shown."""
_REJECTIONS = 200
"""Rejections shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Build:
    """A generation that still stands: when it was built, its articles, and what it changed, where that is known."""

    name: str
    built: str
    articles: int
    rejected: int
    added: int | None = None
    changed: int | None = None
    removed: int | None = None


def add_status_page(
    app: FastAPI,
    settings: Settings,
    snapshots: SnapshotManager,
    clock: Callable[[], datetime],
    capacity: Capacity,
    log: QueryLog,
) -> None:
    """Serve /status. It names no path of the machine."""

    def told(request: Request) -> Response:
        with snapshots.acquire() as snapshot:
            manifest = snapshot.manifest
        values = {
            "manifest": manifest,
            "age_hours": int((clock() - datetime.fromisoformat(manifest.built)).total_seconds() // 3600),
            "unknown": sorted(set(manifest.languages) - set(manifest.model.languages)),
            "trouble": snapshots.last_error is not None,
            "rejections": manifest.rejected[:_REJECTIONS],
            "builds": history(IndexFolder(settings.index)),
            "log": log,
            "slowest": log.slowest(_SHOWN),
            "empty": log.empty(_SHOWN),
        }
        return render(request, settings, "status.html", values)

    @app.get("/status", include_in_schema=False)
    async def status(request: Request) -> Response:
        return await capacity.run(lambda: told(request))


def history(index: IndexFolder) -> list[Build]:
    """The builds that still stand, newest first, each with what it changed of the one before."""
    builds: list[Build] = []
    before: Manifest | None = None
    for name in index.names():
        try:
            manifest = read_manifest(index.path(name))
        except BrokenGenerationError:
            continue  # `lede-index verify` tells of it; here it would only have a path to name
        added, changed, removed = _changes(index, before, manifest)
        builds.append(Build(name, manifest.built, manifest.articles, len(manifest.rejected), added, changed, removed))
        before = manifest
    return builds[::-1]


def _changes(index: IndexFolder, before: Manifest | None, manifest: Manifest) -> tuple[int | None, ...]:
    if before is None:
        return None, None, None
    return _compared(index.path(before.name), index.path(manifest.name))


@lru_cache(maxsize=64)
def _compared(before: Path, after: Path) -> tuple[int | None, ...]:
    """How many articles were added, changed and removed from one generation to another; neither ever changes."""
    old, new = (read_digests(generation / ARTICLES) for generation in (before, after))
    changed = sum(digest != old[name] for name, digest in new.items() if name in old)
    return len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())
