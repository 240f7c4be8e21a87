"""Stillness: counted from the last sound, at whatever level the room is, never in steady talk."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import EndpointConfig
from assistant.listen.endpoint import Endpointer, HeardSpeech, Paused, Resumed
from assistant.listen.stillness import Stillness

PAUSE_MS = EndpointConfig().pause_ms


def noise(seconds: float, amplitude: float, seed: int = 0) -> list[Pcm]:
    """Frames of noise."""
    samples = np.random.default_rng(seed).normal(0, amplitude, round(seconds * LISTEN_RATE))
    whole = np.round(samples).astype(np.int16).reshape(-1, FRAME_SAMPLES)
    return [Pcm(frame) for frame in whole]


def counted(frames: list[Pcm]) -> list[float]:
    """What is counted at each frame."""
    stillness = Stillness()
    return [stillness.push(frame) for frame in frames]


@pytest.mark.parametrize("room", [0, 0.4, 3, 60, 300])
def test_it_counts_from_the_last_sound(room: float) -> None:
    """In a silent room as in one with a fan, once the sound before it has stood out."""
    counts = counted(noise(1, room) + noise(0.5, 3000) + noise(0.3, room, seed=1))
    assert max(counts[100:150]) == 0
    assert counts[-1] == pytest.approx(300, abs=30)


def test_a_louder_room_is_the_measure_after_three_seconds() -> None:
    """A fan that is switched on is no sound for ever, and one switched off is still at once."""
    counts = counted(noise(1, 3) + noise(4, 100) + noise(0.5, 3))
    assert max(counts[100:390]) == 0
    assert counts[495] > 500
    assert counts[-1] > 450


def test_a_sound_that_fades_is_still_at_its_end_only() -> None:
    """An echo that dies away over 300 ms is no silence before it is gone."""
    fading = np.concatenate([frame.samples for frame in noise(0.3, 3000)])
    fading = (fading * np.logspace(0, -2.7, len(fading))).astype(np.int16)
    tail = [Pcm(frame) for frame in fading.reshape(-1, FRAME_SAMPLES)]
    counts = counted(noise(1, 3) + noise(0.5, 3000) + tail + noise(0.2, 3))
    assert max(counts[100:170]) == 0
    assert counts[-1] >= 200


def heard(speech: list[float], still: list[float]) -> list[tuple[int, HeardSpeech]]:
    """What the endpoint makes of these probabilities and silences, by frame."""
    endpointer = Endpointer(EndpointConfig(), 0.5)
    frame = Pcm.silence(0.01)
    return [
        (number, event)
        for number, (chance, ms) in enumerate(zip(speech, still, strict=True))
        for event in endpointer.push(frame, chance, ms)
    ]


def test_a_silence_that_is_noticed_late_has_lasted_already() -> None:
    """The pause comes with the first frame that is no speech, and says how long it was still."""
    speech = [0.9] * 57 + [0.1]
    still = [0.0] * 50 + [10.0 * n for n in range(1, 9)]
    number, pause = heard(speech, still)[-1]
    assert (number, type(pause)) == (57, Paused)
    assert isinstance(pause, Paused)
    assert pause.silence_s == pytest.approx(0.08)


def test_without_stillness_a_pause_takes_its_time() -> None:
    """In a loud room the detector alone says when it began, and while it hears speech none does."""
    speech = [0.9] * 50 + [0.1] * 20
    paused = [number for number, event in heard(speech, [0.0] * 70) if isinstance(event, Paused)]
    assert paused == [49 + PAUSE_MS // 10]
    assert not [e for _, e in heard([0.9] * 70, [200.0] * 70) if isinstance(e, Paused | Resumed)]
