"""MCP server, over standard input and output or over HTTP.

The protocol is the official package's; it takes a second to import and 23 MiB, so it is imported when the first
assistant comes, and never for anybody else.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import msgspec
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from search.errors import LedeError
from search.extras import require
from search.http.admission import Capacity
from search.mcp.tools import INSTRUCTIONS, Assistant, Tool
from search.version import __version__

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

MAX_BYTES = 1 << 18
"""Bytes of one call: more than the longest query takes."""
_log = logging.getLogger("lede.mcp")


def mcp_server(assistant: Assistant, capacity: Capacity, home: str = "") -> "Server[Any]":
    """A server of the two tools; their work is done in threads, as much at once as there is capacity for.

    `home` is the address of the service where nobody asks over HTTP.
    """
    require("mcp")
    import mcp_types as types
    from mcp.server.lowlevel import Server

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        tools = await to_thread.run_sync(assistant.tools)  # a generation may have to be opened first
        return types.ListToolsResult(tools=[_described(tool) for tool in tools])

    async def call_tool(context: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
        where = home if context.request is None else str(context.request.base_url)
        try:
            given = await capacity.run(lambda: assistant.call(call.name, call.arguments or {}, where))
        except LedeError as error:
            return types.CallToolResult(content=[types.TextContent(text=_refusal(error, context))], is_error=True)
        text = types.TextContent(text=msgspec.json.encode(given).decode())
        return types.CallToolResult(content=[text], structured_content=msgspec.to_builtins(given))

    def _described(tool: Tool) -> types.Tool:
        return types.Tool(
            name=tool.name,
            description=tool.purpose,
            input_schema=tool.arguments,
            output_schema=_object_schema(tool.gives),
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )

    return Server(
        "lede", version=__version__, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


def _refusal(error: LedeError, context: Any) -> str:
    """Why a call was not answered: all of it on this machine, over HTTP what its client may know."""
    if context.request is None:
        return str(error)
    what, remedy = error.told(everything=bool(context.request.scope.get("lede.admin", True)))
    return f"{what} {remedy or ''}".strip()


def serve_stdio(assistant: Assistant, home: str) -> None:
    """Serve one assistant over standard input and output, until it leaves."""
    require("mcp")
    from mcp.server.stdio import stdio_server

    async def talk() -> None:
        server = mcp_server(assistant, Capacity(), home)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(talk)


class McpOverHttp:
    """An ASGI application that speaks the protocol over streamable HTTP, each call for itself, answered as JSON."""

    def __init__(self, assistant: Assistant, capacity: Capacity) -> None:
        self._open = lambda: _session_manager(mcp_server(assistant, capacity))
        self._manager: StreamableHTTPSessionManager | None = None
        self._opening = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """As long as the service lives."""
        try:
            yield
        finally:
            self._over.set()
            if self._running is not None:
                await self._running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Each stands for itself, so there is no stream to open and no session to end: 405."""
        if scope["method"] != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        manager = await self._started()
        await manager.handle_request(scope, receive, send)

    async def _started(self) -> "StreamableHTTPSessionManager":
        async with self._opening:
            if self._manager is None:
                manager = await to_thread.run_sync(self._open)  # the import would hold up everybody else
                ready = asyncio.Event()
                self._running = asyncio.create_task(self._run(manager, ready))
                await ready.wait()
                self._manager = manager
        return self._manager

    async def _run(self, manager: "StreamableHTTPSessionManager", ready: asyncio.Event) -> None:
        async with manager.run():
            ready.set()
            await self._over.wait()


def _session_manager(server: "Server[Any]") -> "StreamableHTTPSessionManager":
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    return StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=MAX_BYTES)


def _object_schema(of: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema of an object, its parts under $defs."""
    ((reference,), parts) = msgspec.json.schema_components((of,), ref_template="#/$defs/{name}")
    name = reference["$ref"].rpartition("/")[2]
    schema: dict[str, Any] = parts.pop(name)
    return schema | {"$defs": parts}
