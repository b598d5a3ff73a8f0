"""Articles to a staged generation."""

import logging
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from indexer.catalogue import CATALOGUE, catalogue, keep_catalogue
from indexer.chunk_planner import ChunkPlanner, cut_all
from indexer.content.reader import Reading
from indexer.derive.glossaries import glossaries
from indexer.derive.pair_words import Lexica
from indexer.derive.related_terms import relate
from indexer.derive.stories import stories
from indexer.derive.suggestions import Earlier, english_words, names_of, suggest
from indexer.derive.twins import speakers
from indexer.kept_counts import StayedArticles, keep_counts
from indexer.kept_words import LETTERS, Letters, WordsUpdate, kept_words
from indexer.reuse import REPORTS, PreviousGeneration, ReusePlan, inheritance
from indexer.text.archive_reader import ArchiveReader
from indexer.text.boilerplate import HEADINGS, heading_counts, recurring
from indexer.text.lemmatizer import CYRILLIC, cyrillic_words, lemmatize
from indexer.text.lexicon import TokenizedBatch
from indexer.text.postings_builder import PostingsBuilder
from indexer.vectors.embedding_cache import OWN_VECTORS, EmbeddingCache, SharedCache, VectorCache, Vectors
from indexer.vectors.encoder import Encoder
from indexer.vectors.parts import unfinished
from indexer.vectors.vector_segments import SHARED_VECTORS, VectorSegments
from indexer.workspace import BuildConfig, Progress, Workspace
from search.analysis.glossary import write_glossary
from search.analysis.lemmas import Lemmas
from search.embedders.onnx import TOKENIZER, parts_of
from search.index.checksums import altered, digest_files
from search.index.chunks import PASSAGE, Chunks, write_chunks
from search.index.columns import write_columns
from search.index.columns_builder import columns
from search.index.manifest import (
    DAYS,
    FORMAT,
    LEMMAS,
    NAMES,
    Manifest,
    ModelCard,
    write_manifest,
)
from search.index.postings import Postings
from search.index.store import ARTICLES, write_store
from search.ports import UpdatableKeywordFormat
from search.process import cores, give_back

_FOLDERS = (
    "columns",
    "views",
    "words",
    "forms",
    "related",
    "outline",
    "keyword",
    "vector",
    "model",
    "glossaries",
    "suggestions",
    LEMMAS,
)

_log = logging.getLogger("lede.build")


def build(
    reading: Reading,
    recipe: BuildConfig,
    memory: Path,
    folder: Path,
    progress: Progress,
    earlier: PreviousGeneration | None = None,
    shared: Path | None = None,
) -> "Embedded":
    """Write a generation of these articles into an empty folder; gives where its vectors came from.

    What has not changed keeps the views and vectors of the earlier generation; `memory` is the folder of what builds
    remember of texts, `shared` the folder into which parts were embedded. The outcome is the same without them.

    1. Find what all of the archive decides: recurring headings, twins, and the lemmas of its words.
    2. Write words, articles and vectors: row n is the n-th article, vector n is view n. Words are brought up to date
       out of the earlier generation; where that cannot be, other processes read them while articles are embedded.
    3. Write what can be told of words: related ones, suggestions.
    4. Copy the model, and what else answers need beside the arrays.
    5. Digest every file; the manifest is written last. Remember the counts for the next build.
    """
    for name in _FOLDERS:
        (folder / name).mkdir()
    stayed = StayedArticles(earlier, reading.digests)
    headings = stayed.counts(memory / HEADINGS, reading.articles, heading_counts)
    cyrillic = stayed.counts(memory / CYRILLIC, reading.articles, cyrillic_words)
    lemmatize(folder / LEMMAS, cyrillic, memory)
    work = Workspace(
        reading=reading,
        recipe=recipe,
        memory=memory,
        folder=folder,
        progress=progress,
        stayed=stayed,
        catalogue=catalogue(reading.articles, recipe.rules.declared, stayed, recipe.digest, memory / CATALOGUE),
        common=recurring(headings),
        analyzer=recipe.analyzer.with_lemmas(Lemmas(folder / LEMMAS)),
    )
    segments = VectorSegments(shared or memory / SHARED_VECTORS, recipe.embedder.fingerprint, recipe.embedder.dimension)
    _tell_unfinished(segments)
    with closing(EmbeddingCache(memory / OWN_VECTORS)) as own:
        cache = SharedCache(own, segments, own)
        written = _write_with_kept_words(work, cache) or _write_with_all_words(work, cache)
        give_back()
        relating = _write_related_and_suggestions(work, written, cache)
    _write_companions(work, written)
    manifest = _manifest(work, written.views)
    write_manifest(folder, manifest)
    keep_catalogue(memory / CATALOGUE, manifest, work.catalogue)
    keep_counts(memory / HEADINGS, manifest, headings)
    keep_counts(memory / CYRILLIC, manifest, cyrillic)
    keep_counts(memory / LETTERS, manifest, written.letters)
    return Embedded(written.fresh + relating, segments.taken)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the second stage leaves to those behind it."""

    views: Chunks
    fresh: int
    """How many texts met the model."""
    glossaries: Mapping[str, dict[str, str]]
    """By language, which word stands for which."""
    letters: Letters


def _write_with_kept_words(work: Workspace, cache: VectorCache) -> _Written | None:
    """Write words out of those of the earlier generation, then articles and vectors.

    None, with nothing written, where all words must be read.
    """
    letters = _write_kept_words(work)
    if letters is None:
        return None
    learned = _glossaries(work, ArchiveReader(work.analyzer, work.common, work.memory).lexicon)
    views, fresh = _write_articles(work, learned, cache)
    return _Written(views, fresh, learned, letters)


def _write_with_all_words(work: Workspace, cache: VectorCache) -> _Written:
    """Write articles and vectors while other processes read the words of all articles, then the words."""
    reader = ArchiveReader(work.analyzer, work.common, work.memory)
    with reader.begun(work.reading.articles, cores()) as (lexicon, wordings):
        learned = _glossaries(work, lambda _: nullcontext(lexicon))
        views, fresh = _write_articles(work, learned, cache)
        _write_words(work, reader, wordings)
    return _Written(views, fresh, learned, reader.letters)


def _glossaries(work: Workspace, lexica: Lexica) -> Mapping[str, dict[str, str]]:
    articles, languages, analyzer = work.reading.articles, work.recipe.model_languages, work.analyzer
    return glossaries(articles, work.catalogue, languages, analyzer, lexica, work.memory, work.stayed, work.generation)


def _write_kept_words(work: Workspace) -> Letters | None:
    """Write words out of those of the earlier generation; gives how many articles contain each as it is written.

    None, with nothing written, where all words are read anew.
    """
    reading, recipe = work.reading, work.recipe
    if not isinstance(recipe.keyword, UpdatableKeywordFormat):
        return None
    kept = kept_words(work.stayed, recipe.digest, work.common, work.analyzer)
    if kept is None:
        return None
    progress = partial(work.progress, "words")
    update = WordsUpdate(kept, reading.articles, work.analyzer, work.common, progress)
    return update.write(work.folder, recipe.keyword, recipe.rules.declared, work.memory / LETTERS)


def _write_words(work: Workspace, reader: ArchiveReader, wordings: Iterator[TokenizedBatch]) -> None:
    """Write the words of all articles for the keyword engine and for us, as they are read."""
    folder = work.folder
    give_back()
    notes = PostingsBuilder(reader, work.common)
    documents = notes.documents(work.reading.articles, wordings, partial(work.progress, "words"))
    work.recipe.keyword.write(folder / "keyword", documents, work.recipe.rules.declared)
    give_back()
    notes.write(folder / "words", folder / "forms", folder / "outline")


def _write_related_and_suggestions(work: Workspace, written: _Written, cache: VectorCache) -> int:
    """Write related words and, beside them in a process of its own, suggestions; gives how many texts met the model."""
    with ThreadPoolExecutor(1) as beside:
        suggested = beside.submit(_write_suggestions, work, written.letters)
        relating = _write_related(work, written.views, cache)
        suggested.result()
    return relating


def _write_suggestions(work: Workspace, letters: Letters) -> None:
    folder, recipe = work.folder, work.recipe
    english = english_words(recipe.encoder.folder / TOKENIZER) if recipe.encoder.folder else []
    facts = work.catalogue.facts
    names, published = names_of(facts.said, work.group, recipe.rules.declared), facts.published
    earlier = _earlier_suggestions(work)
    suggest(folder / "suggestions", folder / ARTICLES, names, published, letters, english, cores(), earlier)


def _earlier_suggestions(work: Workspace) -> Earlier | None:
    """The suggestions of the earlier generation; None where another recipe made them, or a bit of them changed."""
    earlier = work.stayed.made_by(work.recipe.digest)
    if earlier is None or altered(earlier.folder, earlier.manifest, "suggestions/"):
        return None
    return Earlier(earlier.folder / "suggestions", work.stayed.source)


def _write_related(work: Workspace, views: Chunks, cache: VectorCache) -> int:
    """Write which words are related, by the model; gives how many texts met it."""
    folder, recipe, size = work.folder, work.recipe, len(work.reading.articles)
    languages = dict.fromkeys(work.catalogue.base_languages)
    return relate(
        folder / "related",
        Postings(folder / "forms", size),
        Postings(folder / "words", size),
        work.analyzer.asking(tuple(languages)),
        recipe.model_languages if views.size else (),
        recipe.embedder,
        cache,
        recipe.calibration,
        partial(work.progress, "relate"),
        work.memory,
    )


def _write_companions(work: Workspace, written: _Written) -> None:
    """Write what answers need beside the arrays: glossaries, names, named days and the model."""
    folder, recipe = work.folder, work.recipe
    for language, glossary in written.glossaries.items():
        write_glossary(folder / "glossaries", language, glossary)
    (folder / NAMES).write_bytes(msgspec.json.encode(recipe.analyzer.names))
    (folder / DAYS).write_bytes(msgspec.json.encode(recipe.days))
    _keep_model(recipe.encoder, folder / "model")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where the vectors of a build came from, besides its own cache and the generation before."""

    fresh: int
    """How many texts met the model."""
    shared: int
    """How many vectors others had put into the shared folder."""


def _tell_unfinished(segments: VectorSegments) -> None:
    for one in unfinished(segments.folder):
        _log.warning(
            "Part %s, begun on %s at %s, has not ended. What it lacks is embedded now.",
            one.part,
            one.machine,
            one.begun,
        )


def _write_articles(work: Workspace, learned: Mapping[str, dict[str, str]], cache: VectorCache) -> tuple[Chunks, int]:
    """Write articles, columns, views and vectors; gives the views, and how many texts met the model."""
    reading, recipe, folder = work.reading, work.recipe, work.folder
    vectors = Vectors(recipe.embedder, cache, partial(work.progress, "embed"))
    with _reusable(work) as kept:
        planner = ChunkPlanner(work, learned, kept)
        views = cut_all(planner, vectors, lambda done: work.progress("cut", done, planner.size))
    give_back()
    matrix = vectors.matrix()
    has_vectors = np.zeros(planner.size, dtype=np.bool_)
    has_vectors[views.article_rows] = True
    write_store(folder / ARTICLES, reading.stored())
    (folder / REPORTS).write_bytes(msgspec.json.encode(reading.reports))
    speaking, facts = speakers(work.group, has_vectors), work.catalogue.facts
    story = stories(facts.published, work.group, speaking, views, matrix, recipe.calibration.scale)
    write_columns(folder / "columns", columns(facts, work.group, speaking, story, recipe.rules.declared))
    write_chunks(folder / "views", views)
    recipe.vector.write(folder / "vector", matrix)
    return views, vectors.fresh


@contextmanager
def _reusable(work: Workspace) -> Iterator[ReusePlan | None]:
    """What articles keep of the earlier generation, as long as the context lasts; None where they keep nothing."""
    recipe = work.recipe
    of_before = work.stayed.earlier, work.stayed.source, recipe.digest, recipe.encoder.fingerprint
    kept = inheritance(*of_before, recipe.vector, work.common)
    with closing(kept) if kept else nullcontext() as plan:
        yield plan


def _keep_model(encoder: Encoder, folder: Path) -> None:
    """Put the model beside its vectors: whoever answers from them needs nothing else, and cannot take another."""
    if encoder.folder is not None:
        for part in parts_of(encoder.folder):
            shutil.copyfile(encoder.folder / part, folder / part)


def _manifest(work: Workspace, views: Chunks) -> Manifest:
    reading, recipe, folder = work.reading, work.recipe, work.folder
    return Manifest(
        format=FORMAT,
        name=folder.name,
        built=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        content_digest=reading.content_digest,
        settings_digest=recipe.digest,
        articles=len(reading.articles),
        views=views.size,
        passages=int((views.kind == PASSAGE).sum()),
        drafts=reading.drafts,
        omitted=dict(reading.omitted),
        warnings=len(reading.warnings),
        rejected=reading.rejected,
        languages=dict(Counter(work.catalogue.languages)),
        keyword_engine=recipe.keyword.name,
        vector_engine=recipe.vector.name,
        analyzer=recipe.analyzer.version,
        boilerplate=sorted(work.common),
        model=ModelCard(
            fingerprint=recipe.encoder.fingerprint,
            source=recipe.encoder.source,
            name=recipe.model,
            dimension=recipe.embedder.dimension,
            languages=list(recipe.model_languages),
            runtime=recipe.encoder.runtime,
            calibration=recipe.calibration,
        ),
        declared=dict(recipe.rules.declared),
        files=digest_files(folder),
    )
