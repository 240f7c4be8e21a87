"""Listening for wake words with the real models: sounds in, the words that woke out.

It refuses to know which words should.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pymicro_wakeword

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import VadConfig, WakeConfig
from assistant.listen import wake
from assistant.listen.vad import GatedDetector
from assistant.listen.wake import WakeWords

Say = Callable[[str], Pcm]
SHIPPED = Path(pymicro_wakeword.__file__).parent / "models"
WORDS = ["hey_jarvis", "okay_nabu", "hey_mycroft", "alexa"]


def detector(*words: str, **settings: object) -> WakeWords:
    """Real models, all of which must load."""
    config = WakeConfig.model_validate({"word": list(words), **settings})
    models, errors = wake.load(config)
    assert errors == []
    return WakeWords(models, config)


def hear(
    listening: WakeWords, sound: Pcm, speech: float | None = None, step: int = FRAME_SAMPLES
) -> list[tuple[str, float]]:
    """The words that woke, with the second each did; without `speech` Silero says what is."""
    vad = GatedDetector(VadConfig())
    woke = []
    for start in range(0, len(sound.samples) - step + 1, step):
        frame = Pcm(sound.samples[start : start + step])
        word = listening.push(frame, vad.probability(frame) if speech is None else speech)
        if word:
            woke.append((word, (start + step) / LISTEN_RATE))
    return woke


def words_heard(listening: WakeWords, sound: Pcm, speech: float | None = None) -> list[str]:
    """Only the words that woke."""
    return [word for word, _ in hear(listening, sound, speech)]


def spaced(*sounds: Pcm) -> Pcm:
    """Sounds with two seconds of silence before each and after the last."""
    gap = Pcm.silence(2)
    return Pcm.join([gap, *(part for sound in sounds for part in (sound, gap))])
