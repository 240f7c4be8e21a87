"""Sound as numbers: `Pcm`, its length, its level, and another rate.

Flows in and out: 16-bit mono samples with their rate. Refuses to know: devices, files, speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import soxr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LISTEN_RATE = 16_000
"""Samples a second of everything that is listened to (Whisper's, Silero's and webrtcvad's rate)."""
FRAME_S = 0.01
"""Seconds in a frame: the smallest step webrtcvad takes."""
FRAME_SAMPLES = 160
"""Samples in a frame at `LISTEN_RATE`."""
_FULL_SCALE = 32_768.0


@dataclass(frozen=True, slots=True)
class Pcm:
    """A stretch of mono sound."""

    samples: NDArray[np.int16]
    """Shape (n,), int16, full scale at ±32768. Not to be written to."""
    rate: int = LISTEN_RATE
    """Samples a second."""

    @classmethod
    def from_float(cls, samples: NDArray[np.float32], rate: int = LISTEN_RATE) -> Self:
        """Sound from floats: shape (n,), clipped to ±1."""
        scaled = np.clip(samples * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE - 1)
        return cls(np.round(scaled).astype(np.int16), rate)

    @classmethod
    def silence(cls, seconds: float, rate: int = LISTEN_RATE) -> Self:
        """Digital zero for this long."""
        return cls(np.zeros(round(seconds * rate), np.int16), rate)

    @classmethod
    def join(cls, parts: Iterable[Pcm]) -> Self:
        """The parts one after the other; all of one rate. No parts: no sound, at `LISTEN_RATE`."""
        parts = list(parts)
        if not parts:
            return cls.silence(0)
        rates = {part.rate for part in parts}
        if len(rates) > 1:
            raise ValueError(f"cannot join sounds of different rates: {sorted(rates)} Hz")
        return cls(np.concatenate([part.samples for part in parts]), parts[0].rate)

    @property
    def seconds(self) -> float:
        """The length."""
        return len(self.samples) / self.rate

    @property
    def dbfs(self) -> float:
        """Root-mean-square level below full scale; -120 for digital silence."""
        if not len(self.samples):
            return -120.0
        rms = float(np.sqrt(np.mean(np.square(self.samples.astype(np.float64)))))
        return max(-120.0, 20 * float(np.log10(max(rms, 1e-9) / _FULL_SCALE)))

    def as_float(self) -> NDArray[np.float32]:
        """Shape (n,), float32 within ±1."""
        return self.samples.astype(np.float32) / np.float32(_FULL_SCALE)

    def cut(self, start_s: float, end_s: float | None = None) -> Pcm:
        """The sound from start to end in seconds, clamped to what there is."""
        start = max(0, round(start_s * self.rate))
        end = len(self.samples) if end_s is None else max(0, round(end_s * self.rate))
        return Pcm(self.samples[start:end], self.rate)

    def resampled(self, rate: int) -> Pcm:
        """The same sound at another rate, by soxr's high quality."""
        if rate == self.rate:
            return self
        return Pcm(soxr.resample(self.samples, self.rate, rate), rate)
