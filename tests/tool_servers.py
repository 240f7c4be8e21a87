"""Servers of tools at hand, as the program has them: the real links, sessions and processes.

Flows in: the settings of servers. Flows out: their tools, what was told of them, what left. It
refuses to know what should come of it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.app import meanwhile
from assistant.clock import SystemClock
from assistant.config_tools import McpConfig, McpServerConfig
from assistant.servers.servers import Servers
from assistant.tools.servers import server_families

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.deeds import Deed
    from assistant.interfaces import Families, Tool
    from assistant.servers.link import Link

HERE = Path(__file__).parent
PATIENT_S = 30.0


@dataclass
class Leaving:
    """A request that left, and how it ended."""

    what: tuple[str, str, str, int]
    """Method, host, path, letters."""
    status: int | None = None
    error: str = ""


@dataclass
class House:
    """Servers at hand."""

    servers: Servers
    families: Families
    told: list[str] = field(default_factory=list)
    """What a person was told of them."""
    left: list[Leaving] = field(default_factory=list)
    """What left for an address."""

    @property
    def link(self) -> Link:
        """The first server."""
        return self.servers.links[0]

    @property
    def tools(self) -> dict[str, Tool]:
        """All tools that there are now, by name."""
        return {tool.schema.name: tool for family in self.families() for tool in family.tools}

    async def call(self, tool: str, /, **arguments: object) -> Deed:
        """What a tool does. Raises ToolError."""
        return await self.tools[tool].call(json.dumps(arguments))

    async def when(self, fact: Callable[[], bool]) -> None:
        """Wait until this is so; looked at with each piece of news of the first server."""
        async with asyncio.timeout(PATIENT_S):
            while not fact():
                await self.link.news()


@asynccontextmanager
async def at_hand(
    *configs: McpServerConfig, taken: tuple[str, ...] = (), patient_s: float = PATIENT_S
) -> AsyncIterator[House]:
    """Servers named `one`, `two` …, once each is there or was tried; at the end no task is left.

    `patient_s`: seconds in which they should be.
    """
    before = asyncio.all_tasks()
    told: list[str] = []
    left: list[Leaving] = []

    @asynccontextmanager
    async def going_out(method: str, host: str, path: str, letters: int) -> AsyncIterator[Leaving]:
        leaving = Leaving((method, host, path, letters))
        left.append(leaving)
        yield leaving

    names = ("one", "two", "three")
    section = McpConfig(servers=dict(zip(names, configs, strict=False)))
    servers = Servers(section, going_out, SystemClock(), told.append)
    async with meanwhile(servers.run()):
        await servers.settled(patient_s)
        yield House(servers, server_families(servers.links, taken), told, left)
    left_over = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not {
        name for name in left_over if not name.startswith("Task-")
    }  # a server's of the test


def odd(diary: Path, *faults: str, **settings: object) -> McpServerConfig:
    """A command that does not behave."""
    script = str(HERE / "odd_tool_server.py")
    command = [sys.executable, "-I", "-S", script, str(diary), *faults]
    return McpServerConfig.model_validate({"command": command, **settings})


def real(**settings: object) -> McpServerConfig:
    """A command made with the official package."""
    command = [sys.executable, str(HERE / "tool_server.py"), "stdio"]
    return McpServerConfig.model_validate({"command": command, **settings})


def address(url: str, variable: str = "", **settings: object) -> McpServerConfig:
    """A server at an address; its token is in a variable."""
    return McpServerConfig.model_validate({"url": url, "token_env": variable, **settings})
