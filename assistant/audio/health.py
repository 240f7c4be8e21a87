"""Whether the microphone works: a dead one, and one that is too loud.

Flows in: frames as they were recorded. Flows out: a sentence when something has gone wrong, once,
and again when it got better and went wrong again. Refuses to know: devices, speech.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEAD_S = 5.0
"""Seconds of nothing but zeros after which it is dead: even a quiet room makes some noise."""
FULL_SCALE = 32_700
"""Amplitude from which a sample is at its limit; some devices clip a little below theirs."""
CLIPPED = 0.005
"""Share of samples at the limit, over three seconds, above which words suffer."""
_BETTER = 0.001
"""Share of them below which it is well again."""
_SMOOTH = FRAME_S / 3
DEAD = (
    "The microphone gives nothing but digital silence. Is it muted, or is another one meant? "
    "`assistant devices` lists them; choose one with [audio] input."
)
CLIPPING = (
    "The microphone is too loud: {percent:.1f} % of its samples are at the limit. Turn its level "
    "down in the system's sound settings, or move away from it."
)


class Health:
    """Frames in, complaints out."""

    def __init__(self) -> None:
        self._zeros = 0
        self._complained = False
        self.clipped = 0.0
        """Share of samples at the limit, 0 to 1, over the last three seconds or so."""

    @property
    def dead(self) -> bool:
        """Whether it gives nothing but zeros."""
        return self._zeros * FRAME_S >= DEAD_S

    def push(self, samples: NDArray[np.int16]) -> str | None:
        """A frame, shape (n,); a sentence to act on when it has just gone wrong."""
        high, low = int(samples.max(initial=0)), int(samples.min(initial=0))
        if high == low == 0:
            self._zeros += 1
            if self._zeros == round(DEAD_S / FRAME_S):
                return DEAD
        else:
            self._zeros = 0
        share = 0.0
        if high >= FULL_SCALE or low <= -FULL_SCALE:
            share = float(np.mean((samples >= FULL_SCALE) | (samples <= -FULL_SCALE)))
        self.clipped += _SMOOTH * (share - self.clipped)
        if self.clipped > CLIPPED and not self._complained:
            self._complained = True
            return CLIPPING.format(percent=100 * self.clipped)
        if self.clipped < _BETTER:
            self._complained = False
        return None
