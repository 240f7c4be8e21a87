"""Sound files in the place of the microphone and the speaker.

Flows in: paths. Flows out: frames. A clock decides the pace, where there is to be one. Refuses to
know: what is said in them. The speaker is `wav_speaker`'s.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.files import read_sound, write_wav
from assistant.audio.line import off_loop
from assistant.audio.pace import LoopPace, Pace
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.wav_speaker import SPEAKER_RATE, WavSpeaker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

__all__ = ["SPEAKER_RATE", "Pace", "WavMicrophone", "WavSpeaker", "read_sound", "write_wav"]

_LATE_S = 0.1
"""Seconds by which a frame may be late and the next still on time; later, the file has paused."""
_NOISE = 3.3
"""Standard deviation of the noise after a recording, in steps of 16 bit: 1e-4 of full scale."""
_BREATH = 16
"""Frames handed over at full speed before the loop gets its turn."""


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
        self._clock = clock or LoopPace()
        self.current: Path | None = None
        """The file that is being heard."""
        self.unhurried = False
        """Nothing else: a file's frames come one by one."""
        self.captured = 0.0
        """When the frame that was given last began to sound, on the clock."""

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
                self.captured = self._clock.monotonic() - FRAME_S
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


def _frames(sound: Pcm, gap_s: float, noise: np.random.Generator) -> Iterator[Pcm]:
    """The sound and its gap in frames; the last is filled up with noise."""
    length = len(sound.samples) + round(gap_s * LISTEN_RATE)
    length += -length % FRAME_SAMPLES
    gap = np.round(noise.normal(0, _NOISE, length - len(sound.samples))).astype(np.int16)
    samples = np.concatenate([sound.samples, gap])
    for start in range(0, length, FRAME_SAMPLES):
        yield Pcm(samples[start : start + FRAME_SAMPLES])
