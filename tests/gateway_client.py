"""A client for the test server, and what its tests say to it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.clock import SystemClock
from assistant.config import GatewayConfig
from assistant.messages import TextDelta, ToolSchema, User
from assistant.think.gateway import HttpGateway

if TYPE_CHECKING:
    from gateway_script import Scripted
    from gateway_server import GatewayServer

    from assistant.messages import Delta, Message

MODEL, OTHER, THIRD = (
    "anthropic/claude-sonnet-4",
    "openai/gpt-4o-mini",
    "google/gemini-2.5-flash",
)
HELLO: list[Message] = [User("Hello.")]
CLOCK = ToolSchema("clock", "The time.", {"type": "object", "properties": {}})
KEY = "secret-key-0123456789"


class QuickClock(SystemClock):
    """Waits no longer than it takes to say so."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Note it, and let the others run."""
        self.slept.append(seconds)
        await asyncio.sleep(0)


def gateway(server: GatewayServer, key: str = "", **settings: Any) -> HttpGateway:  # noqa: ANN401
    """A client for it, which does not wait between tries."""
    config = GatewayConfig(**{"base_url": server.base_url, **settings})
    return HttpGateway(config, SecretStr(key) if key else None, QuickClock())


async def deltas(client: HttpGateway, *tools: ToolSchema) -> list[Delta]:
    """The whole reply."""
    async with aclosing(client.stream(HELLO, tools)) as stream:
        return [delta async for delta in stream]


def text_of(found: list[Delta]) -> str:
    """All its text."""
    return "".join(delta.text for delta in found if isinstance(delta, TextDelta))


async def said(server: GatewayServer, *script: Scripted, **settings: Any) -> str:  # noqa: ANN401
    """What is said when the server answers so."""
    server.script(*script)
    async with gateway(server, **settings) as client:
        return text_of(await deltas(client))
