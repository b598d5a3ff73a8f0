"""What does an index need to be built and asked without a model?"""

import hashlib

from fake_embedder import fake_encoder

from indexer.builder import BuildConfig, build
from indexer.content.reader import Reading
from indexer.release.publish import publish, stage
from search import wiring
from search.analysis.analyzer import Analyzer
from search.index.directory import IndexFolder
from search.index.snapshot import open_snapshot
from search.index.snapshot_manager import SnapshotManager
from search.settings import Settings


def recipe(encoder=None, keyword="tantivy", languages=("en",), rules=None):
    """A recipe with a fake model."""
    return BuildConfig(
        Analyzer(),
        wiring.keyword_format(keyword),
        wiring.vector_format(),
        encoder or fake_encoder(),
        "a fake model",
        languages,
        rules=rules,
    )


def reading(articles):
    """Articles as if they had been read from files."""
    digests = [hashlib.sha256(repr(article).encode()).hexdigest() for article in articles]
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Reading(articles=articles, digests=digests, rejected=[], drafts=0, content_digest=whole)


def built_index(root, articles, **choices):
    """An index folder in which a generation of these articles is published."""
    index = IndexFolder(root)
    staged = stage(index)
    build(reading(articles), recipe(**choices), index.cache, staged, lambda *_: None)
    publish(index, staged)
    return index


def open_fake(folder):
    """A generation, opened with a fake model in place of the one it was built with."""
    return open_snapshot(
        folder,
        lambda name, place: wiring.keyword_format(name).open(place),
        lambda name, place: wiring.vector_format(name).open(place),
        lambda _, card: fake_encoder(card.fingerprint).embedder,
    )


def engine_over(index):
    """An engine over what is published in an index folder."""
    return wiring.engine(Settings(), SnapshotManager(index, open_fake))
