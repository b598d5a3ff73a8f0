"""Workspace of a build: how it is made, of what, and where things stand. Every stage may read it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import msgspec

from indexer.catalogue import Catalogue
from indexer.content.reader import Reading
from indexer.content.rules import ReadingRules
from indexer.kept_counts import Generation, StayedArticles
from indexer.text.documents import INDEXED
from indexer.text.lemmatizer import dictionary_version
from indexer.vectors.chunking import LEAD, PASSAGE_TOKENS
from indexer.vectors.encoder import Encoder
from indexer.vectors.encoder_cards import calibration_of
from search.analysis.analyzer import Analyzer
from search.arrays import Rows
from search.article import base_language
from search.index.calibration import Calibration
from search.index.manifest import FORMAT
from search.ports import KeywordFormat, VectorFormat

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is (0: not known)."""


class BuildConfig:
    """What turns articles into a generation: the engines, the model and what it knows, the analysis."""

    def __init__(
        self,
        analyzer: Analyzer,
        keyword: KeywordFormat,
        vector: VectorFormat,
        encoder: Encoder,
        model: str,
        model_languages: Sequence[str],
        days: Mapping[str, str] | None = None,
        rules: ReadingRules | None = None,
    ) -> None:
        self.analyzer = analyzer
        self.keyword = keyword
        self.vector = vector
        self.encoder = encoder
        self.embedder = encoder.embedder
        self.model = model
        self.model_languages = tuple(sorted({base_language(tag) for tag in model_languages}))
        self.days = dict(days or {})
        self.rules = rules or ReadingRules()

    @property
    def calibration(self) -> Calibration:
        """What similarities of the model mean."""
        return calibration_of(self.model)

    @property
    def digest(self) -> str:
        """Equal digests build equal generations from equal articles."""
        parts = (
            str(FORMAT),
            self.analyzer.version,
            dictionary_version(),
            *(f"{alias}={name}" for alias, name in self.analyzer.names.items()),
            *(f"{name}={date}" for name, date in sorted(self.days.items())),
            self.keyword.name,
            self.vector.name,
            self.encoder.source,
            self.encoder.runtime,
            self.embedder.fingerprint,
            f"{PASSAGE_TOKENS} {LEAD}",
            INDEXED,
            *self.model_languages,
            msgspec.json.encode(self.calibration, order="sorted").decode(),
            self.rules.encoded(),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every stage of a build may read: the articles, what is known of them at first, and where things stand."""

    reading: Reading
    recipe: BuildConfig
    memory: Path
    folder: Path
    """The generation being written."""
    progress: Progress
    stayed: StayedArticles
    """Which articles of the earlier generation there are still."""
    catalogue: Catalogue
    common: Set[str]
    """The headings that recur everywhere."""
    analyzer: Analyzer
    """With the lemmas of this archive."""

    @property
    def group(self) -> Rows:
        """The number that each article shares with its translations, (articles,)."""
        return self.catalogue.group

    @property
    def generation(self) -> Generation:
        """What tells the generation being written from others."""
        return self.folder.name, self.reading.content_digest, self.recipe.digest
