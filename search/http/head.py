"""HEAD wherever there is GET: the same answer, and nothing of its body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """An ASGI application that answers HEAD as GET, but for the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; `lede.head` in the scope tells who would answer at length that nobody reads it."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", "lede.head": True}, receive, without_body)
