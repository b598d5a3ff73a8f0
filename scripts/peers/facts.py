"""Which articles do the filters admit? For peers that keep nothing to filter by, and as SQL for those that do."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from search.arrays import Mask
from search.article import Article
from search.query.model import FieldFilter, Filters

FACTS = "facts.json"
FIELDS = ("source", "tag", "sentiment", "language")


def values(article: Article) -> dict[str, list[str]]:
    """By field, the article's values without letter case."""
    source = [article.source.key, article.source.name] if article.source else []
    found = (source, article.tags, [article.sentiment], [article.language])
    return {field: [value.casefold() for value in own if value] for field, own in zip(FIELDS, found, strict=True)}


def write_facts(articles: Sequence[Article], folder: Path) -> None:
    """Write what `Facts` needs of these articles."""
    rows: dict[str, defaultdict[str, list[int]]] = {field: defaultdict(list) for field in FIELDS}
    for row, article in enumerate(articles):
        for field, own in values(article).items():
            for value in dict.fromkeys(own):
                rows[field][value].append(row)
    published = [article.published for article in articles]
    written = {"paths": [article.path for article in articles], "published": published, "rows": rows}
    (folder / FACTS).write_text(json.dumps(written), encoding="utf-8")


class Facts:
    """Paths and filter values of the articles, by row."""

    def __init__(self, folder: Path) -> None:
        written = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        self.paths: list[str] = written["paths"]
        self._rows: dict[str, dict[str, list[int]]] = written["rows"]
        undated = np.iinfo(np.int64).min
        self._published = np.array([undated if at is None else at for at in written["published"]], dtype=np.int64)
        self._dated = self._published != undated

    def admitted(self, filters: Filters) -> Mask:
        """True where all parts of the filters hold, (articles,)."""
        mask = np.ones(len(self.paths), dtype=np.bool_)
        for field, choice in _choices(filters).items():
            if choice.include:
                mask &= self._bearing(field, choice.include)
            if choice.exclude:
                mask &= ~self._bearing(field, choice.exclude)
        if filters.since is not None:
            mask &= self._dated & (self._published >= filters.since)
        if filters.until is not None:
            mask &= self._dated & (self._published < filters.until)
        return mask

    def _bearing(self, field: str, wanted: Sequence[str]) -> Mask:
        mask = np.zeros(len(self.paths), dtype=np.bool_)
        for value in wanted:
            mask[self._rows[field].get(value.casefold(), [])] = True
        return mask


def sql_values(article: Article) -> dict[str, str | int | None]:
    """The article's values as the columns that `sql_condition` speaks of: lists between bars, times in milliseconds."""
    lists = {field: f"|{'|'.join(own)}|" for field, own in values(article).items()}
    return {**lists, "published": article.published}


def quoted(value: str) -> str:
    """A text as an SQL literal."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def sql_condition(filters: Filters, literal: Callable[[str], str] = quoted) -> str:
    """The filters as an SQL condition, empty when everything is admitted; `literal` puts a text into it."""
    parts = []
    for field, choice in _choices(filters).items():
        if choice.include:
            parts.append("(" + " OR ".join(_bears(field, value, literal) for value in choice.include) + ")")
        parts += [f"NOT {_bears(field, value, literal)}" for value in choice.exclude]
    if filters.since is not None:
        parts.append(f"published >= {int(filters.since)}")
    if filters.until is not None:
        parts.append(f"published < {int(filters.until)}")
    return " AND ".join(parts)


def _bears(field: str, value: str, literal: Callable[[str], str]) -> str:
    return f"{field} LIKE {literal(f'%|{value.casefold()}|%')}"


def _choices(filters: Filters) -> dict[str, FieldFilter]:
    return dict(zip(FIELDS, (filters["source"], filters["tag"], filters["sentiment"], filters.language), strict=True))
