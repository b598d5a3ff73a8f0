"""Of which words does an article consist, each once, and where do they stand?

This depends on nothing but the article and the analyzer, is most of the work of indexing words, and is small enough to
be handed from one process to another.
"""

from collections.abc import Sequence
from itertools import chain, count

import msgspec

from search.analysis import Analyzer, Terms
from search.article import Article, Span

Numbers = list[int]


class NumberedTerms(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A text as search.analysis.Terms has it, by the numbers of a Wording."""

    ordered: Numbers
    wholes: Numbers
    forms: Numbers

    @property
    def every(self) -> Numbers:
        """The terms in order, and behind them the one-piece forms."""
        return self.ordered + self.wholes


class Wording(msgspec.Struct, frozen=True, array_like=True):
    """The terms and the forms of an article, each once; its texts by their numbers, and the spans of its sentences.

    The texts are the title, the description, each tag and each sentence, in this order.
    """

    terms: list[str]
    forms: list[str]
    texts: list[NumberedTerms]
    spans: list[Span]

    @property
    def title(self) -> NumberedTerms:
        """The title."""
        return self.texts[0]

    @property
    def besides(self) -> Sequence[NumberedTerms]:
        """The description and the tags."""
        return self.texts[1 : len(self.texts) - len(self.spans)]

    @property
    def sentences(self) -> Sequence[NumberedTerms]:
        """The sentences of the text."""
        return self.texts[len(self.texts) - len(self.spans) :]

    def spelled(self, text: NumberedTerms) -> Terms:
        """A text in words again."""
        ordered, wholes = self.run(text.ordered), self.run(text.wholes)
        return Terms(tuple(ordered), tuple(wholes), tuple([self.forms[number] for number in text.forms]))

    def run(self, numbers: Numbers) -> list[str]:
        """The terms of these numbers."""
        return list(map(self.terms.__getitem__, numbers))


def wording(article: Article, analyzer: Analyzer) -> Wording:
    """The words of an article."""
    from search.sentences import sentences  # only an index being built needs it

    spans = sentences(article.text)
    body = [article.text[start:end] for start, end in spans]
    texts = [analyzer.read(text) for text in (article.title, article.description, *article.tags, *body)]
    term = _numbered(chain.from_iterable([text.ordered + text.wholes for text in texts]))
    form = _numbered(chain.from_iterable([text.forms for text in texts]))
    of, at = term.__getitem__, form.__getitem__  # map with these is the quickest loop that Python has
    return Wording(
        terms=list(term),
        forms=list(form),
        texts=[
            NumberedTerms(list(map(of, text.ordered)), list(map(of, text.wholes)), list(map(at, text.forms)))
            for text in texts
        ],
        spans=spans,
    )


def _numbered(words: "chain[str]") -> dict[str, int]:
    return dict(zip(dict.fromkeys(words), count(), strict=False))
