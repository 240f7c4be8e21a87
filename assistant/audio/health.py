"""Whether the microphone works: a dead one, and one that is too loud.

Flows in: frames as they were recorded. Flows out: an error to tell when something has gone wrong,
once, and again when it got better and went wrong again. Refuses to know: devices, speech.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, Pcm
from assistant.errors import MicrophoneDead, MicrophoneLoud

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.errors import DeviceError

NOTHING = 1
"""Amplitude up to which a sample is a zero: soxr dithers zeros at another rate by so much."""
NEVER_S = 10.0
"""Seconds of nothing but zeros, from the beginning on, after which it is dead. A whole request fits
into them, so that a headset whose noise gate opens for its wearer has shown that it lives."""
FELL_SILENT_S = 60.0
"""The same once it gave a sound: pauses of people behind a gate that has not shown itself yet."""
_GATE_S = 3.0
"""Zeros of at most so many seconds between two sounds are a gate at work: none is muted so
briefly by hand."""
_GATES = 3
"""Times that this must be seen: a busy machine loses a block now and then."""
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
    """Frames in, complaints out.

    Zeros are no proof of death. A converter makes some noise in the quietest room, but a headset
    with a noise gate gives zeros whenever its wearer is silent, and that may last all night: one
    that was seen to do so is never called dead. Another is once it was silent for a minute, as when
    somebody pressed its switch, and one that never gave a sound already after `NEVER_S`.
    """

    def __init__(self) -> None:
        self._zeros = 0
        self._heard = False
        self._gates = 0
        self._complained = False
        self.clipped = 0.0
        """Share of samples at the limit, 0 to 1, over the last three seconds or so."""

    @property
    def dead(self) -> bool:
        """Whether it gives nothing but zeros."""
        return self._gates < _GATES and self._zeros >= self._patience

    def push(self, samples: NDArray[np.int16]) -> DeviceError | None:
        """A frame, shape (n,); an error to act on when it has just gone wrong."""
        high, low = int(samples.max(initial=0)), int(samples.min(initial=0))
        if high <= NOTHING and low >= -NOTHING:
            self._zeros += 1
            if self.dead and self._zeros == self._patience:
                return MicrophoneDead(DEAD)
        else:
            self._sound()
        share = 0.0
        if high >= FULL_SCALE or low <= -FULL_SCALE:
            share = float(np.mean((samples >= FULL_SCALE) | (samples <= -FULL_SCALE)))
        self.clipped += _SMOOTH * (share - self.clipped)
        if self.clipped > CLIPPED and not self._complained:
            self._complained = True
            return MicrophoneLoud(CLIPPING.format(percent=100 * self.clipped))
        if self.clipped < _BETTER:
            self._complained = False
        return None

    def _sound(self) -> None:
        """A frame that is not all zeros."""
        if self._heard and 0 < self._zeros <= round(_GATE_S / FRAME_S):
            self._gates += 1
        self._zeros = 0
        self._heard = True

    @property
    def _patience(self) -> int:
        """Frames of zeros that make it dead."""
        return round((FELL_SILENT_S if self._heard else NEVER_S) / FRAME_S)


def sounds(samples: NDArray[np.int16]) -> bool:
    """Whether there is anything in it, shape (n,), but digital silence."""
    return int(samples.max(initial=0)) > NOTHING or int(samples.min(initial=0)) < -NOTHING


def examined(sound: Pcm) -> float:
    """The level of the room in a recording, in dB below full scale: the quietest tenth of it.

    Raises MicrophoneDead and MicrophoneLoud.
    """
    samples = sound.samples
    if not sounds(samples):
        raise MicrophoneDead(DEAD)
    clipped = float(np.mean((samples >= FULL_SCALE) | (samples <= -FULL_SCALE)))
    if clipped > CLIPPED:
        raise MicrophoneLoud(CLIPPING.format(percent=100 * clipped))
    step = 5 * FRAME_SAMPLES
    parts = [Pcm(samples[at : at + step]).dbfs for at in range(0, len(samples), step)]
    return float(np.percentile(parts, 10))
