"""A dialogue over a real HTTP server, and a speaker whose time is the test's.

Flows in: questions, and what the server is to answer. Flows out: what was emitted, said and
remembered. It refuses to know what is expected of a turn.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway_server import GatewayServer

from assistant.clock import SystemClock
from assistant.config import GatewayConfig, ToolsConfig
from assistant.deeds import Risk
from assistant.dialogue import Dialogue, Question
from assistant.events import Event, Said
from assistant.speak.mouth import SilentMouth, SpeakingMouth
from assistant.think import instant_clock
from assistant.think.gateway import HttpGateway
from assistant.think.history import History
from assistant.think.instant import Instant
from assistant.think.reply import Reply as Answering
from assistant.tools.clock import clock_tool
from assistant.tools.tool import FunctionTool
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from assistant.interfaces import Clock, Families, Family, Mouth, Tool
    from assistant.messages import Message
    from assistant.speak.piper import Piper
    from assistant.think.instant import SentenceFamily

LIMITS = ToolsConfig(max_rounds=3, call_s=0.3)


async def light(state: str) -> str:
    """Switch the light."""
    return f"The light is {state}."


async def slow() -> str:
    """Take too long."""
    await asyncio.sleep(30)
    return "never"


async def broken() -> str:
    """Fail in a way that nobody foresaw."""
    raise RuntimeError("the relay is stuck")


@dataclass(frozen=True, slots=True)
class Kit:
    """What a talk has besides its own tools."""

    tools: Sequence[Family | Tool | Families] = ()
    sentences: Sequence[SentenceFamily] = ()
    clock: Clock = field(default_factory=SystemClock)


class Talk:
    """A dialogue with a real gateway client, what it emitted, and its history."""

    def __init__(
        self,
        gateway: HttpGateway,
        mouth: Mouth,
        limits: ToolsConfig,
        kit: Kit,
    ) -> None:
        self.events: list[Event] = []
        self.happened = asyncio.Event()
        self.history = History("Be brief.", 10_000)
        clock = kit.clock
        both = asyncio.Barrier(2)

        async def meet(who: str = "") -> str:  # noqa: ARG001  # it makes two calls differ
            """Wait for another call of it."""
            await both.wait()
            return "met"

        own = [FunctionTool(slow), FunctionTool(broken), FunctionTool(meet)]
        tools = [clock_tool(clock), FunctionTool(light, Risk.WRITES), *own, *kit.tools]
        instant = Instant(["en"], (instant_clock, *kit.sentences))
        reply = Answering(gateway, instant, tools, limits, clock, self.emit)
        self.dialogue = Dialogue(reply, self.history, mouth, clock, self.emit)

    def emit(self, event: Event) -> None:
        """Keep what happened."""
        self.events.append(event)
        self.happened.set()

    async def ask(self, text: str) -> bool:
        """One question."""
        return await self.dialogue.answer(Question(text))

    async def until(self, kind: type[Event]) -> None:
        """Wait until something of this kind has happened."""
        while not self.of(kind):
            self.happened.clear()
            await self.happened.wait()

    def of(self, kind: type[Event]) -> list[Event]:
        """What happened of this kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> list[str]:
        """What was brought to the person, turn by turn."""
        return [event.text for event in self.events if isinstance(event, Said)]

    @property
    def turns(self) -> list[Message]:
        """The history without its prompt."""
        return self.history.messages()[1:]


@contextlib.asynccontextmanager
async def talk(
    server: GatewayServer,
    mouth: Mouth | None = None,
    limits: ToolsConfig = LIMITS,
    kit: Kit | None = None,
) -> AsyncIterator[Talk]:
    """A talk with the server; quick deadlines, no retries."""
    config = GatewayConfig(base_url=server.base_url, first_token_s=2, retries=0)
    async with HttpGateway(config, None) as gateway:
        yield Talk(gateway, mouth or SilentMouth(), limits, kit or Kit())


@contextlib.asynccontextmanager
async def aloud(voice: Piper, speaker: PacedSpeaker) -> AsyncIterator[tuple[GatewayServer, Talk]]:
    """A server, and a talk with it in the real voice."""
    async with (
        GatewayServer() as server,
        Worker("tts") as worker,
        talk(server, SpeakingMouth(voice, worker, speaker)) as it,
    ):
        yield server, it


class PacedSpeaker:
    """A speaker whose time is the test's: sound is played when `advance` says so."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.queued_s = 0.0
        self.played_s = 0.0
        self.stopped = False
        self.share = 1.0
        self._fresh = True
        self._at_once = at_once
        self._moved = asyncio.Event()

    async def play(self, sound: object) -> None:
        """Queue; nothing waits."""
        if self._fresh:
            self._fresh, self.share = False, 1.0
        self.queued_s += sound.seconds  # type: ignore[attr-defined]
        if self._at_once:
            self.played_s = self.queued_s

    async def drain(self) -> None:
        """Wait for the test to play the rest."""
        while self.played_s < self.queued_s:
            self._moved.clear()
            await self._moved.wait()
        self._fresh = True

    def turn_down(self, share: float) -> None:
        """Play softer from now on; at 0 nothing is played."""
        self.share = share

    def stop(self) -> None:
        """Discard what was not played."""
        self.queued_s = self.played_s
        self.stopped = self._fresh = True
        self.share = 1.0
        self._moved.set()

    def advance(self, seconds: float) -> None:
        """Let so much be played, unless it is held."""
        if self.share:
            self.played_s = min(self.queued_s, self.played_s + seconds)
        self._moved.set()
