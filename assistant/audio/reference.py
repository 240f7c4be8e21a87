"""What the speaker plays, on the clock by which the microphone records: the canceller's reference.

Flows in: blocks of a speaker's device with the times at which they sound, on PortAudio's thread.
Flows out: frames at `LISTEN_RATE` for any moment, and whether something sounds. Refuses to know:
devices, the microphone.

Moments are seconds on `time.monotonic`'s clock, or samples of `LISTEN_RATE` on it: whole numbers,
so that frames that follow one another never overlap by a rounding.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.resampler import Resampler

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCKS = 400
"""Blocks that wait at most, 4 s: the microphone's backlog is shorter."""
_JUMP_S = 0.1
"""Seconds by which a block may seem to miss the end of the one before and still follow it."""
_DRIFT_S = 0.06
"""Seconds by which this may be so on average. A device's word on when a block sounds wavers by 15
milliseconds and more, on a busy machine by 20 for seconds, while its samples follow one another:
the word is only taken at first, after a cut or an underrun, and where it stays different. Taken at
20 ms, it made the canceller forget an echo that it knew; two real clocks need ten minutes for 60.
After a cut it is taken as it is: it is about as wrong each time, 10 ms too early here, to 1 ms."""
_KEPT = LISTEN_RATE
"""Samples that are kept after they sounded: an echo may prove to be later than was thought, and
without them the canceller would hear it for so long with nothing to compare it with."""
_SMOOTH = 0.01
"""Share of a block in that average: a second."""


class Block(NamedTuple):
    """A stretch of interleaved 16-bit samples that a device plays."""

    begins: float
    """When it sounds, by the device's word, in seconds."""
    data: bytes
    rate: int
    channels: int
    sounds: bool
    """Whether somebody wants it heard; else it is silence in between."""
    follows: bool
    """Whether nothing was between it and the block before."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.data) / (2 * self.channels * self.rate)


class Reference:
    """What sounds, and when.

    PortAudio's thread pushes, the loop reads: they share one deque, as in `Playout`.
    """

    def __init__(self) -> None:
        self._blocks: deque[Block] = deque(maxlen=_BLOCKS)
        self._resampler = Resampler(LISTEN_RATE)
        # its steady mode shifts the sound by two samples and left 20 dB more of the echo; what
        # this one keeps back, 38 ms, is there in time, because a device is given sound early
        self._samples = np.zeros(0, np.int16)
        self._from = 0
        """The moment of the first of these samples."""
        self._until = 0.0
        """When the last block ends that was resampled; 0 where the next one begins anew."""
        self._off_s = 0.0
        """By how much the device's word is later than its samples, on average."""
        self.breaks = 0
        """How often what was played did not follow what was played before."""
        self._begins = self._ends = 0.0

    @property
    def ends(self) -> float:
        """When the last block that is known of ends, in seconds."""
        return self._ends

    def push(self, block: Block) -> None:
        """The next block of the device, also where it is silent."""
        if block.sounds:
            if block.begins > self._ends + _JUMP_S:
                self._begins = block.begins
            self._ends = block.begins + block.seconds
        self._blocks.append(block)

    def cut(self, now: float) -> None:
        """What had not sounded by now never will. Nothing may be pushed meanwhile."""
        while self._blocks and self._blocks[-1].begins >= now:
            self._blocks.pop()
        self._ends = min(self._ends, now)
        keep = max(0, round(now * LISTEN_RATE) - self._from)
        if keep < len(self._samples):
            self._samples = self._samples[:keep]
        if self._until > now:
            self._resampler.flush()
            self._until = 0.0  # what comes next begins anew

    def sounding(self, now: float) -> bool:
        """Whether the speaker plays at this time."""
        return self._begins <= now < self._ends

    def frame(self, start: int) -> NDArray[np.int16]:
        """What sounded from this moment, in samples, shape (160,); older sound is forgotten."""
        while self._blocks:
            self._take(self._blocks.popleft())
        frame = np.zeros(FRAME_SAMPLES, np.int16)
        skip = start - self._from
        if -FRAME_SAMPLES < skip < len(self._samples):
            found = self._samples[max(0, skip) : skip + FRAME_SAMPLES]
            offset = max(0, -skip)
            frame[offset : offset + len(found)] = found
        if (old := skip - _KEPT) > 0:
            self._samples = self._samples[old:]
            self._from += old
        return frame

    def _take(self, block: Block) -> None:
        """Resample a block to where it belongs."""
        resumes = not self._until and block.follows
        if not resumes:
            error_s = block.begins - self._until
            self._off_s += _SMOOTH * (error_s - self._off_s)
            if not block.follows or abs(error_s) > _JUMP_S or abs(self._off_s) > _DRIFT_S:
                self._until = 0.0
        if not self._until:
            self._off_s = 0.0
            self.breaks += 1
            self._append(self._resampler.flush())
            moment = round(block.begins * LISTEN_RATE)
            gap = moment - self._from - len(self._samples)
            if len(self._samples) and 0 <= gap < 2 * LISTEN_RATE:
                self._append(np.zeros(gap, np.int16))
            elif gap < 0 and moment > self._from:
                self._samples = self._samples[:gap]
            else:
                self._samples, self._from = self._samples[:0], moment
            self._until = block.begins
        mono = np.frombuffer(block.data, np.int16)[:: block.channels]
        self._append(self._resampler.push(Pcm(mono, block.rate)))
        self._until += block.seconds

    def _append(self, samples: NDArray[np.int16]) -> None:
        if len(samples):
            self._samples = np.concatenate([self._samples, samples])
