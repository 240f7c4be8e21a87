"""A session with a server, in the `mcp` package's words: what it lists, answers, tells, refuses.

Flows in: calls, from any task, and what the server tells unasked. Flows out: its tools and its
answers as our values, its failures as our errors. Refuses to know: how the server is reached, and
when to try again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from mcp import MCPError
from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost
from mcp_types import (
    CONNECTION_CLOSED,
    PARSE_ERROR,
    REQUEST_TIMEOUT,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    PaginatedRequestParams,
    ToolListChangedNotification,
)
from pydantic import ValidationError

from assistant.errors import ToolError
from assistant.servers.answers import answer_of, shortened
from assistant.servers.pipe import TOO_LONG
from assistant.servers.road import BROKE_OFF, TOO_BIG, failure_of
from assistant.servers.values import RemoteTool, ServerAway, ServerLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp import Client
    from mcp.client.session import IncomingMessage
    from mcp_types import Tool

    from assistant.interfaces import Clock
    from assistant.messages import JsonObject
    from assistant.servers.values import Answer

_PAGES: Final = 20
"""Of a list of tools, at most."""
_REFUSAL_CHARS: Final = 500
_LONGEST_S: Final = 3600.0
"""Seconds of a call; whoever calls has a shorter limit of his own."""
_CLOSED: Final = ("Connection closed", "SSE stream")
"""How the package begins to say that the connection is over; servers use the same code as well."""
_TOO_BIG_EVENT: Final = "exceeded"
_SENTENCES: Final = {
    "unsent": "{server} cannot be reached: {why}.",
    "stale": "{server} has forgotten us: {why}.",
    "lost": "The connection to {server} broke while {name} ran. It may have happened, or not.",
    "refused": "{server} refuses our token ({why}). It was not done.",
    "late": "{server} did not answer in time. {name} may have happened.",
    "long": "What {server} answered to {name} is too long to be read. Ask for less.",
    "garbled": "{server} answered {name} with something else than a result.",
    "wrong": "{server} answered {name} with {why}. It may have happened, or not.",
    "": "{server} refused {name}: {why}.",
}
"""What is said of a call that failed, by how it did."""
_GONE: Final = frozenset({"unsent", "lost", "stale"})
_AGAIN_S: Final = 1.0
"""Seconds before news is asked for again, where the server ended the stream of it."""


class McpSession:
    """One connection; it is over once `end` was called, by whoever notices first."""

    def __init__(self, server: str, clock: Clock) -> None:
        self.client: Client
        self._server = server
        self._clock = clock
        self._over = False
        self._changed = False
        self._news = asyncio.Event()

    async def tools(self) -> list[RemoteTool]:
        """All its tools, as they are now. Raises ServerAway."""
        found: list[RemoteTool] = []
        cursor: str | None = None
        try:
            for _ in range(_PAGES):
                params = PaginatedRequestParams(cursor=cursor) if cursor else None
                page = await self.client.session.list_tools(params=params)
                found += map(_remote, page.tools)
                cursor = page.next_cursor
                if not cursor:
                    break
        except (MCPError, ValidationError) as error:
            raise ServerAway(f"{self._server} does not list its tools: {why(error)}.") from error
        return found

    async def call(self, name: str, arguments: JsonObject) -> Answer:
        """What a tool answers. Raises ServerAway, ServerLost, and ToolError for a refusal."""
        request = CallToolRequest(
            params=CallToolRequestParams(name=name, arguments=dict(arguments))
        )
        try:  # not the package's `call_tool`, which checks results against schemas, on the loop
            result = await self.client.session.send_request(
                request, CallToolResult, request_read_timeout_seconds=_LONGEST_S
            )
        except MCPError as error:
            raise self._told(name, error) from error
        except ValidationError as error:
            message = _SENTENCES["garbled"].format(server=self._server, name=name)
            raise ToolError(message) from error
        return answer_of(result.model_dump(mode="json", by_alias=True, exclude_none=True))

    async def attend(self) -> bool:
        """Wait for news: True once the tools have changed, False once the connection is over."""
        while not self._over and not self._changed:
            self._news.clear()
            await self._news.wait()
        self._changed = False
        return not self._over

    def renew(self) -> None:
        """The tools may have changed, or the server may hang."""
        self._changed = True
        self._news.set()

    def end(self) -> None:
        """It is over."""
        self._over = True
        self._news.set()

    async def hear(self, message: IncomingMessage) -> None:
        """Take what the server tells without being asked."""
        if isinstance(message, ToolListChangedNotification):
            self.renew()

    async def listen(self, ready: Callable[[], None]) -> None:
        """Ask to be told of changes, for as long as it is served; older servers tell unasked.

        `ready` is called once it is, or will not be.
        """
        try:
            while await self._listened(ready):
                await self._clock.sleep(_AGAIN_S)
        finally:
            ready()

    async def _listened(self, ready: Callable[[], None]) -> bool:
        """Hear of changes until the server ends it; whether to ask again."""
        heard = False
        try:
            async with self.client.listen(tools_list_changed=True) as changes:
                heard = True
                ready()
                async for _ in changes:
                    pass  # `hear` is told of each as well
        except ListenNotSupportedError:
            return False
        except (MCPError, SubscriptionLost, TimeoutError) as error:
            if not heard and isinstance(error, MCPError) and kind_of(error) in _GONE:
                self.end()
        if heard:
            self.renew()  # they may change, until it is heard again
        return heard

    def _told(self, name: str, error: MCPError) -> ToolError:
        """The failure of a call, as ours."""
        kind = kind_of(error)
        told = _SENTENCES.get(kind, _SENTENCES[""])
        message = told.format(server=self._server, name=name, why=why(error))
        match kind:
            case "unsent" | "stale":
                return ServerAway(message)
            case "lost":
                return ServerLost(message)
            case _:
                return ToolError(message)


def kind_of(error: MCPError) -> str:
    """How a request failed: a key of `_SENTENCES`; empty for the server's own refusal."""
    if ours := failure_of(error.data):
        return ours
    match error.code:
        case code if code == REQUEST_TIMEOUT:
            return "late"
        case code if code == TOO_LONG or TOO_BIG in error.message:
            return "long"
        case code if code == CONNECTION_CLOSED and error.message.startswith(_CLOSED):
            return "long" if _TOO_BIG_EVENT in error.message else "lost"
        case code if code == PARSE_ERROR:
            return "lost" if BROKE_OFF in error.message else "garbled"
        case _:
            return ""


def why(error: MCPError | ValidationError) -> str:
    """The server's own reason, on one line; it is data, so it is bounded."""
    text = str(error) if isinstance(error, MCPError) else "its answer is not as it should be"
    return shortened(" ".join(text.split()).rstrip("."), _REFUSAL_CHARS)


def _remote(tool: Tool) -> RemoteTool:
    notes = tool.annotations
    title = tool.title or (notes.title if notes else None) or ""
    return RemoteTool(
        name=tool.name,
        description=tool.description or title,
        parameters=tool.input_schema,
        reads=notes is not None and notes.read_only_hint is True,
        destroys=notes is not None and notes.destructive_hint is True,
    )
