"""The API described: parameters from search.request, answers from search.wire, so that neither can drift."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI

from search.query import MAX_DEPTH, MAX_LIMIT, MAX_SEARCHES, MAX_SUGGESTIONS, MAX_TEXT
from search.request import EXPORT_PARAMETERS, FEED_PARAMETERS, PARAMETERS, SUGGEST_PARAMETERS, Parameter
from search.wire import ArticleAnswer, HitAnswer, MultiSearchAnswer, Problem, SearchAnswer, SuggestAnswer

_BOUNDS: dict[str, dict[str, int]] = {
    "q": {"maxLength": MAX_TEXT},
    "limit": {"minimum": 0, "maximum": MAX_LIMIT},
    "offset": {"minimum": 0, "maximum": MAX_DEPTH},
}
_SUGGEST_BOUNDS = _BOUNDS | {"limit": {"minimum": 1, "maximum": MAX_SUGGESTIONS}}
_AT_THE_DOOR = ("400", "401", "403", "429", "431")
"""How any request may be refused before it reaches its operation: see search.guard."""
_TEMPLATE = "#/components/schemas/{name}"


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` give the whole document, made once."""
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            document.update(_document(app))
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    (answers, components) = msgspec.json.schema_components(
        (SearchAnswer, ArticleAnswer, SuggestAnswer, MultiSearchAnswer, HitAnswer, Problem), ref_template=_TEMPLATE
    )
    search, article, suggest, several, hit, problem = answers
    parameters = _parameters(PARAMETERS)
    identity = {
        "name": "article_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": "An article's id; it contains slashes.",
        "example": "2026/02/unicef-calls.en",
    }
    text = {"type": "string"}
    paging = [parameter for parameter in parameters if parameter["name"] != "q"]
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version, "description": "Hybrid search over a newsroom's archive."},
        "paths": {
            "/search": _get("Search, or list what filters admit", parameters, search, problem, ("422", "503")),
            "/suggest": _get(
                "What somebody may be about to type",
                _parameters(SUGGEST_PARAMETERS, _SUGGEST_BOUNDS, required=("q",)),
                suggest,
                problem,
                ("422", "503"),
            ),
            "/multi-search": {"post": _several(several, problem)},
            "/export": _get(
                "A whole result set, one hit a line",
                _parameters(EXPORT_PARAMETERS),
                hit,
                problem,
                ("422", "503"),
                ("application/jsonl", "text/csv"),
            ),
            "/feed.atom": _get(
                "A query as a feed",
                _parameters(FEED_PARAMETERS),
                text,
                problem,
                ("422", "503"),
                ("application/atom+xml",),
            ),
            "/feed.json": _get(
                "A query as a feed",
                _parameters(FEED_PARAMETERS),
                {},
                problem,
                ("422", "503"),
                ("application/feed+json",),
            ),
            "/similar/{article_id}": _get(
                "The articles nearest to one", [identity, *paging], search, problem, ("404", "422", "503")
            ),
            "/articles/{article_id}": _get("One whole article", [identity], article, problem, ("404", "503")),
            "/health": _get("Whether the process lives", [], {"type": "object"}, problem, ()),
            "/ready": _get("Whether a generation is open, and which", [], {"type": "object"}, problem, ("503",)),
        },
        "components": {"schemas": components},
    }


def _parameters(
    table: Mapping[str, Parameter], bounds: Mapping[str, dict[str, int]] = _BOUNDS, required: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    return [_parameter(name, meaning, bounds.get(name, {}), name in required) for name, meaning in table.items()]


def _parameter(name: str, parameter: Parameter, bounds: Mapping[str, int], required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if parameter.whole else "string", **bounds}
    if parameter.values and name != "facets":
        schema["enum"] = list(parameter.values)
    if parameter.repeats:
        schema = {"type": "array", "items": schema}
    example: object = int(parameter.example) if parameter.whole else parameter.example
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": parameter.meaning,
        "schema": schema,
        "example": [example] if parameter.repeats else example,
    }


def _get(
    summary: str,
    parameters: list[dict[str, Any]],
    answer: dict[str, Any],
    problem: dict[str, Any],
    errors: tuple[str, ...],
    media_types: tuple[str, ...] = ("application/json",),
) -> dict[str, Any]:
    responses = _responses(answer, problem, errors, media_types)
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def _several(answer: dict[str, Any], problem: dict[str, Any]) -> dict[str, Any]:
    """Several searches, each an object of the parameters of /search."""
    search = {
        "type": "object",
        "properties": {parameter["name"]: parameter["schema"] for parameter in _parameters(PARAMETERS)},
        "additionalProperties": False,
    }
    searches = {"type": "array", "items": search, "minItems": 1, "maxItems": MAX_SEARCHES}
    example = [{"q": PARAMETERS["q"].example, "limit": 3}, {"tag": [PARAMETERS["tag"].example], "sort": "newest"}]
    return {
        "summary": "Several searches in one request, answered from one generation",
        "requestBody": {"required": True, "content": {"application/json": {"schema": searches, "example": example}}},
        "responses": _responses(answer, problem, ("413", "422", "503"), ("application/json",)),
    }


def _responses(
    answer: dict[str, Any], problem: dict[str, Any], errors: tuple[str, ...], media_types: tuple[str, ...]
) -> dict[str, Any]:
    refusals = {
        status: {"description": "Refused", "content": {"application/problem+json": {"schema": problem}}}
        for status in sorted({*errors, *_AT_THE_DOOR})
    }
    content = {media_type: {"schema": answer} for media_type in media_types}
    return {"200": {"description": "Answered", "content": content}} | refusals
