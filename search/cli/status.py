"""Status on a terminal: settings, their origins, and the served generation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from search.cli.counts import counted
from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.messages import local_text
from search.ports import Engine
from search.settings import Chosen, Settings
from search.wiring import index_folder


def status(chosen: Chosen, engine: Engine) -> dict[str, Any]:
    """The settings with their origins, and the generation that answers, or why there is none.

    `trouble` says why it is not the one that CURRENT names; null when it is.
    """
    settings = {
        name: {"value": _plain(getattr(chosen.settings, name)), "from": chosen.origins[name]}
        for name in Settings.__struct_fields__
    }
    used = {"config": chosen.config and str(chosen.config.absolute()), "index": str(chosen.settings.index.absolute())}
    return {"usable": True, "used": used, "settings": settings} | _generation(index_folder(chosen.settings), engine)


def lines(report: Mapping[str, Any], now: datetime) -> list[str]:
    """The report of `status` as people read it: what is served first, then the settings that somebody set."""
    told = _served(report, now) if report["usable"] else [("Archive", "none"), ("Problem", report["problem"])]
    told.append(("Kept", ", ".join(report["generations"]) or "no generation"))
    settings = report["settings"].items()
    own = [(name, _written(each["value"]), each["from"]) for name, each in settings if each["from"] != "default"]
    given = [f"  {name:<16} {value}  ({origin})" for name, value, origin in own]
    unset = [name for name, each in settings if each["from"] == "default"]
    return [
        *(f"{name:<9} {said}" for name, said in told),
        "Settings" + ("" if own else "  all at their defaults"),
        *given,
        *([f"  at their defaults: {', '.join(unset)}"] if own else []),
    ]


def _served(report: Mapping[str, Any], now: datetime) -> list[tuple[str, str]]:
    languages = ", ".join(f"{code or 'none named'} {count:,}" for code, count in dict(report["languages"]).items())
    built = datetime.fromisoformat(report["built"])
    hours = int((now - built).total_seconds() // 3600)
    age = f"{hours // 24} days ago" if hours >= 48 else f"{counted(hours, 'hour')} ago" if hours else "within the hour"
    model = report["model"]
    told = [
        (
            "Archive",
            f"{counted(report['articles'], 'article')} ({languages}), {counted(report['passages'], 'passage')}",
        ),
        ("Left out", f"{report['rejected']:,} rejected, {report['drafts']:,} drafts"),
        ("Built", f"{built:%Y-%m-%d %H:%M} UTC, {age}: generation {report['generation']}"),
        (
            "Engines",
            f"{report['keyword_engine']} by words, {model['name']} by meaning ({', '.join(model['languages'])})",
        ),
    ]
    if cluster := report.get("cluster"):
        told.append(
            (
                "Cluster",
                f"{cluster['health']}, {cluster['nodes']} nodes, {cluster['shards']} shards with {cluster['copies']}"
                f" copies, at {', '.join(cluster['addresses'])}",
            )
        )
    return told + ([("Trouble", report["trouble"])] if report["trouble"] else [])


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _generation(index: IndexFolder, engine: Engine) -> dict[str, Any]:
    try:
        engine.refresh()
        status = engine.status()
        if (served := status.generation) is None:
            raise IndexUnusableError("No generation is open.", "Ask again.")
    except IndexUnusableError as unusable:
        return {"usable": False, "problem": str(unusable), "generations": _names(index)}
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
        "cluster": index.about() or None,
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | int) else str(value)


def _names(index: IndexFolder) -> list[str]:
    """The generations that are kept; none where nobody can tell."""
    try:
        return index.names()
    except IndexUnusableError:
        return []
