"""A reply, and what a microphone hears of it: the echo of a room, made by hand.

Flows in: sounds. Flows out: the same as a speaker's device gives them to a reference, as they come
back from a room, and as a microphone hears them. It refuses to know who takes the echo out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.audio.pcm import FRAME_S, LISTEN_RATE, Pcm
from assistant.audio.reference import Block, Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

REPLY = (
    "The weather in Berlin is cloudy today, with a light wind from the west. Tomorrow it should "
    "get warmer, and in the evening a thunderstorm may come. Take an umbrella with you."
)
BEGAN = 5_000.0
"""When the speaker begins in the tests that have no clock."""


@pytest.fixture(scope="module")
def reply(say: Callable[[str], Pcm]) -> Pcm:
    """What the assistant says, with room to be mixed with something."""
    return quieter(say(REPLY), -6)


def quieter(sound: Pcm, db: float) -> Pcm:
    """The sound at another loudness."""
    return Pcm((sound.samples * 10 ** (db / 20)).astype(np.int16), sound.rate)


class Device:
    """A speaker's device in a reference's eyes: it plays a sound from `BEGAN` on."""

    def __init__(self, sound: Pcm, rate: int = 48_000, channels: int = 1) -> None:
        self.reference = Reference()
        self.wavers_s = 0.0
        """Seconds by which its word on when a block sounds may be wrong."""
        self._rate, self._channels = rate, channels
        self._samples = np.repeat(sound.resampled(rate).samples, channels)
        self._given = 0
        self._rng = np.random.default_rng(1)

    def give(self, until: float) -> None:
        """Give the blocks that begin to sound until then, in seconds from the beginning."""
        length = round(self._rate * FRAME_S) * self._channels
        while self._given * FRAME_S < until:
            start = self._given * length
            data = self._samples[start : start + length]
            sounds = len(data) == length
            error = self._rng.uniform(-1, 1) * self.wavers_s if self._given else 0.0
            self.reference.push(
                Block(
                    BEGAN + self._given * FRAME_S + error,
                    data.tobytes() if sounds else bytes(2 * length),
                    self._rate,
                    self._channels,
                    sounds=sounds,
                    follows=True,
                )
            )
            self._given += 1


def delayed(sound: Pcm, delay_ms: int, db: float, seconds: float) -> NDArray[np.float64]:
    """A sound as its echo: so much later and so much louder (negative: softer), and then nothing.

    A room is in it: the sound comes back for 200 ms, ever softer, and by many ways.
    """
    rng = np.random.default_rng(2)
    ways = rng.normal(0, 1, LISTEN_RATE // 5) * np.exp(-6.9 * np.linspace(0, 1, LISTEN_RATE // 5))
    ways[0] = 4.0
    ways *= 10 ** (db / 20) / np.sqrt(np.sum(np.square(ways)))
    echo = np.zeros(round(seconds * LISTEN_RATE))
    size = 1 << (len(sound.samples) + len(ways)).bit_length()
    spectrum = np.fft.rfft(sound.samples.astype(float), size) * np.fft.rfft(ways, size)
    start = round(delay_ms * LISTEN_RATE / 1000)
    whole = np.fft.irfft(spectrum, size)[: len(echo) - start]
    echo[start : start + len(whole)] = whole
    return echo


def heard(echo: NDArray[np.floating], near: Pcm | None = None, at_s: float = 0.0) -> Pcm:
    """What a microphone makes of an echo and of somebody near it: with a little noise."""
    mixed: NDArray[np.float64] = echo + np.random.default_rng(3).normal(0, 3, len(echo))
    if near is not None:
        start = round(at_s * LISTEN_RATE)
        mixed[start : start + len(near.samples)] += near.samples
    return Pcm(np.clip(mixed, -32_768, 32_767).astype(np.int16))
