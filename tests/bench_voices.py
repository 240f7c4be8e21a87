"""What is said and sounded in the benchmark: our own voice, and recordings where there are any.

Flows in: texts, and the folder of recordings. Flows out: questions, interruptions and noises as
sound. It refuses to know what they are for. The recordings are not part of the project.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scenes import PAUSED, with_pause

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
HESITANT = (
    *PAUSED,
    "Set a timer for, twenty five minutes.",
    "Remind me tomorrow morning to, take out the trash.",
    "What is the weather going to be like in, Amsterdam on Sunday?",
    "Add milk and eggs and, some brown bread to the shopping list.",
    "How many people live in, the city of Berlin?",
    "Translate good morning my friend into, French and Spanish.",
    "I need a recipe for, banana bread without sugar.",
    "Could you explain to me how, a refrigerator works?",
    "What would you cook for, six hungry people?",
    "My neighbour told me that, whales can sing, is that true?",
)
"""Questions in which a person stops to think, each at one of its commas."""
OVER = (
    "Stop it, please, that is quite enough for today.",
    "Wait, how far away is the moon?",
    "No, I meant the capital of Australia.",
    "Excuse me, can you tell me who wrote Romeo and Juliet?",
)
"""What our voice says over a reply."""
RECORDED_OVER = (
    "azure_weather",
    "avs_recognize_test",
    "s2i_6647fb7f",
    "rhino_within",
    "leopard_en",
)
"""Recordings that are said over a reply: people who ask for something, and one who reads."""
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
    """The level of its loud parts, in decibels of full scale.

    The RMS over all pieces of 20 ms that are within 25 dB of the loudest.
    """
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


def hesitant(voices: Voices, pause_s: float) -> list[Question]:
    """Questions with so much silence in the middle: our voice's, and recorded requests."""
    found = [(text, with_pause(sound, pause_s)) for text, sound in voices.say(HESITANT)]
    for row in voices.rows("turn"):
        gap = re.search(
            r"segments=\[\[([\d.]+), ([\d.]+)\], \[([\d.]+), ([\d.]+)\]\]", row["notes"]
        )
        if gap is not None:
            began, left, went_on, ended = (float(number) for number in gap.groups())
            text = row["transcript"].split()
            at = round((left - began) / (left - began + ended - went_on) * len(text))
            at = min(max(at, 3), len(text) - 3)
            sound = voices.recording(row["path"])
            found.append(
                (
                    f"{' '.join(text[:at])}, {' '.join(text[at:])}",
                    stretched(sound, (began, left, went_on, ended), pause_s),
                )
            )
    return found


def stretched(sound: Pcm, bounds: tuple[float, float, float, float], pause_s: float) -> Pcm:
    """A recording whose pause lasts so long, filled with what it is filled with, to and fro.

    `bounds`: in seconds, where the speech begins, pauses, goes on and ends.
    """
    began, left, went_on, ended = (round(second * sound.rate) for second in bounds)
    edge = sound.rate // 50  # the ends of words that the bounds do not hold
    before = sound.samples[max(0, began - sound.rate // 5) : left + edge]
    tone = sound.samples[left + edge : went_on - edge]
    after = sound.samples[went_on - edge : ended + edge]
    there_and_back = np.concatenate([tone, tone[::-1]])
    length = round(pause_s * sound.rate) - 2 * edge
    return Pcm(np.concatenate([before, np.resize(there_and_back, length), after]), sound.rate)


def overs(voices: Voices) -> list[Question]:
    """What is said over a reply: our voice's, and recorded commands, each from its first sound."""
    found = voices.say(OVER)
    for row in voices.rows("utterance"):
        if any(row["path"].endswith(f"{name}.wav") for name in RECORDED_OVER):
            sound = cropped(voices.recording(row["path"]))
            first = max(0, round((float(row["speech_start_s"]) - 0.1) * sound.rate))
            last = round((float(row["speech_end_s"]) + 0.1) * sound.rate)
            found.append((row["transcript"], Pcm(sound.samples[first:last], sound.rate)))
    return found
