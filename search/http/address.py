"""The names and values that stand in the address of a request, no more of them than a question needs."""

from starlette.requests import Request

from search.errors import RequestError

MAX_PAIRS = 64
"""Names and values in one address: a page shows each of them in every link."""


def pairs_in(request: Request) -> list[tuple[str, str]]:
    """The names and values of the address, in their order. Raises RequestError where there are more than MAX_PAIRS."""
    if request.scope["query_string"].count(b"&") >= 4 * MAX_PAIRS:  # not worth reading
        raise _too_many("many")
    pairs = request.query_params.multi_items()
    if len(pairs) > MAX_PAIRS:
        raise _too_many(str(len(pairs)))
    return pairs


def _too_many(number: str) -> RequestError:
    remedy = "Ask with fewer filters, or by POST /search."
    return RequestError(f"The address has {number} parameters; {MAX_PAIRS} is the limit.", remedy)
