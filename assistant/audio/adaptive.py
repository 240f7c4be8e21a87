"""An adaptive filter: learns how the speaker sounds at the microphone, and takes that away.

Flows in: frames that were played and frames that were heard. Flows out: what is left when the
part that follows from what was played is taken away; whoever speaks nearby stays as he is. Refuses
to know: delays, devices, loudness.

A Kalman filter in the frequency domain in partitions (Enzner and Vary, Signal Processing 86, 2006;
Kuech, Mabande and Enzner, ICASSP 2014): how much it learns from a frame follows from how sure it is
and from how much else is heard, so that it needs nobody to tell it when somebody speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTITIONS = 32
"""Frames that an echo may last: 320 ms, delay and room together."""
_STAYS = 0.9995
"""How much of the path from the speaker to the microphone is the same a frame later."""
_UNSURE = 0.01
"""How far the path may be from nothing at first: an echo as loud as the sound, spread out."""
_SMOOTH = 0.8
"""Share of the last frames in the level of what is left."""
_MEND = 4
"""Partitions in a frame whose end is put right: all of them every 80 ms."""


class AdaptiveFilter:
    """Frames in, frames without the echo out."""

    def __init__(self) -> None:
        shape = (PARTITIONS, FRAME_SAMPLES + 1)
        self._played: NDArray[np.float32] = np.zeros(2 * FRAME_SAMPLES, np.float32)
        self._spectra = np.zeros(shape, np.complex64)
        self._path = np.zeros(shape, np.complex64)
        self._doubt: NDArray[np.floating] = np.full(shape, _UNSURE, np.float32)
        self._left: NDArray[np.floating] = np.zeros(FRAME_SAMPLES + 1, np.float32)
        self._mended = 0

    def push(
        self, played: NDArray[np.float32], heard: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A frame of each, shape (160,) within ±1; what is left of it, and the echo taken away."""
        self._played = np.concatenate([self._played[FRAME_SAMPLES:], played])
        self._spectra = np.roll(self._spectra, 1, axis=0)
        self._spectra[0] = np.fft.rfft(self._played)
        spectra = self._spectra
        whole = np.fft.irfft(np.einsum("pf,pf->f", spectra, self._path))
        echo = whole[FRAME_SAMPLES:].astype(np.float32)
        left = heard - echo
        padded = np.concatenate([np.zeros(FRAME_SAMPLES, np.float32), left])
        self._learn(np.fft.rfft(padded).astype(np.complex64))
        return left, echo

    def doubt(self) -> None:
        """What was learned may be off by some milliseconds: learn quickly again."""
        self._doubt = np.maximum(self._doubt, np.float32(_UNSURE))

    def _learn(self, error: NDArray[np.complex64]) -> None:
        spectra = self._spectra
        power = np.square(spectra.real) + np.square(spectra.imag)
        heard = np.square(error.real) + np.square(error.imag)
        self._left = _SMOOTH * self._left + (1 - _SMOOTH) * heard
        spread = 0.5 * np.einsum("pf,pf->f", power, self._doubt) + self._left + 1e-6
        step = self._doubt / spread
        self._path += step * np.conj(spectra) * error
        self._doubt *= 1 - 0.5 * step * power
        size = np.square(self._path.real) + np.square(self._path.imag)
        self._doubt = _STAYS**2 * self._doubt + (1 - _STAYS**2) * size
        rows = slice(self._mended, self._mended + _MEND)
        response = np.fft.irfft(self._path[rows], axis=1)
        response[:, FRAME_SAMPLES:] = 0  # a frame's echo begins within a frame
        self._path[rows] = np.fft.rfft(response, axis=1)
        self._mended = (self._mended + _MEND) % PARTITIONS
