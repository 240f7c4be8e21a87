"""What is said and sounded in the benchmark: our own voice, and recordings where there are any.

Flows in: texts, and the folder of recordings. Flows out: questions, interruptions and noises as
sound. It refuses to know what they are for. The recordings are not part of the project.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.wav import read_sound
from assistant.config import TtsConfig
from assistant.modelfiles.store import default_store
from assistant.speak.piper import Piper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from scenes import Question

AUDIO = Path(__file__).resolve().parent.parent.parent / "shared" / "audio"
"""Where the recordings are, if they are."""
QUESTIONS = (
    "Why is the sky blue?",
    "Who wrote Romeo and Juliet?",
    "What is the capital of Australia?",
    "How far away is the moon?",
    "Can you tell me a short story?",
)
INSTANT = ("What time is it?", "What day is it today?", "Tell me the time.")
LOUD = 0.01
"""Part of full scale from which a sample is speech, and not the hiss around it."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Whoever speaks in the benchmark."""

    piper: Piper
    audio: Path
    """The folder of recordings."""

    @property
    def recorded(self) -> bool:
        """Whether there are recordings."""
        return (self.audio / "manifest.tsv").exists()

    def say(self, texts: Iterable[str]) -> list[Question]:
        """Texts by our own voice, each up to its last loud sample."""
        return [(text, trimmed(self.piper, text)) for text in texts]

    def rows(self, folder: str, language: str = "en") -> list[dict[str, str]]:
        """The manifest's rows of a folder and a language; empty without recordings."""
        if not self.recorded:
            return []
        with (self.audio / "manifest.tsv").open(encoding="utf-8", newline="") as file:
            every = list(csv.DictReader(file, delimiter="\t"))
        return [r for r in every if r["kind"] == folder and r["language"] == language]

    def recording(self, path: str) -> Pcm:
        """A recording at `LISTEN_RATE`."""
        return read_sound(self.audio / path)


def default_voices(audio: Path) -> Voices:
    """With the voice that the program speaks with, too."""
    return Voices(Piper(default_store().require("en_US-joe-medium", "tts"), TtsConfig()), audio)


def trimmed(voice: Piper, text: str) -> Pcm:
    """The text up to its last loud sample."""
    return cropped(Pcm.join(voice.pieces(text)).resampled(LISTEN_RATE))


def cropped(sound: Pcm) -> Pcm:
    """The sound up to its last loud sample."""
    loud = np.flatnonzero(magnitude(sound) > LOUD * 32_768)
    return Pcm(sound.samples[: loud[-1] + 1], sound.rate)


def magnitude(sound: Pcm) -> NDArray[np.int32]:
    """Of each sample; 16 bits do not hold that of the lowest."""
    return np.abs(sound.samples.astype(np.int32))


def dbfs(sound: Pcm) -> float:
    """The level of its loud parts, in decibels of full scale: the RMS over all 20 ms pieces that
    are within 25 dB of the loudest."""  # noqa: D209
    length = sound.rate // 50
    whole = len(sound.samples) // length * length
    pieces = sound.samples[:whole].astype(np.float64).reshape(-1, length) / 32_768
    power = np.maximum((pieces**2).mean(axis=1), 1e-12)
    return float(10 * np.log10(power[power > power.max() / 316].mean()))


def at_level(sound: Pcm, level_dbfs: float) -> Pcm:
    """The same at this level; what is too loud for 16 bits is cut."""
    gain = 10 ** ((level_dbfs - dbfs(sound)) / 20)
    samples = np.clip(sound.samples.astype(np.float64) * gain, -32_768, 32_767)
    return Pcm(samples.astype(np.int16), sound.rate)
