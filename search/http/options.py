"""Which methods an address takes: told where OPTIONS asks, and where a method is refused (RFC 9110, 9.3.7, 15.5.6)."""

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = b"access-control-request-method"
_ALWAYS = ("HEAD", "OPTIONS")


class Options:
    """An ASGI application that turns a refusal of OPTIONS into the list of methods; preflights pass by.

    The refusal of another method names all methods too: several routes may share an address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http" or (scope["method"] == "OPTIONS" and _PREFLIGHT in dict(scope["headers"])):
            await self._app(scope, receive, send)
            return
        asked, told = scope["method"] == "OPTIONS", False

        async def telling(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start" and message["status"] == 405:
                allowed = (b"allow", _allowed(message, scope))
                others = [one for one in message.get("headers", ()) if one[0] != b"allow"]
                told = asked
                message = (
                    {**message, "status": 204, "headers": [allowed]}
                    if asked
                    else ({**message, "headers": [*others, allowed]})
                )
            elif told:
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive, telling)


def _allowed(message: Message, scope: Scope) -> bytes:
    """The methods that the refusal named, those of other routes of the address, and those that every address takes."""
    named = dict(message["headers"]).get(b"allow", b"GET").decode("latin-1")
    methods = {method.strip() for method in named.split(",") if method.strip()}
    for route in scope["app"].routes if "app" in scope else ():
        if route.matches(scope)[0] != Match.NONE:
            methods |= set(getattr(route, "methods", None) or ())
    return ", ".join(sorted({*methods, *_ALWAYS} if "GET" in methods else {*methods, "OPTIONS"})).encode()
