"""The speaker's sound taken out of what the microphone hears.

Flows in: frames with the time at which they were recorded, and the speaker's `Reference`. Flows
out: frames without the echo, and how much of it is left. Refuses to know: devices, turns, waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.adaptive import AdaptiveFilter
from assistant.audio.delay import DelayFinder
from assistant.audio.double_talk import STILL, DoubleTalk
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from assistant.audio.reference import Reference

LEAD_S = 0.03
"""Seconds by which the reference is given early: devices' clocks err by as much, and an echo that
seems to come before its sound cannot be taken out."""
TAIL_S = 0.7
"""Seconds after the speaker's last sound in which its echo may still arrive."""
REACH_S = 0.2
"""Seconds of delay that need no measuring: the filter has 0.32, and the room takes the rest."""
_QUIET = 16
"""Peak below which the speaker is silent: -66 dB below full scale."""
_DRIFT_S = 0.008
"""Seconds by which the microphone's clock may wander off before it is set anew."""
_BREAK_S = 0.06
"""Seconds by which a frame is late or early when others are missing."""
_SMOOTH = 0.03
"""Share of a frame in the smoothed levels and the smoothed drift: a third of a second."""
_FULL_SCALE = 32_768.0
SILENCE_DB = -120.0


class Canceller:
    """Frames with their times in, the same without the speaker's sound out.

    Two cancellers side by side. WebRTC's AEC3 leaves next to nothing of the echo, but spoils the
    words of whoever speaks over it (48 of 48 where the microphone hears no speaker at all, such as
    with headphones). A linear filter leaves more of the echo and every word as it is. So its output
    is taken while somebody speaks, and else AEC3's. While the speaker is silent a frame passes as
    it is, and costs nothing.
    """

    def __init__(
        self,
        reference: Reference,
        delay_s: float | None = None,
        watch: Callable[[Pcm], None] | None = None,
    ) -> None:
        """`watch` is given what sounded with each frame, `LEAD_S` early."""
        from pywebrtc_audio import EchoCanceller  # noqa: PLC0415  # only where it is wanted

        self._aec = EchoCanceller(LISTEN_RATE)
        self._filter = AdaptiveFilter()
        self._near = DoubleTalk()
        self._share = 0.0
        self._breaks = 0
        self._reference = reference
        self._finder = DelayFinder() if delay_s is None else None
        self._shift = round((LEAD_S - (delay_s or 0.0)) * LISTEN_RATE)
        self._next = 0
        self._drift_s = 0.0
        self._loud_until = 0
        self._watch = watch
        self._before = self._after = 0.0
        self.delay_s = delay_s
        """Seconds from the speaker to the microphone; None until it is found."""

    @property
    def echo_db(self) -> float:
        """The level of what is left, in dB below full scale: a third of a second's mean.

        Whoever speaks over the speaker is in it. -120 while the speaker is silent.
        """
        return _level(self._after)

    @property
    def removed_db(self) -> float:
        """By how many dB the level fell; 0 while the speaker is silent."""
        return _level(self._before) - _level(self._after)

    def push(self, heard: NDArray[np.int16], captured: float) -> NDArray[np.int16]:
        """A frame, shape (160,), and when it began to sound; shape (160,)."""
        if captured > self._reference.ends + TAIL_S + max(0.0, self.delay_s or 0.0):
            self._rest()
            return heard
        start = self._start(captured)
        played = self._reference.frame(start + self._shift)
        if self._watch:
            self._watch(Pcm(played))
        if np.abs(played).max() > _QUIET:
            self._loud_until = start + round(TAIL_S * LISTEN_RATE)
        if start >= self._loud_until:
            self._before = self._after = 0.0
            return heard
        if self._breaks != self._reference.breaks:
            self._breaks = self._reference.breaks
            self._doubt()
        clean = self._cancelled(heard, played)
        self._before += _SMOOTH * (_energy(heard) - self._before)
        self._after += _SMOOTH * (_energy(clean) - self._after)
        if self._finder is not None:
            self._learn(self._finder.push(played, heard))
        return clean

    def _cancelled(self, heard: NDArray[np.int16], played: NDArray[np.int16]) -> NDArray[np.int16]:
        far, mixed_in = _floats(played), _floats(heard)
        left, echo = self._filter.push(far, mixed_in)
        quiet = _floats(self._aec.process(heard, played))
        near = self._near.push(*(float(np.dot(part, part)) for part in (left, echo, mixed_in, far)))
        before, self._share = self._share, float(near)
        ramp = np.linspace(before, self._share, len(left), dtype=np.float32)
        mixed = _FULL_SCALE * (ramp * left + (1 - ramp) * quiet)
        return np.clip(np.round(mixed), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)

    def _start(self, captured: float) -> int:
        """The frame's first sample on the reference's clock: 160 after the last one's.

        The time of a frame wavers by milliseconds, its samples do not: the clock is only set anew
        where frames are missing, or where the two devices have drifted apart.
        """
        error_s = captured - self._next / LISTEN_RATE
        self._drift_s += _SMOOTH * (error_s - self._drift_s)
        if abs(error_s) > _BREAK_S or abs(self._drift_s) > _DRIFT_S:
            self._next = round(captured * LISTEN_RATE)
            self._drift_s = 0.0
            self._doubt()
            if self._finder is not None:
                self._finder.clear()
        start, self._next = self._next, self._next + FRAME_SAMPLES
        return start

    def _learn(self, found_s: float | None) -> None:
        """Bring the reference nearer where the echo is later than the canceller looks.

        Not while the filter takes the echo away: then what was found is something else.
        """
        if found_s is None:
            return
        self.delay_s = found_s - self._shift / LISTEN_RATE
        if not 0 <= found_s <= REACH_S and not self._near.knows:
            self._shift = round((LEAD_S - self.delay_s) * LISTEN_RATE)
            self._aec.reset()
            self._filter = AdaptiveFilter()
            self._near = DoubleTalk()

    def _doubt(self) -> None:
        """Where the two clocks were set anew, what the filter leaves may be echo again.

        Whoever speaks just as the speaker falls silent is what it falls silent for, and goes on.
        """
        speaks = self._share and self._near.over_sound
        self._filter.doubt()
        self._near = DoubleTalk(STILL if speaks else 0)

    def _rest(self) -> None:
        self._next = 0
        self._before = self._after = 0.0
        if self._finder is not None:
            self._finder.clear()


def _floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """The samples, within ±1."""
    return samples.astype(np.float32) / _FULL_SCALE


def _energy(samples: NDArray[np.int16]) -> float:
    """The mean square, as a part of full scale."""
    floats = samples.astype(np.float32)
    return float(np.dot(floats, floats)) / len(samples) / _FULL_SCALE**2


def _level(energy: float) -> float:
    return max(SILENCE_DB, 10 * float(np.log10(energy + 1e-12)))
