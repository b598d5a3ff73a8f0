"""Documents of a keyword index, made from articles.

All its words, those of its authors' names too, stand in the field `text`, which decides what matches. The words of
title, description and tags stand in fields of their own besides, and add to the score. A field's score counts by its
weight (docs/experiments.md).
"""

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from indexer.text.boilerplate import counted
from search.analysis.analyzer import Analyzer
from search.article import Article
from search.ports import KeywordDocument, Runs

if TYPE_CHECKING:  # only an index being built needs them
    from indexer.text.lexicon import TokenizedBatch
    from indexer.text.token_matrix import Flags, TokenMatrix

INDEXED = "title description tags authors text"
"""The parts of an article whose words are indexed; another list is another index."""


def keyword_document(article: Article, analyzer: Analyzer, boilerplate: Set[str]) -> KeywordDocument:
    """The article as terms; its boilerplate headings do not count."""
    from indexer.text.lexicon import Lexicon

    lexicon = Lexicon(analyzer)
    words, _ = lexicon.read([article])
    return next(keyword_documents([article], words, counted([article], words, boilerplate), lexicon.terms))


def keyword_documents(
    articles: Sequence[Article], words: "TokenizedBatch", counts: "Flags", terms: Sequence[str]
) -> Iterator[KeywordDocument]:
    """Articles and their words as a keyword index reads them; `terms` says which term has which number."""
    ordered, wholes = (_Spelled(lines.only(counts), terms) for lines in (words.ordered, words.wholes))
    first_text = words.first_text.tolist()
    for article, first, body, end in zip(articles, first_text, words.bodies.tolist(), first_text[1:], strict=False):
        texts = {"title": range(first, first + 1), "description": range(first + 1, first + 2)}
        texts |= {"tags": range(first + 2, first + 2 + len(article.tags)), "text": range(first, body)}
        runs: dict[str, Runs] = {field: [ordered.of(text, text + 1) for text in own] for field, own in texts.items()}
        runs["text"].append(ordered.of(body, end))
        for field, own in (texts | {"text": range(first, end)}).items():
            apart = [(whole,) for whole in wholes.of(own.start, own.stop)]
            runs[field] = [*filter(None, runs[field]), *apart]
        yield KeywordDocument(article, runs)


class _Spelled:
    """Texts in words again."""

    def __init__(self, lines: "TokenMatrix", terms: Sequence[str]) -> None:
        self._words = list(map(terms.__getitem__, lines.numbers.tolist()))
        self._starts = lines.starts.tolist()

    def of(self, first: int, end: int) -> list[str]:
        """The words of the texts from `first` on, before `end`."""
        return self._words[self._starts[first] : self._starts[end]]
