"""The turns under way: what was said becomes a question, and the question an answer.

A turn begins at a pause, before it is sure that the person has finished: it is transcribed and
asked at once, and given the floor when that was all. It is given up without a trace when the person
goes on. Flows in: sounds with what the ears made of them. Flows out: `news` for whoever listens.
Refuses to know: frames, devices, and how an answer is found.
"""

from __future__ import annotations

import asyncio
import difflib
from collections import deque
from typing import TYPE_CHECKING, Self

from assistant.audio.pcm import Pcm
from assistant.dialogue import Question, SpeechTimes
from assistant.errors import AssistantError
from assistant.events import Heard, Held, Ignored, Requested
from assistant.listen.endings import asks
from assistant.listen.overlap import Meaning, meaning, plain
from assistant.listen.wake_phrase import without
from assistant.turn import Called, News, Pardoned, Replied, Stopped, Turn, Wait

if TYPE_CHECKING:
    from types import TracebackType

    from assistant.dialogue import Dialogue
    from assistant.interfaces import Clock
    from assistant.listen.scribe import Reading, Scribe
    from assistant.turn import Manner

_ECHO_S = 1.5
"""Seconds after a reply in which its own words may still come back from the room."""


class Turns:
    """At most one turn that is answered, and one that is being begun; `async with` owns them."""

    def __init__(
        self, scribe: Scribe, dialogue: Dialogue, clock: Clock, held: Held, manner: Manner
    ) -> None:
        """`held` is what the dialogue tells its events: those of an early turn wait in it."""
        self._scribe = scribe
        self._dialogue = dialogue
        self._clock = clock
        self._held = held
        self._manner = manner
        self._group = asyncio.TaskGroup()
        self._draft: Turn | None = None
        self._answering: Turn | None = None
        self._earlier: Turn | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._given_up = 0
        self._replied = -1e9
        self.news: deque[News] = deque()
        """What whoever listens should know; to be taken from the left."""

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the turns under way; after an error they are cancelled."""
        await self._group.__aexit__(kind, error, trace)

    @property
    def busy(self) -> bool:
        """Whether a turn is under way."""
        return any(turn is not None and turn.alive for turn in (self._draft, self._answering))

    @property
    def sounding(self) -> bool:
        """Whether an answer is being heard."""
        return self._answering is not None and self._answering.sounding

    @property
    def beginning(self) -> bool:
        """Whether so little of an answer was heard that going on still belongs to its question."""
        turn = self._answering
        if turn is None or not turn.sounding or turn.floor.acted:
            return False
        since = turn.sounds_since
        return since is None or self._clock.monotonic() - since <= self._manner.beginning_s

    @property
    def undecided(self) -> bool:
        """Whether something was said whose words are not known yet."""
        turn = self._draft or self._answering
        return turn is not None and turn.alive and not turn.read.is_set()

    def speech_began(self) -> None:
        """Somebody speaks: an answer of which nothing was heard waits."""
        self._group.create_task(self._dialogue.warm(), name="warm-gateway")
        turn = self._answering
        self._earlier = None
        if turn is None or not turn.alive:
            return
        soon = self._clock.monotonic() - turn.committed <= self._manner.reopen_s
        if self.beginning or (turn.unheard and soon):
            self._earlier = turn
        if turn.silent:
            turn.floor.take_back()

    def begin(self, sound: Pcm, silence_s: float) -> Turn:
        """Begin a turn with what was said until this pause."""
        self.drop()
        now = self._clock.monotonic()
        earlier = self._earlier
        whole = Pcm.join([earlier.sound, sound]) if earlier else sound
        before = self._answering if self._answering and self._answering.alive else None
        turn = Turn(whole, now - silence_s, now, before, joined=earlier is not None)
        turn.task = self._group.create_task(self._run(turn), name="turn")
        self._draft = turn
        return turn

    def drop(self) -> None:
        """The person goes on: what was begun leaves no trace."""
        if self._draft is not None:
            self._give_up(self._draft)
            self._draft = None

    def commit(self, sound: Pcm, silence_s: float) -> Turn:
        """That was all: the turn that was begun with it has the floor."""
        turn = self._draft or self.begin(sound, silence_s)
        self._draft = self._earlier = None
        turn.committed = self._clock.monotonic()
        if not turn.refused:
            self._answering = turn
        turn.floor.give(softly=not self._may_speak(turn))
        self._held.release()
        return turn

    def mind(self, voiced_ms: float) -> None:
        """While somebody may be about to speak, an answer of which nothing was heard waits."""
        turn = self._answering
        if turn is not None and turn.sounding and turn.sounds_since is None:
            turn.sounds_since = self._clock.monotonic()
        if turn is None or not turn.silent or not turn.committed:
            return
        if voiced_ms >= _SUSPECT_MS:
            turn.floor.take_back()
        else:
            turn.floor.give(softly=not self._may_speak(turn))

    def _may_speak(self, turn: Turn) -> bool:
        """Whether it was silent for long enough for a reply to be heard."""
        return turn.sure or self._clock.monotonic() - turn.ended >= self._manner.quiet_s

    def overhear(self, sound: Pcm) -> None:
        """Look at what is being said over the reply, though it goes on."""
        if self._answering is not None:
            self._group.create_task(self._overhear(sound, self._answering), name="overhear")

    async def stop(self) -> None:
        """End what is being answered, as if somebody had spoken over it."""
        self.drop()
        if self._answering is not None:
            await _cancelled(self._answering)
        self._answering = None

    async def _run(self, turn: Turn) -> None:
        """One turn; where it was given up, what it told meanwhile did not happen."""
        try:
            await self._take(turn)
        finally:
            if turn.floor.void:
                dropped = self._held.drop()
                self._given_up += sum(isinstance(event, Requested) for event in dropped)

    async def _take(self, turn: Turn) -> None:
        try:
            reading = await self._scribe.read(turn.sound)
        except AssistantError as error:
            turn.read.set()
            self.news.append(Wait(0))
            await turn.floor.wait()
            await self._make_way(turn)
            await self._dialogue.apologise(error, self._manner.language, turn.floor)
            return
        turn.text = without(reading.transcript.text, self._manner.wake_phrases)
        reason = self._reason_against(turn, reading)
        turn.refused = reason is not None
        if reason is not None:
            self.news.append(Wait(0))
            turn.read.set()
            await self._refuse(turn, reading, reason)
            return
        self._judge(turn, reading)
        await self._make_way(turn)
        await self._answer(turn, reading)

    def _judge(self, turn: Turn, reading: Reading) -> None:
        """Find out how long to wait for more: not at all for what is a whole command by itself."""
        words = reading.transcript
        if self._dialogue.knows(turn.text, words.language):
            turn.sure = True
            self.news.append(Wait(0))
            turn.read.set()
            return
        self.news.append(Wait(reading.wait_ms))

        async def listen() -> None:
            try:
                wait_ms = await self._scribe.listen(turn.sound, words)
                surely = wait_ms <= self._manner.sure_enough_ms
                turn.sure = surely and asks(turn.text, words.language)
                if turn is self._draft:
                    self.news.append(Wait(wait_ms))
            finally:
                turn.read.set()

        turn.listening = self._group.create_task(listen(), name="turn-end")

    async def _answer(self, turn: Turn, reading: Reading) -> None:
        early = self._manner.early_requests > self._given_up
        if not early or reading.wait_ms > self._manner.sure_ms:
            await turn.floor.wait()
        if self._leaving is not None and not self._leaving.done():
            await asyncio.wait([self._leaving])
        if not turn.floor.given:
            self._held.hold()
        words = reading.transcript
        self._held(
            Heard(turn.text, words.language, words.confidence, reading.audio_s, reading.stt_ms)
        )
        times = SpeechTimes(turn.ended, turn.begun, self._clock.monotonic())
        given_up, self._given_up = self._given_up, 0
        question = Question(turn.text, words.language, (), times, given_up)
        try:
            await self._dialogue.answer(question, turn.floor)
        except asyncio.CancelledError:
            if turn.floor.void:
                self._given_up += given_up
            raise
        self._replied = self._clock.monotonic()
        self.news.append(Replied(self._dialogue.being_said().rstrip().endswith("?")))

    def _reason_against(self, turn: Turn, reading: Reading) -> str | None:
        """Why this is no question; None where it is one."""
        words, before = reading.transcript, turn.before
        if not words.text or not turn.text:
            return words.refused or _CALLED
        over = before is not None and before.sounding
        recent = over or self._clock.monotonic() - self._replied < _ECHO_S
        own = turn.text
        if turn.joined and before is not None and not (own := _beyond(before.text, turn.text)):
            return _SAME
        meant = meaning(own, self._dialogue.being_said() if recent else "", words.language)
        if meant is Meaning.STOP and before is not None and before.alive:
            return _STOP
        if meant is Meaning.OWN_WORDS or (over and meant is Meaning.AGREEING):
            return str(meant.value)
        return "not a stop word" if over and self._manner.stop_word_only else None

    async def _refuse(self, turn: Turn, reading: Reading, reason: str) -> None:
        """It was no question: what was under way goes on."""
        before = turn.before
        match reason:
            case str() if reason == _STOP:
                if before is not None:
                    await _cancelled(before)
                self.news.append(Stopped())
            case str() if reason == _CALLED:
                self.news.append(Called())
            case _:
                self.news.append(Pardoned())
                if before is not None and before.alive:
                    before.floor.give()
        if self._answering is turn:
            self._answering = before if before is not None and before.alive else None
        await turn.floor.wait()
        if reason not in {_STOP, _CALLED, _SAME}:
            self._held(Ignored(reason, reading.audio_s))

    async def _make_way(self, turn: Turn) -> None:
        """End what was under way before; what has done something finishes first."""
        before, turn.before = turn.before, None
        if before is None:
            return
        await self._make_way(before)
        if before.silent and before.floor.acted:
            await turn.floor.wait()
            before.floor.give()
            assert before.task is not None  # noqa: S101  # for the type checker
            await asyncio.wait([before.task])
            return
        before.floor.void = turn.joined and not before.floor.acted
        await _cancelled(before)

    async def _overhear(self, sound: Pcm, over: Turn) -> None:
        try:
            reading = await self._scribe.read(sound)
        except AssistantError:
            return  # the whole of it will fail in the same way, and be told
        words = reading.transcript
        meant = meaning(words.text, self._dialogue.being_said(), words.language)
        if meant is Meaning.WORDS and not self._manner.stop_word_only:
            over.floor.void = over is self._earlier and not over.floor.acted
            await _cancelled(over)
        elif meant is not Meaning.STOP:
            self.news.append(Pardoned())

    def _give_up(self, turn: Turn) -> None:
        if not turn.alive or turn.committed:
            return
        turn.floor.void = True
        assert turn.task is not None  # noqa: S101  # for the type checker
        turn.task.cancel()
        if turn.listening is not None:
            turn.listening.cancel()
        self._leaving = turn.task


_SUSPECT_MS = 30.0
_ALIKE = 0.7
"""Share of the words of a first half that are the same when the whole is transcribed."""
_CALLED, _STOP, _SAME = "wake word", "stop", "the same words"


def _beyond(earlier: str, later: str) -> str:
    """What a text says more than an earlier one, which it begins with, or all of it."""
    begun, words = plain(earlier), plain(later)
    alike = difflib.SequenceMatcher(a=begun, b=words[: len(begun)], autojunk=False).ratio()
    return " ".join(words[len(begun) :] if alike >= _ALIKE else words)


async def _cancelled(turn: Turn) -> None:
    """Cancel a turn and wait until it is silent."""
    if turn.alive and turn.task is not None:
        turn.task.cancel()
        await asyncio.wait([turn.task])
