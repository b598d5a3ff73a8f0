"""Postings of all articles, collected on the way to the keyword engine."""

from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer.text.boilerplate import counted
from indexer.text.documents import keyword_documents
from indexer.text.lexicon import TokenizedBatch
from indexer.text.token_matrix import Flags, TokenMatrix
from search.arrays import Rows
from search.article import Article
from search.index.postings_writer import PostingsWriter
from search.index.sentence_index import SentenceIndexWriter
from search.ports import KeywordDocument


class Numbering(Protocol):
    """Words by number, as a reader of articles has them."""

    @property
    def terms(self) -> list[str]:
        """The terms."""

    @property
    def forms(self) -> list[str]:
        """The words not stemmed."""


class PostingsBuilder:
    """Words, forms and outline of an archive: taken down while its documents are handed out, then written."""

    def __init__(self, reader: "Numbering", boilerplate: Set[str]) -> None:
        """`reader` says which word has which number."""
        self._reader = reader
        self._boilerplate = boilerplate
        self._words, self._forms, self._outline = PostingsWriter(), PostingsWriter(), SentenceIndexWriter()

    def documents(
        self, articles: Sequence[Article], wordings: Iterator[TokenizedBatch], progress: Callable[[int, int], None]
    ) -> Iterator[KeywordDocument]:
        """The articles as a keyword engine reads them; `wordings` has the words of all, some articles at a time."""
        at = 0
        for words in wordings:
            some = articles[at : at + len(words.first_text) - 1]
            counts = counted(some, words, self._boilerplate)
            self.note(np.arange(at, at + len(some)), words, counts)
            yield from keyword_documents(some, words, counts, self._reader.terms)
            at += len(some)
            progress(at, len(articles))

    def write(self, words: Path, forms: Path, outline: Path) -> None:
        """Write all that was noted into empty folders."""
        self._forms.write(forms, self._reader.forms)
        # What stands in a boilerplate heading is shown: its words need numbers though no article is found by them.
        self._outline.write(outline, self._words.write(words, self._reader.terms, besides=self._outline.words))

    def note(self, rows: Rows, words: TokenizedBatch, counts: Flags) -> None:
        """Take down the words of the articles of these rows, which ascend; `counts` says which texts count."""
        every = words.ordered.before(words.wholes)
        sentences = every.chosen(words.sentences())
        self._outline.add(words.first_sentence, words.start, words.end, sentences.starts, sentences.numbers)
        for writer, lines in ((self._words, every), (self._forms, words.forms)):
            _add(writer, rows, words, lines.only(counts))


def _add(writer: PostingsWriter, rows: Rows, words: TokenizedBatch, lines: TokenMatrix) -> None:
    lengths = lines.lengths
    writer.add(np.repeat(rows[words.owners()], lengths), lines.numbers, np.repeat(words.titles(), lengths))
