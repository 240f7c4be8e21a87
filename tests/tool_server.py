"""A tool server of the official package: a real process, over its input and output or over HTTP.

`python tool_server.py stdio`, or `python tool_server.py http [TOKEN]`, which prints its port.
Flows in: requests. Flows out: answers of every kind that there is. It refuses to know who asks.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ResourceLink, TextContent, ToolAnnotations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
READS = ToolAnnotations(read_only_hint=True)
server: MCPServer[None] = MCPServer("lamps", log_level="ERROR")
lamps: dict[str, bool] = {}
cancelled = asyncio.Event()
waiting = asyncio.Event()


@server.tool()
async def turn_on(lamp: str) -> str:
    """Turn on a lamp."""
    lamps[lamp] = True
    return f"The {lamp} is on."


@server.tool(annotations=READS)
async def lamp_state(lamp: str) -> dict[str, Any]:
    """Tell whether a lamp is on."""
    return {"lamp": lamp, "on": lamps.get(lamp, False)}


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
async def throw_away(lamp: str) -> str:
    """Throw a lamp away. It is gone for good."""
    lamps.pop(lamp, None)
    return f"The {lamp} is gone."


@server.tool(annotations=READS, structured_output=False)
async def photograph() -> list[Any]:
    """Take a picture of the lamps."""
    return ["Two lamps.", Image(data=PIXEL, format="png")]


@server.tool(annotations=READS)
async def manual() -> CallToolResult:
    """Find the manual of the lamps."""
    link = ResourceLink(type="resource_link", name="Manual", uri="https://example.org/lamps.pdf")
    return CallToolResult(content=[TextContent(type="text", text="Here it is."), link])


@server.tool()
async def break_down() -> str:
    """Fail."""
    raise ToolError("The fuse has blown.")


@server.tool(annotations=READS)
async def story(chars: int) -> str:
    """Tell a story of the lamps that is so long."""
    return "x" * chars


@server.tool()
async def wait_for_ever() -> str:
    """Wait for a lamp to come by itself."""
    waiting.set()
    try:
        await asyncio.Event().wait()
    finally:
        cancelled.set()
    return "never"


@server.tool(annotations=READS)
async def somebody_waits() -> str:
    """Tell once somebody waits for ever."""
    await waiting.wait()
    return "Somebody waits."


@server.tool(annotations=READS)
async def nobody_waits() -> str:
    """Tell once nobody waits for ever any more."""
    await cancelled.wait()
    return "Nobody waits."


@server.tool()
async def buy(lamp: str, context: Context[None, Any]) -> str:
    """Buy a lamp; it comes with a switch of its own."""

    async def switch() -> str:
        return f"The {lamp} is switched."

    server.add_tool(switch, name=f"switch_{lamp}", description=f"Switch the {lamp}.")
    await context.notify_tools_changed()
    with contextlib.suppress(Exception):  # only connections of the old way take it
        await context.session.send_tool_list_changed()
    return f"The {lamp} is here."


@server.tool(annotations=READS)
async def variables() -> str:
    """Tell the names of the variables that this process was given."""
    return " ".join(sorted(os.environ))


def guarded(app: Callable[..., Awaitable[None]], token: str) -> Callable[..., Awaitable[None]]:
    """The application, for those who have the token."""

    async def guard(scope: dict[str, Any], receive: object, send: Callable[..., Any]) -> None:
        headers = dict(scope.get("headers", ()))
        if scope["type"] == "http" and headers.get(b"authorization") != f"Bearer {token}".encode():
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})
            return
        await app(scope, receive, send)

    return guard


async def over_http(token: str) -> None:
    """Serve on a port of the system's choice, and print it."""
    app: Callable[..., Awaitable[None]] = server.streamable_http_app()
    if token:
        app = guarded(app, token)
    with socket.create_server(("127.0.0.1", 0)) as door:
        print(door.getsockname()[1], flush=True)
        config = uvicorn.Config(app, log_level="error", lifespan="on")
        await uvicorn.Server(config).serve(sockets=[door])


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        server.run("stdio")
    else:
        asyncio.run(over_http(sys.argv[2] if len(sys.argv) > 2 else ""))
