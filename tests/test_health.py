"""The microphone's health: what is told of a dead one and of a loud one, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.audio.health import CLIPPING, DEAD, FELL_SILENT_S, NEVER_S, Health
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.resampler import Resampler
from assistant.errors import AssistantError, DeviceError, MicrophoneDead, MicrophoneLoud

if TYPE_CHECKING:
    from collections.abc import Callable


def hiss(seconds: float) -> Pcm:
    """The faint noise of a converter in a quiet room."""
    noise = np.random.default_rng(1).normal(0, 3, round(seconds * LISTEN_RATE))
    return Pcm(np.round(noise).astype(np.int16))


def complaints(health: Health, *sounds: Pcm) -> list[type[AssistantError]]:
    """What is told of them, one after the other."""
    samples = Pcm.join(sounds).samples
    frames = np.split(samples, range(FRAME_SAMPLES, len(samples), FRAME_SAMPLES))
    return [type(error) for frame in frames if (error := health.push(frame)) is not None]


def test_a_microphone_that_never_gives_a_sound_is_told_once() -> None:
    """After ten seconds of zeros, with a way out on the screen and another for the ear."""
    health = Health()
    assert complaints(health, Pcm.silence(NEVER_S - 0.01)) == []
    assert not health.dead
    error = health.push(np.zeros(FRAME_SAMPLES, np.int16))
    assert isinstance(error, DeviceError)
    assert str(error) == DEAD
    assert "muted" in error.spoken
    assert health.dead
    assert complaints(health, Pcm.silence(100)) == []


def test_a_microphone_that_falls_silent_is_told_each_time() -> None:
    """After a minute of zeros, and again when it lived and died anew."""
    health = Health()
    assert complaints(health, hiss(1), Pcm.silence(FELL_SILENT_S - 0.01)) == []
    assert complaints(health, Pcm.silence(30)) == [MicrophoneDead]
    assert complaints(health, hiss(1)) == []
    assert not health.dead
    assert complaints(health, Pcm.silence(FELL_SILENT_S + 30)) == [MicrophoneDead]


def test_zeros_at_another_rate_are_nothing_too() -> None:
    """The resampler gives ±1 for the zeros of a muted microphone at 44,100 or 48,000 Hz."""
    resampler = Resampler(LISTEN_RATE, steady=True)
    dithered = resampler.push(Pcm.silence(NEVER_S + 1, 48_000))
    assert dithered.any()
    assert complaints(Health(), Pcm(dithered)) == [MicrophoneDead]


def test_a_noise_gate_is_no_death(say: Callable[[str], Pcm]) -> None:
    """Zeros between the words of one question, and then all through the night."""
    words = say("What is the weather like in Jakarta today?").cut(0.4)
    gated = Pcm(np.where(np.arange(len(words.samples)) % 8000 < 6000, words.samples, 0))
    health = Health()
    assert complaints(health, Pcm.silence(NEVER_S - 1), gated, Pcm.silence(600)) == []
    assert not health.dead


def test_blocks_lost_by_a_busy_machine_are_no_gate() -> None:
    """Zeros once or twice do not hide a death."""
    health = Health()
    lost = [hiss(1), Pcm.silence(0.02), hiss(1), Pcm.silence(0.02), hiss(1)]
    assert complaints(health, *lost, Pcm.silence(61)) == [MicrophoneDead]


@pytest.mark.parametrize("limit", [32_767, 32_710])
def test_a_microphone_at_its_limit_is_told_once(say: Callable[[str], Pcm], limit: int) -> None:
    """While samples are cut off, once; again only after it was well in between."""
    health = Health()
    speech = say("What is the weather like in Jakarta today?")
    near = Pcm((speech.samples // 2).astype(np.int16))
    cut = Pcm(np.clip(speech.samples * 30.0, -limit, limit).astype(np.int16))
    assert complaints(health, near) == []
    assert complaints(health, cut, cut) == [MicrophoneLoud]
    assert complaints(health, *[near] * 8) == []
    assert complaints(health, cut) == [MicrophoneLoud]


def test_what_is_told_of_a_loud_microphone_has_its_figure() -> None:
    """The share of samples at the limit, for the screen."""
    health = Health()
    loud = np.full(FRAME_SAMPLES, 32_767, np.int16)
    errors = [error for _ in range(10) if (error := health.push(loud)) is not None]
    assert [str(error) for error in errors] == [
        CLIPPING.format(percent=100 * (1 - (299 / 300) ** 2))
    ]
