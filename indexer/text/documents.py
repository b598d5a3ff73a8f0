"""Documents of a keyword index, made from articles.

All its words, those of its authors' names too, stand in the field `text`, which decides what matches. The words of
title, description and tags stand in fields of their own besides, and add to the score. A field's score counts by its
weight (docs/experiments.md).
"""

from collections.abc import Iterator, Sequence

from indexer.text.lexicon import TokenizedBatch
from indexer.text.token_matrix import Flags, TokenMatrix
from search.article import Article
from search.ports import KeywordDocument, Runs

INDEXED = "title description tags authors text"
"""The parts of an article whose words are indexed; another list is another index."""


def keyword_documents(
    articles: Sequence[Article], words: TokenizedBatch, counts: Flags, terms: Sequence[str]
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

    def __init__(self, lines: TokenMatrix, terms: Sequence[str]) -> None:
        self._words = list(map(terms.__getitem__, lines.numbers.tolist()))
        self._starts = lines.starts.tolist()

    def of(self, first: int, end: int) -> list[str]:
        """The words of the texts from `first` on, before `end`."""
        return self._words[self._starts[first] : self._starts[end]]
