"""The names and values that stand in the address of a request, no more of them than a question needs."""

from starlette.requests import Request

from search.errors import RequestError
from search.messages import say

MAX_PAIRS = 64
"""Names and values in one address: a page shows each of them in every link."""


def pairs_in(request: Request) -> list[tuple[str, str]]:
    """The names and values of the address, in their order. Raises RequestError where there are more than MAX_PAIRS."""
    pairs = request.query_params.multi_items()
    if len(pairs) > MAX_PAIRS:
        raise RequestError(say("too-many-parameters", most=MAX_PAIRS), say("fewer-parameters"))
    return pairs
