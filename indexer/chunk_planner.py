"""Chunks of all articles, and where the vectors of each come from."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern

import numpy as np

from indexer.reuse import ReusePlan
from indexer.vectors.chunking import cut, head
from indexer.vectors.embedding_cache import Vectors
from indexer.vectors.language_coverage import unread, unread_line
from indexer.workspace import Workspace
from search.analysis.glossary import Glossary
from search.arrays import Matrix
from search.index.chunks import HEAD, Chunk, Chunks, joined, views_of

_log = logging.getLogger("lede.build")
_AT_ONCE = 1_024
"""Articles that are cut together."""

LEAST_KNOWN = 0.5
"""The share of an article's words that a glossary must know for its gloss to be embedded."""


@dataclass(frozen=True, slots=True)
class _ChunkSource:
    """The chunks of one article, and the texts to embed."""

    row: int
    chunks: list[Chunk]
    texts: Sequence[str]


def cut_all(planner: "ChunkPlanner", vectors: Vectors, progress: Callable[[int], None]) -> Chunks:
    """Plan the chunks of all articles, some articles at a time, and ask for their vectors in the same order."""
    parts = [views_of(())]
    for at in range(0, planner.size, _AT_ONCE):
        rows = range(at, min(at + _AT_ONCE, planner.size))
        for of in planner.plan(rows):
            if isinstance(of, list):
                vectors.ask([text for source in of for text in source.texts])
                parts.append(views_of((source.row, source.chunks) for source in of))
            else:
                vectors.take(of[1])
                parts.append(of[0])
        parts = [joined(parts)] if len(parts) > _AT_ONCE else parts
        progress(rows.stop)
    return joined(parts)


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
            language or intern(work.analyzer.language(self._articles[row].text))
            for row, language in enumerate(work.catalogue.base_languages)
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

    def plan(self, rows: range) -> Iterator[list[_ChunkSource] | tuple[Chunks, Matrix]]:
        """The chunks of these articles in the order of rows: new ones of several, or kept ones with their vectors.

        Articles without chunks are left out.
        """
        known = np.array(self._known[rows.start : rows.stop], dtype=np.bool_)
        kept = known & self._kept.kept(rows, self._articles) if self._kept else np.zeros(len(rows), dtype=np.bool_)
        planned = self._fresh((np.flatnonzero(known & ~kept) + rows.start).tolist())
        glossed = (self._glossed(row) for row in (np.flatnonzero(~known) + rows.start).tolist())
        planned |= {source.row: source for source in glossed if source}
        with_chunks = kept.copy()
        with_chunks[[row - rows.start for row in planned]] = True
        places = np.flatnonzero(with_chunks)  # those without do not part what is kept
        for some in np.split(places, np.flatnonzero(np.diff(kept[places])) + 1) if len(places) else ():
            if self._kept and kept[some[0]]:
                yield from self._kept.runs(some + rows.start)
            else:
                yield [planned[row] for row in (some + rows.start).tolist()]

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
