"""The speaker's sound taken out of what the microphone hears.

Flows in: frames with the time at which they were recorded, and the speaker's `Reference`. Flows
out: frames without the echo, and how much of it is left. Refuses to know: devices, turns, waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.adaptive import AdaptiveFilter
from assistant.audio.delay import DelayFinder
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
_NEAR = 8.0
"""How far above the expected echo that is left a frame must lie for somebody to speak: 9 dB."""
_HARMS = 1.5
"""How much more than what is heard the filter may leave. One that adds sound knows the echo no
more, as when the devices' clocks were set anew: else what it adds would pass for a person."""
_AUDIBLE = 1.6e-4
"""Energy of a frame, -60 dB below full scale, under which nobody speaks: the noise of a still room
is no voice, and would open the way to the beginning of the next echo."""
_SURE = 3
"""Frames in a row that must lie so far above it: at the beginning of a loud sound the filter is
wrong for one or two."""
_HOLD = 20
"""Frames that somebody still speaks after the last such frame."""
_STILL = 40
"""Frames after the speaker's last sound in which its echo may arrive; then what is heard is no
echo, whatever the filter knows."""
_LEAK_DOWN, _LEAK_UP = 0.98, 1.012
"""How fast the share of the echo that is left is learned, a frame: 9 dB a second down, 5 up."""
_LEAST_LEAK = 0.003
"""Share of the echo, -25 dB, that is always taken to be left."""
_KNOWS = 20
"""Frames in a row that show that the filter knows the echo. Before that, what it leaves is echo."""
_KNOWN = 0.1
"""Share of what is heard that it then leaves at most: it takes 10 dB away."""
_NO_ECHO = 1e-3
"""Share of what is played that is heard at most where there is no echo to know: -30 dB."""
_NO_ECHO_LASTS = 60
"""Frames in a row that show that there is none: an echo may be late by half as many."""
_QUICK = 0.3
"""Share of a frame in the energies that are compared."""
_LOUD = 1e-3
"""Energy of a played frame that teaches something: -52 dB below full scale."""
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


class _Near:
    """Whether somebody speaks over the speaker, by what a linear filter leaves of the echo."""

    def __init__(self, held: int = 0) -> None:
        """`held`: the frames for which somebody is taken to go on speaking."""
        self._leak = 1.0
        self._left = self._near = self._echo = self._heard = self._played = 0.0
        self._held = held
        self._knows = self._unheard = self._silent = self._above = 0

    def push(self, left: float, echo: float, heard: float, played: float) -> bool:
        """The energies of a frame: what is left, the echo that was taken, and what they are of."""
        self._left += _QUICK * (left - self._left)
        self._near += _QUICK * (min(left, heard) - self._near)
        self._echo += _QUICK * (echo - self._echo)
        self._heard += _QUICK * (heard - self._heard)
        self._played += _QUICK * (played - self._played)
        self._silent = 0 if played >= _LOUD else self._silent + 1
        self._held = max(0, self._held - 1)
        echoes = self._heard > max(_NO_ECHO * self._played, _AUDIBLE)
        if echoes and not self._held and self._left > _HARMS * self._heard:
            self._knows = self._unheard = 0
        if not self.knows:
            self._learn()
            return self._held > 0 or self._silent >= _STILL
        above = self._near > max(_NEAR * self._leak * self._echo, _AUDIBLE)
        self._above = self._above + 1 if above else 0
        if self._above >= (1 if self._held else _SURE):
            self._held = _HOLD
        more = self._near > self._leak * self._echo
        leak = self._leak * (_LEAK_UP if more else _LEAK_DOWN)
        self._leak = min(1.0, max(_LEAST_LEAK, leak))
        return self._held > 0

    @property
    def knows(self) -> bool:
        """Whether the filter takes the echo away, or there is none."""
        return self._knows >= _KNOWS or self._unheard >= _NO_ECHO_LASTS

    @property
    def over_sound(self) -> bool:
        """Whether the speaker sounds, or did a moment ago."""
        return self._played >= _LOUD

    def _learn(self) -> None:
        if self._played < _LOUD:
            return
        unheard = self._heard < _NO_ECHO * self._played
        self._unheard = self._unheard + 1 if unheard else 0
        known = not unheard and self._left < _KNOWN * self._heard
        self._knows = self._knows + 1 if known else 0


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
        self._near = _Near()
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
            self._near = _Near()

    def _doubt(self) -> None:
        """Where the two clocks were set anew, what the filter leaves may be echo again.

        Whoever speaks just as the speaker falls silent is what it falls silent for, and goes on.
        """
        speaks = self._share and self._near.over_sound
        self._filter.doubt()
        self._near = _Near(_STILL if speaks else 0)

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
