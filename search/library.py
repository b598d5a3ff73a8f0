"""The archive as a Python object: open an index, ask it, close it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

from search.api.params import query_from
from search.ports import Engine
from search.query.model import Query
from search.results import Hit, Results, StoredArticle, Suggestions
from search.settings import Settings
from search.wiring import open_engine

Value = str | int | float | bool | date | Sequence[str]
"""A parameter's value; a list means any of its values."""
_OTHER_NAMES = {"since": "from", "until": "to", "language": "lang"}
"""Names of parameters that Python reserves, or that read better in it."""


class Index:
    """An open index. Safe to ask from several threads; a newer generation is served after `refresh`.

    >>> with search.open_index("index") as index:
    ...     for hit in index.search("stablecoin law", source="ft", since="2025-10-01", limit=5).hits:
    ...         print(hit.score, hit.article.title)
    """

    def __init__(self, engine: Engine) -> None:
        """`engine` answers; `close` closes it."""
        self.engine = engine

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def search(self, text: str | Query = "", **parameters: Value) -> Results:
        """The answer to a text in the query language, or to a Query.

        `parameters` are those of the HTTP interface (`limit`, `mode`, `source`, `tag`, `sort`, `facets` ...) and the
        fields that the archive declares, with
        `since`, `until` and `language` for `from`, `to` and `lang`. Raises RequestError for one that does not fit, and
        IndexUnusableError where no generation can be opened.
        """
        return self.engine.search(self._query(text, parameters))

    def iterate(self, text: str | Query = "", **parameters: Value) -> Iterator[Hit]:
        """Every hit of the result set, best first, whatever the page; from one generation. Raises as `search` does."""
        with self.engine.iterate(self._query(text, parameters)) as hits:
            yield from hits

    def similar(self, article_id: str, **parameters: Value) -> Results:
        """The articles nearest to one, by meaning. Raises ArticleNotFoundError, and as `search` does."""
        return self.engine.similar(article_id, self._query(article_id, parameters))

    def article(self, article_id: str) -> StoredArticle:
        """One article with its twins. Raises ArticleNotFoundError, and IndexUnusableError as `search` does."""
        return self.engine.article(article_id)

    def suggest(self, text: str, limit: int = 10) -> Suggestions:
        """Sources, tags and titles that begin as typed. Raises IndexUnusableError as `search` does."""
        return self.engine.suggest(text, limit)

    def _query(self, text: str | Query, parameters: dict[str, Value]) -> Query:
        if isinstance(text, Query):
            return text
        pairs = [("q", text)] if text else []
        for name, value in parameters.items():
            several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            pairs += [(_OTHER_NAMES.get(name, name), _written(one)) for one in several]
        return query_from(pairs, datetime.now(UTC), self.engine.declared())

    def refresh(self) -> None:
        """Answer from the newest generation from now on. Raises IndexUnusableError where none can be opened."""
        self.engine.refresh()

    def close(self) -> None:
        """Close every file after the last use."""
        self.engine.close()


def open_index(path: str | Path = "index") -> Index:
    """The index of a folder. Raises NoGenerationError or BrokenGenerationError where none can be opened."""
    index = Index(open_engine(Settings(index=Path(path))))
    index.refresh()
    return index


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
