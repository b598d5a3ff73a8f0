"""Names and values, as they stand in a URL or on a command line, to a Query. One table names them all."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from search.api.responses import HIT_FIELDS
from search.errors import RequestError
from search.messages import say
from search.query.cursor import read_cursor
from search.query.dates import counts_back, since, until
from search.query.fields import FACETS, FILTER_FIELDS, NOTHING_DECLARED, Declared, FilterField, facets_of, filter_fields
from search.query.model import (
    MAX_DEPTH,
    MAX_FILTER_VALUES,
    MAX_LIMIT,
    MAX_SUGGESTIONS,
    MAX_TEXT,
    MAX_VALUE,
    MAX_VALUES,
    FieldFilter,
    Filters,
    Fold,
    Mode,
    ParsedText,
    Query,
    Sort,
    Strictness,
)
from search.query.ranges import read_range
from search.query.syntax import cleaned, uses_language
from search.times import zone

_Word = TypeVar("_Word", bound=StrEnum)


class Parameter(Struct, frozen=True):
    """One name a request may use, what it means, and an example of it."""

    meaning: str
    example: str
    values: tuple[str, ...] = ()
    repeats: bool = False
    whole: bool = False

    @property
    def boolean(self) -> bool:
        """Whether it is true or false."""
        return set(self.values) == {"true", "false"}


PARAMETERS = {
    "q": Parameter(
        f"What to search for, in the query language; at most {MAX_TEXT:,} characters. "
        "Without it, what the filters admit is listed, newest first.",
        "stablecoin law",
    ),
    "limit": Parameter(f"Hits on a page, 0 to {MAX_LIMIT}; 10 if not given.", "10", whole=True),
    "offset": Parameter(f"Hits to pass over; offset + limit at most {MAX_DEPTH:,}.", "0", whole=True),
    "cursor": Parameter(
        "Where to go on: the `next` of the page before, with the same query; reaches any depth.",
        "lQq3MjAyNjExMjJUMDIwMDAwLjAwMDAwMFoApmh5YnJpZMQI",
    ),
    "mode": Parameter("Which rankings answer.", "hybrid", tuple(Mode)),
    **{field.parameter: Parameter(field.meaning, field.example, repeats=True) for field in FILTER_FIELDS.values()},
    "from": Parameter("From this date, time or age on (2026-02-05, 2026-02-05T05:01:58Z, 7d).", "2026-01-01"),
    "to": Parameter("Before this time; a bare date includes that day.", "2026-02-28"),
    "tz": Parameter("The time zone that dates are read in; UTC if not given.", "Europe/Kyiv"),
    "sort": Parameter("The order of the hits.", "relevance", tuple(Sort)),
    "facets": Parameter("Facets to count, by comma, or true for all.", "source,tag", (*FACETS, "true", "false")),
    "time": Parameter("Whether a time that the text names prefers articles of that time.", "false", ("true", "false")),
    "fold": Parameter("story: articles on one event answer as one, the best; none if not given.", "story", tuple(Fold)),
    "alpha": Parameter("What meaning counts for beside words, 0 to 1; the measured balance if not given.", "0.5"),
    "strictness": Parameter("How likely an answer must be.", "normal", tuple(Strictness)),
    "min_confidence": Parameter(
        "The least confidence of an answer that does not contain all that was asked, 0 to 1; instead of strictness.",
        "0.5",
    ),
    "fields": Parameter(
        "What each hit holds, by comma: names of its fields, dotted for their parts, * for all; id is always there.",
        "id,title,source.name",
    ),
    "correct": Parameter(
        "Whether words that were surely mistyped are put right; false answers the text as it was typed.",
        "false",
        ("true", "false"),
    ),
    "prefix": Parameter("Whether the last word is unfinished, as while somebody types.", "true", ("true", "false")),
    "explain": Parameter("Whether each hit says what ranked it.", "true", ("true", "false")),
}
"""Every parameter of a search of any archive, in the order that documents show them."""
OTHER_NAMES = {
    **dict.fromkeys(("page", "start", "skip", "first"), "offset"),
    **dict.fromkeys(("n", "per_page", "perpage", "page_size", "size", "count", "rows", "num", "max"), "limit"),
    **dict.fromkeys(("query", "text", "search", "s", "term", "keywords"), "q"),
    **dict.fromkeys(("language", "locale", "hl"), "lang"),
    **dict.fromkeys(("since", "after", "date_from", "start_date"), "from"),
    **dict.fromkeys(("until", "before", "date_to", "end_date"), "to"),
    **dict.fromkeys(("order", "order_by", "sort_by", "orderby"), "sort"),
    **dict.fromkeys(("timezone", "zone"), "tz"),
    **dict.fromkeys(("section",), "category"),
}
"""What other services call the parameters; named in the refusal."""
FORMATS = ("jsonl", "csv", "bibtex", "ris")
"""How an export may be laid out."""
CSV_WITH_BOM = "csv with bom"
FEED_LENGTH = 30
"""Entries of a feed that asks for no other number."""

SUGGEST_PARAMETERS = {
    "q": Parameter("What is typed so far.", "bitc"),
    "limit": Parameter(f"How many suggestions, 1 to {MAX_SUGGESTIONS}; 10 if not given.", "10", whole=True),
}
"""Every parameter of a request for suggestions."""
EXPORT_PARAMETERS = {name: meant for name, meant in PARAMETERS.items() if name not in ("limit", "offset", "facets")} | {
    "format": Parameter("One hit a line, as JSON or as CSV, or references; jsonl if not given.", "csv", FORMATS),
    "bom": Parameter("Whether a CSV begins with the mark that spreadsheets want.", "true", ("true", "false")),
}
"""Every parameter of an export: it holds the whole result set."""
_NOT_OF_FEEDS = ("offset", "cursor", "facets", "explain", "fields")
FEED_PARAMETERS = {name: meant for name, meant in PARAMETERS.items() if name not in _NOT_OF_FEEDS}
"""Every parameter of a feed: it holds the first hits, newest first if no other order is given."""

TIMELINE_PARAMETERS = {
    name: meant
    for name, meant in PARAMETERS.items()
    if name not in ("limit", "offset", "cursor", "sort", "facets", "explain", "fields")
}
"""Every parameter of a timeline: it has no pages."""


def with_declared(table: Mapping[str, Parameter], declared: Declared) -> Mapping[str, Parameter]:
    """A table of parameters, and behind them the fields that an archive declares."""
    own = (filter_fields(declared)[name] for name in declared)
    return {**table, **{field.name: Parameter(field.meaning, field.example, repeats=True) for field in own}}


def timeline_from(pairs: Iterable[tuple[str, str]], now: datetime, declared: Declared = NOTHING_DECLARED) -> Query:
    """The query whose result set is spread over time. Raises RequestError."""
    known = with_declared(TIMELINE_PARAMETERS, declared)
    return query_from([(_known(name, known), value) for name, value in pairs], now, declared)


FACET_PARAMETERS = {
    name: meant
    for name, meant in PARAMETERS.items()
    if name not in ("limit", "offset", "cursor", "sort", "facets", "explain", "fields")
} | {
    "value": Parameter("What the values shall contain, letter case ignored; all of them if not given.", "regul"),
    "limit": Parameter(f"How many values, 1 to {MAX_VALUES}; 10 if not given.", "10", whole=True),
}
"""Every parameter of a search within the values of a facet; without a query and filters all articles are counted."""


class ValuesAsked(Struct, frozen=True):
    """Of which result set the values of which facet are asked for, what they contain, and how many of them."""

    query: Query
    of: str
    text: str
    limit: int


def values_from(
    facet: str, pairs: Iterable[tuple[str, str]], now: datetime, declared: Declared = NOTHING_DECLARED
) -> ValuesAsked:
    """What is asked of the values of a facet. Raises RequestError."""
    of = _facet("facet", facet, declared)
    table = with_declared(FACET_PARAMETERS, declared)
    known = [(_known(name, table), value) for name, value in pairs]
    own = {name: [value for given, value in known if given == name] for name in ("value", "limit")}
    text = _text(_single("value", own["value"])) if own["value"] else ""
    limit = _whole("limit", _single("limit", own["limit"])) if own["limit"] else 10
    if not 1 <= limit <= MAX_VALUES:
        raise RequestError(
            say("is-value", field="limit", value=limit), say("ask-values", most=MAX_VALUES), field="limit"
        )
    query = query_from([pair for pair in known if pair[0] not in own], now, declared)
    return ValuesAsked(query, of, text.strip(), limit)


def beginning_from(pairs: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """What was typed so far, and how many suggestions are wanted. Raises RequestError."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(_known(name, SUGGEST_PARAMETERS), []).append(value)
    single = {name: _single(name, values) for name, values in given.items()}
    text, limit = _text(single.get("q", "")), _whole("limit", single.get("limit") or "10")
    if "q" not in single:
        raise RequestError(say("lacks-field", field="q"), say("give-beginning"), field="q")
    if len(text) > MAX_TEXT:
        raise RequestError(
            say("text-too-long", length=f"{len(text):,}", most=f"{MAX_TEXT:,}"), say("fewer-words"), field="q"
        )
    if not 1 <= limit <= MAX_SUGGESTIONS:
        raise RequestError(
            say("is-value", field="limit", value=limit), say("ask-suggestions", most=MAX_SUGGESTIONS), field="limit"
        )
    return text, limit


def export_from(
    pairs: Iterable[tuple[str, str]], now: datetime, declared: Declared = NOTHING_DECLARED
) -> tuple[Query, str]:
    """The query whose result set is exported, and its format: of FORMATS, or CSV_WITH_BOM. Raises RequestError."""
    table = with_declared(EXPORT_PARAMETERS, declared)
    known = [(_known(name, table), value) for name, value in pairs]
    formats = [value for name, value in known if name == "format"]
    form = _single("format", formats) if formats else FORMATS[0]
    if form not in FORMATS:
        raise RequestError(
            say("is-value", field="format", value=repr(form)), say("choose", values=", ".join(FORMATS)), field="format"
        )
    if _truth("bom", _single("bom", [value for name, value in known if name == "bom"] or [""])) and form == "csv":
        form = CSV_WITH_BOM
    return query_from([pair for pair in known if pair[0] not in ("format", "bom")], now, declared), form


def feed_from(pairs: Iterable[tuple[str, str]], now: datetime, declared: Declared = NOTHING_DECLARED) -> Query:
    """The query of which the first hits are a feed; names that are not its own are ignored. Raises RequestError."""
    known = [(name, value) for name, value in pairs if name in FEED_PARAMETERS or name in declared]
    given = {name for name, _ in known}
    asked = [("sort", Sort.NEWEST.value), ("limit", str(FEED_LENGTH))]
    return query_from([*known, *(pair for pair in asked if pair[0] not in given)], now, declared)


def query_from(pairs: Iterable[tuple[str, str]], now: datetime, declared: Declared = NOTHING_DECLARED) -> Query:
    """The query that these names and values ask; `declared` are the archive's own fields. Raises RequestError.

    Ages count back from `now`; behind a cursor from when its list was begun. Without text and filters the whole archive
    is listed.
    """
    given: dict[str, list[str]] = {}
    table = with_declared(PARAMETERS, declared) if declared else PARAMETERS
    for name, value in pairs:
        given.setdefault(_known(name, table), []).append(value)
    single = {name: _single(name, values) for name, values in given.items() if not table[name].repeats}
    cursor = read_cursor(single["cursor"]) if single.get("cursor") else None
    now = now if cursor is None else cursor.now
    tz = single.get("tz", "UTC")
    where = zone(tz)
    text = _text(single.get("q", ""))
    # A text that is too long is refused below; nobody shall wait for it to be read.
    asked, typed = _parsed(text if len(text) <= MAX_TEXT else "", where, now, declared)
    return Query(
        text=text,
        typed=None if asked == ParsedText(text, text) else asked,
        filters=typed.joined(
            Filters(
                since=since(single["from"], where, now) if single.get("from") else None,
                until=until(single["to"], where, now) if single.get("to") else None,
                **{
                    field.name: _choice(field, given.get(field.parameter, []), where, now)
                    for field in filter_fields(declared).values()
                },
            )
        ),
        mode=_one_of(Mode, "mode", single.get("mode") or Mode.HYBRID),
        sort=_one_of(Sort, "sort", single.get("sort") or Sort.RELEVANCE),
        limit=_whole("limit", single.get("limit") or "10"),
        offset=_whole("offset", single.get("offset") or "0"),
        facets=_facets(single.get("facets", ""), declared),
        explain=_truth("explain", single.get("explain", "")),
        fields=_hit_fields(single.get("fields", "")),
        time=_truth("time", single.get("time") or "true"),
        zone=tz,
        fold=_one_of(Fold, "fold", single.get("fold") or Fold.NONE),
        strictness=_one_of(Strictness, "strictness", single.get("strictness") or Strictness.NORMAL),
        min_confidence=_share("min_confidence", single["min_confidence"]) if single.get("min_confidence") else None,
        alpha=_share("alpha", single["alpha"]) if single.get("alpha") else None,
        correct=_truth("correct", single.get("correct") or "true"),
        prefix=_truth("prefix", single.get("prefix", "")),
        cursor=cursor,
        now=now if counts_back(text, *_dates_of(given, declared)) else None,
    )


def _dates_of(given: Mapping[str, list[str]], declared: Declared) -> Iterator[str]:
    """Every date that is given in a parameter of its own."""
    for name in ("from", "to", *(name for name, kind in declared.items() if kind == "date")):
        for value in given.get(name, []):
            yield from value.lstrip("- ").split("..")


def _known(name: str, known: Mapping[str, Parameter] = PARAMETERS) -> str:
    if name in known:
        return name
    from difflib import get_close_matches

    other = OTHER_NAMES.get(name.lower(), "")
    near = [other] if other in known else get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    remedy = say("did-you-mean", near=repr(near[0])) if near else say("known-are", names=", ".join(known))
    raise RequestError(say("unknown-parameter", name=repr(name)), remedy, field=name)


def _single(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise RequestError(say("given-times", field=name, count=len(values)), say("give-once"), field=name)
    return values[0]


def _parsed(text: str, where: tzinfo, now: datetime, declared: Declared) -> tuple[ParsedText, Filters]:
    """What a text asks, and the filters typed in it. The parser is loaded for what uses the query language alone."""
    plain = cleaned(text)
    if not uses_language(plain, declared):
        return ParsedText(plain, plain), Filters()
    from search.query.parser import parse

    return parse(text, where, now, declared)


def _text(text: str) -> str:
    """The text without what no article can contain: NUL bytes and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def _choice(field: FilterField, values: list[str], where: tzinfo, now: datetime) -> FieldFilter:
    name = field.parameter
    if len(values) > MAX_FILTER_VALUES:
        what = say("too-many-values", field=name, count=len(values), most=MAX_FILTER_VALUES)
        raise RequestError(what, say("fewer-values"), field=name)
    stripped = [value.strip() for value in values]
    if any(len(value) > MAX_VALUE for value in stripped):
        what = say("value-too-long", field=name, most=MAX_VALUE)
        raise RequestError(what, say("value-as-written"), field=name)
    include = [value for value in stripped if value and not value.startswith("-")]
    exclude = [value[1:].strip() for value in stripped if value.startswith("-") and value[1:].strip()]
    if field.kind != "keyword":
        include, exclude = (
            [read_range(field.kind, name, value, where, now) for value in some] for some in (include, exclude)
        )
    return FieldFilter(tuple(include), tuple(exclude))


def _one_of(kind: type[_Word], name: str, value: str) -> _Word:
    try:
        return kind(value.lower())
    except ValueError as unknown:
        raise RequestError(
            say("is-value", field=name, value=repr(value)), say("choose", values=", ".join(kind)), field=name
        ) from unknown


def _whole(name: str, value: str) -> int:
    if value.strip().removeprefix("-").isdecimal() and len(value) < 10:
        return int(value)
    raise RequestError(say("is-value", field=name, value=repr(value)), say("give-whole"), field=name)


def _hit_fields(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if len(names) > MAX_FILTER_VALUES:
        what = say("too-many-values", field="fields", count=len(names), most=MAX_FILTER_VALUES)
        raise RequestError(what, say("fewer-values"), field="fields")
    if any(len(name) > MAX_VALUE for name in names):
        raise RequestError(
            say("value-too-long", field="fields", most=MAX_VALUE), say("value-as-written"), field="fields"
        )
    for name in names:
        if name != "*" and name.split(".")[0] not in HIT_FIELDS:
            raise _unknown_hit_field(name)
    return () if "*" in names or not names else ("id", *(name for name in names if name != "id"))


def _unknown_hit_field(name: str) -> RequestError:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), HIT_FIELDS, n=1, cutoff=0.5)
    remedy = say("did-you-mean", near=repr(near[0])) if near else say("known-are", names=", ".join(HIT_FIELDS))
    return RequestError(say("unknown-hit-field", name=repr(name)), remedy, field="fields")


def _share(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as unknown:
        raise RequestError(say("is-value", field=name, value=repr(value)), say("give-share"), field=name) from unknown


def _truth(name: str, value: str) -> bool:
    if value.lower() in ("true", "1", "yes", "on"):
        return True
    if value.lower() in ("", "false", "0", "no", "off"):
        return False
    raise RequestError(say("is-value", field=name, value=repr(value)), say("give-truth"), field=name)


def _facet(name: str, value: str, declared: Declared) -> str:
    facets = facets_of(declared)
    if value.lower() in facets:
        return value.lower()
    raise RequestError(
        say("is-value", field=name, value=repr(value)), say("choose", values=", ".join(facets)), field=name
    )


def _facets(value: str, declared: Declared) -> tuple[str, ...]:
    if value.lower() in ("", "false"):
        return ()
    if value.lower() == "true":
        return facets_of(declared)
    return tuple(dict.fromkeys(_facet("facets", name.strip(), declared) for name in value.split(",") if name.strip()))


def pairs_of(search: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and values as they would stand in a URL: a list names several, null nothing."""
    for name, value in search.items():
        if name == "facets" and isinstance(value, list) and all(isinstance(one, str) for one in value):
            yield name, ",".join(value)
            continue
        if isinstance(value, list) and name in PARAMETERS and not PARAMETERS[name].repeats:
            raise RequestError(say("is-value", field=name, value=repr(value)[:200]), say("give-plain"), field=name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool):
                yield name, "true" if one else "false"
            elif isinstance(one, str | int) or (isinstance(one, float) and _takes_fraction(name)):
                yield name, str(one)
            elif one is not None:
                raise RequestError(say("is-value", field=name, value=repr(one)), say("give-plain"), field=name)


def _takes_fraction(name: str) -> bool:
    """Whether a fraction may be a parameter's value: a share, or a declared field."""
    return name not in PARAMETERS or name in ("alpha", "min_confidence")


def schema_of(name: str, parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a parameter's values."""
    if parameter.boolean:
        return {"type": "boolean"}
    schema: _Object = {"type": "integer" if parameter.whole else "string"}
    if parameter.values and name != "facets":
        schema["enum"] = [*parameter.values, ""]  # a form sends what was not chosen as nothing
    return {"type": "array", "items": schema} if parameter.repeats else schema


_Object = dict[str, Any]
