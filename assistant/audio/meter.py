"""How loud it is: a level for each tenth of a second.

Flows in: frames. Flows out: `Level`. Refuses to know: how it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from assistant.audio.pcm import FRAME_S, Pcm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LEVEL_S = 0.1
"""Seconds of sound in one level."""
_FLOOR_DBFS = -120.0


class Level(NamedTuple):
    """The loudness of a tenth of a second, in dB below full scale; -120 for digital silence."""

    peak_dbfs: float
    rms_dbfs: float


class Frames(Protocol):
    """The part of a microphone that is measured."""

    def frames(self) -> AsyncIterator[Pcm]:
        """Frames of 10 ms."""


def level(sound: Pcm) -> Level:
    """The peak and root-mean-square level of a sound."""
    peak = int(np.abs(sound.samples.astype(np.int32)).max(initial=0))
    peak_dbfs = max(_FLOOR_DBFS, 20 * float(np.log10(peak / 32_768))) if peak else _FLOOR_DBFS
    return Level(peak_dbfs, sound.dbfs)


async def levels(microphone: Frames) -> AsyncIterator[Level]:
    """Ten levels a second, until the microphone ends. Raises AudioError."""
    heard: list[Pcm] = []
    async for frame in microphone.frames():
        heard.append(frame)
        if len(heard) * FRAME_S >= LEVEL_S:
            yield level(Pcm.join(heard))
            heard.clear()
