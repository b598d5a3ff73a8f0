"""Columns of an archive out of the facts of its articles."""

from collections.abc import Iterable
from itertools import chain

import numpy as np

from search.arrays import Rows, firsts, ranges
from search.article import Article
from search.index.columns import Columns
from search.index.facts import Facts, FactsBuilder, Said
from search.index.field_column import NO_VALUE, FieldColumn, FieldValues
from search.index.number_column import NumberColumn
from search.query.fields import NOTHING_DECLARED, Declared, FilterField, filter_fields, lineage


def columns(
    facts: Facts, group: Rows, embedded_row: Rows, story: Rows, declared: Declared = NOTHING_DECLARED
) -> Columns:
    """The columns of articles, with what else is known of each, (articles,) each; `declared` are their own fields."""
    fields = filter_fields(declared)
    return Columns(
        fields={name: field_column(said, fields[name]) for name, said in facts.said.items()},
        numbers={name: NumberColumn(each, fields[name].kind == "date") for name, each in facts.numbers.items()},
        published=facts.published,
        expires=facts.expires,
        group=group,
        embedded_row=embedded_row,
        story=story,
    )


def field_column(said: Said, field: FilterField) -> FieldColumn:
    """The column of a field. More general values stand beside those that articles say.

    Letter case is ignored, and the first spelling is the one shown.
    """
    known: dict[tuple[str, str], tuple[str, str]] = {}
    code: dict[tuple[str, str], int] = {}
    own = list[list[int]]()
    for value, label in said.pairs:
        general = [(each, label if each == value else "") for each in lineage(value, field.separator) if each]
        keys = [(each.casefold(), name) for each, name in general]
        own.append([code.setdefault(key, len(code)) for key in keys])
        for key, pair in zip(keys, general, strict=True):
            known.setdefault(key, pair)
    lengths = np.fromiter(map(len, own), dtype=np.int64, count=len(own))
    every = np.fromiter(chain.from_iterable(own), dtype=np.int32, count=int(lengths.sum()))
    many = lengths[said.places]
    codes = every[ranges((np.cumsum(lengths) - lengths)[said.places], many)]
    rows = np.repeat(said.owners, many)
    kept = firsts(rows << 32 | codes)
    rows, codes = rows[kept], codes[kept]
    labels = [label for _, label in known.values()]
    values = FieldValues([value for value, _ in known.values()], labels if any(labels) else [])
    size = len(said.counts)
    if field.is_list:
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(rows, minlength=size))])
        return FieldColumn(values, codes, starts)
    first = np.full(size, NO_VALUE, dtype=np.int32)
    first[rows[::-1]] = codes[::-1]  # of several, what is written last stays: the first one
    return FieldColumn(values, first, None)


def columns_of(
    articles: Iterable[Article], group: Rows, embedded_row: Rows, story: Rows, declared: Declared = NOTHING_DECLARED
) -> Columns:
    """The columns of these articles, in the order of their rows; `declared` are the archive's own fields."""
    builder = FactsBuilder(declared)
    for article in articles:
        builder.add(article)
    return columns(builder.facts(), group, embedded_row, story, declared)
