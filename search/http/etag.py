"""ETags of answers, and 304 for a caller that has the answer already.

The tag is the digest of the answer, without what differs from one asking to the next though nothing changed: how long
it took, and the moment that ages count back from, in the cursor and in the filters as they were understood. So it
changes with the generation and the query, and with all else that an answer depends on: what was degraded, what "last
week" is by now, the settings. It is weak (RFC 9110, 8.8.1): bodies of one tag may differ in these. A repeated question
costs its answering, not its sending.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request, Response

from search.api.responses import SearchAnswer
from search.query.model import Mode

_TOOK, _NOTHING, _INDEX = b'"took_ms":', b"0.0", b',"index":'
"""What stands before the time that an answer took, that time of one that says none, and what stands behind the cursor.
"""
_OVERHEAD = 2_048
"""Bytes of an answer in memory besides its text: its query and its edition."""
_CACHE = "no-cache"
"""May be kept, and must be asked about each time: a new generation may be there at any moment."""


def reply(request: Request, body: bytes, media_type: str = "application/json", same: bytes = b"") -> Response:
    """The body with its tag, or 304 where the caller names that tag; `same` is what the tag is of, if not the body."""
    tag = f'W/"{blake2b(same or body, digest_size=12).hexdigest()}"'
    return _tagged(request, tag, lambda: body, media_type)


def _tagged(request: Request, tag: str, body: Callable[[], bytes], media_type: str) -> Response:
    headers = {"ETag": tag, "Cache-Control": _CACHE, "Vary": "Accept"}
    if _named(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body(), media_type=media_type, headers=headers)


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """The answer to one query as JSON, but for how long it took; and its tag."""

    before: bytes
    after: bytes
    tag: str
    total: int
    meant: bool
    """Whether the meaning of the question took part."""
    next: str | None

    @property
    def size(self) -> int:
        """How many bytes it takes in memory, about."""
        return len(self.before) + len(self.after) + _OVERHEAD

    def body(self, took_ms: float) -> bytes:
        """The whole answer."""
        return b"%b%b%b" % (self.before, msgspec.json.encode(round(took_ms, 3)), self.after)


def written(answer: SearchAnswer) -> WrittenAnswer:
    """An answer, written once: its tag is of the same bytes, but for what it does not count."""
    body = msgspec.json.encode(msgspec.structs.replace(answer, took_ms=0.0))
    begin = body.rindex(_TOOK) + len(_TOOK)
    before, after = body[:begin], body[begin + len(_NOTHING) :]
    tagged = before
    if "from" in answer.query.filters or "to" in answer.query.filters:
        filters = {name: values for name, values in answer.query.filters.items() if name not in ("from", "to")}
        query = msgspec.structs.replace(answer.query, filters=filters)
        tagged = msgspec.json.encode(msgspec.structs.replace(answer, query=query, took_ms=0.0, next=None))
    digest = blake2b(tagged, digest_size=12)
    digest.update(b"more" if answer.next is not None else b"end")
    digest.update(after[after.rindex(_INDEX) :])
    return WrittenAnswer(
        before, after, f'W/"{digest.hexdigest()}"', answer.total.value, answer.mode != Mode.KEYWORD, answer.next
    )


def written_reply(request: Request, answer: WrittenAnswer, took_ms: float) -> Response:
    """The answer to one query, with the address of the next page in a Link header (RFC 8288)."""
    response = _tagged(request, answer.tag, lambda: answer.body(took_ms), "application/json")
    if answer.next is not None and request.method == "GET":
        response.headers["Link"] = f'<{_next(request, answer.next)}>; rel="next"'
    return response


def search_reply(request: Request, answer: SearchAnswer) -> Response:
    """The answer to one query, which is written once, with the time that it says it took."""
    return written_reply(request, written(answer), answer.took_ms)


def _next(request: Request, cursor: str) -> str:
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("offset", "cursor")]
    return f"{quote(request.url.path)}?{urlencode([*kept, ('cursor', cursor)], errors='replace')}"


def _named(header: str, tag: str) -> bool:
    """Whether If-None-Match names a tag, by the weak comparison."""
    names = {name.strip().removeprefix("W/") for name in header.split(",")}
    return "*" in names or tag.removeprefix("W/") in names
