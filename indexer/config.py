"""What a build needs to know, out of the settings."""

from datetime import datetime
from pathlib import Path

from indexer.content.files import check_content
from indexer.content.languages import language_tag
from indexer.content.rules import ReadingRules
from indexer.release.golden import GOLDEN, Golden, read_golden
from indexer.vectors.encoder import encoder
from indexer.vectors.encoder_cards import languages_of
from indexer.workspace import BuildConfig
from search.analysis.analyzer import Analyzer
from search.analysis.synonyms import BUILT_IN, read_names
from search.errors import RequestError, SettingsError
from search.index.directory import IndexFolder
from search.settings import Settings
from search.times import zone
from search.wiring import index_formats


def recipe(settings: Settings) -> BuildConfig:
    """What the settings say a generation is made by."""
    keyword, vector = index_formats(settings)
    encoding = encoder(settings.model, IndexFolder(settings.index).cache / "models", settings.device)
    names = read_names(settings.names or BUILT_IN)
    return BuildConfig(
        Analyzer(names.words),
        keyword,
        vector,
        encoding,
        settings.model,
        languages_of(settings.model, settings.model_languages),
        names.days,
        reading_rules(settings),
    )


def reading_rules(settings: Settings) -> ReadingRules:
    """What the settings say about how articles are read. Raises SettingsError for an unknown time zone."""
    try:
        zone(settings.timezone)
    except RequestError as unknown:
        raise SettingsError(
            f"timezone is {settings.timezone!r}.", "Use an IANA name such as Europe/Kyiv.", field="timezone"
        ) from unknown
    return ReadingRules(
        timezone=settings.timezone,
        language=language_tag(settings.language),
        site=settings.site,
        fields=settings.fields.keys,
        folders=settings.fields.folders,
        custom=settings.fields.custom,
    )


def content_of(settings: Settings) -> Path:
    """The content folder of the settings. Raises RequestError without one, ContentError for one that cannot be read."""
    if settings.content is None:
        raise RequestError("There is no content folder.", "Name it, or set `content`.", field="content")
    check_content(settings.content)
    return settings.content


def golden_of(settings: Settings, now: datetime) -> Golden | None:
    """What must be found: the setting's file, or the one beside the articles, if there is one. Raises ContentError."""
    declared = {name: field.kind for name, field in settings.fields.custom.items()}
    if settings.golden is not None:
        return read_golden(settings.golden, now, declared)
    beside = settings.content / GOLDEN if settings.content else None
    return read_golden(beside, now, declared) if beside and beside.is_file() else None
