"""What is set, from where, and what is served?"""

from dataclasses import fields
from typing import Any

from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.index.snapshot_manager import SnapshotManager
from search.settings import Chosen, Settings


def status(chosen: Chosen, snapshots: SnapshotManager) -> dict[str, Any]:
    """The settings with their origins, and the generation that answers, or why there is none.

    `trouble` says why it is not the one that CURRENT names; null when it is.
    """
    settings = {
        field.name: {"value": _plain(getattr(chosen.settings, field.name)), "from": chosen.origins[field.name]}
        for field in fields(Settings)
    }
    return {"usable": True, "settings": settings} | _generation(IndexFolder(chosen.settings.index), snapshots)


def _generation(index: IndexFolder, snapshots: SnapshotManager) -> dict[str, Any]:
    try:
        with snapshots.acquire() as snapshot:
            manifest = snapshot.manifest
    except IndexUnusableError as unusable:
        return {"usable": False, "problem": str(unusable), "generations": index.names()}
    return {
        "trouble": snapshots.last_error and snapshots.last_error.local,
        "generation": manifest.name,
        "built": manifest.built,
        "articles": manifest.articles,
        "passages": manifest.passages,
        "languages": manifest.languages,
        "rejected": len(manifest.rejected),
        "drafts": manifest.drafts,
        "keyword_engine": manifest.keyword_engine,
        "model": {"name": manifest.model.name, "languages": manifest.model.languages},
        "generations": index.names(),
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | int) else str(value)
