"""OpenAPI document: parameters from search.api.params, answers from search.api.responses."""

from collections.abc import Callable, Mapping

import msgspec
from fastapi import FastAPI

from search.api.params import (
    EXPORT_PARAMETERS,
    FACET_PARAMETERS,
    FEED_PARAMETERS,
    PARAMETERS,
    SUGGEST_PARAMETERS,
    TIMELINE_PARAMETERS,
    Parameter,
    _Object,
    schema_of,
    with_declared,
)
from search.api.responses import (
    ArticleAnswer,
    HitAnswer,
    MultiSearchAnswer,
    SearchAnswer,
    SuggestAnswer,
    TimelineAnswer,
    ValuesAnswer,
)
from search.http.problems import REFUSALS, Problem
from search.query.fields import Declared, facets_of
from search.query.model import MAX_DEPTH, MAX_LIMIT, MAX_SEARCHES, MAX_SUGGESTIONS, MAX_TEXT

_BOUNDS: dict[str, dict[str, int]] = {
    "q": {"maxLength": MAX_TEXT},
    "limit": {"minimum": 0, "maximum": MAX_LIMIT},
    "offset": {"minimum": 0, "maximum": MAX_DEPTH},
}
_SUGGEST_BOUNDS = _BOUNDS | {"limit": {"minimum": 1, "maximum": MAX_SUGGESTIONS}}
_TEXTS_OF_EXPORTS = ("text/csv", "application/x-bibtex", "application/x-research-info-systems")
_INFO: _Object = {
    "description": "Hybrid search over a newsroom's archive.",
    "license": {"name": "MIT", "identifier": "MIT"},
    "contact": {"name": "Whoever runs this service"},
}
_TAGS = {
    "Search": "Find articles, and count what was found.",
    "Articles": "One article, and what is like it.",
    "Outlets": "Result sets to take along or to follow.",
    "Operation": "For monitoring.",
}
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key, where the service asks for one."},
    "basic": {"type": "http", "scheme": "basic", "description": "The same key as the password, for browsers."},
}
_PARTIAL = "PartialHit"
_HIT_IN_PART: _Object = {
    "title": "PartialHit",
    "description": "A hit with the fields that `fields` names; the id is always there.",
    "type": "object",
    "properties": {"id": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": True,
}
_OPERATIONS = {
    ("/search", "get"): ("search", "Search", "Words and meaning, filters, facets; pages by offset or cursor."),
    ("/search", "post"): ("searchByBody", "Search", "For questions that are too long for an address."),
    ("/suggest", "get"): ("suggest", "Search", "Sources, tags and titles of which a word begins so."),
    ("/timeline", "get"): ("timeline", "Search", "Counts by day, week, month or year, with sentiments."),
    ("/facets/{name}", "get"): ("facetValues", "Search", "All values of one facet that contain a text."),
    ("/multi-search", "post"): ("multiSearch", "Search", "Up to 20 searches; all answers are of one generation."),
    ("/export", "get"): (
        "exportHits",
        "Outlets",
        "JSON Lines, CSV, BibTeX or RIS, streamed; for all hits, not a page.",
    ),
    ("/feed.atom", "get"): ("atomFeed", "Outlets", "Atom (RFC 4287), newest first."),
    ("/feed.json", "get"): ("jsonFeed", "Outlets", "JSON Feed 1.1, newest first."),
    ("/similar/{article_id}", "get"): ("similarArticles", "Articles", "By meaning, the nearest first."),
    ("/articles/{article_id}", "get"): ("article", "Articles", "With its text and its translations."),
    ("/health", "get"): ("health", "Operation", "200 as long as the process lives."),
    ("/ready", "get"): ("ready", "Operation", "503 until a generation is open; then its name and counts."),
}
"""By path and method: the operation's id, its tag, and what there is to know of it."""
_AT_THE_DOOR = ("400", "401", "403", "429", "431")
"""How any request may be refused before it reaches its operation: see search.guard."""
_TEMPLATE = "#/components/schemas/{name}"
_JSON = ("application/json",)


def describe(app: FastAPI, declared: Callable[[], Declared]) -> None:
    """Make `app.openapi()` give the whole document, made once for the fields that the served archive declares."""
    made: list[tuple[Declared, _Object]] = []

    def openapi() -> _Object:
        own = dict(declared())
        if not made or made[-1][0] != own:
            made[:] = [(own, _document(app, own))]
        return made[-1][1]

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI, declared: Declared) -> _Object:
    (answers, components) = msgspec.json.schema_components(
        (
            SearchAnswer,
            ArticleAnswer,
            SuggestAnswer,
            MultiSearchAnswer,
            HitAnswer,
            ValuesAnswer,
            TimelineAnswer,
            Problem,
        ),
        ref_template=_TEMPLATE,
    )
    search, article, suggest, several, hit, values, timeline, _ = answers
    components |= {_PARTIAL: _HIT_IN_PART}
    components["SearchAnswer"]["properties"]["hits"]["items"] = hit = {
        "anyOf": [hit, {"$ref": _TEMPLATE.format(name=_PARTIAL)}]
    }
    every = with_declared(PARAMETERS, declared)
    parameters = _parameters(every)
    identity = _in_path("article_id", "An article's id; it contains slashes.", "2026/02/unicef-calls.en")
    name = _in_path("name", "A facet.", "tag", facets_of(declared))
    paging = [parameter for parameter in parameters if parameter["name"] != "q"]
    exported, fed = (_parameters(with_declared(table, declared)) for table in (EXPORT_PARAMETERS, FEED_PARAMETERS))
    text = {"type": "string"}
    return {
        "openapi": "3.1.0",
        "info": _INFO | {"title": app.title, "version": app.version},
        "servers": [{"url": "/", "description": "The service that gave this document"}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "tags": [{"name": name, "description": meaning} for name, meaning in _TAGS.items()],
        "paths": _named(
            {
                "/search": _get("Search, or list what filters admit", parameters, search, "304", "422", "503")
                | _post("The same, asked by a body of JSON", _one(every), search),
                "/suggest": _get(
                    "What somebody may be about to type",
                    _parameters(SUGGEST_PARAMETERS, _SUGGEST_BOUNDS, required=("q",)),
                    suggest,
                    *("304", "422", "503"),
                ),
                "/timeline": _get(
                    "A result set by day, week or month",
                    _parameters(with_declared(TIMELINE_PARAMETERS, declared)),
                    timeline,
                    *("304", "422", "503"),
                ),
                "/facets/{name}": _get(
                    "Values of a facet, counted in a result set",
                    [name, *_parameters(with_declared(FACET_PARAMETERS, declared))],
                    values,
                    *("304", "422", "503"),
                ),
                "/multi-search": _post("Several searches, answered from one generation", _several(every), several),
                "/export": _get(
                    "A whole result set, one hit a line",
                    exported,
                    hit,
                    *("422", "503"),
                    media_types=("application/jsonl", *_TEXTS_OF_EXPORTS),
                ),
                "/feed.atom": _get(
                    "A query as a feed", fed, text, "304", "422", "503", media_types=("application/atom+xml",)
                ),
                "/feed.json": _get(
                    "A query as a feed", fed, {}, "304", "422", "503", media_types=("application/feed+json",)
                ),
                "/similar/{article_id}": _get(
                    "The articles nearest to one", [identity, *paging], search, "304", "404", "422", "503"
                ),
                "/articles/{article_id}": _get("One whole article", [identity], article, "304", "404", "503"),
                "/health": _get("Whether the process lives", [], {"type": "object"}),
                "/ready": _get("Whether a generation is open, and which", [], {"type": "object"}, "503"),
            }
        ),
        "components": {"schemas": components, "securitySchemes": _SCHEMES},
    }


def _named(paths: dict[str, _Object]) -> dict[str, _Object]:
    """The paths, each of their operations with its name, its tag and what there is to know of it."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            name, tag, meaning = _OPERATIONS[path, method]
            methods[method] = {"operationId": name, "tags": [tag], "description": meaning} | operation
    return paths


def _parameters(
    table: Mapping[str, Parameter], bounds: Mapping[str, dict[str, int]] = _BOUNDS, required: tuple[str, ...] = ()
) -> list[_Object]:
    return [_parameter(name, meaning, bounds.get(name, {}), name in required) for name, meaning in table.items()]


def _parameter(name: str, parameter: Parameter, bounds: dict[str, int], required: bool) -> _Object:
    example: object = int(parameter.example) if parameter.whole else parameter.example
    if parameter.boolean:
        example = parameter.example == "true"
    return {
        "name": name,
        "in": "query",
        "required": required,
        **({} if parameter.repeats else {"allowEmptyValue": True}),  # a form sends what was not filled in as nothing
        "description": parameter.meaning,
        "schema": schema_of(name, parameter) | bounds,
        "example": [example] if parameter.repeats else example,
    }


def _in_path(name: str, meaning: str, example: str, values: tuple[str, ...] = ()) -> _Object:
    schema: _Object = {"type": "string"} | ({"enum": list(values)} if values else {})
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": schema,
        "description": meaning,
        "example": example,
    }


def _get(
    summary: str, parameters: list[_Object], answer: _Object, *others: str, media_types: tuple[str, ...] = _JSON
) -> _Object:
    """A way to ask; `others` are the statuses of what comes instead of an answer."""
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": _responses(answer, others, media_types),
        }
    }


def _post(summary: str, content: _Object, answer: _Object) -> _Object:
    body = {"required": True, "content": {"application/json": content}}
    responses = _responses(answer, ("411", "413", "422", "503"), _JSON)
    return {"post": {"summary": summary, "requestBody": body, "responses": responses}}


def _one(parameters: Mapping[str, Parameter]) -> _Object:
    """A search as an object of the parameters of GET /search."""
    properties = {name: _in_body(name, schema_of(name, parameter)) for name, parameter in parameters.items()}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"schema": schema, "example": {"q": PARAMETERS["q"].example, "tag": [PARAMETERS["tag"].example], "limit": 3}}


def _in_body(name: str, schema: _Object) -> _Object:
    """The values of a parameter in a body: null says nothing, and one value may stand for a list of one."""
    one = [schema["items"]] if schema["type"] == "array" else []
    one += [{"type": "array", "items": {"type": "string"}}] if name == "facets" else []
    one += [{"type": "integer", "enum": [0, 1]}] if schema["type"] == "boolean" else []
    one += [{"type": "number"}] if name in ("alpha", "min_confidence") else []
    return {"anyOf": [schema, *one, {"type": "null"}]}


def _several(parameters: Mapping[str, Parameter]) -> _Object:
    one = _one(parameters)
    schema = {"type": "array", "items": one["schema"], "minItems": 1, "maxItems": MAX_SEARCHES}
    return {"schema": schema, "example": [one["example"], {"q": PARAMETERS["q"].example, "sort": "newest"}]}


def _responses(answer: _Object, others: tuple[str, ...], media_types: tuple[str, ...]) -> _Object:
    content = {media_type: {"schema": answer} for media_type in media_types}
    refused = {status: _other(status) for status in sorted({*others, *_AT_THE_DOOR})}
    return {"200": {"description": "Answered", "content": content}} | refused


def _other(status: str) -> _Object:
    """What comes instead of an answer, with an example of it."""
    if status == "304":
        return {"description": "Nothing has changed since the answer with that ETag"}
    described: _Object = {
        "description": REFUSALS[int(status)].title,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": _TEMPLATE.format(name="Problem")},
                "example": msgspec.to_builtins(REFUSALS[int(status)]),
            }
        },
    }
    if status == "503":
        described["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
    return described
