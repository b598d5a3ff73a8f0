"""Articles to a staged generation."""

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sys import intern

import msgspec
import numpy as np

from indexer.content.article_spool import without_texts
from indexer.content.reader import Reading
from indexer.content.rules import ReadingRules
from indexer.derive.glossaries import glossaries
from indexer.derive.related_terms import relate
from indexer.derive.stories import stories
from indexer.derive.suggestions import english_words, suggest
from indexer.derive.twins import groups, speakers
from indexer.kept_counts import counts_now, keep_counts
from indexer.kept_words import LETTERS, Letters, WordsUpdate, kept_words
from indexer.reuse import REPORTS, PreviousGeneration, ReusePlan, inheritance
from indexer.text.archive_reader import ArchiveReader
from indexer.text.boilerplate import boilerplate
from indexer.text.documents import INDEXED
from indexer.text.lemmatizer import CYRILLIC, cyrillic_words, dictionary_version, lemmatize
from indexer.text.lexicon import TokenizedBatch
from indexer.text.postings_builder import PostingsBuilder
from indexer.vectors.chunking import LEAD, PASSAGE_TOKENS, cut, head
from indexer.vectors.embedding_cache import OWN_VECTORS, EmbeddingCache, SharedCache, VectorCache, Vectors
from indexer.vectors.encoder import Encoder
from indexer.vectors.encoder_cards import calibration_of
from indexer.vectors.language_coverage import unread, unread_line
from indexer.vectors.parts import unfinished
from indexer.vectors.vector_segments import SHARED_VECTORS, VectorSegments
from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Glossary, write_glossary
from search.analysis.lemmas import Lemmas
from search.arrays import Matrix, Rows
from search.article import base_language
from search.embedders.onnx import TOKENIZER, parts_of
from search.index.checksums import digest_files
from search.index.chunks import HEAD, PASSAGE, Chunk, Chunks, joined, views_of, write_chunks
from search.index.columns import columns_of, write_columns
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
from search.ports import KeywordFormat, UpdatableKeywordFormat, VectorFormat
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
_CUT_AT_ONCE = 128

LEAST_KNOWN = 0.5
"""The share of an article's words that a glossary must know for its gloss to be embedded."""

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
            msgspec.json.encode(calibration_of(self.model), order="sorted").decode(),
            self.rules.encoded(),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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

    1. Find the headings that recur everywhere, the twins, and the lemmas of the words. Other processes begin to read
       the words.
    2. Learn from the twins which word stands for which. Cut every article that the model can read into views, embed
       what is new, find who tells the same story, and write all that: row n is the n-th article, vector n is view n.
    3. Write words for the keyword engine and for us, and what can be told of words: related ones, suggestions.
    4. Digest every file; the manifest is written last.
    """
    articles = reading.articles
    common, group = boilerplate(articles), groups(without_texts(articles))
    for name in _FOLDERS:
        (folder / name).mkdir()
    cyrillic = counts_now(memory / CYRILLIC, earlier, reading.digests, articles, cyrillic_words)
    if cyrillic is None:
        cyrillic = cyrillic_words(articles)
    lemmatize(folder / LEMMAS, cyrillic, memory)
    analyzer = recipe.analyzer.with_lemmas(Lemmas(folder / LEMMAS))
    reader = ArchiveReader(analyzer, common, memory)
    segments = VectorSegments(shared or memory / SHARED_VECTORS, recipe.embedder.fingerprint, recipe.embedder.dimension)
    _tell_unfinished(segments)
    archive = _Archive(reading, group, common, recipe, analyzer)
    with closing(EmbeddingCache(memory / OWN_VECTORS)) as own:
        cache = SharedCache(own, segments, own)
        letters = _updated_words(folder, archive, earlier, memory, progress)
        if letters is None:
            with reader.begun(articles, cores()) as (lexicon, wordings):
                learned = glossaries(
                    articles, group, recipe.model_languages, analyzer, lambda: nullcontext(lexicon), memory
                )
                views, fresh = _write_articles(folder, archive, learned, earlier, cache, progress)
                _write_words(folder, archive, reader, wordings, progress)
            del wordings
            letters = reader.letters
        else:
            learned = glossaries(articles, group, recipe.model_languages, analyzer, reader.lexicon, memory)
            views, fresh = _write_articles(folder, archive, learned, earlier, cache, progress)
        give_back()
        english = english_words(recipe.encoder.folder / TOKENIZER) if recipe.encoder.folder else []
        with ThreadPoolExecutor(1) as beside:
            suggested = beside.submit(
                suggest,
                folder / "suggestions",
                folder / ARTICLES,
                group,
                letters,
                english,
                cores(),
                recipe.rules.declared,
            )
            every = Postings(folder / "forms", len(articles)), Postings(folder / "words", len(articles))
            asking = analyzer.asking(tuple({article.base_language: None for article in without_texts(articles)}))
            known = asking, recipe.model_languages if views.size else ()
            single = relate(
                folder / "related",
                *every,
                *known,
                recipe.embedder,
                cache,
                calibration_of(recipe.model),
                lambda done, total: progress("relate", done, total),
                memory,
            )
            suggested.result()
    for language, glossary in learned.items():
        write_glossary(folder / "glossaries", language, glossary)
    (folder / NAMES).write_bytes(msgspec.json.encode(recipe.analyzer.names))
    (folder / DAYS).write_bytes(msgspec.json.encode(recipe.days))
    _keep_model(recipe.encoder, folder / "model")
    manifest = _manifest(folder, reading, recipe, views, common)
    write_manifest(folder, manifest)
    keep_counts(memory / CYRILLIC, manifest, cyrillic)
    keep_counts(memory / LETTERS, manifest, letters)
    return Embedded(fresh + single, segments.taken)


def _updated_words(
    folder: Path, archive: "_Archive", earlier: PreviousGeneration | None, memory: Path, progress: Progress
) -> Letters | None:
    """Write words out of those of the earlier generation; gives how many articles contain each as it is written.

    None, with nothing written, where all words are read anew.
    """
    reading, recipe = archive.reading, archive.recipe
    if not isinstance(recipe.keyword, UpdatableKeywordFormat):
        return None
    kept = kept_words(earlier, recipe.digest, reading.digests, archive.common, archive.analyzer)
    if kept is None:
        return None
    update = WordsUpdate(
        kept,
        reading.articles,
        reading.digests,
        archive.analyzer,
        archive.common,
        lambda done, total: progress("words", done, total),
    )
    return update.write(folder, recipe.keyword, recipe.rules.declared, memory / LETTERS)


def _write_words(
    folder: Path,
    archive: "_Archive",
    reader: ArchiveReader,
    wordings: Iterator[TokenizedBatch],
    progress: Progress,
) -> None:
    """Write the words of all articles for the keyword engine and for us, as they are read."""
    articles, recipe = archive.reading.articles, archive.recipe
    give_back()
    notes = PostingsBuilder(reader, archive.common)
    documents = notes.documents(articles, wordings, lambda done, total: progress("words", done, total))
    recipe.keyword.write(folder / "keyword", documents, recipe.rules.declared)
    give_back()
    notes.write(folder / "words", folder / "forms", folder / "outline")


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


@dataclass(frozen=True, slots=True)
class _Archive:
    """The articles of a build, and what is known of them before they are cut."""

    reading: Reading
    group: Rows
    """The number that each article shares with its translations, (articles,)."""
    common: Set[str]
    """The headings that recur everywhere."""
    recipe: BuildConfig
    analyzer: Analyzer


@dataclass(frozen=True, slots=True)
class _ChunkSource:
    """The chunks of one article, and where their vectors come from: texts to embed, or vectors that it keeps."""

    row: int
    chunks: list[Chunk]
    texts: Sequence[str] = ()
    vectors: Matrix | None = None


def _write_articles(
    folder: Path,
    archive: _Archive,
    learned: Mapping[str, dict[str, str]],
    earlier: PreviousGeneration | None,
    cache: VectorCache,
    progress: Progress,
) -> tuple[Chunks, int]:
    """Write articles, columns, views and vectors; gives the views, and how many texts met the model."""
    reading, group, recipe = archive.reading, archive.group, archive.recipe
    articles = reading.articles
    kept = inheritance(earlier, recipe.digest, recipe.encoder.fingerprint, recipe.vector, archive.common)
    vectors = Vectors(recipe.embedder, cache, lambda done, total: progress("embed", done, total))
    views = _cut(_ChunkPlanner(archive, learned, kept), vectors, lambda done: progress("cut", done, len(articles)))
    if kept:
        kept.close()
    give_back()
    matrix = vectors.matrix()
    has_vectors = np.zeros(len(articles), dtype=np.bool_)
    has_vectors[views.article_rows] = True
    stored = zip(reading.digests, reading.file_digests(), articles, reading.bodies(), strict=True)
    write_store(folder / ARTICLES, stored)
    (folder / REPORTS).write_bytes(msgspec.json.encode(reading.reports))
    cards = without_texts(articles)
    speaking = speakers(group, has_vectors)
    story = stories(cards, group, speaking, views, matrix, calibration_of(recipe.model).scale)
    write_columns(folder / "columns", columns_of(cards, group, speaking, story, recipe.rules.declared))
    write_chunks(folder / "views", views)
    recipe.vector.write(folder / "vector", matrix)
    return views, vectors.fresh


def _cut(planner: "_ChunkPlanner", vectors: Vectors, progress: Callable[[int], None]) -> Chunks:
    """Plan the chunks of all articles, some articles at a time, and ask for their vectors in the same order."""
    parts = [views_of(())]
    for at in range(0, planner.size, _CUT_AT_ONCE):
        rows = range(at, min(at + _CUT_AT_ONCE, planner.size))
        planned = planner.plan(rows)
        _ask(planned, vectors)
        parts.append(views_of((source.row, source.chunks) for source in planned))
        progress(rows.stop)
    return joined(parts)


def _ask(planned: Sequence[_ChunkSource], vectors: Vectors) -> None:
    """Go on with the vectors of these chunks; texts that follow one another are asked for together."""
    texts: list[str] = []
    for source in planned:
        if source.vectors is None:
            texts += source.texts
        else:
            vectors.ask(texts)
            texts = []
            vectors.take(source.vectors)
    vectors.ask(texts)


class _ChunkPlanner:
    """Which chunks each article has.

    An article keeps those of an earlier generation where nothing changed. One in a language that the model does not
    know, which no twin can speak for, has one chunk: the gloss of its head, where the archive's twins taught a
    glossary. More would be embedded anew whenever they teach another word.
    """

    def __init__(self, archive: _Archive, learned: Mapping[str, dict[str, str]], kept: ReusePlan | None) -> None:
        """`learned` are the words of the glossaries, by language; `kept` is what articles keep, if they may."""
        self._archive = archive
        self._kept = kept
        self._articles = archive.reading.articles
        self._languages = [
            intern(article.base_language or archive.analyzer.language(self._articles[row].text))
            for row, article in enumerate(without_texts(self._articles))
        ]
        self._known = [language in archive.recipe.model_languages for language in self._languages]
        self._spoken_for = np.zeros(self.size + 1, dtype=np.bool_)
        self._spoken_for[archive.group[self._known]] = True
        self._glossary = {language: Glossary(words) for language, words in learned.items()}
        read = {*archive.recipe.model_languages, *self._glossary}
        missing = unread(self._languages, archive.group, read)
        if line := unread_line(missing, self.size, archive.recipe.model):
            _log.warning(line)

    @property
    def size(self) -> int:
        """How many articles there are."""
        return len(self._articles)

    def plan(self, rows: range) -> list[_ChunkSource]:
        """The chunks of these articles, in the order of rows; articles without chunks are left out."""
        kept = {row: source for row in rows if (source := self._reused(row))}
        fresh = self._fresh([row for row in rows if self._known[row] and row not in kept])
        glossed = (self._glossed(row) for row in rows if not self._known[row])
        planned = {**kept, **fresh, **{source.row: source for source in glossed if source}}
        return [planned[row] for row in rows if row in planned]

    def _reused(self, row: int) -> _ChunkSource | None:
        """What an article keeps; None where it is new or changed."""
        if self._kept is None or not self._known[row]:
            return None
        own = self._kept.of(self._archive.reading.digests[row], self._articles[row])
        return _ChunkSource(row, own[0], vectors=own[1]) if own else None

    def _fresh(self, rows: list[int]) -> dict[int, _ChunkSource]:
        """The chunks of articles that the model can read, cut anew."""
        embedder = self._archive.recipe.embedder
        articles = [self._articles[row] for row in rows]
        pieces = cut(articles, self._archive.common, embedder.count_tokens, embedder.max_tokens)
        return {
            row: _ChunkSource(row, [chunk for chunk, _ in own], [text for _, text in own])
            for row, own in zip(rows, pieces, strict=True)
        }

    def _glossed(self, row: int) -> _ChunkSource | None:
        """The gloss of an article's head; None where a twin speaks for it, or too few of its words are known."""
        language = self._languages[row]
        if self._spoken_for[self._archive.group[row]] or language not in self._glossary:
            return None
        text = head(self._articles[row], self._archive.common)
        gloss = self._glossary[language].gloss(text, self._archive.analyzer.of_article(language))
        return _ChunkSource(row, [Chunk(HEAD)], [gloss.text]) if gloss.known >= LEAST_KNOWN else None


def _keep_model(encoder: Encoder, folder: Path) -> None:
    """Put the model beside its vectors: whoever answers from them needs nothing else, and cannot take another."""
    if encoder.folder is not None:
        for part in parts_of(encoder.folder):
            shutil.copyfile(encoder.folder / part, folder / part)


def _manifest(folder: Path, reading: Reading, recipe: BuildConfig, views: Chunks, common: Set[str]) -> Manifest:
    languages: dict[str, int] = {}
    for article in without_texts(reading.articles):
        languages[article.language] = languages.get(article.language, 0) + 1
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
        languages=languages,
        keyword_engine=recipe.keyword.name,
        vector_engine=recipe.vector.name,
        analyzer=recipe.analyzer.version,
        boilerplate=sorted(common),
        model=ModelCard(
            fingerprint=recipe.encoder.fingerprint,
            source=recipe.encoder.source,
            name=recipe.model,
            dimension=recipe.embedder.dimension,
            languages=list(recipe.model_languages),
            runtime=recipe.encoder.runtime,
            calibration=calibration_of(recipe.model),
        ),
        declared=dict(recipe.rules.declared),
        files=digest_files(folder),
    )
