"""Sounds for the virtual sound card, and what is made of recordings of them.

Flows out: tones and sweeps. Flows in: recordings. Refuses to know: devices.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LOUD = 0.01
"""Part of full scale above which something sounds."""


def tone(seconds: float, rate: int = 22_050, hertz: float = 440) -> Pcm:
    """A sine at a third of full scale."""
    moments = np.arange(round(seconds * rate)) / rate
    return Pcm.from_float((0.33 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32), rate)


def sweep(seconds: float) -> Pcm:
    """A tone that rises from 200 to 1200 Hz: no part of it is like another."""
    moments = np.arange(round(seconds * LISTEN_RATE)) / LISTEN_RATE
    phase = 2 * np.pi * (200 * moments + 500 * moments**2 / seconds)
    return Pcm.from_float((0.33 * np.sin(phase)).astype(np.float32))


def loud_part(sound: Pcm) -> Pcm:
    """From the first to the last loud sample."""
    loud = np.flatnonzero(np.abs(sound.samples.astype(int)) > LOUD * 32_768)
    return Pcm(sound.samples[loud[0] : loud[-1] + 1], sound.rate) if len(loud) else Pcm.silence(0)


def sounding_s(sound: Pcm) -> float:
    """Seconds of `tone` in a recording, whatever gaps there are between."""
    energy = float(np.sum(np.square(sound.samples.astype(float))))
    return energy / ((0.33 * 32_768) ** 2 / 2) / sound.rate


def likeness(heard: Pcm, said: Pcm) -> float:
    """How alike two sounds are at the best offset: 1 is the same but for the loudness."""
    size = 1 << (len(heard.samples) + len(said.samples)).bit_length()
    one, other = (np.fft.rfft(sound.samples.astype(float), size) for sound in (heard, said))
    peak = np.abs(np.fft.irfft(one * np.conj(other), size)).max()
    energies = [float(np.sum(np.square(sound.samples.astype(float)))) for sound in (heard, said)]
    return float(peak / np.sqrt(energies[0] * energies[1]))


async def gathered(frames: AsyncIterator[Pcm], seconds: float) -> Pcm:
    """The next so many seconds."""
    parts: list[Pcm] = []
    while len(parts) * FRAME_SAMPLES < seconds * LISTEN_RATE:
        parts.append(await anext(frames))
    return Pcm.join(parts)


async def until(reached: Callable[[], bool]) -> None:
    """Wait until this is true of a device, which announces nothing."""
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
