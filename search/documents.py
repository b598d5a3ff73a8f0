"""How does an article stand in a keyword index?

All its words stand in the field `text`, which decides what matches; the words of title, description and tags stand
in fields of their own besides, and add to the score. A field's score counts by its weight (docs/experiments.md).
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from search.analysis import Analyzer, Terms
from search.article import Article, Span

FIELD_WEIGHTS = {"text": 1.0, "title": 0.3, "description": 0.1, "tags": 0.1}
"""What each field's BM25 score counts for, in both engines."""


POSITIONED = ("text", "title")
"""The fields that know where their terms stand."""

Runs = list[Sequence[str]]
"""Terms that stand one behind the other, and others that do: no phrase reaches from one run into the next."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article's text, its terms, and whether it counts: headings that recur everywhere do not."""

    span: Span
    terms: Terms
    counts: bool


@dataclass(frozen=True, slots=True)
class KeywordDocument:
    """An article as a keyword index reads it: its terms by field, in reading order, and the article for the filters."""

    article: Article
    title: Terms
    description: Terms
    tags: Sequence[Terms]
    sentences: Sequence[Sentence]

    @property
    def body(self) -> list[Terms]:
        """The terms of the sentences that count."""
        return [sentence.terms for sentence in self.sentences if sentence.counts]


def keyword_document(article: Article, analyzer: Analyzer, boilerplate: Set[str]) -> KeywordDocument:
    """The article as terms; its boilerplate headings do not count."""
    from search.sentences import sentences  # only an index being built needs it

    left_out = {span for span in article.headings if heading_key(article.text[slice(*span)]) in boilerplate}
    return KeywordDocument(
        article,
        title=analyzer.read(article.title),
        description=analyzer.read(article.description),
        tags=[analyzer.read(tag) for tag in article.tags],
        sentences=[
            Sentence(span, analyzer.read(article.text[slice(*span)]), not _within(span, left_out))
            for span in sentences(article.text)
        ],
    )


def _within(span: Span, stretches: Set[Span]) -> bool:
    return bool(stretches) and any(start <= span[0] and span[1] <= end for start, end in stretches)


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
    own = {"title": [document.title], "description": [document.description], "tags": document.tags}
    body = [term for sentence in document.body for term in sentence.ordered]
    every = [*own["title"], *own["description"], *own["tags"]]
    wholes: Runs = [(whole,) for sentence in document.body for whole in sentence.wholes]
    text = [*_ordered(every), *([body] if body else []), *_wholes(every), *wholes]
    return {"text": text, **{field: _ordered(texts) + _wholes(texts) for field, texts in own.items()}}


def _ordered(texts: Sequence[Terms]) -> Runs:
    return [text.ordered for text in texts if text.ordered]


def _wholes(texts: Sequence[Terms]) -> Runs:
    return [(whole,) for text in texts for whole in text.wholes]


def filter_values(document: KeywordDocument) -> dict[str, list[str]]:
    """What the filters compare with: by field, the article's values without letter case."""
    article = document.article
    source = [article.source.key, article.source.name] if article.source else []
    values = {"source": source, "tag": article.tags, "sentiment": [article.sentiment], "language": [article.language]}
    return {field: [value.casefold() for value in every if value] for field, every in values.items()}
