"""A link to a server: when it is tried again, by a clock that the test moves."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from hand_clock import HandClock, settled

from assistant.app import meanwhile
from assistant.config_tools import McpServerConfig
from assistant.errors import ToolError
from assistant.servers.link import OLD_S, Link
from assistant.servers.values import Answer, RemoteTool, ServerAway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.messages import JsonObject
    from assistant.servers.values import Session


class Far:
    """A server that is there, or not, as the test says."""

    def __init__(self, clock: HandClock) -> None:
        self.there = False
        self.tried: list[float] = []
        """When, in seconds from the beginning."""
        self.listed = 0
        self._clock, self._start = clock, clock.monotonic()
        self._news = asyncio.Event()
        self._over = False

    @asynccontextmanager
    async def open(self, old: bool) -> AsyncIterator[Session]:  # noqa: ARG002, FBT001  # as a link asks
        """A session, where it is there."""
        self.tried.append(self._clock.monotonic() - self._start)
        if not self.there:
            raise ServerAway("one cannot be reached: nobody opens.")
        self._over = False
        yield self

    async def tools(self) -> list[RemoteTool]:
        """One."""
        self.listed += 1
        return [RemoteTool("look", "Look at a lamp.", {}, reads=True)]

    async def call(self, name: str, arguments: JsonObject) -> Answer:
        """An answer at once."""
        return Answer(f"{name} {dict(arguments)}")

    async def attend(self) -> bool:
        """What `renew` and `end` tell."""
        self._news.clear()
        await self._news.wait()
        return not self._over

    async def listen(self, ready: Callable[[], None]) -> None:
        """Nothing is told unasked."""
        ready()

    def renew(self) -> None:
        """List anew."""
        self._news.set()

    def end(self) -> None:
        """Break off."""
        self._over = True
        self._news.set()


@asynccontextmanager
async def linked(clock: HandClock) -> AsyncIterator[tuple[Link, Far, list[str]]]:
    """A link, its server, and what a person is told."""
    far, told = Far(clock), list[str]()
    link = Link("one", McpServerConfig(command=["x"]), far.open, clock, told.append)
    async with meanwhile(link.run()):
        yield link, far, told


async def test_each_pause_before_the_next_try_is_longer() -> None:
    """One second, two, four … two minutes; a person is told once."""
    clock = HandClock()
    async with linked(clock) as (link, far, told):
        await clock.pass_(500)
        assert far.tried == [0, 1, 3, 7, 15, 31, 63, 127, 247, 367, 487]
        assert told == ["one cannot be reached: nobody opens."]
        assert link.listing.tools == ()


async def test_a_call_tries_once_more_and_then_says_it() -> None:
    """It does not wait for the end of the pause."""
    clock = HandClock()
    async with linked(clock) as (link, far, _):
        await clock.pass_(20)
        tries = len(far.tried)
        with pytest.raises(ToolError, match=r"cannot be reached: nobody opens. Nothing was done."):
            await link.call("look", {}, again=True)
        assert len(far.tried) == tries + 1
        far.there = True
        assert (await link.call("look", {"at": 1}, again=True)).text == "look {'at': 1}"


async def test_after_a_good_while_the_pauses_are_short_again() -> None:
    """A server that was there for a minute is tried after a second."""
    clock = HandClock()
    async with linked(clock) as (_, far, _):
        await clock.pass_(100)
        far.there = True
        await clock.pass_(100)
        far.there = False
        far.end()
        await settled()
        far.tried.clear()
        await clock.pass_(1.5)
        assert far.tried == [201]


async def test_tools_are_listed_anew_after_a_call_when_they_have_grown_old() -> None:
    """For servers that tell of no change, without asking while nobody speaks."""
    clock = HandClock()
    async with linked(clock) as (link, far, _):
        far.there = True
        await clock.pass_(2)
        assert far.listed == 1
        await clock.pass_(OLD_S + 1)
        assert far.listed == 1
        await link.call("look", {}, again=True)
        await clock.pass_(1)
        assert far.listed == 2
