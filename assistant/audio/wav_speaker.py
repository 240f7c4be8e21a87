"""A sound file in the place of the speaker.

Flows in: `Pcm`. Flows out: a WAV. A clock decides the pace, where there is to be one. Refuses to
know: what is said in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from assistant.audio.files import check_folder, write_wav
from assistant.audio.pace import LoopPace, Pace
from assistant.audio.pcm import Pcm
from assistant.audio.resampler import Resampler

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

SPEAKER_RATE = 22_050
"""Samples a second of what a `WavSpeaker` writes: Piper's own."""
AHEAD_S = 10.0
"""Seconds that may be queued before `play` waits, as with a device."""
BETWEEN_S = 0.3
"""Seconds of silence between two replies in a file."""
_STEP_S = 0.1
"""Seconds at most between two looks at the queue while waiting."""
_RAMP_S = 0.01
"""Seconds from one loudness to the next, so that it makes no click."""
_NO_SOUND = np.zeros(0, np.int16)


class WavSpeaker:
    """A WAV file as a speaker: `async with` writes it at the end, also when cancelled.

    In real time the sound takes its time, and what had none before `stop` is not in the file; else
    it counts as played at once. Without a path the sound goes nowhere.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        realtime: bool,
        volume: int = 100,
        clock: Pace | None = None,
    ) -> None:
        self.volume = volume
        """Loudness in percent of what is queued from now on."""
        self._path = path
        self._realtime = realtime
        self._clock = clock or LoopPace()
        self._resampler = Resampler(SPEAKER_RATE)
        self._parts: list[NDArray[np.int16]] = []
        """The file: sound, and the silences between replies."""
        self._queued = 0
        self._held_s = 0.0
        self._played = 0
        self._since = 0.0
        self._stops = 0
        self._replying = False
        self._share = 1.0
        self._shares: list[tuple[int, float]] = []
        """From which sample of the file on which share of the loudness is heard."""

    async def __aenter__(self) -> Self:
        """See that the file can be written. Raises SoundFileError."""
        if self._path is not None:
            check_folder(self._path)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the file; after an error or a cancellation, what was played until then, if any."""
        if kind is not None:
            self.stop()
        self._emit(self._resampler.flush())
        if self._path is not None and (self._parts or kind is None):
            sound = np.concatenate([_NO_SOUND, *self._parts])
            write_wav(self._path, Pcm(turned_down(sound, self._shares), SPEAKER_RATE))

    @property
    def queued_s(self) -> float:
        """Seconds of sound ever queued, less what `stop` discarded."""
        return self._queued / SPEAKER_RATE + self._held_s

    @property
    def played_s(self) -> float:
        """Seconds of sound that were played: never more than `queued_s`."""
        return self._played_now() / SPEAKER_RATE if self._realtime else self.queued_s

    async def play(self, sound: Pcm) -> None:
        """Queue sound of any rate; waits while enough is queued."""
        stops = self._stops
        while (ahead_s := self.queued_s - self.played_s) > AHEAD_S:
            await self._clock.sleep(_step(ahead_s - AHEAD_S))
        if self._stops == stops:  # else it was meant for what has been stopped
            if not self._replying:
                self.turn_down(1)
            self._replying = True
            self._held_s += sound.seconds
            self._emit(self._resampler.push(_at(self.volume, sound)))

    async def drain(self) -> None:
        """Wait until all that was queued was played; silence follows it in the file."""
        self._emit(self._resampler.flush())
        self._held_s = 0.0
        while (left_s := self.queued_s - self.played_s) > 0:
            await self._clock.sleep(_step(left_s))
        if self._replying:
            self._replying = False
            self._parts.append(Pcm.silence(BETWEEN_S, SPEAKER_RATE).samples)

    def turn_down(self, share: float) -> None:
        """Play at this share of the loudness from now on; 0 holds the sound where it is.

        The file has no pause then. Sound that takes no time was played, and stays as it is.
        """
        if not self._realtime or share == self._share:
            return
        self._played = self._played_now()
        self._since = self._clock.monotonic()
        self._share = share
        if share:
            written = sum(map(len, self._parts))
            self._shares.append((written - self._queued + self._played, share))

    def stop(self) -> None:
        """Discard what is queued and was not played."""
        self._stops += 1
        rest = self._resampler.flush()
        if not self._realtime:
            self._emit(rest)
        self._held_s = 0.0
        excess = self._queued - self._played_now() if self._realtime else 0
        while excess > 0:
            last = self._parts.pop()
            self._parts.append(last[: max(0, len(last) - excess)])
            if excess < len(last):
                break
            self._parts.pop()
            excess -= len(last)
        self._queued = self._played_now() if self._realtime else self._queued
        self.turn_down(1)

    def _emit(self, samples: NDArray[np.int16]) -> None:
        self._played = self._played_now()
        self._since = self._clock.monotonic()
        self._held_s = max(0.0, self._held_s - len(samples) / SPEAKER_RATE)
        self._queued += len(samples)
        self._parts.append(samples)

    def _played_now(self) -> int:
        if not self._share:
            return self._played
        passed_s = self._clock.monotonic() - self._since
        return min(self._queued, self._played + int(passed_s * SPEAKER_RATE))


def turned_down(
    samples: NDArray[np.int16], shares: Sequence[tuple[int, float]]
) -> NDArray[np.int16]:
    """The samples at these shares of their loudness, each from a sample on, with soft steps."""
    if not shares:
        return samples
    ramp = round(_RAMP_S * SPEAKER_RATE)
    gains = np.ones(len(samples), np.float32)
    for start, share in shares:
        before = gains[start - 1] if start else 1.0
        gains[start:] = share
        step = gains[start : start + ramp]
        step[:] = np.linspace(before, share, ramp, dtype=np.float32)[: len(step)]
    return (samples * gains).astype(np.int16)


def _at(volume: int, sound: Pcm) -> Pcm:
    if volume == 100:  # noqa: PLR2004  # percent
        return sound
    return Pcm((sound.samples * (volume / 100)).astype(np.int16), sound.rate)


def _step(seconds: float) -> float:
    """How long to sleep until the next look: never so little that a clock does not move."""
    return min(_STEP_S, max(0.001, seconds))
