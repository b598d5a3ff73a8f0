"""What a build needs to know, out of the settings."""

from datetime import datetime

from indexer.builder import BuildConfig
from indexer.release.golden import GOLDEN, Golden, read_golden
from indexer.vectors.encoder import encoder
from search.analysis.analyzer import Analyzer
from search.analysis.synonyms import BUILT_IN, read_names
from search.index.directory import IndexFolder
from search.settings import Settings
from search.wiring import index_formats


def recipe(settings: Settings) -> BuildConfig:
    """What the settings say a generation is made by."""
    keyword, vector = index_formats(settings)
    encoding = encoder(settings.model, IndexFolder(settings.index).cache / "models")
    names = read_names(settings.names or BUILT_IN)
    return BuildConfig(
        Analyzer(names.words),
        keyword,
        vector,
        encoding,
        settings.model,
        settings.model_languages,
        names.days,
    )


def golden_of(settings: Settings, now: datetime) -> Golden | None:
    """What must be found: the setting's file, or the one beside the articles, if there is one. Raises ContentError."""
    if settings.golden is not None:
        return read_golden(settings.golden, now)
    beside = settings.content / GOLDEN if settings.content else None
    return read_golden(beside, now) if beside and beside.is_file() else None
