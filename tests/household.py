"""A conversation in a room: real ears, transcriber, voice and gateway; the test is who speaks.

Flows in: sound, as it is said, and orders. Flows out: what was told, said aloud and asked. It
refuses to know what should come of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from gateway_server import GatewayServer

from assistant import app
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.wav import WavSpeaker
from assistant.clock import SystemClock
from assistant.config import (
    Config,
    EndpointConfig,
    GatewayConfig,
    StorageConfig,
    ToolsConfig,
    VadConfig,
    WakeConfig,
)
from assistant.conversation import Conversation, Interruption
from assistant.dialogue import Dialogue
from assistant.events import Event, Held, Ready, Said
from assistant.listen.attention import Attention
from assistant.listen.ears import Ears
from assistant.listen.endpoint import Endpointer
from assistant.listen.patience import Patience
from assistant.listen.scribe import Scribe
from assistant.listen.vad import GatedDetector
from assistant.ringer import Ringer
from assistant.speak.mouth import SpeakingMouth
from assistant.think.gateway import HttpGateway
from assistant.think.history import History
from assistant.think.reply import Reply as Answering
from assistant.turn import Manner
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from assistant.interfaces import Transcriber, Voice

T = TypeVar("T", bound=Event)
PATIENT_S = 60.0
"""Seconds after which what should happen has not."""


class Air:
    """The microphone: what is said into it in real time, and faint noise else."""

    def __init__(self) -> None:
        self.opened = 0
        """How often it was opened."""
        self.unhurried = False
        self.open = False
        self.dead = False
        """Whether it brings no frames any more."""
        self._frames: deque[Pcm] = deque()
        self._silent = asyncio.Event()
        self._noise = np.random.default_rng(1)
        self._over = False

    def put(self, sound: Pcm) -> None:
        """Say this from now on, after what is being said."""
        whole = len(sound.samples) // FRAME_SAMPLES * FRAME_SAMPLES
        for start in range(0, whole, FRAME_SAMPLES):
            self._frames.append(Pcm(sound.samples[start : start + FRAME_SAMPLES]))

    async def say(self, sound: Pcm) -> None:
        """Say this, and wait until it was said."""
        self.put(sound)
        self._silent.clear()
        async with asyncio.timeout(PATIENT_S):
            await self._silent.wait()

    def end(self) -> None:
        """No sound will come any more."""
        self._over = True

    async def frames(self) -> AsyncIterator[Pcm]:
        """A frame every 10 ms."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._over:
            due = max(due + FRAME_S, loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due - loop.time()))
            if self.dead:
                continue
            if not self._frames:
                self._silent.set()
                noise = self._noise.normal(0, 3.3, FRAME_SAMPLES)
                yield Pcm(np.round(noise).astype(np.int16))
            else:
                yield self._frames.popleft()

    def flush(self) -> None:
        """Nothing waits: who speaks now is heard."""

    dropped = 0

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[Air]:
        """Open it; what is said while it is closed is lost."""
        self.opened += 1
        self.open = True
        try:
            yield self
        finally:
            self.open = False
            self._frames.clear()


class Household:
    """The conversation, and what came of it."""

    def __init__(self, server: GatewayServer, speaker: WavSpeaker) -> None:
        self.server = server
        self.speaker = speaker
        self.air = Air()
        self.told: list[Event] = []
        self.history = History("Be brief.", 10_000)
        self.talk: Conversation
        self._happened = asyncio.Event()

    def note(self, event: Event) -> None:
        """Something happened."""
        self.told.append(event)
        self._happened.set()

    def of(self, kind: type[T]) -> list[T]:
        """What was told of this kind."""
        return [event for event in self.told if isinstance(event, kind)]

    @property
    def said(self) -> list[str]:
        """What was said aloud, turn by turn."""
        return [event.text for event in self.of(Said)]

    @property
    def asked(self) -> list[str]:
        """What the gateway was asked."""
        return [chat["messages"][-1]["content"] for chat in self.server.chats]

    async def until(self, kind: type[Event], count: int = 1) -> None:
        """Wait until this was told so often."""
        await self.when(lambda: len(self.of(kind)) >= count)

    async def when(self, fact: Callable[[], bool]) -> None:
        """Wait until this is so; looked at with each event, and with each frame's time."""
        async with asyncio.timeout(PATIENT_S):
            while not fact():
                self._happened.clear()
                try:
                    async with asyncio.timeout(FRAME_S):
                        await self._happened.wait()
                except TimeoutError:
                    pass

    async def sounding(self, seconds: float = 1.5) -> None:
        """Wait until so much more of what it says was heard."""
        already = self.speaker.played_s
        await self.when(lambda: self.speaker.played_s >= already + seconds)


@asynccontextmanager
async def household(
    transcriber: Transcriber,
    voice: Voice,
    *,
    interruption: Interruption = "speech",
    endpoint: EndpointConfig | None = None,
    wake: WakeConfig | None = None,
    before: Callable[[Household], None] | None = None,
    folder: Path | None = None,
) -> AsyncIterator[Household]:
    """A conversation that is held while the body runs; at the end no task is left.

    `folder`: where a household's timers, lists and notes are kept; None for one that has none.
    """
    tasks = asyncio.all_tasks()
    endpoint = endpoint or EndpointConfig()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(GatewayServer())
        speaker = await stack.enter_async_context(WavSpeaker(None, realtime=True))
        stt = await stack.enter_async_context(Worker("stt"))
        tts = await stack.enter_async_context(Worker("tts"))
        config = GatewayConfig(base_url=server.base_url, retries=0)
        gateway = await stack.enter_async_context(HttpGateway(config, None))
        home = Household(server, speaker)
        clock, held = SystemClock(), Held(home.note)
        ringer = Ringer(speaker, clock, home.note)
        keeping: app.Home | None = None
        if folder is not None:
            whole = Config(storage=StorageConfig(folder=str(folder)))
            housing = app.home_of(whole, "en", app.Room(ringer.ring, ringer.silence))
            keeping = await stack.enter_async_context(housing)
        families = keeping.families if keeping else ()
        instant = keeping.instant if keeping else None
        reply = Answering(gateway, instant, families, ToolsConfig(), clock, held)
        dialogue = Dialogue(reply, home.history, SpeakingMouth(voice, tts, speaker), clock, held)
        scribe = Scribe(transcriber, stt, Patience(endpoint), clock)
        manner = Manner(
            "en",
            stop_word_only=interruption == "stop-word",
            early_requests=2,
            sure_ms=650,
            reopen_s=0.8,
        )
        turns = Turns(scribe, dialogue, clock, held, manner)
        ears = Ears(GatedDetector(VadConfig()), Endpointer(endpoint, 0.5))
        attention = Attention(wake or WakeConfig())
        home.talk = Conversation(ears, attention, turns, speaker, interruption, home.note)
        if before is not None:
            before(home)
        async with asyncio.TaskGroup() as group:
            held_talk = home.talk.run(home.air.opening, live=True)
            group.create_task(held_talk, name="conversation")
            await home.until(Ready)
            async with AsyncExitStack() as bell:
                if keeping is not None:
                    for work in (keeping.bell.run(), ringer.run(turns, dialogue.announce, keeping)):
                        await bell.enter_async_context(app.meanwhile(work))
                yield home
            home.air.end()
    left = {task.get_name() for task in asyncio.all_tasks() - tasks}
    assert not {name for name in left if not name.startswith("Task-")}


def television(say: Callable[[str], Pcm], seconds: float) -> Pcm:
    """Speech without a pause, for so long."""
    sound = say("And now we come to the weather and then to the news from all over the world")
    samples = sound.samples[round(0.4 * LISTEN_RATE) : -round(0.7 * LISTEN_RATE)]
    times = int(seconds * LISTEN_RATE / len(samples)) + 1
    return Pcm(np.tile(samples, times)[: round(seconds * LISTEN_RATE)])
