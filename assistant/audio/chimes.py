"""Chimes: short tones that say what words would be too long for.

Flows out: `Pcm`, synthesised, so that no file is needed. Refuses to know: when they are played.
"""

from __future__ import annotations

import numpy as np

from assistant.audio.pcm import Pcm

RATE = 22_050
"""Samples a second: Piper's rate, so that a chime and a voice follow each other smoothly."""
_EDGE_S = 0.008
_PEAK = 0.25


def listening() -> Pcm:
    """Two rising tones: go on, I hear you."""
    return Pcm.join([_tone(660, 0.07), _tone(880, 0.11)])


def done() -> Pcm:
    """Two falling tones: finished."""
    return Pcm.join([_tone(880, 0.07), _tone(660, 0.11)])


def closing() -> Pcm:
    """One soft low tone: I am no longer listening."""
    return _tone(520, 0.09)


def error() -> Pcm:
    """Two low tones: it failed, and there is no voice to say why."""
    return Pcm.join([_tone(300, 0.14), Pcm.silence(0.05, RATE), _tone(240, 0.2)])


def shutter() -> Pcm:
    """Two clicks, as of a curtain that opens and closes: a picture was taken."""
    return Pcm.join([_click(0.045), Pcm.silence(0.03, RATE), _click(0.07)])


def _click(seconds: float) -> Pcm:
    """Noise with soft edges that dies away fast; the same each time."""
    time = np.arange(round(seconds * RATE)) / RATE
    edges = np.minimum(1, np.minimum(time / 0.002, (seconds - time) / _EDGE_S))
    noise = np.random.default_rng(7).uniform(-1, 1, len(time))
    wave = noise * edges * np.exp(-7 * time / seconds) * _PEAK
    return Pcm.from_float(wave.astype(np.float32), RATE)


def _tone(hertz: float, seconds: float) -> Pcm:
    """A sine with soft edges and a fading end."""
    time = np.arange(round(seconds * RATE)) / RATE
    edges = np.minimum(1, np.minimum(time, seconds - time) / _EDGE_S)
    wave = np.sin(2 * np.pi * hertz * time) * edges * np.exp(-3 * time / seconds) * _PEAK
    return Pcm.from_float(wave.astype(np.float32), RATE)
