"""One generation, opened for reading."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Glossary, open_glossary
from search.analysis.lemmas import Lemmas
from search.article import base_language
from search.cache import KEPT, LruCache
from search.errors import BrokenGenerationError, LedeError
from search.index.checksums import check_bytes
from search.index.chunks import Chunks, open_chunks
from search.index.columns import Columns, open_columns
from search.index.directory import Hold, hold
from search.index.manifest import DAYS, LEMMAS, NAMES, Manifest, ModelCard, read_manifest
from search.index.postings import Postings
from search.index.related_terms import Related, open_related
from search.index.sentence_index import SentenceIndex, open_sentence_index
from search.index.store import ARTICLES, Store
from search.index.withdrawn import WITHDRAWN, Visible, Withdrawn, WithdrawnIds
from search.messages import say
from search.ports import ArticleStore, Embedder, KeywordIndex, VectorIndex

if TYPE_CHECKING:  # loaded when a text is first in doubt, or first completed
    from search.analysis.spelling import Vocabulary
    from search.index.suggester import Suggester


_NEAR_BYTES = 1 << 26
"""Bytes of similarities that are kept: a million passages have twelve million for each question."""


class Snapshot(Struct, frozen=True):
    """One generation, opened for reading."""

    manifest: Manifest
    columns: Columns
    store: ArticleStore
    chunks: Chunks
    postings: Postings
    """The terms that articles contain."""
    forms: Postings
    """Their words as they are written, not stemmed: what a prefix is compared with."""
    related: Related
    sentence_index: SentenceIndex
    keyword: KeywordIndex
    vector: VectorIndex
    embedder: Callable[[], Embedder]
    """The model that the vectors were made by, loaded when first asked for. Raises ModelError."""
    analyzer: Analyzer
    """What made the terms of the keyword index, and must make those of the questions."""
    days: Mapping[str, str]
    """For each name that a day has, its date."""
    glossary: Callable[[str], Glossary | None]
    """The glossary of a language that the model does not know, if the archive taught one."""
    suggester: Callable[[], "Suggester"]
    """What can be suggested to somebody who types, loaded when first asked for."""
    vocabulary: Callable[[], "Vocabulary"]
    """The words of the archive, loaded when first asked for."""
    visible: Visible
    """Which rows were not withdrawn, just now; the columns of an answer are of these alone (`Columns.at`)."""
    held: Hold
    """Keeps pruning from removing what is loaded later."""
    near: LruCache[Any] = field(default_factory=lambda: LruCache(KEPT, _NEAR_BYTES, _bytes_of_near))
    """How near everything was to the vectors asked for last, as search.finding keeps it."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its articles without regions, that of most articles first."""
        return _languages(self.manifest)

    def close(self) -> None:
        """Close every file."""
        self.held.close()
        self.keyword.close()
        self.vector.close()
        self.store.close()


def _bytes_of_near(_: object, found: Any) -> int:
    near, of_rows = found
    return int(near.by_view.nbytes + near.similarity.nbytes + of_rows.nbytes)


def _languages(manifest: Manifest) -> tuple[str, ...]:
    counts = Counter[str]()
    for tag, articles in manifest.languages.items():
        counts[base_language(tag)] += articles
    return tuple(language for language, _ in counts.most_common() if language)


def open_snapshot(
    folder: Path,
    open_keyword: Callable[[str, Path], KeywordIndex],
    open_vector: Callable[[str, Path], VectorIndex],
    open_embedder: Callable[[Path, ModelCard], Embedder],
    open_store: Callable[[Path], ArticleStore] = Store,
    withdrawn: WithdrawnIds | None = None,
) -> Snapshot:
    """Open a generation after every byte is checked; each index by the engine that the manifest names.

    `open_store` opens the articles. `withdrawn` are the ids that nobody is shown, by default those of the index folder.

    Raises BrokenGenerationError.
    """
    manifest = read_manifest(folder)
    held = hold(folder)
    try:
        check_bytes(folder, manifest)
        store = open_store(folder / ARTICLES)
        listed = withdrawn or Withdrawn(folder.parent.parent / WITHDRAWN, generation=folder.name)
        visible = Visible(listed, store.row, manifest.articles)
        snapshot = Snapshot(
            manifest=manifest,
            columns=open_columns(folder / "columns", manifest.declared),
            store=store,
            chunks=open_chunks(folder / "views"),
            postings=Postings(folder / "words", manifest.articles),
            forms=Postings(folder / "forms", manifest.articles),
            related=open_related(folder / "related"),
            sentence_index=open_sentence_index(folder / "outline"),
            keyword=open_keyword(manifest.keyword_engine, folder / "keyword"),
            vector=open_vector(manifest.vector_engine, folder / "vector"),
            embedder=lambda: open_embedder(folder / "model", manifest.model),
            analyzer=Analyzer(
                msgspec.json.decode((folder / NAMES).read_bytes(), type=dict[str, str]), Lemmas(folder / LEMMAS)
            ).asking(_languages(manifest)),
            days=msgspec.json.decode((folder / DAYS).read_bytes(), type=dict[str, str]),
            glossary=lru_cache(lambda language: open_glossary(folder / "glossaries", language)),
            suggester=cache(lambda: _suggester(folder / "suggestions")),
            vocabulary=cache(lambda: _vocabulary(folder / "suggestions")),
            visible=visible,
            held=held,
        )
    except LedeError:
        held.close()
        raise
    except Exception as broken:  # whatever an engine makes of a damaged file
        held.close()
        raise BrokenGenerationError(
            say("broken-opening", name=manifest.name, what=type(broken).__name__),
            say("verify-or-build"),
        ) from broken
    if manifest.articles != snapshot.columns.size or not manifest.views == snapshot.chunks.size == snapshot.vector.size:
        snapshot.close()
        raise BrokenGenerationError(
            say("broken-lengths", name=manifest.name),
            say("rollback-or-build"),
        )
    return snapshot


def _suggester(folder: Path) -> "Suggester":
    from search.index.suggester import open_suggestions

    return open_suggestions(folder)


def _vocabulary(folder: Path) -> "Vocabulary":
    from search.analysis.spelling import SPELLINGS, Vocabulary

    return Vocabulary(folder / SPELLINGS)
