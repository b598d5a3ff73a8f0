"""Status on a terminal: settings, their origins, and the served generation."""

from dataclasses import fields
from typing import Any

from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.messages import local_text
from search.ports import Engine
from search.settings import Chosen, Settings


def status(chosen: Chosen, engine: Engine) -> dict[str, Any]:
    """The settings with their origins, and the generation that answers, or why there is none.

    `trouble` says why it is not the one that CURRENT names; null when it is.
    """
    settings = {
        field.name: {"value": _plain(getattr(chosen.settings, field.name)), "from": chosen.origins[field.name]}
        for field in fields(Settings)
    }
    used = {"config": chosen.config and str(chosen.config.absolute()), "index": str(chosen.settings.index.absolute())}
    return {"usable": True, "used": used, "settings": settings} | _generation(
        IndexFolder(chosen.settings.index), engine
    )


def _generation(index: IndexFolder, engine: Engine) -> dict[str, Any]:
    try:
        engine.refresh()
        status = engine.status()
        if (served := status.generation) is None:
            raise IndexUnusableError("No generation is open.", "Ask again.")
    except IndexUnusableError as unusable:
        return {"usable": False, "problem": str(unusable), "generations": index.names()}
    return {
        "trouble": status.last_error and local_text(status.last_error),
        "generation": served.name,
        "built": served.built,
        "articles": served.articles,
        "passages": served.passages,
        "languages": served.languages,
        "rejected": len(served.rejected),
        "drafts": served.drafts,
        "keyword_engine": served.keyword_engine,
        "model": {"name": served.model, "languages": served.model_languages},
        "generations": index.names(),
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | int) else str(value)
