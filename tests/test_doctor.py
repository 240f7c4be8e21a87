"""The doctor: what it says of the microphone and of the models, and that it says all of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rich.console import Console
from soundcard import VirtualSoundCard, sound_card

from assistant import doctor
from assistant.audio.health import DEAD, examined
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import Config, EndpointConfig, ModelsConfig, SttConfig, TtsConfig, WakeConfig
from assistant.errors import MicrophoneDead, MicrophoneLoud

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

__all__ = ["sound_card"]


def noise(seconds: float, dbfs: float) -> Pcm:
    """White noise of this level."""
    chance = np.random.default_rng(1)
    samples = chance.normal(0, 32_768 * 10 ** (dbfs / 20), round(seconds * LISTEN_RATE))
    return Pcm(np.clip(samples, -32_768, 32_767).astype(np.int16))


class Recorded:
    """A microphone that hears a recording, and nothing but zeros after it."""

    dropped = 0
    unhurried = False

    def __init__(self, sound: Pcm) -> None:
        self._sound = sound

    async def frames(self) -> AsyncGenerator[Pcm]:
        """As fast as they are taken, for a minute."""
        samples = np.concatenate([self._sound.samples, np.zeros(60 * LISTEN_RATE, np.int16)])
        for start in range(0, len(samples), FRAME_SAMPLES):
            yield Pcm(samples[start : start + FRAME_SAMPLES])

    def flush(self) -> None:
        """Nothing waits."""


async def found(config: Config) -> dict[str, str]:
    """What is said of each thing, by its name; its mark first."""
    shown = io.StringIO()
    await doctor.examine(config, Console(file=shown, width=400))
    rows: dict[str, str] = {}
    for line in shown.getvalue().splitlines():
        if line[0] in "✓✗":
            name = line[2:19].strip()
            rows[name] = f"{line[0]} {line[19:].strip()}"
        else:
            rows[name] += "\n" + line.strip()
    return rows


async def test_it_listens_longer_to_a_microphone_that_gives_nothing() -> None:
    """A second and a half of a room; five of zeros, in which a gate would open for a word."""
    assert (await doctor.listen(Recorded(noise(20, -70)))).seconds == pytest.approx(1.5)
    assert (await doctor.listen(Recorded(Pcm.silence(20)))).seconds == pytest.approx(5)
    late = Pcm.join([Pcm.silence(3), noise(0.5, -30)])
    assert (await doctor.listen(Recorded(late))).seconds == pytest.approx(3.01)


def test_the_level_of_the_room_is_that_between_the_words() -> None:
    """The quietest tenth: a word that was said meanwhile does not count."""
    said = Pcm.join([noise(0.5, -62), noise(0.7, -20), noise(0.3, -62)])
    assert examined(said) == pytest.approx(-62, abs=1)


def test_a_dead_and_a_loud_microphone_are_errors() -> None:
    """The same that a conversation tells."""
    with pytest.raises(MicrophoneDead, match="digital silence"):
        examined(Pcm.silence(5))
    with pytest.raises(MicrophoneLoud, match="too loud"):
        examined(noise(1.5, 0))


async def test_it_really_listens(sound_card: VirtualSoundCard) -> None:
    """On a card: nothing but zeros is a microphone amiss, and a sound has its level."""
    config = Config(models=ModelsConfig(folder="/nowhere"))
    with sound_card.dead():
        assert (await found(config))["Microphone"] == f"✗ {DEAD}"
    saying = sound_card.begin(noise(8, -50))
    row = (await found(config))["Microphone"]
    saying.wait()
    assert row.startswith("✓ ")
    assert "hears the room at -5" in row


async def test_every_model_of_the_settings_is_looked_at(tmp_path: Path) -> None:
    """Four that are missing or damaged, with the way out of each; what loads does not hide them."""
    own = tmp_path / "mine.onnx"
    own.write_bytes(b"damaged")
    config = Config(
        stt=SttConfig(model="tiny.en"),
        tts=TtsConfig(voice=str(tmp_path / "none.onnx")),
        endpoint=EndpointConfig(turn_end=str(own)),
        wake=WakeConfig(word=["hey_jarvis", "hey_nobody", str(tmp_path / "none.json")]),
        models=ModelsConfig(folder=str(tmp_path)),
    )
    said = (await found(config))["Models"]
    lines = said[2:].splitlines()
    assert said[0] == "✗"
    for line, part in zip(
        lines, ("models pull", "none.onnx", "mine.onnx", "hey_nobody", "none.json"), strict=True
    ):
        assert part in line


async def test_models_that_are_well_are_named() -> None:
    """Those of the settings, the wake word too; one that is not wanted is not missed."""
    config = Config(wake=WakeConfig(word="okay_nabu"))
    assert (await found(config))["Models"] == (
        "✓ base, en_US-joe-medium, smart-turn, okay_nabu: whole"
    )
    config = Config(stt=SttConfig(model="tiny.en"), endpoint=EndpointConfig(turn_end=""))
    assert (await found(config))["Models"] == "✓ tiny.en, en_US-joe-medium: whole"
