"""Whose turn it is: frames in, turns out.

It listens, sleeps until it is called where there is a wake word, and makes room for whoever speaks
over a reply. It refuses to know how speech is found, understood or answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from assistant.audio import chimes
from assistant.audio.pcm import FRAME_S
from assistant.errors import AssistantError, UsageError
from assistant.events import Muted, Ready, Slept, SpeechBegan
from assistant.events import Woke as WokeUp
from assistant.listen.ears import Woke
from assistant.listen.endpoint import Paused, Resumed, SpeechStarted, Utterance
from assistant.listen.overlap import Overlap
from assistant.orders import Look, Mute, Status, Stop, ToggleMute, Trigger, Unmute
from assistant.turn import Called, Pardoned, Replied, Stopped, Wait

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from assistant.events import Emit
    from assistant.interfaces import Microphone, Speaker
    from assistant.listen.attention import Attention
    from assistant.listen.ears import Ears, HeardSound
    from assistant.orders import Order, State
    from assistant.turn import Turn
    from assistant.turns import Turns

    OpenMicrophone = Callable[[], AbstractAsyncContextManager[Microphone]]

Interruption = Literal["speech", "stop-word", "none"]


class Conversation:
    """Listens, and gives each utterance its turn."""

    def __init__(
        self,
        ears: Ears,
        attention: Attention,
        turns: Turns,
        speaker: Speaker,
        interruption: Interruption,
        emit: Emit,
    ) -> None:
        self._ears = ears
        self._attention = attention
        self._turns = turns
        self._speaker = speaker
        self._interruption = interruption
        self._emit = emit
        self._overlap = Overlap()
        self._deaf = False
        self._open = asyncio.Event()
        self._open.set()
        self._unmuting: asyncio.TimerHandle | None = None

    @property
    def muted(self) -> bool:
        """Whether the microphone is closed."""
        return not self._open.is_set()

    @property
    def status(self) -> Status:
        """What it does just now."""
        left_s = None
        if self.muted and self._unmuting is not None:
            left_s = max(0.0, self._unmuting.when() - asyncio.get_running_loop().time())
        return Status(self._state, self.muted, left_s)

    @property
    def _state(self) -> State:
        if self._turns.sounding:
            return "speaking"
        if self._turns.busy:
            return "thinking"
        if self._ears.voiced_ms:
            return "hearing"
        return "listening" if self._attention.awake else "asleep"

    async def run(self, microphone: OpenMicrophone, *, live: bool) -> None:
        """Hold the conversation until the microphone ends. It is opened anew after each mute.

        `live`: the sound comes as fast as it is spoken, whether it is listened to or not; else it
        waits until what it brought about is over. Raises AudioError.
        """
        try:
            async with self._turns:
                while not await self._listen(microphone, live=live):
                    await self._open.wait()
        except* AssistantError as errors:
            raise errors.exceptions[0] from None

    async def order(self, order: Order) -> Status:
        """Carry out an order from outside. Raises UsageError where it cannot be."""
        match order:
            case Trigger():
                await self._trigger()
            case Mute(seconds):
                self._mute(seconds)
            case Unmute():
                self._unmute()
            case ToggleMute():
                if self.muted:
                    self._unmute()
                else:
                    self._mute(None)
            case Stop():
                await self._turns.stop()
            case Look():
                pass
        return self.status

    async def _trigger(self) -> None:
        """Listen now, as after the wake word; a reply under way ends."""
        if self.muted:
            raise UsageError("The microphone is closed. Open it first: assistant unmute")
        sounding = self._turns.sounding
        if sounding:
            await self._turns.stop()
        elif self._attention.awake:  # a key that is held down repeats itself
            return
        self._wake("")
        await self._speaker.play(chimes.listening())

    def _mute(self, seconds: float | None) -> None:
        """Close the microphone, for good or for so long."""
        self._cancel_unmuting()
        if seconds is not None:
            self._unmuting = asyncio.get_running_loop().call_later(seconds, self._unmute)
        if not self.muted:
            self._open.clear()
            self._emit(Muted(muted=True))

    def _unmute(self) -> None:
        """Open the microphone again."""
        self._cancel_unmuting()
        if self.muted:
            self._emit(Muted(muted=False))
            self._open.set()

    def _cancel_unmuting(self) -> None:
        if self._unmuting is not None:
            self._unmuting.cancel()
            self._unmuting = None

    async def _listen(self, microphone: OpenMicrophone, *, live: bool) -> bool:
        """Listen until the microphone ends, or is muted; False where it was muted."""
        async with microphone() as source:
            self._emit(Ready())
            if not self._attention.awake:
                self._emit(Slept())
            async for frame in source.frames():
                if self.muted:
                    break
                if self._is_deaf(source):
                    continue
                awake = self._attention.awake or self._turns.busy or self._ears.voiced_ms > 0
                for heard in self._ears.push(frame, awake=awake):
                    await self._hear(heard, live=live)
                await self._look_around()
            else:
                for heard in self._ears.flush():
                    await self._hear(heard, live=False)
                return True
        self._turns.drop()
        self._ears.reset()
        return False

    def _is_deaf(self, source: Microphone) -> bool:
        """Whether nothing is listened to: a reply is heard that nothing may interrupt."""
        closed = self._interruption == "none" and not self._turns.beginning
        deaf = self._turns.sounding and closed and not self._ears.voiced_ms
        if self._deaf and not deaf:
            source.flush()
        if deaf:
            self._ears.reset()
        self._deaf = deaf
        return deaf

    async def _hear(self, heard: HeardSound, *, live: bool) -> None:
        match heard:
            case Woke(word):
                if self._turns.sounding:
                    await self._turns.stop()
                self._wake(word)
            case SpeechStarted():
                self._emit(SpeechBegan())
                self._turns.speech_began()
            case Paused(sound, silence_s):
                turn = self._turns.begin(sound, silence_s)
                if not live:
                    await turn.read.wait()
                    await self._take_news()
            case Resumed():
                self._turns.drop()
            case Utterance(sound, silence_s):
                turn = self._turns.commit(sound, silence_s)
                if not live:
                    await self._finished(turn)

    async def _finished(self, turn: Turn) -> None:
        if turn.task is not None:
            await asyncio.wait([turn.task])
        await self._take_news()

    async def _look_around(self) -> None:
        """What each moment brings, whether something was heard in it or not."""
        voiced_ms = self._ears.voiced_ms
        self._turns.mind(voiced_ms)
        self._make_room(voiced_ms)
        await self._take_news()
        if not voiced_ms and not self._turns.busy and self._attention.push(FRAME_S):
            self._emit(Slept())
            await self._speaker.play(chimes.closing())

    def _make_room(self, voiced_ms: float) -> None:
        """A reply that is spoken over becomes soft, and is held until it is clear why."""
        overlap = self._overlap
        room = self._interruption != "stop-word" or self._turns.beginning
        if not room or not self._turns.sounding:
            if overlap.share < 1:  # the reply has ended meanwhile
                self._overlap = Overlap()
                self._speaker.turn_down(1)
            return
        before = overlap.share
        share = overlap.push(voiced_ms, being_judged=self._turns.undecided)
        if share != before:
            self._speaker.turn_down(share)
        sound = self._ears.sound
        if overlap.due(voiced_ms) and sound is not None:
            overlap.looked_at(voiced_ms)
            self._turns.overhear(sound)

    async def _take_news(self) -> None:
        while self._turns.news:
            match self._turns.news.popleft():
                case Wait(ms):
                    self._ears.wait(ms)
                case Pardoned():
                    self._overlap.pardon(self._ears.voiced_ms)
                    self._speaker.turn_down(1)
                case Called():
                    self._attention.wake()
                    await self._speaker.play(chimes.listening())
                case Stopped():
                    self._attention.sleep()
                    await self._speaker.play(chimes.done())
                case Replied(asked):
                    self._overlap = Overlap()
                    self._attention.replied(asked=asked)

    def _wake(self, word: str) -> None:
        self._attention.wake()
        self._emit(WokeUp(word))
