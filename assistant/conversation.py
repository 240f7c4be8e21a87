"""Whose turn it is: frames in, turns out.

It listens, sleeps until it is called where there is a wake word, makes room for whoever speaks
over a reply, and tells what has gone wrong unasked. It refuses to know how speech is found,
understood or answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from assistant.audio import chimes
from assistant.audio.pcm import FRAME_S
from assistant.courtesy import Courtesy
from assistant.errors import AssistantError, UsageError
from assistant.events import Failed, Ready, Slept, SpeechBegan
from assistant.events import Woke as WokeUp
from assistant.listen.ears import Woke
from assistant.listen.endpoint import Over, Paused, Resumed, SpeechStarted, Utterance
from assistant.orders import Look, Mute, Status, Stop, ToggleMute, Trigger, Unmute
from assistant.switch import Switch
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
        self._courtesy = Courtesy(turns, speaker, always=interruption != "stop-word")
        self._deaf = False
        self._switch = Switch(emit)
        self._cut: Turn | None = None

    @property
    def muted(self) -> bool:
        """Whether the microphone is closed."""
        return self._switch.closed

    @property
    def status(self) -> Status:
        """What it does just now."""
        return Status(self._state, self.muted, self._switch.left_s)

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
                    await self._switch.wait()
        except* AssistantError as errors:
            raise errors.exceptions[0] from None

    def tell(self, error: AssistantError) -> None:
        """Something has gone wrong that nobody asked about: a dead microphone, a model that is not.

        It is shown at once, and said in one sentence once nobody speaks and no turn is under way;
        speech over it stops it as any reply. The history knows nothing of it. The same kind does
        not wait twice. Before `run` it is said when that begins. Call it on the loop's thread.
        """
        if self._turns.tell(error):
            self._emit(Failed(error.kind, str(error)))

    async def order(self, order: Order) -> Status:
        """Carry out an order from outside. Raises UsageError where it cannot be."""
        match order:
            case Trigger():
                await self._trigger()
            case Mute(seconds):
                self._switch.close(seconds)
            case Unmute():
                self._switch.open()
            case ToggleMute() if self.muted:
                self._switch.open()
            case ToggleMute():
                self._switch.close(None)
            case Stop():
                await self._turns.stop(dismiss=True)
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
                going_on = self._turns.busy or self._ears.voiced_ms > 0
                source.unhurried = not going_on
                awake = self._attention.awake or going_on
                for heard in self._ears.push(frame, awake=awake):
                    await self._hear(heard, live=live)
                await self._look_around()
            else:
                for heard in self._ears.flush():
                    await self._hear(heard, live=False)
                return True
        self._forget()
        self._turns.unheeded()
        return False

    def _forget(self) -> None:
        """What is being said is not for us."""
        self._turns.drop()
        self._ears.reset()
        self._cut = None

    def _is_deaf(self, source: Microphone) -> bool:
        """Whether nothing is listened to: a reply is heard that nothing may interrupt."""
        closed = self._interruption == "none" and not self._turns.beginning
        sounding = self._turns.sounding and not self._turns.ringing
        deaf = sounding and closed and not self._ears.voiced_ms
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
                replying = self._turns.answering and not self._turns.ringing
                self._turns.welcome = self._attention.welcome(replying=replying)
                self._turns.speech_began()
            case Paused():
                turn = self._turns.begin(heard.sound, heard.silence_s)
                if not live:
                    await turn.read.wait()
                    await self._take_news()
            case Resumed():
                self._turns.drop()
            case Utterance():
                await self._commit(heard, live=live)
            case Over():
                await self._rest_is_over(endless=heard.endless, live=live)

    async def _commit(self, heard: Utterance, *, live: bool) -> None:
        turn = self._turns.commit(heard.sound, heard.silence_s, cut=heard.cut)
        if heard.cut:
            self._cut = turn
        elif not live:
            await self._finished(turn)

    async def _rest_is_over(self, *, endless: bool, live: bool) -> None:
        """What went on after an utterance was cut is over, or no person's speech."""
        turn, self._cut = self._cut, None
        if endless:
            self._attention.give_up()
        if turn is not None and not live:
            await self._finished(turn)

    async def _finished(self, turn: Turn) -> None:
        """Wait for the end of a turn: nothing is said meanwhile, for the sound waits."""
        self._turns.unheeded()
        if turn.task is not None:
            await asyncio.wait([turn.task])
        await self._take_news()

    async def _look_around(self) -> None:
        """What each moment brings, whether something was heard in it or not."""
        voiced_ms = self._ears.voiced_ms
        self._turns.mind(voiced_ms)
        self._courtesy.push(self._ears)
        await self._take_news()
        held = voiced_ms > 0 or self._turns.busy
        if not self._turns.answering and self._attention.push(FRAME_S, held=held):
            if voiced_ms:  # it has gone on for too long to be a request
                self._forget()
            self._emit(Slept())
            await self._speaker.play(chimes.closing())

    async def _take_news(self) -> None:
        while self._turns.news:
            match self._turns.news.popleft():
                case Wait(ms):
                    self._ears.wait(ms)
                case Pardoned():
                    self._courtesy.pardon(self._ears.voiced_ms)
                case Called():
                    self._attention.wake()
                    await self._speaker.play(chimes.listening())
                case Stopped():
                    self._attention.sleep()
                    if not self._attention.awake:
                        self._emit(Slept())
                    await self._speaker.play(chimes.done())
                case Replied(asked):
                    self._courtesy.begin_anew()
                    self._attention.replied(asked=asked)

    def _wake(self, word: str) -> None:
        self._attention.wake()
        self._ears.attend()
        self._turns.welcome = True
        self._emit(WokeUp(word))
