"""The API described: parameters from search.request, answers from search.wire, so that neither can drift."""

from typing import Any

import msgspec
from fastapi import FastAPI

from search.request import PARAMETERS, SUGGEST_PARAMETERS, Parameter
from search.wire import ArticleAnswer, Problem, SearchAnswer, SuggestAnswer

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
        (SearchAnswer, ArticleAnswer, SuggestAnswer, Problem), ref_template=_TEMPLATE
    )
    search, article, suggest, problem = answers
    parameters = [_parameter(name, meaning) for name, meaning in PARAMETERS.items()]
    identity = {
        "name": "article_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": "An article's id; it contains slashes.",
        "example": "2026/02/unicef-calls.en",
    }
    paging = [parameter for parameter in parameters if parameter["name"] != "q"]
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version, "description": "Hybrid search over a newsroom's archive."},
        "paths": {
            "/search": _get("Search, or list what filters admit", parameters, search, problem, ("422", "503")),
            "/suggest": _get(
                "What somebody may be about to type",
                [_parameter(name, meaning) for name, meaning in SUGGEST_PARAMETERS.items()],
                suggest,
                problem,
                ("422", "503"),
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


def _parameter(name: str, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if parameter.whole else "string"}
    if parameter.values and name != "facets":
        schema["enum"] = list(parameter.values)
    if parameter.repeats:
        schema = {"type": "array", "items": schema}
    example: object = int(parameter.example) if parameter.whole else parameter.example
    return {
        "name": name,
        "in": "query",
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
) -> dict[str, Any]:
    refusals = {
        status: {"description": "Refused", "content": {"application/problem+json": {"schema": problem}}}
        for status in errors
    }
    answered = {"200": {"description": "Answered", "content": {"application/json": {"schema": answer}}}}
    return {"get": {"summary": summary, "parameters": parameters, "responses": answered | refusals}}
