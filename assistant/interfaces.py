"""Every Protocol, on one screen: what a part must do, so that another can take its place.

Refuses to know: any implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
    from datetime import datetime

    from assistant.audio.pcm import Pcm
    from assistant.deeds import Deed, Risk
    from assistant.floor import Floor
    from assistant.messages import Delta, Message, ToolSchema


class Clock(Protocol):
    """Time that can be injected."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def now(self) -> datetime:
        """The wall clock, with its zone."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class Microphone(Protocol):
    """Where frames come from."""

    unhurried: bool
    """Nothing goes on: frames may come in bunches, so that the machine wakes up less often."""

    def frames(self) -> AsyncIterator[Pcm]:
        """Frames of `FRAME_SAMPLES` at `LISTEN_RATE`, until the source ends. Raises AudioError."""

    def flush(self) -> None:
        """Discard what has arrived and was not taken: a live microphone's own backlog."""

    @property
    def dropped(self) -> int:
        """Frames that were lost because nobody took them in time."""


class Speaker(Protocol):
    """Where sound goes."""

    async def play(self, sound: Pcm) -> None:
        """Queue sound of any rate; waits while enough is queued. Raises AudioError."""

    async def drain(self) -> None:
        """Wait until all that was queued has left the device."""

    def stop(self) -> None:
        """Discard what is queued; silence within 50 ms."""

    def turn_down(self, share: float) -> None:
        """Play at this share of the loudness, 0 to 1, from now on; less is heard within 50 ms.

        0 holds: the sound stops where it is, `drain` waits, and any other share lets it go on from
        there. It is 1 again after `stop`, and with the first `play` after `drain`.
        """

    @property
    def queued_s(self) -> float:
        """Seconds of sound ever queued, less what `stop` discarded."""

    @property
    def played_s(self) -> float:
        """Seconds of sound that were really played: never more than `queued_s`."""


class SpeechDetector(Protocol):
    """Says how likely a frame is speech; keeps state between frames."""

    def probability(self, frame: Pcm) -> float:
        """0 to 1 for this frame of `FRAME_SAMPLES`."""

    def reset(self) -> None:
        """Forget what came before."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said."""

    text: str
    """Empty where nothing was said that could be a request."""
    confidence: float
    """0 to 1: exp of the mean log-probability of the tokens."""
    language: str
    """ISO 639-1."""
    refused: str = ""
    """Why a text was not taken as speech (`no-speech`, `hallucination` …); empty where it was."""


class WakeDetector(Protocol):
    """Knows wake words; keeps state between frames."""

    def push(self, frame: Pcm, speech: float) -> str | None:
        """The wake word that ends with this frame, if any; `speech` is how likely it is speech."""

    def reset(self) -> None:
        """Forget what came before."""


class TurnEndModel(Protocol):
    """Hears whether somebody has finished; blocking, so it lives on a Worker."""

    def finished(self, sound: Pcm) -> float:
        """0 to 1: how likely that was all, by the sound up to a pause. Raises ModelError."""


class Transcriber(Protocol):
    """Speech to text; blocking, so it lives on a Worker."""

    def transcribe(self, sound: Pcm) -> Transcript:
        """The words of one utterance at `LISTEN_RATE`. Raises ModelError."""


class Voice(Protocol):
    """Text to speech; blocking, so it lives on a Worker."""

    @property
    def language(self) -> str:
        """ISO 639-1 of what it speaks."""

    def pieces(self, text: str) -> Iterator[Pcm]:
        """The sound of one clause, a piece at a time. Raises ModelError."""


class Mouth(Protocol):
    """Brings a reply to the person."""

    async def say(
        self, deltas: AsyncGenerator[str], mark: Callable[[str], None], floor: Floor
    ) -> str:
        """Take the text as it comes; returns what was heard once all of it was.

        Nothing is heard before the floor is given. `mark` is told `first_clause`, `sound_ready`
        and `first_sound`. Raises AssistantError.
        """

    def stop(self) -> str:
        """Silence at once; returns what was heard until then."""

    def heard(self) -> str:
        """What was heard of the reply until now, cut at the word."""

    def sounded(self) -> str:
        """The reply until now, with the whole of the clause that sounds: its echo may be ahead."""


class Gateway(Protocol):
    """The road to a model."""

    def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> AsyncGenerator[Delta]:
        """The reply, step by step; closing the generator closes the stream. Raises GatewayError."""

    async def warm(self) -> None:
        """Open the connection ahead of the request; never raises for a failure to."""


class Tool(Protocol):
    """Something that the assistant can do."""

    @property
    def schema(self) -> ToolSchema:
        """As the model sees it."""

    @property
    def risk(self) -> Risk:
        """How much a call of it is at stake."""

    async def call(self, arguments: str) -> Deed:
        """What was done, by JSON arguments. Raises ToolError with a sentence to act on."""


@dataclass(frozen=True, slots=True)
class Family:
    """Tools that belong together, and when the model is told of them."""

    name: str
    tools: tuple[Tool, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """By language (ISO 639-1), a regular expression, found anywhere in a request that concerns
    them; the schemas of a family without any always go out."""


Families = Callable[[], Sequence[Family]]
"""Families that come and go while the assistant runs, such as those of other people's servers: the
ones that there are now. Asked at the beginning of each turn."""
