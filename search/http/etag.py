"""ETags of answers, and 304 for a caller that has the answer already.

The tag is the digest of the answer, without what differs from one asking to the next though nothing changed: how long
it took, and the moment that ages count back from, in the cursor and in the filters as they were understood. So it
changes with the generation and the query, and with all else that an answer depends on: what was degraded, what "last
week" is by now, the settings. It is weak (RFC 9110, 8.8.1): bodies of one tag may differ in these. A repeated question
costs its answering, not its sending.
"""

from hashlib import blake2b
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request, Response

from search.api.responses import SearchAnswer

_CACHE = "no-cache"
"""May be kept, and must be asked about each time: a new generation may be there at any moment."""


def reply(request: Request, body: bytes, media_type: str = "application/json", same: bytes = b"") -> Response:
    """The body with its tag, or 304 where the caller names that tag; `same` is what the tag is of, if not the body."""
    tag = f'W/"{blake2b(same or body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": _CACHE, "Vary": "Accept"}
    if _named(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def search_reply(request: Request, answer: SearchAnswer) -> Response:
    """The answer to one query, with the address of the next page in a Link header (RFC 8288)."""
    filters = {name: values for name, values in answer.query.filters.items() if name not in ("from", "to")}
    same = msgspec.structs.replace(
        answer,
        took_ms=0.0,
        next=None if answer.next is None else "",
        query=msgspec.structs.replace(answer.query, filters=filters),
    )
    response = reply(request, msgspec.json.encode(answer), same=msgspec.json.encode(same))
    if answer.next is not None and request.method == "GET":
        response.headers["Link"] = f'<{_next(request, answer.next)}>; rel="next"'
    return response


def _next(request: Request, cursor: str) -> str:
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("offset", "cursor")]
    return f"{quote(request.url.path)}?{urlencode([*kept, ('cursor', cursor)], errors='replace')}"


def _named(header: str, tag: str) -> bool:
    """Whether If-None-Match names a tag, by the weak comparison."""
    names = {name.strip().removeprefix("W/") for name in header.split(",")}
    return "*" in names or tag.removeprefix("W/") in names
