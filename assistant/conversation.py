"""Whose turn it is: frames in, turns out.

While a reply is spoken the microphone is not listened to; with barge-in it is, and speech stops
the reply. It refuses to know how speech is found, understood or answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assistant.dialogue import Question
from assistant.errors import AssistantError
from assistant.events import Heard, Ignored, Ready, SpeechBegan
from assistant.listen.endpoint import Paused, Resumed, SpeechStarted, Utterance

if TYPE_CHECKING:
    from assistant.dialogue import Dialogue
    from assistant.events import Emit
    from assistant.interfaces import Clock, Microphone
    from assistant.listen.ears import Ears
    from assistant.listen.endpoint import HeardSpeech
    from assistant.listen.scribe import Scribe


class Conversation:
    """Listens, and gives each utterance its turn."""

    def __init__(
        self,
        ears: Ears,
        scribe: Scribe,
        dialogue: Dialogue,
        clock: Clock,
        emit: Emit,
        language: str,
    ) -> None:
        """`language` (ISO 639-1) is for what is said before anybody was understood."""
        self._ears = ears
        self._scribe = scribe
        self._dialogue = dialogue
        self._clock = clock
        self._emit = emit
        self._language = language
        self._turn: asyncio.Task[None] | None = None

    async def run(self, microphone: Microphone, *, barge_in: bool, ahead: bool) -> None:
        """Hold the conversation until the microphone ends.

        `barge_in`: listen while speaking. `ahead`: begin to transcribe at a pause; only worth it
        where the sound comes no faster than it is spoken. Raises AudioError.
        """
        try:
            async with asyncio.TaskGroup() as group:
                await self._listen(microphone, group, barge_in=barge_in, ahead=ahead)
        except* AssistantError as errors:
            raise errors.exceptions[0] from None

    async def _listen(
        self, microphone: Microphone, group: asyncio.TaskGroup, *, barge_in: bool, ahead: bool
    ) -> None:
        self._emit(Ready())
        async for frame in microphone.frames():
            for heard in self._ears.push(frame):
                await self._hear(heard, group, ahead=ahead)
            if self._turn and not barge_in:
                await self._turn
                microphone.flush()
                self._ears.reset()
            if self._turn and self._turn.done():
                self._turn = None
        for heard in self._ears.flush():
            await self._hear(heard, group, ahead=False)

    async def _hear(self, heard: HeardSpeech, group: asyncio.TaskGroup, *, ahead: bool) -> None:
        match heard:
            case SpeechStarted():
                self._emit(SpeechBegan())
                if self._turn:
                    self._turn.cancel()
                    await asyncio.wait([self._turn])
                group.create_task(self._dialogue.warm(), name="warm-gateway")
            case Paused(sound):
                if ahead:
                    self._scribe.begin(sound)
            case Resumed():
                self._scribe.drop()
            case Utterance():
                self._turn = group.create_task(self._take_turn(heard), name="turn")

    async def _take_turn(self, utterance: Utterance) -> None:
        ended = self._clock.monotonic()
        try:
            written = await self._scribe.take(utterance.sound)
        except AssistantError as error:
            await self._dialogue.apologise(error, self._language)
            return
        transcript = written.transcript
        if not transcript.text:
            self._emit(Ignored(transcript.refused, written.audio_s))
            return
        self._emit(
            Heard(
                transcript.text,
                transcript.language,
                transcript.confidence,
                written.audio_s,
                written.stt_ms,
            )
        )
        await self._dialogue.answer(
            Question(
                transcript.text,
                transcript.language,
                endpoint_ms=utterance.silence_s * 1000,
                stt_ms=(self._clock.monotonic() - ended) * 1000,
            )
        )
