"""Soft and distant speech made as loud as near speech.

Flows in: frames. Flows out: the same, louder where the speech in them is soft. Refuses to know:
what is said; what counts as speech here is what stands out of the noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TARGET_DB = -26.0
"""The level to which speech is brought, in dB below full scale: near speech lies above it, and is
left as it is (the recordings that were looked at: -31 to -18)."""
MOST_DB = 24.0
"""The most that is added: beyond it a room's noise is as loud as speech."""
NOISE_DB = -54.0
"""Level over which noise is not raised."""
_OUT_DB = 12.0
"""By how much a frame stands out of the noise to count as speech."""
_UP_DB = 0.06
"""By how much the gain rises at most with a frame of speech: 6 dB a second."""
_DOWN_DB = 0.5
"""By how much it falls at most with a frame of speech."""
_FOLLOW = 0.02
"""Share of a frame of speech in the level of the speech: half a second."""
_FLOOR_UP_DB = 0.03
"""By how much the noise floor rises with a frame: 3 dB a second. It falls at once."""
_PEAK = 0.9 * 32_768
_QUIETEST_DB = -100.0


class Gain:
    """A slow gain that follows the speech, and a limit that is never exceeded."""

    def __init__(self) -> None:
        self._floor_db = 0.0
        self._speech_db = TARGET_DB
        self._applied = 1.0
        self._gain_db = 0.0

    @property
    def gain_db(self) -> float:
        """What is added now."""
        return self._gain_db

    def push(self, samples: NDArray[np.int16], *, learn: bool = True) -> NDArray[np.int16]:
        """A frame, shape (n,); shape (n,). `learn`: it may be speech, and not the speaker's."""
        floats = samples.astype(np.float32)
        if learn:
            self._learn(floats)
        if not self._gain_db and self._applied == 1:
            return samples
        gain = 10 ** (self._gain_db / 20)
        peak = float(np.abs(floats).max(initial=1.0))
        gain = min(gain, max(1.0, _PEAK / peak))
        before = min(self._applied, max(1.0, _PEAK / peak))
        self._applied = gain
        ramp = np.linspace(before, gain, len(samples), dtype=np.float32)
        return (floats * ramp).astype(np.int16)

    def _learn(self, floats: NDArray[np.float32]) -> None:
        energy = float(np.dot(floats, floats)) / max(1, len(floats)) / 32_768**2
        level = max(_QUIETEST_DB, 10 * float(np.log10(energy + 1e-12)))
        self._floor_db = min(level, self._floor_db + _FLOOR_UP_DB)
        if level < self._floor_db + _OUT_DB:
            return
        self._speech_db += _FOLLOW * (level - self._speech_db)
        wanted = min(TARGET_DB - self._speech_db, MOST_DB, NOISE_DB - self._floor_db)
        step = max(0.0, wanted) - self._gain_db
        self._gain_db += min(_UP_DB, max(-_DOWN_DB, step))
