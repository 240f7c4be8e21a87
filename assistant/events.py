"""What happened, for logs, the screen, `--json` and the measurements.

Flows out: plain values, handed to whoever watches; nothing comes back. Refuses to know: who
watches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ready:
    """The assistant listens."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The wake word was said, or somebody asked to be listened to."""

    word: str
    """The wake word; empty where it was a key or a command."""


@dataclass(frozen=True, slots=True)
class Slept:
    """The wake word is needed again."""


@dataclass(frozen=True, slots=True)
class Muted:
    """The microphone was closed, or opened again."""

    muted: bool


@dataclass(frozen=True, slots=True)
class Rang:
    """A timer, alarm or reminder is due, and rings until it is answered."""

    text: str
    """What is said of it."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody started to speak."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance was understood."""

    text: str
    language: str
    confidence: float
    """0 to 1."""
    audio_s: float
    """Seconds of sound that were transcribed."""
    stt_ms: float
    """Milliseconds that the transcription took."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A sound was no request."""

    reason: str
    """`silence`, `no-speech`, `hallucination`, `own words`, `agreeing` …"""
    audio_s: float


@dataclass(frozen=True, slots=True)
class Requested:
    """A request left for the gateway."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """A few characters of the reply arrived."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A tool ran."""

    name: str
    arguments: str
    """JSON text."""
    result: str
    ms: float


@dataclass(frozen=True, slots=True)
class SpeakingBegan:
    """The first sound of a reply left for the speaker."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply was played, or shown where there is no voice."""

    text: str
    """What was heard of it."""
    first_sound_ms: float | None
    """Milliseconds from the end of the question to the first sound; None where none was made."""
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong and was said."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that a person should know, though nothing has failed."""

    message: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """Where the time of a turn went; a stage that did not happen is None."""

    endpoint_ms: float | None = None
    """Silence waited for, after the last speech, before the transcription began."""
    stt_ms: float | None = None
    """From there to the transcript."""
    first_token_ms: float | None = None
    """From the transcript to the first text of the reply."""
    first_clause_ms: float | None = None
    """From the first text to the first whole clause."""
    tts_ms: float | None = None
    """From the first clause to its first sound."""
    held_ms: float | None = None
    """From there to the moment when it was sure that the person had finished."""
    first_sound_ms: float | None = None
    """All of it: from the end of speech to the first sound handed to the speaker."""
    total_ms: float | None = None
    """From the end of speech to the end of the reply."""
    early_requests: int = 0
    """Requests of this turn that left too early and were given up."""


Event = (
    Ready
    | Woke
    | Slept
    | Muted
    | Rang
    | SpeechBegan
    | Heard
    | Ignored
    | Requested
    | Streamed
    | ToolCalled
    | SpeakingBegan
    | Said
    | Failed
    | Noticed
    | TurnEnded
)

Emit = Callable[[Event], None]
"""Takes what happened; returns at once."""


class Held:
    """Keeps back what happens until it is sure to have happened."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._kept: list[Event] | None = None

    def __call__(self, event: Event) -> None:
        """Tell it, or keep it."""
        if self._kept is None:
            self._emit(event)
        else:
            self._kept.append(event)

    def hold(self) -> None:
        """Keep what comes from now on."""
        if self._kept is None:
            self._kept = []

    def release(self) -> None:
        """Tell all that was kept, and what comes from now on."""
        kept, self._kept = self._kept, None
        for event in kept or ():
            self._emit(event)

    def drop(self) -> list[Event]:
        """It did not happen: what was kept."""
        kept, self._kept = self._kept, None
        return kept or []
