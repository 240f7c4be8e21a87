"""All the servers of the settings, each at hand in the background.

Flows in: the sections of the settings, and the record. Flows out: a link for each. The protocol's
library is heavy (most of a second), so that it is imported on a Worker, once a server is wanted.
Refuses to know: what the tools are for.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from assistant.servers.link import Link
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import ModuleType

    from assistant.config_tools import McpConfig, McpServerConfig
    from assistant.interfaces import Clock
    from assistant.servers.road import GoingOut
    from assistant.servers.values import Session


class Servers:
    """The links; `run` keeps them up."""

    def __init__(
        self, config: McpConfig, going_out: GoingOut, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        """`going_out` notes what leaves for an address; `tell` takes sentences for a person."""
        self._going_out = going_out
        self._clock = clock
        self._worker = Worker("servers")
        self.links = [
            Link(name, section, partial(self._open, name, section), clock, tell)
            for name, section in config.servers.items()
        ]

    async def run(self) -> None:
        """Keep all of them at hand until cancelled."""
        if not self.links:
            return
        async with self._worker, asyncio.TaskGroup() as group:
            for link in self.links:
                group.create_task(link.run(), name=f"server-{link.name}")

    async def settled(self, seconds: float) -> None:
        """Wait until each is there or was tried in vain, for so long at most.

        For whoever asks one question and leaves: else it would be asked before anybody is there.
        """
        try:
            async with asyncio.timeout(seconds):
                for link in self.links:
                    await link.settled()
        except TimeoutError:
            return

    @asynccontextmanager
    async def _open(
        self,
        name: str,
        section: McpServerConfig,
        old: bool,  # noqa: FBT001  # as `Link` has it
    ) -> AsyncIterator[Session]:
        opening = await self._worker.run(_library)
        mode = "legacy" if old else "auto"
        async with opening.opened(name, section, self._going_out, self._clock, mode) as session:
            yield session


def _library() -> ModuleType:
    """What needs the protocol's library, imported."""
    from assistant.servers import opening  # noqa: PLC0415

    opening.quiet()
    return opening
