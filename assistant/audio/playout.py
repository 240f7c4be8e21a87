"""What a speaker has still to play, in blocks, and how much of it was heard.

Flows in: `Pcm` of any rate, and the times at which the device will sound its blocks. Flows out:
blocks of interleaved samples, seconds queued and seconds played. Refuses to know: devices, waiting.

The loop pushes, PortAudio's thread takes: they share one deque, whose ends are safe to use from
both, so that neither ever waits for the other. It is stopped while the device rests.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_S
from assistant.audio.resampler import Resampler

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.audio.pcm import Pcm

_STAMPS = 100
"""Blocks whose time is remembered: one second, more than a device holds."""
AGAIN_S = 0.01
"""Seconds given once more after a cut, on top of the block it fell into: the device's word on what
has sounded is not exact, and a syllable heard twice for so long is not noticed, a lost one is."""
_SLACK_S = 0.0005
"""Seconds by which a block may seem to begin before the last one ended: clocks differ a little."""


class Playout:
    """A queue of sound for one device."""

    def __init__(self, rate: int, channels: int = 1, volume: int = 100) -> None:
        self.rate = rate
        """Samples a second of the device."""
        self.volume = volume
        """Loudness in percent, from the next block on."""
        self.share = 1.0
        """The part of this loudness that is let out, from the next block on; 0: none is taken."""
        self.held = False
        """Whether only silence is let out for now."""
        self._gain = volume / 100
        self.began = 0.0
        """When the block that was taken last sounds."""
        self.channels = channels
        """Samples side by side in a block."""
        self._block = round(rate * FRAME_S)
        self._resampler = Resampler(rate, steady=True)  # first pieces are short
        self._blocks: deque[tuple[NDArray[np.int16], float]] = deque()
        """Whole blocks, each with the seconds of sound in it: the last of a reply is padded."""
        self._rest = np.zeros(0, np.int16)
        self._emitted_s = 0.0
        self._held_s = 0.0
        self._given_s = 0.0
        self._played_s = 0.0
        self._stamps: deque[tuple[float, float, NDArray[np.int16], float]] = deque(maxlen=_STAMPS)
        """Of each block: when it sounds, seconds given before it, samples, seconds of sound."""
        self._ends = 0.0

    @property
    def queued_s(self) -> float:
        """Seconds ever pushed, less what `stop` discarded."""
        return self._emitted_s + self._held_s

    @property
    def ahead_s(self) -> float:
        """Seconds that the device has not taken yet."""
        return max(0.0, self.queued_s - self._given_s)

    def played_s(self, now: float) -> float:
        """Seconds that had sounded at this time on the device's clock; it never goes back."""
        for begins, before, _, seconds in reversed(tuple(self._stamps)):
            if begins <= now:
                heard = before + min(seconds, now - begins)
                self._played_s = max(self._played_s, min(heard, self.queued_s))
                break
        return self._played_s

    def push(self, sound: Pcm) -> None:
        """Queue sound after what is queued; its very end waits for more, or for `flush`."""
        self._held_s += sound.seconds
        self._emit(self._resampler.push(sound))

    def flush(self) -> None:
        """Queue the end too: what comes next is no longer of one piece with it."""
        self._emit(self._resampler.flush())
        self._held_s = 0.0
        if len(self._rest):
            padded = np.zeros(self._block, np.int16)
            padded[: len(self._rest)] = self._rest
            self._append(padded, len(self._rest) / self.rate)
            self._rest = self._rest[:0]

    def stop(self, now: float) -> None:
        """Discard what has not sounded at this time: what the device held is lost too."""
        self._emitted_s = self._given_s = self.played_s(now)
        self._held_s = 0.0
        self._blocks.clear()
        self._stamps.clear()
        self.rest()
        self._resampler.flush()
        self._rest = self._rest[:0]

    def rewind(self, now: float) -> None:
        """Take back what has not sounded at this time, to be given again with a soft beginning."""
        from_s = self.played_s(now) - AGAIN_S
        while self._stamps:
            _, before, samples, seconds = self._stamps[-1]
            if before + seconds <= from_s:
                break
            self._stamps.pop()
            self._blocks.appendleft((samples, seconds))
            self._given_s = before
        self._gain = 0.0
        self.rest()

    def rest(self) -> None:
        """The device discards the silence that it holds: the next block may sound at once."""
        self._ends = 0.0

    def take(self, begins: float) -> bytes | None:
        """The next block, which will sound at this time; None where there is only silence."""
        begins = max(begins, self._ends - _SLACK_S)
        self._ends = begins + FRAME_S
        self.began = begins
        share = self.share
        if self.held or not share:
            return None
        try:
            samples, seconds = self._blocks.popleft()
        except IndexError:
            return None
        self._stamps.append((begins, self._given_s, samples, seconds))
        self._given_s += seconds
        gain = self.volume / 100 * share
        if gain != 1 or self._gain != 1:  # from the last gain to this: a jump is heard as a click
            ramp = np.linspace(self._gain, gain, len(samples), dtype=np.float32)
            samples = (samples * ramp).astype(np.int16)
            self._gain = gain
        return samples.tobytes()

    def _emit(self, samples: NDArray[np.int16]) -> None:
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // self._block * self._block
        for start in range(0, whole, self._block):
            self._append(samples[start : start + self._block], FRAME_S)
        self._rest = samples[whole:]

    def _append(self, block: NDArray[np.int16], seconds: float) -> None:
        self._held_s = max(0.0, self._held_s - seconds)
        self._emitted_s += seconds
        self._blocks.append((np.repeat(block, self.channels), seconds))
