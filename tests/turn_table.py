"""Turns with everything behind them real: gateway, transcriber, voice and loop.

Flows in: what is said, and when. Flows out: what was told, done, asked and remembered. It refuses
to know whose turn it should be.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from gateway_server import GatewayServer

from assistant.audio.wav import WavSpeaker
from assistant.clock import SystemClock
from assistant.config import EndpointConfig, GatewayConfig, ToolsConfig
from assistant.deeds import Risk
from assistant.dialogue import Dialogue
from assistant.events import Event, Held, TurnEnded
from assistant.listen.patience import Patience
from assistant.listen.scribe import Scribe
from assistant.speak.mouth import SpeakingMouth
from assistant.think.gateway import HttpGateway
from assistant.think.history import History
from assistant.think.reply import Reply as Answering
from assistant.tools.tool import FunctionTool
from assistant.turn import Manner
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper
    from assistant.turn import Turn

T = TypeVar("T", bound=Event)
LONG = " ".join(f"This is sentence number {n} of a very long answer." for n in range(20))
"""A reply that nobody hears out."""
MANNER = Manner("en", stop_word_only=False, early_requests=2, sure_ms=5000, reopen_s=60)


class Table:
    """Turns with everything behind them real, and what became of them."""

    def __init__(self, server: GatewayServer, speaker: WavSpeaker) -> None:
        self.server = server
        self.speaker = speaker
        self.told: list[Event] = []
        self.inner: list[Event] = []
        """Also what was kept back."""
        self.deeds: list[str] = []
        self.history = History("Be brief.", 10_000)
        self.turns: Turns
        self.voiced = asyncio.Event()
        """A first piece of sound was synthesised."""
        self._happened = asyncio.Event()

    def note(self, event: Event) -> None:
        """Something happened, told or not."""
        self.inner.append(event)
        self._happened.set()

    async def until(self, kind: type[Event], count: int = 1) -> None:
        """Wait until this has happened so often, told or not."""
        async with asyncio.timeout(30):
            while sum(isinstance(event, kind) for event in self.inner) < count:
                self._happened.clear()
                await self._happened.wait()

    async def sounding(self, seconds: float = 1.5) -> None:
        """Wait until so much of the reply was heard."""
        async with asyncio.timeout(30):
            while self.speaker.played_s < seconds:
                self.turns.mind(0)
                await asyncio.sleep(0.01)

    def utter(self, sound: Pcm) -> Turn:
        """Somebody has said this, and that was all: begun at the pause, committed after it."""
        self.turns.begin(sound, 0.2)
        return self.turns.commit(sound, 0.3)

    def go_on(self, sound: Pcm) -> Turn:
        """Somebody begins to speak, whatever is under way, and says this."""
        self.turns.speech_began()
        return self.utter(sound)

    def of(self, kind: type[T]) -> list[T]:
        """What was told of this kind."""
        return [event for event in self.told if isinstance(event, kind)]


class Telling:
    """The real voice, telling when it has spoken."""

    def __init__(self, voice: Piper, spoke: Callable[[], object]) -> None:
        self._voice = voice
        self._spoke = spoke
        self.language = voice.language

    def pieces(self, text: str) -> Iterator[Pcm]:
        """The sound; told once there is some."""
        for piece in self._voice.pieces(text):
            self._spoke()
            yield piece


class Noting(Held):
    """Events kept back as ever, and noted."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.told.append)
        self._table = table

    def __call__(self, event: Event) -> None:
        """Note it, and go on."""
        super().__call__(event)
        self._table.note(event)


@asynccontextmanager
async def table(
    tiny: Whisper, voice: Piper, manner: Manner = MANNER, *, realtime: bool = False
) -> AsyncIterator[Table]:
    """Turns over a real gateway, transcriber and voice; at the end no task is left."""
    before = asyncio.all_tasks()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(GatewayServer())
        speaker = await stack.enter_async_context(WavSpeaker(None, realtime=realtime))
        stt = await stack.enter_async_context(Worker("stt"))
        tts = await stack.enter_async_context(Worker("tts"))
        config = GatewayConfig(base_url=server.base_url)
        gateway = await stack.enter_async_context(HttpGateway(config, None))
        found = Table(server, speaker)
        clock, held = SystemClock(), Noting(found)

        async def light(state: str) -> str:
            """Switch the light."""
            found.deeds.append(state)
            return f"The light is {state}."

        tools = [FunctionTool(light, Risk.WRITES)]
        reply = Answering(gateway, None, tools, ToolsConfig(), clock, held)
        loop = asyncio.get_running_loop()
        telling = Telling(voice, partial(loop.call_soon_threadsafe, found.voiced.set))
        mouth = SpeakingMouth(telling, tts, speaker)
        dialogue = Dialogue(reply, found.history, mouth, clock, held)
        scribe = Scribe(tiny, stt, Patience(EndpointConfig()), clock)
        found.turns = Turns(scribe, dialogue, clock, held, manner)
        async with found.turns:
            yield found
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not {name for name in left if not name.startswith("Task-")}


async def finished(found: Table, count: int = 1) -> None:
    """Wait for the end of so many turns."""
    await found.until(TurnEnded, count)
