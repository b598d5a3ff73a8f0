"""What does a refusal look like over HTTP? RFC 9457, with the request's id."""

from collections.abc import Mapping
from contextvars import ContextVar

import msgspec
from starlette.responses import Response

from search.wire import Problem

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
        headers={**retry, **(headers or {})},
    )
