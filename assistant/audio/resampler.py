"""A stream of sound at another rate, piece by piece and without clicks.

Flows in: `Pcm` of any rate. Flows out: samples at one rate. Refuses to know: who plays them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.audio.pcm import Pcm


class Resampler:
    """Brings pieces that follow one another to one rate; where they are cut is not heard.

    soxr keeps the end back to look ahead, and `flush` gives it. By default it works in large
    blocks: cheap, but up to 60 ms are kept. `steady` keeps 14 ms and gives as much for every piece,
    for about three times the work (soxr's variable-rate mode, used at a fixed rate).
    """

    def __init__(self, rate: int, *, steady: bool = False) -> None:
        self.rate = rate
        """Samples a second of what comes out."""
        self._steady = steady
        self._from = rate
        self._stream: soxr.ResampleStream | None = None

    def push(self, sound: Pcm) -> NDArray[np.int16]:
        """What can be said so far, shape (n,)."""
        if sound.rate == self._from:
            return self._resampled(sound.samples)
        rest = self.flush()
        self._from = sound.rate
        if sound.rate != self.rate:
            self._stream = soxr.ResampleStream(
                sound.rate, self.rate, 1, dtype="int16", vr=self._steady
            )
        return np.concatenate([rest, self._resampled(sound.samples)])

    def flush(self) -> NDArray[np.int16]:
        """The rest, shape (n,); what comes next begins anew."""
        stream, self._stream = self._stream, None
        self._from = self.rate
        if stream is None:
            return np.zeros(0, np.int16)
        return np.asarray(stream.resample_chunk(np.zeros(0, np.int16), last=True), np.int16)

    def _resampled(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        if self._stream is None:
            return samples
        return np.asarray(self._stream.resample_chunk(samples), np.int16)
