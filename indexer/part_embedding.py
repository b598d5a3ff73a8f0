"""The vectors of one part of an archive, embedded before the build and beside the other parts."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from indexer.content.reader import KnownFiles, Reading, read
from indexer.text.boilerplate import boilerplate
from indexer.timing import peak_mib
from indexer.vectors.chunking import cut
from indexer.vectors.embedding_cache import KnownVectors, SharedCache, embedded, text_digest
from indexer.vectors.parts import Part, begin, end
from indexer.vectors.vector_segments import VectorSegments
from indexer.workspace import BuildConfig
from search.article import Article, base_language
from search.errors import ContentError, LedeError

_CUT_AT_ONCE = 512
_MET_AT_ONCE = 2_048
"""New texts that wait for the model together: those of one length are embedded side by side."""
_KEPT_AT_ONCE = 16_384
"""Vectors of a file at most: 25 MB of 384 numbers."""
_KEPT_EVERY = 60.0
"""Seconds after which vectors are written however few they are: what a run that dies loses."""
_log = logging.getLogger("lede.embed")

Progress = Callable[[int, int], None]
"""Told how many articles of the part are done, and how many it has."""


class PartReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the run of a part did."""

    part: str
    articles: int
    rejected: int
    texts: int
    """Different texts of these articles."""
    known: int
    """Those whose vectors were there already."""
    embedded: int
    seconds: float
    peak_rss_mib: float


def embed_part(
    content: Path, recipe: BuildConfig, part: Part, shared: Path, own: Path, progress: Progress
) -> PartReport:
    """Embed what the articles of a part need and nobody has yet, into the folder `shared`.

    `own` is the cache of the index on this machine, if there is one; it is only read. Parts need no order and no lock:
    one that is run again goes on where it died. What the build learns from all articles together (single words,
    glosses of languages that the model does not read) is left to it. Raises ContentError, ModelError, LedeError.
    """
    started = time.monotonic()
    reading = read(content, KnownFiles(), lambda *_: None, recipe.rules)
    if not reading.articles:
        raise ContentError(f"{content} holds no article.", "Name the folder that the articles are in.")
    segments = VectorSegments(shared, recipe.embedder.fingerprint, recipe.embedder.dimension)
    try:
        record = begin(segments.folder, part)
        with closing(KnownVectors(own)) as known:
            writer = _SegmentWriter(segments)
            texts, fresh, articles = _embedded(reading, recipe, part, SharedCache(known, segments, writer), progress)
            writer.flush()
        end(segments.folder, record, texts)
    except OSError as failed:
        raise LedeError(
            f"{shared} cannot be written: {failed.strerror or failed}.",
            "The vectors written so far are kept. See to the disk, then run the part again.",
        ) from failed
    return PartReport(
        part=str(part),
        articles=articles,
        rejected=len(reading.rejected),
        texts=texts,
        known=texts - fresh,
        embedded=fresh,
        seconds=round(time.monotonic() - started, 3),
        peak_rss_mib=round(peak_mib(), 1),
    )


def _embedded(
    reading: Reading, recipe: BuildConfig, part: Part, cache: SharedCache, progress: Progress
) -> tuple[int, int, int]:
    """How many different texts the part has, how many of them met the model, and how many articles it has."""
    own = [row for row, digest in enumerate(reading.digests) if part.holds(digest)]
    met: set[bytes] = set()
    waiting: dict[bytes, str] = {}
    fresh = 0

    def meet() -> int:
        count = sum(map(len, embedded(waiting, recipe.embedder, cache)))
        waiting.clear()
        return count

    common = boilerplate(reading.articles)
    for at in range(0, len(own), _CUT_AT_ONCE):
        rows = own[at : at + _CUT_AT_ONCE]
        texts = dict(_texts([reading.articles[row] for row in rows], common, recipe))
        new = [digest for digest in texts if digest not in met]
        met.update(new)
        known = cache.find(recipe.embedder.fingerprint, new)
        waiting.update((digest, texts[digest]) for digest in new if digest not in known)
        if len(waiting) >= _MET_AT_ONCE:
            fresh += meet()
        progress(at + len(rows), len(own))
    return len(met), fresh + meet(), len(own)


def _texts(articles: Sequence[Article], common: set[str], recipe: BuildConfig) -> Iterator[tuple[bytes, str]]:
    """What is embedded of these articles, by the digests of the texts: of those alone that the model reads."""
    languages = [article.base_language or recipe.analyzer.language(article.text) for article in articles]
    known = {base_language(tag) for tag in recipe.model_languages}
    read_ = [article for article, language in zip(articles, languages, strict=True) if language in known]
    for chunks in cut(read_, common, recipe.embedder.count_tokens, recipe.embedder.max_tokens):
        yield from ((text_digest(text), text) for _, text in chunks)


class _SegmentWriter:
    """Vectors on their way into files of a shared folder."""

    def __init__(self, segments: VectorSegments) -> None:
        self._segments = segments
        self._vectors: dict[bytes, bytes] = {}
        self._flushed = time.monotonic()

    def keep(self, _: str, vectors: dict[bytes, bytes]) -> None:
        """Remember these vectors; they reach the disk within a minute."""
        self._vectors |= vectors
        if len(self._vectors) >= _KEPT_AT_ONCE or time.monotonic() - self._flushed > _KEPT_EVERY:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises OSError."""
        self._segments.write(self._vectors)
        self._vectors = {}
        self._flushed = time.monotonic()
