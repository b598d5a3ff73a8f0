"""Brand of the page: its name, logo, colours, stylesheet, foot and languages, as the settings say."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.errors import SettingsError
from search.settings import Settings
from search.web.colors import theme
from search.web.static_files import StaticFile, digested
from search.web.translations import LANGUAGES

MOST_BYTES = 500_000
"""Of a logo or a stylesheet."""
_PICTURES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}
_LINKED = re.compile(r"(?P<text>.*\S)\s+(?P<address>(?:https?://|mailto:|/)\S+)")


@dataclass(frozen=True, slots=True)
class Footnote:
    """A text at the foot of the page, and where it leads; an empty address for a mere text."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Brand:
    """How the page presents itself. A logo and a stylesheet are None where there are none."""

    name: str
    logo: StaticFile | None
    stylesheet: StaticFile | None
    footer: tuple[Footnote, ...]
    languages: tuple[str, ...]

    @property
    def files(self) -> tuple[StaticFile, ...]:
        """The files to serve besides those of the page."""
        return tuple(file for file in (self.logo, self.stylesheet) if file is not None)


def brand_of(settings: Settings) -> Brand:
    """The brand that the settings describe. Raises SettingsError for a file that cannot be used, or a language."""
    return _brand(
        settings.site_name,
        settings.logo,
        settings.accent,
        settings.stylesheet,
        settings.footer,
        settings.page_languages,
    )


@lru_cache(maxsize=8)
def _brand(
    name: str,
    logo: Path | None,
    accent: str,
    stylesheet: Path | None,
    footer: tuple[str, ...],
    languages: tuple[str, ...],
) -> Brand:
    return Brand(
        name,
        _logo(logo),
        _stylesheet(accent, stylesheet),
        tuple(map(_footnote, footer)),
        _spoken(languages),
    )


def _logo(path: Path | None) -> StaticFile | None:
    if path is None:
        return None
    media_type = _PICTURES.get(path.suffix.lower())
    if media_type is None:
        raise SettingsError(f"logo is {path}.", f"Name a file that ends in {', '.join(_PICTURES)}.", field="logo")
    return digested("logo" + path.suffix.lower(), _read(path, "logo"), media_type)


def _stylesheet(accent: str, path: Path | None) -> StaticFile | None:
    css = theme(accent).encode() + (_read(path, "stylesheet") if path is not None else b"")
    return digested("brand.css", css, "text/css; charset=utf-8") if css else None


def _read(path: Path, setting: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        why = wrong.strerror or "it cannot be read"
        raise SettingsError(f"{setting} is {path}: {why}.", "Correct the path.", field=setting) from wrong
    if len(content) > MOST_BYTES:
        raise SettingsError(f"{setting} is {path}, over {MOST_BYTES:,} bytes.", "Give a smaller file.", field=setting)
    return content


def _footnote(written: str) -> Footnote:
    linked = _LINKED.fullmatch(written)
    return Footnote(linked["text"], linked["address"]) if linked else Footnote(written, "")


def _spoken(languages: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [code for code in languages if code not in LANGUAGES]
    if unknown:
        known = " and ".join(LANGUAGES)
        raise SettingsError(
            f"page_languages names {unknown[0]!r}.", f"The page speaks {known}.", field="page_languages"
        )
    return languages or LANGUAGES
