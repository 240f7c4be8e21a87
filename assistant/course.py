"""The course of one turn: its sound is read, judged, and answered or let go.

Flows in: a turn, with the floor that it has or will be given. Flows out: its answer, and `news` for
whoever listens. Refuses to know: whose turn it is, frames, and how an answer is found.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from assistant.dialogue import Question, SpeechTimes
from assistant.errors import AssistantError
from assistant.events import Heard, Ignored, Requested
from assistant.listen.endings import asks
from assistant.listen.overlap import Meaning, believed_so_far, meaning, unclear
from assistant.listen.wake_phrase import without
from assistant.turn import Called, News, Pardoned, Replied, Stopped, Wait
from assistant.verdict import CALLED, SAME, STOP, reason_against

if TYPE_CHECKING:
    from assistant.audio.pcm import Pcm
    from assistant.dialogue import Dialogue
    from assistant.events import Held
    from assistant.interfaces import Clock
    from assistant.listen.scribe import Reading, Scribe
    from assistant.turn import Manner, Turn

_ECHO_S = 1.5
"""Seconds after a reply in which its own words may still come back from the room."""


class Course:
    """Takes turns from their sound to the end of their answer; `group` owns what runs beside."""

    def __init__(
        self,
        scribe: Scribe,
        dialogue: Dialogue,
        clock: Clock,
        held: Held,
        manner: Manner,
        group: asyncio.TaskGroup,
    ) -> None:
        """`held` is what the dialogue tells its events: those of an early turn wait in it."""
        self._scribe = scribe
        self._dialogue = dialogue
        self._clock = clock
        self._held = held
        self._manner = manner
        self._group = group
        self._leaving: asyncio.Task[None] | None = None
        self._given_up = 0
        self._replied = -1e9
        self.news: deque[News] = deque()
        """What whoever listens should know; to be taken from the left."""

    async def run(self, turn: Turn) -> None:
        """One turn; where it was given up, what it told meanwhile did not happen."""
        try:
            await self._take(turn)
        finally:
            if turn.floor.void:
                dropped = self._held.drop()
                self._given_up += sum(isinstance(event, Requested) for event in dropped)

    async def tell(self, error: AssistantError, turn: Turn) -> None:
        """A turn that nobody asked for: say what has gone wrong."""
        try:
            await self._dialogue.tell(error, self._manner.language, turn.floor)
        finally:
            if turn.floor.taken:
                self._replied = self._clock.monotonic()

    async def _take(self, turn: Turn) -> None:
        try:
            reading = await self._scribe.read(turn.sound)
        except AssistantError as error:
            turn.read.set()
            self.news.append(Wait(0))
            await turn.floor.wait()
            await self._make_way(turn)
            await self._dialogue.apologise(error, self._manner.language, turn.floor)
            self._ended(asked=False)
            return
        turn.text = without(reading.transcript.text, self._manner.wake_phrases)
        reason = self._reason_against(turn, reading)
        turn.refused = reason is not None
        if reason is not None:
            self.news.append(Wait(self._manner.sure_ms if reason == CALLED else 0))
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
                if not turn.committed:
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
        if not turn.committed:
            self._held.hold()
        words = reading.transcript
        self._held(
            Heard(turn.text, words.language, words.confidence, reading.audio_s, reading.stt_ms)
        )
        times = SpeechTimes(turn.ended, turn.begun, self._clock.monotonic())
        given_up, self._given_up = self._given_up, 0
        question = Question(turn.text, words.language, (), times, given_up, turn.cut_s)
        try:
            await self._dialogue.answer(question, turn.floor)
        except asyncio.CancelledError:
            if turn.floor.void:
                self._given_up += given_up
            raise
        self._ended(asked=self._dialogue.being_said().rstrip().endswith("?"))

    def _ended(self, *, asked: bool) -> None:
        """A reply was said to its end."""
        self._replied = self._clock.monotonic()
        self.news.append(Replied(asked))

    def _reason_against(self, turn: Turn, reading: Reading) -> str | None:
        """Why this is no question; None where it is one."""
        over = turn.before is not None and turn.before.sounding
        recent = over or self._clock.monotonic() - self._replied < _ECHO_S
        being_said = self._dialogue.being_said() if recent else ""
        only = self._manner.stop_word_only
        return reason_against(turn, reading.transcript, being_said, stop_word_only=only)

    async def _refuse(self, turn: Turn, reading: Reading, reason: str) -> None:
        """It was no question: what was under way goes on."""
        before = turn.before
        match reason:
            case str() if reason == STOP:
                if before is not None:
                    await cancelled(before)
                self.news.append(Stopped())
            case str() if reason == CALLED:
                pass  # most go on with their question
            case _:
                self.news.append(Pardoned())
                if before is not None and before.alive:
                    before.floor.give()
        if not turn.committed:
            await turn.floor.wait()
        if reason == CALLED:
            self.news.append(Called())
        if reason not in {STOP, CALLED, SAME}:
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
        joined = turn.joined and not before.floor.acted
        await self._end(before, void=joined or (before.notice and before.silent))

    async def _end(self, before: Turn, *, void: bool) -> None:
        """End what was under way; `void`: as if it had never been."""
        before.floor.void = void
        was_answered = before.accepted and not before.notice and not void
        await cancelled(before)
        if was_answered:
            self.news.append(Replied(asked=False))

    async def overhear(self, sound: Pcm, over: Turn, *, joins: bool) -> None:
        """Look at what is being said over an answer, though it goes on.

        `joins`: it still belongs to the question of this answer.
        """
        try:
            reading = await self._scribe.read(sound)
        except AssistantError:
            return  # the whole of it will fail in the same way, and be told
        words = reading.transcript
        meant = meaning(words.text, self._dialogue.being_said(), words.language)
        lost = not joins and unclear(words.text, words.confidence)
        earlier, over.overheard = over.overheard, "" if lost else words.text
        if meant is Meaning.STOP:
            return  # it ends what is being said, once it is known to be all
        if meant is not Meaning.WORDS or lost or self._manner.stop_word_only:
            self.news.append(Pardoned())
        elif joins or believed_so_far(words.text, words.confidence, earlier):
            await self._end(over, void=joins and not over.floor.acted)

    def give_up(self, turn: Turn) -> None:
        """It was begun too early: it leaves no trace."""
        if not turn.alive or turn.committed:
            return
        turn.floor.void = True
        assert turn.task is not None  # noqa: S101  # for the type checker
        turn.task.cancel()
        if turn.listening is not None:
            turn.listening.cancel()
        self._leaving = turn.task


async def cancelled(turn: Turn) -> None:
    """Cancel a turn and wait until it is silent."""
    if turn.alive and turn.task is not None:
        turn.task.cancel()
        await asyncio.wait([turn.task])
