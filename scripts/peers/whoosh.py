"""Whoosh as its documentation shows it: stemmed fields, MultifieldParser, any word (OrGroup), BM25F."""

import pickle  # nosec B403 - only what this program wrote a moment ago
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh import index as whoosh_index
from whoosh.analysis import StemmingAnalyzer
from whoosh.codec import whoosh2, whoosh3
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.filedb import structfile
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser, OrGroup
from whoosh.query import And, Every, Not, NumericRange, Or, Query, Term

from peers.facts import FIELDS, values
from peers.protocol import BEFORE, Corpus
from search.query.model import Filters

NAME = "Whoosh"
FILTERING = BEFORE
MEANING = False
_FIELDS = ("title", "description", "body")
_MEMORY_MB = 256


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    words = {name: TEXT(analyzer=StemmingAnalyzer()) for name in _FIELDS}
    chosen = {name: KEYWORD(commas=True, scorable=False) for name in FIELDS}
    schema = Schema(path=ID(stored=True), published=NUMERIC(bits=64), **words, **chosen)
    with _any_class():
        writer = create_in(str(folder), schema).writer(limitmb=_MEMORY_MB)
    for article in corpus.articles:
        fields: dict[str, object] = {name: own for name, own in values(article).items() if own}
        if article.published is not None:
            fields["published"] = article.published
        writer.add_document(
            path=article.path, title=article.title, description=article.description, body=article.text, **fields
        )
    with _any_class():
        writer.commit(optimize=True)


def open_searcher(folder: Path) -> "WhooshSearcher":
    """Open what `write` wrote."""
    with _any_class():
        return WhooshSearcher(folder)


@contextmanager
def _any_class() -> Iterator[None]:
    """Let Whoosh unpickle this peer's schema, where Lede's own adapter admits its own classes alone."""
    kept = whoosh_index.pickle, structfile.load, whoosh2.loads, whoosh3.loads
    whoosh_index.pickle, structfile.load = pickle, pickle.load
    whoosh2.loads = whoosh3.loads = pickle.loads
    try:
        yield
    finally:
        whoosh_index.pickle, structfile.load, whoosh2.loads, whoosh3.loads = kept


class WhooshSearcher:
    """A Whoosh index with its parser."""

    def __init__(self, folder: Path) -> None:
        self._index = open_dir(str(folder), readonly=True)
        self._searcher = self._index.searcher()
        self._parser = MultifieldParser(_FIELDS, self._index.schema, group=OrGroup)

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        found = self._searcher.search(self._parser.parse(text), limit=limit, filter=_condition(filters))
        return [hit["path"] for hit in found]


def _condition(filters: Filters) -> Query | None:
    if not filters:
        return None
    parts: list[Query] = [Every()]
    for name, choice in filters.choices.items():
        if choice.include:
            parts.append(Or([Term(name, value.casefold()) for value in choice.include]))
        if choice.exclude:
            parts.append(Not(Or([Term(name, value.casefold()) for value in choice.exclude])))
    if filters.since is not None or filters.until is not None:
        parts.append(NumericRange("published", filters.since, filters.until, endexcl=True))
    return And(parts)
