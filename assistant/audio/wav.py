"""Sound files in the place of the microphone and the speaker.

Flows in: paths, `Pcm`. Flows out: frames, a WAV. A clock decides the pace, where there is to be
one. Refuses to know: what is said in them.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from assistant.audio.files import check_folder, read_sound, write_wav
from assistant.audio.line import off_loop
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.resampler import Resampler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["WavMicrophone", "WavSpeaker", "read_sound", "write_wav"]

SPEAKER_RATE = 22_050
"""Samples a second of what a `WavSpeaker` writes: Piper's own."""
AHEAD_S = 10.0
"""Seconds that may be queued before `play` waits, as with a device."""
BETWEEN_S = 0.3
"""Seconds of silence between two replies in a file."""
_LATE_S = 0.1
"""Seconds by which a frame may be late and the next still on time; later, the file has paused."""
_NOISE = 3.3
"""Standard deviation of the noise after a recording, in steps of 16 bit: 1e-4 of full scale."""
_STEP_S = 0.1
"""Seconds at most between two looks at the queue while waiting."""
_NO_SOUND = np.zeros(0, np.int16)
_BREATH = 16
"""Frames handed over at full speed before the loop gets its turn."""


class Pace(Protocol):
    """The part of a clock that paces sound."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class _LoopPace:
    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class WavMicrophone:
    """Recordings as a microphone, one after the other, each followed by `gap_s` of faint noise.

    In real time a frame comes every 10 ms, and the file waits while nobody asks; else they come as
    fast as they are asked for.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        realtime: bool,
        gap_s: float = 1.5,
        clock: Pace | None = None,
    ) -> None:
        self._paths = tuple(paths)
        self._realtime = realtime
        self._gap_s = gap_s
        self._clock = clock or _LoopPace()
        self.current: Path | None = None
        """The file that is being heard."""

    @property
    def dropped(self) -> int:
        """None: a file waits."""
        return 0

    def flush(self) -> None:
        """Nothing: a file has no backlog."""

    async def frames(self) -> AsyncIterator[Pcm]:
        """Frames of `FRAME_SAMPLES` at `LISTEN_RATE`, until the last file ends.

        Raises SoundFileError.
        """
        noise = np.random.default_rng(1)
        due = self._clock.monotonic()
        count = 0
        for path in self._paths:
            sound = await off_loop(lambda path=path: read_sound(path))  # type: ignore[misc]
            self.current = path
            for frame in _frames(sound, self._gap_s, noise):
                count += 1
                if self._realtime:
                    due = await self._pace(due)
                elif count % _BREATH == 0:
                    await asyncio.sleep(0)
                yield frame
        self.current = None

    async def _pace(self, due: float) -> float:
        """Wait until a frame is over; when the next one begins to be due."""
        now = self._clock.monotonic()
        if now - due > FRAME_S + _LATE_S:  # nobody asked for a while: the file goes on from here
            due = now - FRAME_S
        due += FRAME_S
        if due > now:
            await self._clock.sleep(due - now)
        return due


class WavSpeaker:
    """A WAV file as a speaker: `async with` writes it at the end, also when cancelled.

    In real time the sound takes its time, and what had none before `stop` is not in the file; else
    it counts as played at once. Without a path the sound goes nowhere.
    """

    def __init__(self, path: Path | None, *, realtime: bool, clock: Pace | None = None) -> None:
        self._path = path
        self._realtime = realtime
        self._clock = clock or _LoopPace()
        self._resampler = Resampler(SPEAKER_RATE)
        self._parts: list[NDArray[np.int16]] = []
        """The file: sound, and the silences between replies."""
        self._queued = 0
        self._held_s = 0.0
        self._played = 0
        self._since = 0.0
        self._stops = 0
        self._replying = False

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
            write_wav(self._path, Pcm(np.concatenate([_NO_SOUND, *self._parts]), SPEAKER_RATE))

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
            self._replying = True
            self._held_s += sound.seconds
            self._emit(self._resampler.push(sound))

    async def drain(self) -> None:
        """Wait until all that was queued was played; silence follows it in the file."""
        self._emit(self._resampler.flush())
        self._held_s = 0.0
        while (left_s := self.queued_s - self.played_s) > 0:
            await self._clock.sleep(_step(left_s))
        if self._replying:
            self._replying = False
            self._parts.append(Pcm.silence(BETWEEN_S, SPEAKER_RATE).samples)

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

    def _emit(self, samples: NDArray[np.int16]) -> None:
        self._played = self._played_now()
        self._since = self._clock.monotonic()
        self._held_s = max(0.0, self._held_s - len(samples) / SPEAKER_RATE)
        self._queued += len(samples)
        self._parts.append(samples)

    def _played_now(self) -> int:
        passed_s = self._clock.monotonic() - self._since
        return min(self._queued, self._played + int(passed_s * SPEAKER_RATE))


def _step(seconds: float) -> float:
    """How long to sleep until the next look: never so little that a clock does not move."""
    return min(_STEP_S, max(0.001, seconds))


def _frames(sound: Pcm, gap_s: float, noise: np.random.Generator) -> Iterator[Pcm]:
    """The sound and its gap in frames; the last is filled up with noise."""
    length = len(sound.samples) + round(gap_s * LISTEN_RATE)
    length += -length % FRAME_SAMPLES
    gap = np.round(noise.normal(0, _NOISE, length - len(sound.samples))).astype(np.int16)
    samples = np.concatenate([sound.samples, gap])
    for start in range(0, length, FRAME_SAMPLES):
        yield Pcm(samples[start : start + FRAME_SAMPLES])
