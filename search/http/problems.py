"""Problem documents (RFC 9457), with the request's id."""

from collections.abc import Mapping
from contextvars import ContextVar

import msgspec
from starlette.responses import Response

from search.errors import (
    ArticleNotFoundError,
    BusyClientError,
    IndexUnusableError,
    LedeError,
    MissingExtraError,
    ModelError,
    OverloadedError,
    RequestError,
    TooLargeError,
)


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, as RFC 9457 lays it out; `field`, `remedy`, `code` and `request_id` are Lede's own."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    field: str = ""
    remedy: str = ""
    code: str = ""
    request_id: str = ""


RETRY_SECONDS = "5"
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of one."""


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as it goes out."""
    told = msgspec.structs.replace(problem, request_id=request_id.get())
    retry = {"Retry-After": RETRY_SECONDS} if problem.status == 503 else {}
    return Response(
        msgspec.json.encode(told),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **retry, **(headers or {})},
    )


TITLES = {
    404: "Not found",
    413: "The request is too large",
    429: "Too many requests",
    422: "The request cannot be answered as it stands",
    501: "Not installed",
    503: "Not now",
    500: "Failed",
}
"""What stands over a refusal of each status."""
REFUSALS = {
    400: Problem(
        "Not here",
        400,
        detail="The Host header names another service than this.",
        field="Host",
        remedy="Set `allowed_hosts`.",
    ),
    401: Problem("Who asks?", 401, detail="This takes a key.", remedy="Send it as `Authorization: Bearer …`."),
    403: Problem("Not from there", 403, detail="A page of another site asks.", remedy="Set `cors_origins`."),
    404: Problem(
        TITLES[404],
        404,
        detail="No article has the id '2026/02/unicef-cals.en'.",
        remedy="Ids are paths below the content folder, without .md.",
        code="no-article",
    ),
    411: Problem(
        "Length required",
        411,
        detail="The body does not say how long it is.",
        field="body",
        remedy="Send Content-Length.",
    ),
    413: Problem(
        TITLES[413],
        413,
        detail="The body has more than 262,144 bytes.",
        field="body",
        remedy="Ask for less.",
        code="body-too-large",
    ),
    422: Problem(
        TITLES[422],
        422,
        detail="There is no parameter 'surce'.",
        field="surce",
        remedy="Did you mean 'source'?",
        code="unknown-parameter",
    ),
    429: Problem("Too many requests", 429, detail="This client asks too often.", remedy="Ask more slowly."),
    431: Problem(
        TITLES[413], 431, detail="The address and the headers have more than 32,768 bytes.", remedy="Ask for less."
    ),
    503: Problem(
        TITLES[503],
        503,
        detail="66 questions are being answered or wait.",
        remedy="Ask again in a moment.",
        code="busy",
    ),
}
"""An example of each."""


def status_of(error: LedeError) -> int:
    """The status of HTTP that an error is answered with."""
    if isinstance(error, RequestError):
        return 413 if isinstance(error, TooLargeError) else 422
    if isinstance(error, ArticleNotFoundError):
        return 404
    if isinstance(error, MissingExtraError):
        return 501
    if isinstance(error, BusyClientError):
        return 429
    return 503 if isinstance(error, IndexUnusableError | ModelError | OverloadedError) else 500
