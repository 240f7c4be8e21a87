"""One server, kept at hand: connected in the background, again after each loss, and asked.

Flows in: a way to open a session, and calls. Flows out: the server's tools as they are known, its
answers, and what a person should know of it. One task runs each link, and opens and closes its
sessions; nobody waits for it but a call, for a moment. Refuses to know: the protocol.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from assistant.errors import AssistantError, ToolError
from assistant.servers.listing import Listing, listing_of
from assistant.servers.values import ServerAway, ServerLost, ServerUnusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from assistant.config_tools import McpServerConfig
    from assistant.interfaces import Clock
    from assistant.messages import JsonObject
    from assistant.servers.values import Answer, Session

    Open = Callable[[bool], AbstractAsyncContextManager[Session]]

_LOG = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 120.0
"""Between two tries to reach a server; each pause is twice the one before."""
STEADY_S: Final = 60.0
"""Seconds after which a connection counts as good: the next pause is the first again."""
PATIENCE_S: Final = 5.0
"""Seconds that a call waits for a server which is away; its start may take one or two."""
SETTLE_S: Final = 0.2
"""Seconds after the news that tools have changed: changes come in flocks."""
OLD_S: Final = 600.0
"""Seconds after which a call has the tools listed anew, for servers that tell of no change."""


class Link:
    """A server, whether it is there or not."""

    def __init__(
        self,
        name: str,
        config: McpServerConfig,
        open_: Open,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        """`open_(old)` opens a session, the old way where asked; `tell` takes sentences."""
        self.name = name
        self.listing = Listing()
        """Its tools, as they were last known."""
        self._config = config
        self._open = open_
        self._clock = clock
        self._tell = tell
        self._session: Session | None = None
        self._listed = 0.0
        self._why = f"{name} is still starting."
        self._opens = 0
        self._tries = 0
        self._told: set[str] = set()
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()

    @property
    def _up(self) -> bool:
        return self._session is not None

    async def run(self) -> None:
        """Keep the server at hand until cancelled; ends where its settings are wrong."""
        pause, old = FIRST_PAUSE_S, False
        while True:
            began, opens = self._clock.monotonic(), self._opens
            try:
                async with self._open(old) as session:
                    await self._attend(session)
                self._why = f"{self.name} has ended the connection."
            except ServerUnusable as error:
                self._leave(str(error), tried=True)
                return
            except ServerLost as error:
                if not self._opens and not old:  # some end at the first word that they do not know
                    old = True
                    continue
                self._why = str(error)
            except AssistantError as error:
                self._why = str(error)
            finally:
                self._session = None
            old ^= not self._opens
            opened = self._opens > opens
            self._leave(self._why, tried=not opened)
            if opened and self._clock.monotonic() - began > STEADY_S:
                pause = FIRST_PAUSE_S
            await self._rest(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def call(self, tool: str, arguments: JsonObject, *, again: bool) -> Answer:
        """What a tool of the server answers; `again`: it can be asked twice without harm.

        A server that is away is tried once more first. Raises ToolError with a sentence.
        """
        try:
            async with asyncio.timeout(self._config.timeout_s):
                return await self._asked(tool, arguments, again=again)
        except TimeoutError as error:
            raise ToolError(
                f"{self.name} did not answer within {_told_s(self._config.timeout_s)}. {tool} may "
                "have happened all the same."
            ) from error

    async def settled(self) -> None:
        """Wait until it is there, or was tried in vain."""
        while not self._up and not self._tries:
            await self.news()

    async def news(self) -> None:
        """Wait until it comes or goes, or its tools are listed anew."""
        await self._news.wait()

    async def _asked(self, tool: str, arguments: JsonObject, *, again: bool) -> Answer:
        session = await self._there()
        try:
            return await self._answer(session, tool, arguments)
        except ServerAway:
            self._drop(session)
        except ServerLost:
            self._drop(session)
            if not again:
                raise
        return await self._answer(await self._there(), tool, arguments)

    async def _answer(self, session: Session, tool: str, arguments: JsonObject) -> Answer:
        old = self._clock.monotonic() - self._listed > OLD_S
        try:
            return await session.call(tool, arguments)
        except asyncio.CancelledError:
            old = True  # it may hang: one that does not list its tools either is begun anew
            raise
        finally:
            if old:
                session.renew()

    async def _there(self) -> Session:
        """The open session; where there is none, once one more try was made. Raises ServerAway."""
        if self._session is None:
            tries = self._tries
            self._wanted.set()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not self._up and self._tries == tries:
                        await self.news()
            except TimeoutError as error:
                raise ServerAway(f"{self._why} Nothing was done.") from error
        if self._session is None:
            raise ServerAway(f"{self._why} Nothing was done.")
        return self._session

    async def _attend(self, session: Session) -> None:
        """Hold a session that is open: list its tools, and anew when they change."""
        hearing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(session.listen(hearing.set), name=f"{self.name}-news")
            await hearing.wait()  # what changes while they are listed is heard
            await self._list(session)
            self._session = session
            self._opens += 1
            self._wanted.clear()
            self._announce()
            while await session.attend():
                await self._clock.sleep(SETTLE_S)
                await self._list(session)
                self._announce()
            listening.cancel()

    async def _list(self, session: Session) -> None:
        try:
            async with asyncio.timeout(self._config.timeout_s):
                remote = await session.tools()
        except TimeoutError as error:
            limit = _told_s(self._config.timeout_s)
            raise ServerAway(f"{self.name} does not list its tools within {limit}.") from error
        self.listing = listing_of(self.name, self._config, remote)
        self._listed = self._clock.monotonic()
        for problem in self.listing.problems:
            self._say(problem)

    def _drop(self, session: Session) -> None:
        """It failed: whoever calls next waits for another."""
        if self._session is session:
            self._session = None
        session.end()

    def _leave(self, why: str, *, tried: bool) -> None:
        """It is not there; a person is told, once. `tried`: it was not even reached."""
        self._why = why
        self._tries += tried
        self._say(why)
        self._announce()

    def _say(self, problem: str) -> None:
        if problem not in self._told:
            self._told.add(problem)
            self._tell(problem)

    def _announce(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until somebody calls."""

        async def nap() -> None:
            await self._clock.sleep(seconds)
            self._wanted.set()

        async with asyncio.TaskGroup() as group:
            napping = group.create_task(nap(), name=f"{self.name}-pause")
            await self._wanted.wait()
            napping.cancel()
        self._wanted.clear()


def _told_s(seconds: float) -> str:
    return f"{seconds:g} second{'s' * (seconds != 1)}"
