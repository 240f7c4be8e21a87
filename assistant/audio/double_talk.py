"""Whether somebody speaks over the speaker: a double-talk detector.

Flows in: what an adaptive filter leaves of each frame, and what it takes away. Flows out: whether
more is left than it leaves of an echo. Refuses to know: samples, delays, devices.
"""

from __future__ import annotations

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
STILL = 40
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


class DoubleTalk:
    """Energies of frames in, whether somebody speaks over the speaker out."""

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
            return self._held > 0 or self._silent >= STILL
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
