"""What does an index need to be built and asked without a model?"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from fake_embedder import fake_encoder

from indexer.builder import build
from indexer.content.reader import KnownFiles, Reading
from indexer.content.rules import ReadingRules
from indexer.release.publish import publish, stage
from indexer.reuse import PreviousGeneration
from indexer.vectors.encoder import Encoder
from indexer.workspace import BuildConfig
from search import wiring
from search.analysis.analyzer import Analyzer
from search.article import Article
from search.engine.engine import EmbeddedEngine
from search.index.directory import IndexFolder
from search.index.manifest import Manifest
from search.index.snapshot import Snapshot, open_snapshot
from search.index.snapshot_manager import SnapshotManager
from search.index.store import ARTICLES, write_store
from search.settings import Settings


def recipe(
    encoder: Encoder | None = None,
    keyword: str = "tantivy",
    languages: tuple[str, ...] = ("en",),
    rules: ReadingRules | None = None,
    days: Mapping[str, str] | None = None,
) -> BuildConfig:
    """A recipe with a fake model."""
    return BuildConfig(
        Analyzer(),
        wiring.keyword_format(keyword),
        wiring.vector_format(),
        encoder or fake_encoder(),
        "a fake model",
        languages,
        rules=rules,
        days=days,
    )


def reading(articles: Sequence[Article]) -> Reading:
    """Articles as if they had been read from files."""
    digests = [hashlib.sha256(repr(article).encode()).hexdigest() for article in articles]
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Reading(articles=list(articles), digests=digests, rejected=[], drafts=0, content_digest=whole)


def known_files(reading: Reading, folder: Path) -> KnownFiles:
    """What a generation of this reading, of which the articles are stored in an empty folder, knows of files."""
    write_store(folder / ARTICLES, reading.stored())
    ids = [article.id for article in reading.articles]
    files = list(reading.files or reading.digests)
    made = PreviousGeneration(folder, cast(Manifest, None), ids, list(reading.digests), files, dict(reading.reports))
    return made.known()


def built_index(root: Path, articles: Sequence[Article], **choices: Any) -> IndexFolder:
    """An index folder in which a generation of these articles is published."""
    index = IndexFolder(root)
    staged = stage(index)
    build(reading(articles), recipe(**choices), index.cache, staged, lambda *_: None)
    publish(index, staged)
    return index


def open_fake(folder: Path) -> Snapshot:
    """A generation, opened with a fake model in place of the one it was built with."""
    return open_snapshot(
        folder,
        lambda name, place: wiring.keyword_format(name).open(place),
        lambda name, place: wiring.vector_format(name).open(place),
        lambda _, card: fake_encoder(card.fingerprint).embedder,
    )


def engine_over(index: IndexFolder) -> EmbeddedEngine:
    """An engine over what is published in an index folder."""
    return wiring.engine(Settings(), SnapshotManager(index, open_fake))
