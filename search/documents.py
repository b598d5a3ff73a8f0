"""How does an article stand in a keyword index?

All its words stand in the field `text`, which decides what matches; the words of title, description and tags stand
in fields of their own besides, and add to the score. A field's score counts by its weight (docs/experiments.md).
"""

from collections.abc import Sequence, Set
from itertools import compress

from msgspec import Struct

from search.analysis import Analyzer, Terms
from search.article import Article, Span
from search.wording import NumberedTerms, Wording, wording

FIELD_WEIGHTS = {"text": 1.0, "title": 0.3, "description": 0.1, "tags": 0.1}
"""What each field's BM25 score counts for, in both engines."""


POSITIONED = ("text", "title")
"""The fields that know where their terms stand."""

Runs = list[Sequence[str]]
"""Terms that stand one behind the other, and others that do: no phrase reaches from one run into the next."""


class Sentence(Struct, frozen=True):
    """A sentence of an article's text, its terms, and whether it counts: headings that recur everywhere do not."""

    span: Span
    terms: Terms
    counts: bool


class KeywordDocument(Struct, frozen=True):
    """An article as a keyword index reads it: its words, which of its sentences count, and itself for the filters."""

    article: Article
    wording: Wording
    counts: Sequence[bool]

    @property
    def title(self) -> Terms:
        """The terms of the title."""
        return self.wording.spelled(self.wording.title)

    @property
    def description(self) -> Terms:
        """The terms of the description."""
        return self.wording.spelled(self.wording.besides[0])

    @property
    def tags(self) -> list[Terms]:
        """The terms of each tag."""
        return [self.wording.spelled(tag) for tag in self.wording.besides[1:]]

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of the text."""
        read = map(self.wording.spelled, self.wording.sentences)
        return list(map(Sentence, self.wording.spans, read, self.counts))

    @property
    def counted(self) -> list[NumberedTerms]:
        """The sentences that count."""
        return list(compress(self.wording.sentences, self.counts))

    @property
    def body(self) -> list[Terms]:
        """The terms of the sentences that count."""
        return [self.wording.spelled(sentence) for sentence in self.counted]


def keyword_document(article: Article, analyzer: Analyzer, boilerplate: Set[str]) -> KeywordDocument:
    """The article as terms; its boilerplate headings do not count."""
    return document_of(article, wording(article, analyzer), boilerplate)


def document_of(article: Article, words: Wording, boilerplate: Set[str]) -> KeywordDocument:
    """An article and its words as a keyword index reads them; its boilerplate headings do not count."""
    left_out = [span for span in article.headings if heading_key(article.text[slice(*span)]) in boilerplate]
    return KeywordDocument(article, words, [not _within(span, left_out) for span in words.spans])


def _within(span: Span, stretches: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in stretches)


def worthwhile(article: Article, boilerplate: Set[str]) -> list[Span]:
    """The stretches of the text between the headings that recur all over the archive."""
    stretches, at = [], 0
    for start, end in article.headings:
        if heading_key(article.text[start:end]) in boilerplate:
            stretches.append((at, start))
            at = end
    stretches.append((at, len(article.text)))
    return [(start, end) for start, end in stretches if article.text[start:end].strip()]


def heading_key(heading: str) -> str:
    """A heading without what differs between two of the same: letter case, blanks, punctuation at its end."""
    return " ".join(heading.casefold().split()).rstrip(".:!?… ")


def field_runs(document: KeywordDocument) -> dict[str, Runs]:
    """The terms of each field of FIELD_WEIGHTS: a run a text, and behind them one for each one-piece form.

    A phrase may go on from one sentence to the next: where sentences end is a guess ("U.S. Treasury").
    """
    words, body = document.wording, document.counted
    title, besides = [words.title], words.besides
    own = {"title": title, "description": besides[:1], "tags": besides[1:]}
    text = [
        *title,
        *besides,
        NumberedTerms([n for t in body for n in t.ordered], [n for t in body for n in t.wholes], []),
    ]
    return {field: _runs(words, texts) for field, texts in ({"text": text} | own).items()}


def _runs(words: Wording, texts: Sequence[NumberedTerms]) -> Runs:
    ordered: Runs = [words.run(text.ordered) for text in texts if text.ordered]
    return ordered + [(words.terms[whole],) for text in texts for whole in text.wholes]


def filter_values(document: KeywordDocument) -> dict[str, list[str]]:
    """What the filters compare with: by field, the article's values without letter case."""
    article = document.article
    source = [article.source.key, article.source.name] if article.source else []
    values = {"source": source, "tag": article.tags, "sentiment": [article.sentiment], "language": [article.language]}
    return {field: [value.casefold() for value in every if value] for field, every in values.items()}
