"""Columns of an archive, built in one pass over its articles."""

from array import array
from collections.abc import Iterable

import numpy as np

from search.arrays import Rows
from search.article import Article
from search.index.columns import NEVER, UNDATED, Columns
from search.index.field_column import FieldColumn, FieldColumnBuilder
from search.index.number_column import NumberColumn
from search.query.fields import NOTHING_DECLARED, Declared, FilterField, filter_fields, number_of, values_of
from search.times import Millis

_REMEMBERED = 1 << 16
"""So many sets of values of a field are remembered with their codes: most articles have one that others have."""


class ColumnsBuilder:
    """Takes one article after another, in the order of rows. Of none it keeps more than its values."""

    def __init__(self, declared: Declared = NOTHING_DECLARED) -> None:
        """`declared` are the archive's own fields."""
        fields = filter_fields(declared).values()
        self._fields = {one.name: _FieldBuilder(one) for one in fields if one.kind == "keyword"}
        self._numbers = {one.name: (array("d"), one.kind == "date") for one in fields if one.kind != "keyword"}
        self._published, self._expires = array("q"), array("q")

    def add(self, article: Article) -> None:
        """The article of the next row; its text is not looked at."""
        self._published.append(_time(article.published, UNDATED))
        self._expires.append(_time(article.expires, NEVER))
        for field in self._fields.values():
            field.add(article)
        for name, (numbers, _) in self._numbers.items():
            number = number_of(article, name)
            numbers.append(np.nan if number is None else number)

    @property
    def published(self) -> Rows:
        """When each article was published, UNDATED where it does not say: (articles,)."""
        return np.array(self._published, dtype=np.int64)

    def columns(self, group: Rows, embedded_row: Rows, story: Rows) -> Columns:
        """The columns of all articles, with what else is known of each: (articles,) each."""
        return Columns(
            fields={name: field.column() for name, field in self._fields.items()},
            numbers={name: self._number_column(name) for name in self._numbers},
            published=self.published,
            expires=np.array(self._expires, dtype=np.int64),
            group=group,
            embedded_row=embedded_row,
            story=story,
        )

    def _number_column(self, name: str) -> NumberColumn:
        numbers, is_date = self._numbers[name]
        return NumberColumn(np.array(numbers, dtype=np.float64), is_date)


class _FieldBuilder:
    """The column of one field; what articles say of it is looked up once for all that say the same."""

    def __init__(self, field: FilterField) -> None:
        self._field = field
        self._builder = FieldColumnBuilder(multi_valued=field.is_list)
        self._codes: dict[object, list[int]] = {}

    def add(self, article: Article) -> None:
        field = self._field
        said = tuple(field.values(article)), tuple(field.labels(article)) if field.labels else ()
        codes = self._codes.get(said)
        if codes is None:
            if len(self._codes) >= _REMEMBERED:
                self._codes.clear()
            codes = self._codes[said] = self._builder.codes_of(values_of(article, field))
        self._builder.add(codes)

    def column(self) -> FieldColumn:
        return self._builder.column()


def columns_of(
    articles: Iterable[Article], group: Rows, embedded_row: Rows, story: Rows, declared: Declared = NOTHING_DECLARED
) -> Columns:
    """The columns of these articles, in the order of their rows; `declared` are the archive's own fields."""
    builder = ColumnsBuilder(declared)
    for article in articles:
        builder.add(article)
    return builder.columns(group, embedded_row, story)


def _time(moment: Millis | None, missing: int) -> int:
    return missing if moment is None else moment
