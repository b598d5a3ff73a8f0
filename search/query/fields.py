"""The fields by which articles are filtered and counted: one table that every edge and every engine loops over."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from search.article import Article
from search.field_settings import FieldKind

MONTH = "month"
"""The facet that is no field: articles counted by the month of their publication."""
Declared = Mapping[str, FieldKind]
"""The kind of each field that an archive declares, by name."""
NOTHING_DECLARED: Declared = {}


class FilterField(Struct, frozen=True):
    """One field: what it is called where, and how its values are read from an article."""

    name: str
    """In answers, facets, columns and keyword indexes."""
    parameter: str
    """In addresses, flags and the query language."""
    meaning: str
    """What the parameter means, for documents."""
    example: str
    values: Callable[[Article], Sequence[str]]
    """The values of an article, most important first."""
    labels: Callable[[Article], Sequence[str]] | None = None
    """What each value is called where people read it; a filter finds an article by either."""
    spellings: tuple[str, ...] = ()
    """Other words for the field in the query language."""
    multi_valued: bool = False
    separator: str = ""
    """What parts a value from its more general ones, which find it too: `en` finds `en-US`."""
    kind: FieldKind = "keyword"
    """Numbers and dates are chosen by ranges (search.query.ranges)."""

    @property
    def is_list(self) -> bool:
        """Whether an article may have several values, more general ones included."""
        return self.multi_valued or bool(self.separator)


def _source_keys(article: Article) -> Sequence[str]:
    return (article.source.key,) if article.source else ()


def _source_names(article: Article) -> Sequence[str]:
    return (article.source.name,) if article.source else ()


def _one(value: str) -> Sequence[str]:
    return (value,) if value else ()


_FIELDS = (
    FilterField(
        name="source",
        parameter="source",
        meaning="A source's key or name; several mean any of, a leading - means not.",
        example="decrypt",
        values=_source_keys,
        labels=_source_names,
        spellings=("джерело",),
    ),
    FilterField(
        name="tag",
        parameter="tag",
        meaning="A tag; several mean any of, a leading - means not.",
        example="REGULATION",
        values=lambda article: article.tags,
        spellings=("тег",),
        multi_valued=True,
        separator="/",
    ),
    FilterField(
        name="sentiment",
        parameter="sentiment",
        meaning="A sentiment; several mean any of, a leading - means not.",
        example="NEGATIVE",
        values=lambda article: _one(article.sentiment),
        spellings=("тональність",),
    ),
    FilterField(
        name="language",
        parameter="lang",
        meaning="A language of the front matter; with it, twins are not folded.",
        example="en",
        values=lambda article: _one(article.language),
        spellings=("мова",),
        separator="-",
    ),
    FilterField(
        name="author",
        parameter="author",
        meaning="An author; several mean any of, a leading - means not.",
        example="Jane Doe",
        values=lambda article: article.authors,
        spellings=("автор",),
        multi_valued=True,
    ),
    FilterField(
        name="category",
        parameter="category",
        meaning="A category or section; several mean any of, a leading - means not.",
        example="OTHER",
        values=lambda article: article.categories,
        spellings=("категорія", "рубрика"),
        multi_valued=True,
        separator="/",
    ),
)
FILTER_FIELDS = {field.name: field for field in _FIELDS}
"""By name, in the order in which they are shown."""
FIELD_OF_PARAMETER = {field.parameter: field.name for field in _FIELDS}
FACETS = (*FILTER_FIELDS, MONTH)
"""What a result set of any archive can be counted by."""

_MEANINGS: dict[FieldKind, tuple[str, str]] = {
    "keyword": ("A value of the archive's own field %s; several mean any of, a leading - means not.", "sport"),
    "number": (
        "A number or range (10..20, 10.., ..20) of the archive's own field %s; a leading - means not.",
        "10..20",
    ),
    "date": (
        "A day, month, year or range (2026-01-01..2026-02-28) of the archive's own field %s; a leading - means not.",
        "2026-01-01..2026-02-28",
    ),
}


def filter_fields(declared: Declared) -> Mapping[str, FilterField]:
    """The fields of an archive that declares these: FILTER_FIELDS, and behind them its own."""
    return _with_declared(tuple(declared.items())) if declared else FILTER_FIELDS


@lru_cache(maxsize=32)
def _with_declared(declared: tuple[tuple[str, FieldKind], ...]) -> Mapping[str, FilterField]:
    return {**FILTER_FIELDS, **{name: _declared_field(name, kind) for name, kind in declared}}


def _declared_field(name: str, kind: FieldKind) -> FilterField:
    def values(article: Article) -> Sequence[str]:
        value = article.custom.get(name)
        return tuple(value) if isinstance(value, list) else ()

    meaning, example = _MEANINGS[kind]
    return FilterField(
        name=name,
        parameter=name,
        meaning=meaning % name,
        example=example,
        values=values,
        multi_valued=kind == "keyword",
        separator="/" if kind == "keyword" else "",
        kind=kind,
    )


def facets_of(declared: Declared) -> tuple[str, ...]:
    """What a result set of an archive that declares these fields can be counted by."""
    return (*filter_fields(declared), MONTH) if declared else FACETS


def parameter_of(name: str) -> str:
    """The parameter of a field; a declared one has its own name."""
    return FILTER_FIELDS[name].parameter if name in FILTER_FIELDS else name


def lineage(value: str, separator: str) -> list[str]:
    """A value and the more general ones that find it too, longest first: `a/b/c`, `a/b`, `a`.

    A general value has two letters at least: neither `24/7` nor `I/O` has one.
    """
    if not separator or separator not in value:
        return [value]
    parts = value.split(separator)
    general = (separator.join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return [value, *(one for one in general if sum(map(str.isalpha, one)) >= 2)]


def values_of(article: Article, field: FilterField) -> list[tuple[str, str]]:
    """The values of an article with their labels, or empty texts: its own first, then more general ones."""
    values = field.values(article)
    if not values:
        return []
    labels = field.labels(article) if field.labels else [""] * len(values)
    pairs = [
        (general, label if general == value else "")
        for value, label in zip(values, labels, strict=True)
        for general in lineage(value, field.separator)
        if general
    ]
    return list(dict.fromkeys(pairs))


def number_of(article: Article, name: str) -> float | None:
    """The number of a declared field, or its date in milliseconds; None where the article says none."""
    value = article.custom.get(name)
    return None if value is None or isinstance(value, list) else float(value)


def filter_values(article: Article, declared: Declared = NOTHING_DECLARED) -> dict[str, list[str]]:
    """What the filters compare with: by field, the article's values and labels without letter case."""
    found = {}
    for field in filter_fields(declared).values():
        if field.kind != "keyword":
            continue
        spellings = (spelling.casefold() for pair in values_of(article, field) for spelling in pair if spelling)
        found[field.name] = list(dict.fromkeys(spellings))
    return found
