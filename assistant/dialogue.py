"""One turn: a question in, its answer said, the history kept.

Every accepted question ends in words, whatever fails: an error of ours is said once, in its own
sentence, and kept out of the history. It refuses to know how the question was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.events import Failed, Said, SpeakingBegan, TurnEnded
from assistant.messages import Message, Part, User
from assistant.sentences import spoken

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from assistant.events import Emit
    from assistant.interfaces import Clock, Mouth
    from assistant.think.history import History
    from assistant.think.reply import Reply

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked."""

    text: str
    language: str = "en"
    """ISO 639-1."""
    parts: tuple[Part, ...] = ()
    endpoint_ms: float | None = None
    """Silence waited for after the last speech; None where it was typed."""
    stt_ms: float | None = None
    """Milliseconds from the end of the utterance to its transcript; None where it was typed."""


class Dialogue:
    """Answers questions one at a time and remembers them."""

    def __init__(
        self, reply: Reply, history: History, mouth: Mouth, clock: Clock, emit: Emit
    ) -> None:
        self._reply = reply
        self._history = history
        self._mouth = mouth
        self._clock = clock
        self._emit = emit

    async def warm(self) -> None:
        """Somebody is about to ask: open the connection. Never raises for a failure to."""
        await self._reply.warm()

    async def answer(self, question: Question) -> bool:
        """Say the answer; False where it became an apology. Cancelled, it is silent at once."""
        watch = _Watch(question, self._clock, self._emit)
        turn: list[Message] = []
        try:
            heard = await self._mouth.say(self._deltas(question, turn, watch), watch.mark)
        except asyncio.CancelledError:
            heard = self._mouth.stop()
            self._history.add_interrupted(turn, heard)
            watch.end(heard, interrupted=True)
            raise
        except Exception as error:  # noqa: BLE001  # whatever fails, the person is told
            await self._apologise(_ours(error), turn, watch)
            return False
        self._history.add(turn)
        watch.end(heard, interrupted=False)
        return True

    async def apologise(self, error: AssistantError, language: str) -> None:
        """Say what went wrong before there was a question to answer."""
        question = Question("", language)
        await self._apologise(error, [], _Watch(question, self._clock, self._emit))

    async def _deltas(
        self, question: Question, turn: list[Message], watch: _Watch
    ) -> AsyncGenerator[str]:
        past = self._history.messages()
        user = User(question.text, question.parts)
        stream = self._reply.stream(past, user, question.language, turn)
        async with contextlib.aclosing(stream) as texts:
            async for text in texts:
                if text.strip():
                    watch.mark("first_token")
                yield text

    async def _apologise(self, error: AssistantError, turn: list[Message], watch: _Watch) -> None:
        """Say what went wrong, once; what had been heard before stays in the history."""
        heard = self._mouth.heard() if turn else ""
        if heard:
            self._history.add_interrupted(turn, heard)
        self._emit(Failed(error.kind, str(error)))
        try:
            said = await self._mouth.say(_once(spoken(error, watch.question.language)), watch.mark)
        except asyncio.CancelledError:
            watch.end(" ".join(filter(None, [heard, self._mouth.stop()])), interrupted=True)
            raise
        except AssistantError as silent:  # the mouth itself has failed: only the screen is left
            _LOG.warning("could not say it aloud: %s", silent)
            said = ""
        watch.end(" ".join(filter(None, [heard, said])), interrupted=False)


@dataclass(slots=True)
class _Watch:
    """When each stage of a turn was reached, in seconds; the first time counts."""

    question: Question
    clock: Clock
    emit: Emit
    reached: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mark("asked")

    def mark(self, stage: str) -> None:
        if stage not in self.reached:
            self.reached[stage] = self.clock.monotonic()
            if stage == "first_sound":
                self.emit(SpeakingBegan())

    def end(self, heard: str, *, interrupted: bool) -> None:
        self.mark("ended")
        first_sound_ms = self._since_speech_ms("first_sound")
        self.emit(Said(heard, first_sound_ms, interrupted))
        self.emit(
            TurnEnded(
                endpoint_ms=self.question.endpoint_ms,
                stt_ms=self.question.stt_ms,
                first_token_ms=self._between_ms("asked", "first_token"),
                first_clause_ms=self._between_ms("first_token", "first_clause"),
                tts_ms=self._between_ms("first_clause", "first_sound"),
                first_sound_ms=first_sound_ms,
                total_ms=self._since_speech_ms("ended"),
            )
        )

    def _between_ms(self, start: str, end: str) -> float | None:
        if start not in self.reached or end not in self.reached:
            return None
        return (self.reached[end] - self.reached[start]) * 1000

    def _since_speech_ms(self, stage: str) -> float | None:
        since = self._between_ms("asked", stage)
        if since is None:
            return None
        return since + (self.question.endpoint_ms or 0) + (self.question.stt_ms or 0)


async def _once(text: str) -> AsyncIterator[str]:
    yield text


def _ours(error: Exception) -> AssistantError:
    """The error as one of ours; what we did not foresee is logged whole and said in general."""
    if isinstance(error, AssistantError):
        return error
    if isinstance(error, ExceptionGroup) and (ours := _first(error)):
        return ours
    _LOG.error("a turn failed in a way that nobody foresaw", exc_info=error)
    return AssistantError(f"{type(error).__name__}: {error}")


def _first(group: ExceptionGroup[Exception]) -> AssistantError | None:
    for error in group.exceptions:
        if isinstance(error, AssistantError):
            return error
        if isinstance(error, ExceptionGroup) and (found := _first(error)):
            return found
    return None
