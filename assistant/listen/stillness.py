"""For how long it has been still: frames in, milliseconds out.

Pure. The detector of speech is sure of a silence some 70 ms after it has begun; by the level alone
it shows at once, where the room is quiet enough. Refuses to know: what is speech.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_S

if TYPE_CHECKING:
    from assistant.audio.pcm import Pcm

_MEMORY_S = 3.0
"""Seconds over which the softest is what the room sounds like: no one speaks for so long without
closing his lips."""
_NEAR = 4.0
"""Times the power of the softest, 6 dB: the level of steady noise in 10 ms varies by a third."""
_LEAST = 1.0
"""Power of the last bit: a digital silence is no reason to take every other frame for a sound."""


class Stillness:
    """Counts the frames at the end that are about as soft as any."""

    def __init__(self) -> None:
        self._count = 0
        self._floors: deque[tuple[int, float]] = deque()
        """Frames that may yet be the softest, with their power, the softest first."""
        self._still = 0

    def push(self, frame: Pcm) -> float:
        """Milliseconds for which it has been still, with this frame."""
        samples = frame.samples.astype(np.float32)
        power = max(_LEAST, float(samples @ samples) / max(1, len(samples)))
        self._count += 1
        while self._floors and self._floors[-1][1] >= power:
            self._floors.pop()
        self._floors.append((self._count, power))
        if self._floors[0][0] <= self._count - _MEMORY_S / FRAME_S:
            self._floors.popleft()
        self._still = self._still + 1 if power <= _NEAR * self._floors[0][1] else 0
        return self._still * FRAME_S * 1000
