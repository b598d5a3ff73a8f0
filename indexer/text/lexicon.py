"""Lexicon: the words of articles by number, and their positions.

The numbers last as long as the lexicon that gave them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import Stemmer
from msgspec import Struct

from indexer.text.token_matrix import Flags, Numbers, Places, Reader, TermIds, TokenCache, TokenMatrix, starts_of
from search.analysis.analyzer import Analyzer, stretches
from search.analysis.characters import UNSPACED, composed
from search.analysis.stemmers import stemmed_language
from search.article import Article, Span

_LETTER = rf"[^\W\d_{UNSPACED}]"
_LETTERS = re.compile(rf"{_LETTER}+(?:['’ʼ]{_LETTER}+)*")
"""What words of letters are; scripts without blanks between words have none that could be told."""


_OF = "\x1f"
"""What stands between a stretch and its language. It is a blank for Python, so no stretch contains it."""


class TokenizedBatch(Struct, frozen=True):
    """The words of several articles. The texts of each: its title, description, tags, authors and sentences."""

    first_text: Places
    """Where the texts of each article begin, and where those of the last end, (articles + 1,)."""
    first_sentence: Places
    """The same among all sentences."""
    start: Numbers
    end: Numbers
    """Where each sentence stands in its article's text, (sentences,)."""
    ordered: TokenMatrix
    wholes: TokenMatrix
    forms: TokenMatrix
    """As search.analysis.Terms has them: terms in order, one-piece forms, words not stemmed."""

    @property
    def bodies(self) -> Places:
        """Where the sentences of each article begin among its texts, (articles,)."""
        return self.first_text[1:] - np.diff(self.first_sentence)

    def sentences(self) -> Flags:
        """Which texts are sentences, (texts,)."""
        return np.arange(self.first_text[-1]) >= np.repeat(self.bodies, np.diff(self.first_text))

    def titles(self) -> Flags:
        """Which texts are titles, (texts,)."""
        found = np.zeros(self.first_text[-1], dtype=np.bool_)
        found[self.first_text[:-1]] = True
        return found

    def owners(self) -> Places:
        """The place of the article of each text, (texts,)."""
        return np.repeat(np.arange(len(self.first_text) - 1), np.diff(self.first_text))


class LexiconState(Struct, frozen=True, array_like=True):
    """What a lexicon knew: its words, and of which of them stretches of text consist."""

    terms: list[str]
    forms: list[str]
    written: list[str]
    letters: list[str]
    learned: TokenCache


def seal_without_lemmas(analyzer: Analyzer) -> str:
    """Equal for analyzers whose lexica take texts apart in the same way, but for the lemmas of words."""
    return f"{analyzer.seal_without_lemmas} {Stemmer.version()} {unicodedata.unidata_version}"


class Lexicon:
    """The words of an archive, numbered as they are met."""

    def __init__(self, analyzer: Analyzer, known: LexiconState | None = None) -> None:
        """`known` is what a lexicon of the same analyzer knew."""
        words = (known.terms, known.forms, known.written, known.letters) if known else ((), (), (), ())
        terms, forms, written, letters = map(TermIds, words)
        self.terms, self.forms = terms.words, forms.words
        self.written, self.letters = written.words, letters.words
        self._analyzer = analyzer
        kinds = (terms, terms, forms, terms, written, letters)
        self._reader = Reader(self._take_apart, kinds, known.learned if known else None)

    @property
    def known(self) -> LexiconState:
        """What another lexicon of the same analyzer can begin with."""
        return LexiconState(self.terms, self.forms, self.written, self.letters, self._reader.learned)

    def read(self, articles: Sequence[Article]) -> tuple[TokenizedBatch, TokenMatrix]:
        """The words of these articles; and those of letters alone, as they are written, by number among `letters`."""
        from indexer.text.sentences import sentences  # only an index being built needs it

        spans = [sentences(article.text) for article in articles]
        lengths = np.fromiter(map(len, spans), dtype=np.int64, count=len(spans))
        before = np.fromiter(
            (2 + len(article.tags) + len(article.authors) for article in articles), dtype=np.int64, count=len(spans)
        )
        stretches = np.array([span for own in spans for span in own], dtype=np.int32).reshape(-1, 2)
        *lines, letters = self._reader.read(_texts(articles, spans), (0, 1, 2, 5))
        return TokenizedBatch(starts_of(before + lengths), starts_of(lengths), *stretches.T, *lines), letters

    def content(self, texts: Iterable[str], language: str = "") -> tuple[TokenMatrix, TokenMatrix]:
        """The words of texts in a language without stop words: the first term of each, and how it is written."""
        of = stemmed_language(language)
        terms, written = self._reader.read((_parted(text, of) for text in texts), (3, 4))
        return terms, written

    def _take_apart(self, stretch: str) -> tuple[Iterable[str], ...]:
        language, _, piece = stretch.rpartition(_OF)
        analyzer = self._analyzer.of_article(language)
        return *analyzer.chunk(piece), *analyzer.content(piece), _LETTERS.findall(composed(piece))

    def learn(self, stretches: Iterable[str]) -> None:
        """Get to know stretches of text that others met."""
        self._reader.learn(stretches)

    def news(self) -> list[str]:
        """The stretches of text met for the first time since this was last asked."""
        return self._reader.news()


def _texts(articles: Sequence[Article], spans: Sequence[Sequence[Span]]) -> Iterator[list[str]]:
    for article, own in zip(articles, spans, strict=True):
        language = stemmed_language(article.base_language)
        for one in (article.title, article.description, *article.tags, *article.authors):
            yield _parted(one, language)
        text = article.text
        yield from [_parted(text[start:end], language) for start, end in own]


def _parted(text: str, language: str) -> list[str]:
    """The stretches between blanks; those of a language that has a stemmer say so, for it decides about their terms."""
    pieces = stretches(text)
    return [f"{language}{_OF}{piece}" for piece in pieces] if language else pieces
