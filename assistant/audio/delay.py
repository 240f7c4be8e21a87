"""How long a sound takes from the speaker to the microphone, found in what both have.

Flows in: frames that were played and frames that were heard at the same moments. Flows out: the
delay between them. Refuses to know: how either was recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_S = 1.0
"""Seconds beyond which no delay is looked for: `[audio] echo_delay_ms` goes as far."""
WINDOW_S = 3.0
"""Seconds of sound that are compared."""
CLEAR = 8.0
"""How often the peak must be as high as the rest of the correlation, which is 4 to 5 for noise."""
SURE = 12.0
"""How clear a finding must be to be taken at once; a less clear one must come twice."""
_STEP = 4
"""Every so many samples are averaged into one: 4 kHz are enough, and take 1 ms to compare."""
_RATE = LISTEN_RATE // _STEP
_AGREE_S = 0.01
"""Seconds by which two findings may differ and still be the same."""


class Delay(NamedTuple):
    """What was found."""

    seconds: float
    """From the speaker to the microphone; negative where the device's clocks mislead."""
    clearness: float
    """How far the peak stands out; below `CLEAR` it is a guess."""


def find_delay(
    played: NDArray[np.int16], heard: NDArray[np.int16], longest_s: float = LONGEST_S
) -> Delay:
    """The delay between two recordings that began at the same moment, at `LISTEN_RATE`.

    By generalised cross-correlation with phase transform (Knapp and Carter, 1976), in which every
    pitch counts alike, so that a loud vowel does not drown the rest.
    """
    far, near = _slower(played), _slower(heard)
    size = 1 << (len(far) + len(near)).bit_length()
    spectrum = np.fft.rfft(near, size) * np.conj(np.fft.rfft(far, size))
    strength = np.abs(spectrum)
    # what neither has (a voice at 4 kHz sampled has all) would count as much as what both have
    floor = 1e-3 * float(strength.max(initial=0.0)) + 1e-9
    correlation = np.abs(np.fft.irfft(spectrum / (strength + floor), size))
    back = round(0.1 * _RATE)
    window = np.concatenate([correlation[-back:], correlation[: round(longest_s * _RATE)]])
    best = int(np.argmax(window))
    rest = float(np.sqrt(np.mean(np.square(window)))) or 1.0
    return Delay((best - back) / _RATE, float(window[best]) / rest)


class DelayFinder:
    """Frames in; the delay, once it is clear or two stretches of sound agree on it."""

    def __init__(self) -> None:
        self._played: list[NDArray[np.int16]] = []
        self._heard: list[NDArray[np.int16]] = []
        self._last: Delay | None = None

    def push(self, played: NDArray[np.int16], heard: NDArray[np.int16]) -> float | None:
        """A frame of each; seconds of delay when it has just been found."""
        self._played.append(played)
        self._heard.append(heard)
        if len(self._played) * FRAME_SAMPLES < WINDOW_S * LISTEN_RATE:
            return None
        delay = find_delay(np.concatenate(self._played), np.concatenate(self._heard))
        self.clear()
        if delay.clearness < CLEAR:
            return None
        last, self._last = self._last, delay
        again = last is not None and abs(last.seconds - delay.seconds) <= _AGREE_S
        return delay.seconds if again or delay.clearness >= SURE else None

    def clear(self) -> None:
        """The frames that come next do not follow those before."""
        self._played.clear()
        self._heard.clear()


def _slower(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    whole = samples[: len(samples) // _STEP * _STEP].astype(np.float32)
    return np.asarray(whole.reshape(-1, _STEP).mean(axis=1), np.float32)
