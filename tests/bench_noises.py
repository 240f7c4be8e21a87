"""What sounds over a reply without being meant for the assistant.

Flows in: voices, and recordings where there are any. Flows out: sounds by kind, each at its level.
It refuses to know what is done with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bench_voices import at_level

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from bench_voices import Voices
    from numpy.typing import NDArray

Noise = tuple[str, Pcm]
"""Its name, and the sound."""

AGREEING = ("Uh-huh.", "Mm-hmm.", "Yeah.", "Right.", "Okay.", "Oh, wow.")
CHATTER = (
    "I told her that the train was late again, but she did not believe a word of it.",
    "Have you seen the new place around the corner? They make wonderful soup.",
    "We should really paint the kitchen before the summer, if the weather allows.",
    "He plays the cello, and his sister is quite good at the piano, I believe.",
    "No, the meeting was on Tuesday, and everybody had forgotten the report.",
    "The children are at their grandmother's, so we have the evening to ourselves.",
)
LONGEST_S = 8.0
"""Seconds of a noise that goes on: most of what is left of the reply."""
LEVELS = {"cough": -22.0, "uh-huh": -26.0, "door": -20.0, "music": -34.0, "babble": -36.0}
"""Decibels of full scale of each kind's loud parts; our voice as a person is at about -18."""


def noises(voices: Voices) -> dict[str, tuple[float, list[Noise]]]:
    """By kind: the level, and the sounds."""
    kinds = {
        "cough": [*(_cough(seed) for seed in range(4)), *recorded(voices, "sneeze")],
        "uh-huh": voices.say(AGREEING),
        "door": [_door(seed) for seed in range(3)] + recorded(voices, "dishes", "keyboard"),
        "music": recorded(voices, "music") or [_chords()],
        "babble": [babble(voices)],
    }
    return {
        kind: (LEVELS[kind], [(name, at_level(sound, LEVELS[kind])) for name, sound in sounds])
        for kind, sounds in kinds.items()
    }


def recorded(voices: Voices, *names: str) -> list[Noise]:
    """The recorded noises with one of these in their names; none without recordings."""
    rows = [row["path"] for row in voices.rows("noise", "none")]
    found = [path for path in rows if any(name in path for name in names)]
    return [
        (path.rpartition("/")[2], Pcm(voices.recording(path).samples[: round(LONGEST_S * 16_000)]))
        for path in found
    ]


def babble(voices: Voices) -> Noise:
    """Six people at once, on and on: recorded ones, or our voice six times."""
    rows = [row for row in voices.rows("utterance") if float(row["duration_s"]) > 5]
    sounds = [voices.recording(row["path"]) for row in rows[:6]]
    name = "six recorded people at once" if sounds else "our voice six times at once"
    sounds = sounds or [sound for _, sound in voices.say(CHATTER)]
    length = round(LONGEST_S * LISTEN_RATE)
    mixed = np.zeros(length)
    for sound in sounds:
        mixed += np.resize(at_level(sound, -30).samples.astype(np.float64), length)
    return name, _pcm(mixed / np.abs(mixed).max() * 0.5)


def _cough(seed: int) -> Noise:
    """Two bursts of breath through a throat: noise about 400 to 2500 Hz that dies away."""
    chance = np.random.default_rng(seed)
    bursts = []
    for seconds in (0.25, 0.3):
        count = round(seconds * LISTEN_RATE)
        spectrum = np.fft.rfft(chance.normal(size=count))
        hertz = np.fft.rfftfreq(count, 1 / LISTEN_RATE)
        throat = np.exp(-(((np.log2(np.maximum(hertz, 1)) - np.log2(1000)) / 1.2) ** 2))
        bursts += [
            np.fft.irfft(spectrum * throat, count) * np.exp(-np.arange(count) / count * 5),
            np.zeros(round(0.1 * LISTEN_RATE)),
        ]
    sound = np.concatenate(bursts)
    return f"made cough {seed + 1}", _pcm(sound / np.abs(sound).max() * 0.5)


def _door(seed: int) -> Noise:
    """A thud at 60 to 90 Hz with a click, and a rattle after it."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(0.7 * LISTEN_RATE)) / LISTEN_RATE
    thud = np.sin(2 * np.pi * (60 + 15 * seed) * time) * np.exp(-time * 12)
    click = chance.normal(size=len(time)) * np.exp(-time * 60) * 0.5
    rattle = chance.normal(size=len(time)) * np.exp(-((time - 0.25) ** 2) / 0.001) * 0.15
    sound = thud + click + rattle
    return f"made door {seed + 1}", _pcm(sound / np.abs(sound).max() * 0.5)


def _chords() -> Noise:
    """Four chords of three tones with overtones."""
    time = np.arange(round(LONGEST_S / 4 * LISTEN_RATE)) / LISTEN_RATE
    chords = []
    for root in (220.0, 174.6, 261.6, 196.0):
        tones = [root * step * over for step in (1, 1.25, 1.5) for over in (1, 2, 3)]
        waves = [np.sin(2 * np.pi * tone * time) * root / tone for tone in tones]
        chords.append(np.sum(waves, axis=0) * np.exp(-time))
    sound = np.concatenate(chords)
    return "made chords", _pcm(sound / np.abs(sound).max() * 0.5)


def _pcm(sound: NDArray[np.float64]) -> Pcm:
    return Pcm.from_float(sound.astype(np.float32))
