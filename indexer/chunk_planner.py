"""Chunks of all articles, and where the vectors of each come from."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern

import numpy as np

from indexer.content.article_spool import without_texts
from indexer.reuse import ReusePlan
from indexer.vectors.chunking import cut, head
from indexer.vectors.embedding_cache import Vectors
from indexer.vectors.language_coverage import unread, unread_line
from indexer.workspace import Workspace
from search.analysis.glossary import Glossary
from search.arrays import Matrix
from search.index.chunks import HEAD, Chunk, Chunks, joined, views_of

_log = logging.getLogger("lede.build")
_AT_ONCE = 128
"""Articles that are cut together."""

LEAST_KNOWN = 0.5
"""The share of an article's words that a glossary must know for its gloss to be embedded."""


@dataclass(frozen=True, slots=True)
class _ChunkSource:
    """The chunks of one article, and where their vectors come from: texts to embed, or vectors that it keeps."""

    row: int
    chunks: list[Chunk]
    texts: Sequence[str] = ()
    vectors: Matrix | None = None


def cut_all(planner: "ChunkPlanner", vectors: Vectors, progress: Callable[[int], None]) -> Chunks:
    """Plan the chunks of all articles, some articles at a time, and ask for their vectors in the same order."""
    parts = [views_of(())]
    for at in range(0, planner.size, _AT_ONCE):
        rows = range(at, min(at + _AT_ONCE, planner.size))
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


class ChunkPlanner:
    """Which chunks each article has.

    An article keeps those of an earlier generation where nothing changed. One in a language that the model does not
    know, which no twin can speak for, has one chunk: the gloss of its head, where the archive's twins taught a
    glossary. More would be embedded anew whenever they teach another word.
    """

    def __init__(self, work: Workspace, learned: Mapping[str, dict[str, str]], kept: ReusePlan | None) -> None:
        """`learned` are the words of the glossaries, by language; `kept` is what articles keep, if they may."""
        self._work = work
        self._kept = kept
        self._articles = work.reading.articles
        self._languages = [
            intern(article.base_language or work.analyzer.language(self._articles[row].text))
            for row, article in enumerate(without_texts(self._articles))
        ]
        self._known = [language in work.recipe.model_languages for language in self._languages]
        self._spoken_for = np.zeros(self.size + 1, dtype=np.bool_)
        self._spoken_for[work.group[self._known]] = True
        self._glossary = {language: Glossary(words) for language, words in learned.items()}
        read = {*work.recipe.model_languages, *self._glossary}
        missing = unread(self._languages, work.group, read)
        if line := unread_line(missing, self.size, work.recipe.model):
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
        own = self._kept.of(self._work.reading.digests[row], self._articles[row])
        return _ChunkSource(row, own[0], vectors=own[1]) if own else None

    def _fresh(self, rows: list[int]) -> dict[int, _ChunkSource]:
        """The chunks of articles that the model can read, cut anew."""
        embedder = self._work.recipe.embedder
        articles = [self._articles[row] for row in rows]
        pieces = cut(articles, self._work.common, embedder.count_tokens, embedder.max_tokens)
        return {
            row: _ChunkSource(row, [chunk for chunk, _ in own], [text for _, text in own])
            for row, own in zip(rows, pieces, strict=True)
        }

    def _glossed(self, row: int) -> _ChunkSource | None:
        """The gloss of an article's head; None where a twin speaks for it, or too few of its words are known."""
        language = self._languages[row]
        if self._spoken_for[self._work.group[row]] or language not in self._glossary:
            return None
        text = head(self._articles[row], self._work.common)
        gloss = self._glossary[language].gloss(text, self._work.analyzer.of_article(language))
        return _ChunkSource(row, [Chunk(HEAD)], [gloss.text]) if gloss.known >= LEAST_KNOWN else None
