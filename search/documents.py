"""How does an article stand in a keyword index?

All its words stand in the field `text`, which decides what matches; the words of title, description and tags stand
in fields of their own besides, and add to the score. A field's score counts by its weight (docs/experiments.md).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from search.analysis import Analyzer
from search.article import Article, Span

if TYPE_CHECKING:  # only an index being built needs them
    from search.lines import Flags, Lines
    from search.wording import Wordings

FIELD_WEIGHTS = {"text": 1.0, "title": 0.3, "description": 0.1, "tags": 0.1}
"""What each field's BM25 score counts for, in both engines."""


POSITIONED = ("text", "title")
"""The fields that know where their terms stand."""

Runs = list[Sequence[str]]
"""Terms that stand one behind the other, and others that do: no phrase reaches from one run into the next."""


class KeywordDocument(Struct, frozen=True):
    """An article as a keyword index reads it: the terms of each field of FIELD_WEIGHTS, and itself for the filters.

    A field has a run a text, and behind them one for each one-piece form. A phrase may go on from one sentence of the
    text to the next: where sentences end is a guess ("U.S. Treasury").
    """

    article: Article
    runs: Mapping[str, Runs]


def keyword_document(article: Article, analyzer: Analyzer, boilerplate: Set[str]) -> KeywordDocument:
    """The article as terms; its boilerplate headings do not count."""
    from search.wording import Lexicon

    lexicon = Lexicon(analyzer)
    words, _ = lexicon.read([article])
    return next(keyword_documents([article], words, counted([article], words, boilerplate), lexicon.terms))


def counted(articles: Sequence[Article], words: "Wordings", boilerplate: Set[str]) -> "Flags":
    """Which texts of these articles count, (texts,): sentences of boilerplate headings do not."""
    counts = np.ones(words.first_text[-1], dtype=np.bool_)
    start, end, first = words.start.tolist(), words.end.tolist(), words.first_sentence.tolist()
    for article, begin, behind, body in zip(articles, first, first[1:], words.bodies.tolist(), strict=False):
        for heading in article.headings:
            if heading_key(article.text[slice(*heading)]) in boilerplate:
                inside = bisect_left(start, heading[0], begin, behind), bisect_right(end, heading[1], begin, behind)
                counts[body - begin + inside[0] : body - begin + inside[1]] = False
    return counts


def keyword_documents(
    articles: Sequence[Article], words: "Wordings", counts: "Flags", terms: Sequence[str]
) -> Iterator[KeywordDocument]:
    """Articles and their words as a keyword index reads them; `terms` says which term has which number."""
    ordered, wholes = (_Spelled(lines.only(counts), terms) for lines in (words.ordered, words.wholes))
    first_text = words.first_text.tolist()
    for article, first, body, end in zip(articles, first_text, words.bodies.tolist(), first_text[1:], strict=False):
        texts = {"title": range(first, first + 1), "description": range(first + 1, first + 2)}
        texts |= {"tags": range(first + 2, body), "text": range(first, body)}
        runs: dict[str, Runs] = {field: [ordered.of(text, text + 1) for text in own] for field, own in texts.items()}
        runs["text"].append(ordered.of(body, end))
        for field, own in (texts | {"text": range(first, end)}).items():
            apart = [(whole,) for whole in wholes.of(own.start, own.stop)]
            runs[field] = [*filter(None, runs[field]), *apart]
        yield KeywordDocument(article, runs)


class _Spelled:
    """Texts in words again."""

    def __init__(self, lines: "Lines", terms: Sequence[str]) -> None:
        self._words = list(map(terms.__getitem__, lines.numbers.tolist()))
        self._starts = lines.starts.tolist()

    def of(self, first: int, end: int) -> list[str]:
        """The words of the texts from `first` on, before `end`."""
        return self._words[self._starts[first] : self._starts[end]]


def worthwhile(article: Article, boilerplate: Set[str]) -> list[Span]:
    """The stretches of the text between the headings that recur all over the archive."""
    stretches, at = [], 0
    for start, end in article.headings:
        if heading_key(article.text[start:end]) in boilerplate:
            stretches.append((at, start))
            at = end
    stretches.append((at, len(article.text)))
    return [(start, end) for start, end in stretches if article.text[start:end].strip()]


@lru_cache(4_096)
def heading_key(heading: str) -> str:
    """A heading without what differs between two of the same: letter case, blanks, punctuation at its end."""
    return " ".join(heading.casefold().split()).rstrip(".:!?… ")


def filter_values(document: KeywordDocument) -> dict[str, list[str]]:
    """What the filters compare with: by field, the article's values without letter case."""
    article = document.article
    source = [article.source.key, article.source.name] if article.source else []
    values = {"source": source, "tag": article.tags, "sentiment": [article.sentiment], "language": [article.language]}
    return {field: [value.casefold() for value in every if value] for field, every in values.items()}
