"""Of which words do articles consist, by number, and where do they stand?

The numbers last as long as the lexicon that gave them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import numpy as np
from msgspec import Struct

from search.analysis import Analyzer
from search.article import Article, Span
from search.lines import Flags, Learned, Lines, Numbering, Places, Reader

_LETTERS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


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


class Known(Struct, frozen=True, array_like=True):
    """What a lexicon knew: its words, and of which of them stretches of text consist."""

    terms: list[str]
    forms: list[str]
    written: list[str]
    letters: list[str]
    learned: Learned


class Lexicon:
    """The words of an archive, numbered as they are met."""

    def __init__(self, analyzer: Analyzer, known: Known | None = None) -> None:
        """`known` is what a lexicon of the same analyzer knew."""
        words = (known.terms, known.forms, known.written, known.letters) if known else ((), (), (), ())
        terms, forms, written, letters = map(Numbering, words)
        self.terms, self.forms = terms.words, forms.words
        self.written, self.letters = written.words, letters.words
        kinds = (terms, terms, forms, terms, written, letters)
        self._reader = Reader(
            lambda stretch: (*analyzer.chunk(stretch), *analyzer.content(stretch), _LETTERS.findall(stretch)),
            kinds,
            known.learned if known else None,
        )

    @property
    def known(self) -> Known:
        """What another lexicon of the same analyzer can begin with."""
        return Known(self.terms, self.forms, self.written, self.letters, self._reader.learned)

    def read(self, articles: Sequence[Article]) -> tuple[Wordings, Lines]:
        """The words of these articles; and those of letters alone, as they are written, by number among `letters`."""
        from search.sentences import sentences  # only an index being built needs it

        spans = [sentences(article.text) for article in articles]
        counts = (2 + len(article.tags) + len(own) for article, own in zip(articles, spans, strict=True))
        *lines, letters = self._reader.read(_texts(articles, spans), (0, 1, 2, 5))
        return Wordings(list(accumulate(counts, initial=0)), spans, *lines), letters

    def content(self, texts: Iterable[str]) -> tuple[Lines, Lines]:
        """The words of texts without stop words: the first term of each, and how it is written."""
        terms, written = self._reader.read(texts, (3, 4))
        return terms, written

    def learn(self, stretches: Iterable[str]) -> None:
        """Get to know stretches of text that others met."""
        self._reader.learn(stretches)

    def news(self) -> list[str]:
        """The stretches of text met for the first time since this was last asked."""
        return self._reader.news()


def _texts(articles: Sequence[Article], spans: Sequence[Sequence[Span]]) -> Iterator[str]:
    for article, own in zip(articles, spans, strict=True):
        yield from (article.title, article.description, *article.tags)
        text = article.text
        yield from [text[start:end] for start, end in own]
