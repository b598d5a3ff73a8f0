"""Of which words do articles consist, by number, and where do they stand?

The numbers last as long as the lexicon that gave them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
from msgspec import Struct

from search.analysis import Analyzer
from search.article import Article, Span
from search.lines import Flags, Lines, Numbering, Places, Reader


class Wordings(Struct, frozen=True):
    """The words of several articles. The texts of each: its title, its description, its tags, its sentences."""

    first_text: Sequence[int]
    """Where the texts of each article begin, and where those of the last end."""
    spans: Sequence[Sequence[Span]]
    """The sentences of each article."""
    ordered: Lines
    wholes: Lines
    forms: Lines
    """As search.analysis.Terms has them: terms in order, one-piece forms, words not stemmed."""

    def sentences(self) -> Flags:
        """Which texts are sentences, (texts,)."""
        found = np.zeros(self.first_text[-1], dtype=np.bool_)
        for end, spans in zip(self.first_text[1:], self.spans, strict=True):
            found[end - len(spans) : end] = True
        return found

    def titles(self) -> Flags:
        """Which texts are titles, (texts,)."""
        found = np.zeros(self.first_text[-1], dtype=np.bool_)
        found[list(self.first_text[:-1])] = True
        return found

    def owners(self) -> Places:
        """The place of the article of each text, (texts,)."""
        return np.repeat(np.arange(len(self.spans)), np.diff(self.first_text))


class Lexicon:
    """The words of an archive, numbered as they are met."""

    def __init__(self, analyzer: Analyzer) -> None:
        terms, forms, written = Numbering(), Numbering(), Numbering()
        self.terms, self.forms, self.written = terms.words, forms.words, written.words
        self._words = Reader(analyzer.chunk, (terms, terms, forms))
        self._content = Reader(analyzer.content, (terms, written))

    def read(self, articles: Sequence[Article]) -> Wordings:
        """The words of these articles."""
        from search.sentences import sentences  # only an index being built needs it

        spans = [sentences(article.text) for article in articles]
        counts = (2 + len(article.tags) + len(own) for article, own in zip(articles, spans, strict=True))
        lines = self._words.read(_texts(articles, spans))
        return Wordings(list(accumulate(counts, initial=0)), spans, *lines)

    def content(self, texts: Iterable[str]) -> tuple[Lines, Lines]:
        """The words of texts without stop words: the first term of each, and how it is written."""
        terms, written = self._content.read(texts)
        return terms, written


def _texts(articles: Sequence[Article], spans: Sequence[Sequence[Span]]) -> Iterator[str]:
    for article, own in zip(articles, spans, strict=True):
        yield from (article.title, article.description, *article.tags)
        text = article.text
        yield from [text[start:end] for start, end in own]
