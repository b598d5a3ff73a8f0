"""The embedded search box: one script, `<lede-search>`, and the sites that may use it."""

from functools import cache
from pathlib import Path

import msgspec
from fastapi import FastAPI, Response
from starlette.middleware.cors import CORSMiddleware

from search.settings import Settings
from search.web.translations import LANGUAGES, texts

_SCRIPT = Path(__file__).parent / "embed.js"


def add_embed(app: FastAPI, settings: Settings) -> None:
    """Serve /embed.js, and let the pages of the origins that the settings name ask this service."""

    @app.get("/embed.js", include_in_schema=False)
    def embed() -> Response:
        return Response(script(), media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "max-age=300"})

    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["GET"])


@cache
def script() -> str:
    """The script, with the texts of the catalogue in every language before it."""
    said = {language: _said(language) for language in LANGUAGES}
    return f"const TEXTS = {msgspec.json.encode(said).decode()};\n{_SCRIPT.read_text(encoding='utf-8')}"


def _said(language: str) -> dict[str, str]:
    spoken = texts(language)
    return {
        "label": spoken.gettext("Search the archive"),
        "results": spoken.gettext("Showing results for"),
        "instead": spoken.gettext("Search instead for"),
        "meant": spoken.gettext("Did you mean"),
        "near": spoken.gettext("Nearest in meaning:"),
        "close": spoken.gettext("Close"),
        "none": spoken.gettext("Nothing found"),
        "failed": spoken.gettext("The service cannot be reached."),
        "more": spoken.gettext("All results"),
        "found": spoken.gettext("Articles found: {count}"),
    }
