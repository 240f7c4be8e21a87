"""The microphone made clear: no speaker in it, less noise, soft speech as loud as near speech.

Flows in: another microphone's frames, and the speaker's `Reference`. Flows out: frames, and how
much of the speaker is left in them. Refuses to know: how that is done, speech, turns.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from assistant.audio.canceller import SILENCE_DB, Canceller
from assistant.audio.gain import Gain
from assistant.audio.health import Health
from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pywebrtc_audio import NoiseSuppressor

    from assistant.audio.reference import Reference
    from assistant.config import AudioConfig
    from assistant.errors import AssistantError


class TimedMicrophone(Protocol):
    """A microphone that knows when it recorded."""

    unhurried: bool
    """Frames may come in bunches."""
    captured: float
    """When the frame that was given last began to sound, on `time.monotonic`'s clock."""

    def frames(self) -> AsyncIterator[Pcm]:
        """Frames of `FRAME_SAMPLES` at `LISTEN_RATE`."""

    def flush(self) -> None:
        """Discard what has arrived and was not taken."""

    @property
    def dropped(self) -> int:
        """Frames that were lost because nobody took them in time."""


class EchoCancelled:
    """A microphone around another, made clear as the settings say.

    Without a reference (a file, or a machine that never speaks) only noise and loudness are seen
    to.
    """

    def __init__(
        self,
        microphone: TimedMicrophone,
        reference: Reference | None,
        config: AudioConfig,
        complain: Callable[[AssistantError], None] | None = None,
    ) -> None:
        """`complain` is told when the microphone is dead or too loud."""
        delay_ms = config.echo_delay_ms
        delay_s = None if delay_ms is None else delay_ms / 1000
        self._microphone = microphone
        self._reference = reference
        self.canceller = Canceller(reference, delay_s) if reference and config.echo else None
        """What takes the echo out, if anything does."""
        self._gain = Gain() if config.gain_control else None
        self._noise = _noise_suppressor() if config.noise_suppression else None
        self._health = Health()
        self._complain = complain

    @property
    def dropped(self) -> int:
        """Frames that were lost because nobody took them in time."""
        return self._microphone.dropped

    @property
    def unhurried(self) -> bool:
        """Whether frames may come in bunches."""
        return self._microphone.unhurried

    @unhurried.setter
    def unhurried(self, unhurried: bool) -> None:
        self._microphone.unhurried = unhurried

    @property
    def sounding(self) -> bool:
        """Whether the speaker plays now."""
        return self._reference is not None and self._reference.sounding(time.monotonic())

    @property
    def echo_db(self) -> float:
        """The level of what is left of the speaker's sound; -120 while it is silent."""
        return self.canceller.echo_db if self.canceller else SILENCE_DB

    def flush(self) -> None:
        """Discard what has arrived and was not taken."""
        self._microphone.flush()

    async def frames(self) -> AsyncIterator[Pcm]:
        """Frames of `FRAME_SAMPLES` at `LISTEN_RATE`, until the source ends. Raises AudioError."""
        async for frame in self._microphone.frames():
            yield self._clear(frame)

    def _clear(self, frame: Pcm) -> Pcm:
        samples = frame.samples
        complaint = self._health.push(samples)
        if complaint and self._complain:
            self._complain(complaint)
        if self.canceller is not None:
            samples = self.canceller.push(samples, self._microphone.captured)
        if self._noise is not None:
            samples = self._noise.process(samples)
        if self._gain is not None:
            samples = self._gain.push(samples, learn=not self.sounding)
        return frame if samples is frame.samples else Pcm(samples)


def _noise_suppressor() -> NoiseSuppressor:
    from pywebrtc_audio import NoiseSuppressor  # noqa: PLC0415  # only where it is wanted

    return NoiseSuppressor(LISTEN_RATE)
