"""Catalogue of an archive: what a build needs of every article besides its text, collected in one pass over all."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from indexer.content.article_spool import without_texts
from indexer.derive.suggestions import NamesBuilder
from indexer.derive.twins import TwinKeys
from search.arrays import Rows
from search.article import Article, base_language
from search.index.columns_builder import ColumnsBuilder
from search.query.fields import NOTHING_DECLARED, Declared


@dataclass(frozen=True)
class Catalogue:
    """What is known of all articles, in the order of rows."""

    languages: Sequence[str]
    """The language of each article, as it says it, (articles,)."""
    group: Rows
    """The number that each article shares with its translations, (articles,)."""
    columns: ColumnsBuilder
    names: NamesBuilder

    @cached_property
    def base_languages(self) -> list[str]:
        """The language of each article without its region, (articles,)."""
        base = {tag: base_language(tag) for tag in set(self.languages)}
        return [base[tag] for tag in self.languages]


def catalogue(articles: Sequence[Article], declared: Declared = NOTHING_DECLARED) -> Catalogue:
    """The catalogue of these articles; `declared` are the archive's own fields."""
    keys, columns, names = TwinKeys(), ColumnsBuilder(declared), NamesBuilder(declared)
    for article in without_texts(articles):
        keys.add(article)
        columns.add(article)
        names.add(article)
    return Catalogue(keys.languages, keys.groups(), columns, names)
