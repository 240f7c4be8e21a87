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

from assistant.errors import AssistantError, ToolError
from assistant.events import Failed, Said, SpeakingBegan, Streamed, TurnEnded
from assistant.floor import Floor
from assistant.listen.endings import ending
from assistant.messages import Message, Part, User
from assistant.sentences import only_beginning_heard, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from assistant.events import Emit
    from assistant.interfaces import Clock, Mouth
    from assistant.think.history import History
    from assistant.think.reply import Reply

    Recall = Callable[[str], Awaitable[Sequence[str]]]

_LOG = logging.getLogger(__name__)
_RECENT_CHARS = 300


@dataclass(frozen=True, slots=True)
class SpeechTimes:
    """When a question was spoken, in seconds of the clock's `monotonic`."""

    ended: float
    """The last speech."""
    paused: float
    """The silence after it was long enough to begin the transcription."""
    transcribed: float


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked."""

    text: str
    language: str = "en"
    """ISO 639-1."""
    parts: tuple[Part, ...] = ()
    spoken: SpeechTimes | None = None
    """When it was spoken; None where it was typed."""
    early_requests: int = 0
    """Requests that had left before this one and were given up."""
    cut_s: float | None = None
    """How many seconds were heard where more was said; None where all was heard."""

    @property
    def preface(self) -> str:
        """What is said before the answer; it is none of the model's words, and not remembered."""
        if self.cut_s is None:
            return ""
        return only_beginning_heard(self.cut_s, self.language)

    def answer_of(self, heard: str) -> str:
        """What was heard of the answer itself."""
        return " ".join(heard.split()[len(self.preface.split()) :]) if self.preface else heard


class Dialogue:
    """Answers questions one at a time and remembers them."""

    def __init__(
        self,
        reply: Reply,
        history: History,
        mouth: Mouth,
        clock: Clock,
        emit: Emit,
        recall: Recall | None = None,
    ) -> None:
        """`recall`: the facts about the household that a request concerns. Raises ToolError."""
        self._recall = recall
        self._reply = reply
        self._history = history
        self._mouth = mouth
        self._clock = clock
        self._emit = emit

    def knows(self, text: str, language: str) -> bool:
        """Whether this is a whole command that needs no model.

        "What's the weather like in" may be one, and is not all that will be said.
        """
        return ending(text, language) != "unfinished" and self._reply.knows(text, language)

    async def warm(self) -> None:
        """Somebody is about to ask: open the connection. Never raises for a failure to."""
        await self._reply.warm()

    def being_said(self) -> str:
        """What sounded last of the reply under way: about as much as a person says in one go."""
        return self._mouth.sounded()[-_RECENT_CHARS:]

    async def answer(self, question: Question, floor: Floor | None = None) -> bool:
        """Say the answer; False where it became an apology. Cancelled, it is silent at once.

        With a floor, the answer is prepared at once, and nothing of it is heard or done before the
        floor is given. Cancelled with a floor that is void, it leaves no trace.
        """
        floor = floor or Floor(given=True)
        watch = _Watch(question, self._clock, self._emit)
        turn: list[Message] = []
        try:
            deltas = self._deltas(question, turn, watch, floor)
            heard = await self._mouth.say(deltas, watch.mark, floor)
        except asyncio.CancelledError:
            heard = self._mouth.stop()
            if not floor.void:
                if turn:
                    self._history.add_interrupted(turn, question.answer_of(heard))
                watch.end(heard, interrupted=True)
            raise
        except Exception as error:  # noqa: BLE001  # whatever fails, the person is told
            await self._apologise(_ours(error), turn, watch, floor)
            return False
        self._history.add(turn)
        watch.end(heard, interrupted=False)
        return True

    async def apologise(
        self, error: AssistantError, language: str, floor: Floor | None = None
    ) -> None:
        """Say what went wrong before there was a question to answer."""
        watch = _Watch(Question("", language), self._clock, self._emit)
        await self._apologise(error, [], watch, floor or Floor(given=True))

    async def tell(self, error: AssistantError, language: str, floor: Floor) -> None:
        """Say what went wrong though nobody had asked; whoever calls has shown it."""
        await self.announce(spoken(error, language), floor)

    async def announce(self, sentence: str, floor: Floor) -> None:
        """Say this though nobody had asked; the history knows nothing of it."""
        await self._say_aside(sentence, "", _Watch(Question(""), self._clock, self._emit), floor)

    async def _deltas(
        self, question: Question, turn: list[Message], watch: _Watch, floor: Floor
    ) -> AsyncGenerator[str]:
        if question.preface:
            watch.mark("first_token")
            self._emit(Streamed(f"{question.preface}\n"))
            yield f"{question.preface}\n"
        past = self._history.messages(await self._facts(question.text))
        user = User(question.text, question.parts)
        stream = self._reply.stream(past, user, question.language, turn, floor)
        async with contextlib.aclosing(stream) as texts:
            async for text in texts:
                if text.strip():
                    watch.mark("first_token")
                yield text

    async def _facts(self, text: str) -> Sequence[str]:
        """What the household has told us of this; nothing where that cannot be read."""
        if self._recall is None:
            return ()
        try:
            return await self._recall(text)
        except ToolError as error:
            _LOG.warning("the facts are not known: %s", error)
            return ()

    async def _apologise(
        self, error: AssistantError, turn: list[Message], watch: _Watch, floor: Floor
    ) -> None:
        """Say what went wrong, once; what had been heard before stays in the history."""
        heard = self._mouth.heard() if turn else ""
        if remembered := watch.question.answer_of(heard):
            self._history.add_interrupted(turn, remembered)
        self._emit(Failed(error.kind, str(error)))
        await self._say_aside(spoken(error, watch.question.language), heard, watch, floor)

    async def _say_aside(self, sentence: str, heard: str, watch: _Watch, floor: Floor) -> None:
        """One sentence, after what was `heard` before."""
        try:
            said = await self._mouth.say(_once(sentence), watch.mark, floor)
        except asyncio.CancelledError:
            said = self._mouth.stop()
            if not floor.void:
                watch.end(" ".join(filter(None, [heard, said])), interrupted=True)
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
        spoken = self.question.spoken
        self.emit(
            TurnEnded(
                endpoint_ms=(spoken.paused - spoken.ended) * 1000 if spoken else None,
                stt_ms=(spoken.transcribed - spoken.paused) * 1000 if spoken else None,
                first_token_ms=self._between_ms("asked", "first_token"),
                first_clause_ms=self._between_ms("first_token", "first_clause"),
                tts_ms=self._between_ms("first_clause", "sound_ready"),
                held_ms=self._between_ms("sound_ready", "first_sound"),
                first_sound_ms=first_sound_ms,
                total_ms=self._since_speech_ms("ended"),
                early_requests=self.question.early_requests,
            )
        )

    def _between_ms(self, start: str, end: str) -> float | None:
        if start not in self.reached or end not in self.reached:
            return None
        return (self.reached[end] - self.reached[start]) * 1000

    def _since_speech_ms(self, stage: str) -> float | None:
        if stage not in self.reached:
            return None
        spoken = self.question.spoken
        began = spoken.ended if spoken else self.reached["asked"]
        return (self.reached[stage] - began) * 1000


async def _once(text: str) -> AsyncGenerator[str]:
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
