"""How does an article stand in a keyword index?

Title, description, tags and body stand in one field, each as often as its weight says. BM25 over such a field is
BM25F with one length normalisation (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted
fields", CIKM 2004, doi:10.1145/1031171.1031181), and a word costs one posting list instead of four.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from search.analysis import Analyzer
from search.article import Article, Span

FIELD_WEIGHTS = {"title": 3, "description": 2, "tags": 1, "body": 1}
"""How often each field's terms count, in both engines."""


@dataclass(frozen=True, slots=True)
class KeywordDocument:
    """An article as a keyword index reads it: its terms by field, in reading order, and the article for the filters."""

    article: Article
    title: Sequence[str]
    description: Sequence[str]
    tags: Sequence[str]
    body: Sequence[str]


def keyword_document(article: Article, analyzer: Analyzer, boilerplate: Set[str]) -> KeywordDocument:
    """The article as terms, without its boilerplate headings."""
    body = " \n".join(article.text[start:end] for start, end in worthwhile(article, boilerplate))
    return KeywordDocument(
        article,
        title=analyzer.terms(article.title),
        description=analyzer.terms(article.description),
        tags=analyzer.terms(" , ".join(article.tags)),
        body=analyzer.terms(body),
    )


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


def weighted_terms(document: KeywordDocument) -> Iterator[str]:
    """The terms of an article, each field's as often as its weight says."""
    for field, weight in FIELD_WEIGHTS.items():
        for _ in range(weight):
            yield from getattr(document, field)


def filter_values(document: KeywordDocument) -> dict[str, list[str]]:
    """What the filters compare with: by field, the article's values without letter case."""
    article = document.article
    source = [article.source.key, article.source.name] if article.source else []
    values = {"source": source, "tag": article.tags, "sentiment": [article.sentiment], "language": [article.language]}
    return {field: [value.casefold() for value in every if value] for field, every in values.items()}
