"""The sound of the bell: a few tones a round, louder over a minute.

Flows in: what rings, and for how long it has. Flows out: `Pcm`, one round of it. Refuses to know:
when it is played, and what is said between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from assistant.audio.chimes import RATE
from assistant.audio.pcm import Pcm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUND_S: Final = 2.0
"""Seconds of one round: tones, and a pause in which "stop" can be heard."""
LOUDER_S: Final = 60.0
"""Seconds in which it becomes as loud as it gets."""
SAID_S: Final = 10.0
"""Seconds from one saying of its name to the next."""
_SOFT, _LOUD = 0.06, 0.7
"""Peaks at the beginning and after `LOUDER_S`, of full scale: 21 dB apart, by even steps in dB."""
_EDGE_S = 0.006
_PATTERNS: Final[Mapping[str, Sequence[tuple[float, float, float]]]] = {
    "timer": ((0.0, 988, 0.1), (0.16, 988, 0.1), (0.32, 1319, 0.22)),
    "alarm": ((0.0, 784, 0.16), (0.22, 988, 0.16), (0.44, 1175, 0.16), (0.66, 1568, 0.3)),
    "reminder": ((0.0, 1047, 0.18), (0.26, 784, 0.34)),
}
"""By what rings: tones as seconds from the start, hertz and seconds."""


def level(elapsed_s: float) -> float:
    """The peak, of full scale, of a round that begins after so many seconds of ringing."""
    share = min(1.0, max(0.0, elapsed_s / LOUDER_S))
    return float(_SOFT * (_LOUD / _SOFT) ** share)


def tones(kind: str, elapsed_s: float) -> Pcm:
    """One round of `ROUND_S` for `timer`, `alarm` or `reminder`; at `chimes.RATE`."""
    wave = np.zeros(round(ROUND_S * RATE), np.float32)
    for start_s, hertz, seconds in _PATTERNS.get(kind, _PATTERNS["timer"]):
        tone = _tone(hertz, seconds)
        start = round(start_s * RATE)
        wave[start : start + len(tone)] += tone
    return Pcm.from_float((wave * level(elapsed_s)).astype(np.float32), RATE)


def _tone(hertz: float, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A sine with an overtone, which small speakers bring better, within ±1."""
    time = np.arange(round(seconds * RATE)) / RATE
    edges = np.clip(np.minimum(time, seconds - time) / _EDGE_S, 0, 1)
    wave = np.sin(2 * np.pi * hertz * time) + 0.35 * np.sin(4 * np.pi * hertz * time)
    fading = np.exp(-1.5 * time / seconds)
    return (wave / 1.35 * edges * fading).astype(np.float32)
