"""Reference page of the HTTP API, made of the OpenAPI document; it loads nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response

from search.http.admission import Capacity
from search.settings import Settings
from search.web.pages import render

_SHOWN = ("q", "limit", "tag", "article_id", "name", "format")
"""Parameters of the example of an operation, where it has them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to ask, as the page shows it; `example` is an address to try, empty where a body must be sent."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, str, str], ...]
    """Of each: its name, its type, its meaning, an example."""
    answers: tuple[tuple[str, str], ...]
    """Of each: its status and its meaning."""
    example: str


def add_api_page(app: FastAPI, settings: Settings, capacity: Capacity) -> None:
    """Serve /docs."""

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        def shown() -> Response:
            document = app.openapi()
            values = {"info": document["info"], "groups": grouped(document)}
            return render(request, settings, "api.html", values)

        return await capacity.run(shown)


def grouped(document: Mapping[str, Any]) -> list[tuple[str, str, list[Operation]]]:
    """The operations of an OpenAPI document by their tags: the name of each, its meaning, its operations."""
    every = [
        (operation["tags"][0], _operation(path, method, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [
        (tag["name"], tag["description"], [one for name, one in every if name == tag["name"]])
        for tag in document["tags"]
    ]


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    parameters = operation.get("parameters", ())
    return Operation(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        operation["description"],
        tuple((p["name"], _kind(p["schema"]), p["description"], _written(p["example"])) for p in parameters),
        tuple((status, answer["description"]) for status, answer in operation["responses"].items()),
        _example(path, parameters) if method == "get" else "",
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])} …"
    return " | ".join(value for value in schema.get("enum", ()) if value) or str(schema.get("type", ""))


def _written(example: object) -> str:
    value = example[0] if isinstance(example, list) else example
    return str(value).lower() if isinstance(value, bool) else str(value)


def _example(path: str, parameters: Any) -> str:
    """An address that asks for what the examples of the most telling parameters say."""
    shown = {p["name"]: _written(p["example"]) for p in parameters if p["name"] in _SHOWN}
    for p in parameters:
        if p["in"] == "path":
            path = path.replace(f"{{{p['name']}}}", quote(shown.pop(p["name"])))
    return path + (f"?{urlencode(shown)}" if shown else "")
