"""OPTIONS wherever anything is answered: which methods an address takes (RFC 9110, 9.3.7)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFLIGHT = b"access-control-request-method"
_ALWAYS = ("HEAD", "OPTIONS")


class Options:
    """An ASGI application that turns a refusal of OPTIONS into the list of methods; preflights pass by."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http" or scope["method"] != "OPTIONS" or _PREFLIGHT in dict(scope["headers"]):
            await self._app(scope, receive, send)
            return
        refused = False

        async def telling(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == 405:
                refused = True
                message = {"type": "http.response.start", "status": 204, "headers": [(b"allow", _allowed(message))]}
            elif refused:
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive, telling)


def _allowed(message: Message) -> bytes:
    """The methods that the refusal named, and those that every address takes."""
    named = dict(message["headers"]).get(b"allow", b"GET").decode("latin-1")
    methods = {method.strip() for method in named.split(",") if method.strip()}
    return ", ".join(sorted({*methods, *_ALWAYS} if "GET" in methods else {*methods, "OPTIONS"})).encode()
