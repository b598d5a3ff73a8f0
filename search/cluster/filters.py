"""Filters as clauses of a query to the cluster."""

from typing import Any

from search.cluster.layout import FILTER
from search.query.fields import Declared, filter_fields
from search.query.model import FieldFilter, Filters
from search.query.ranges import sortable_bounds

Clause = dict[str, Any]
NOTHING: Clause = {"match_none": {}}


def filter_clauses(filters: Filters, declared: Declared) -> tuple[list[Clause], list[Clause]]:
    """What an article must have, and what it must not have."""
    must: list[Clause] = []
    must_not: list[Clause] = []
    for field, choice in filters.choices.items():
        wanted, unwanted = _choice(field, choice, declared)
        must += wanted
        must_not += unwanted
    if filters.since is not None or filters.until is not None:
        bounds = {"gte": filters.since, "lt": filters.until}
        within = {name: moment for name, moment in bounds.items() if moment is not None}
        must.append({"range": {"published": within}})
    return must, must_not


def _choice(field: str, choice: FieldFilter, declared: Declared) -> tuple[list[Clause], list[Clause]]:
    known = filter_fields(declared).get(field)
    if known is None:  # another generation declares it: no article here has a value
        return ([NOTHING] if choice.include else []), []
    make = _values if known.kind == "keyword" else _ranges
    return (
        [make(field, choice.include)] if choice.include else [],
        [make(field, choice.exclude)] if choice.exclude else [],
    )


def _values(field: str, values: tuple[str, ...]) -> Clause:
    return {"terms": {f"{FILTER}{field}": [value.casefold() for value in values]}}


def _ranges(field: str, kept: tuple[str, ...]) -> Clause:
    bounds = [sortable_bounds(one) for one in kept]
    ranges = [{"range": {f"{FILTER}{field}": {"gte": low, "lte": high}}} for low, high in bounds]
    return {"bool": {"should": ranges, "minimum_should_match": 1}}
