"""The sounds that the benchmark makes: pauses, levels, and noises where nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from bench_called import breaths
from bench_called import understood as called_right
from bench_figures import Report, percentile
from bench_noises import LEVELS, noises
from bench_stage import Answered
from bench_voices import HESITANT, Voices, at_level, cropped, dbfs, hesitant, stretched
from scenes import Turn

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.speak.piper import Piper


@pytest.fixture
def voices(voice: Piper, tmp_path: Path) -> Voices:
    """Our own voice, and no recordings."""
    return Voices(voice, tmp_path)


def noise(seconds: float, loud: int) -> Pcm:
    """Noise of this length and amplitude."""
    chance = np.random.default_rng(1)
    return Pcm(chance.integers(-loud, loud, round(seconds * LISTEN_RATE), np.int16))


def test_a_recorded_pause_grows_and_keeps_its_own_sound() -> None:
    """What is filled in is the room's hiss, not zeros, and the speech is the recording's."""
    parts = [noise(0.5, 20), noise(1.0, 8000), noise(0.3, 20), noise(1.0, 6000), noise(0.5, 20)]
    sound = stretched(Pcm.join(parts), (0.5, 1.5, 1.8, 2.8), 0.8)
    loud = np.flatnonzero(np.abs(sound.samples.astype(np.int32)) > 100)
    gaps = np.diff(loud)
    widest = int(np.argmax(gaps))
    assert gaps[widest] / LISTEN_RATE == pytest.approx(0.8, abs=0.002)
    pause = sound.samples[loud[widest] + 1 : loud[widest + 1]]
    assert np.abs(pause).max() <= 20
    assert np.count_nonzero(pause) > 0.9 * len(pause)
    assert sound.seconds == pytest.approx(0.2 + 1 + 0.8 + 1 + 0.02, abs=0.01)


def test_without_recordings_our_voice_asks_every_question(voices: Voices) -> None:
    """Each question has its pause, in a clone with nothing beside it."""
    found = hesitant(voices, 0.8)
    assert [text for text, _ in found] == list(HESITANT)
    for _, sound in found:
        loud = np.flatnonzero(np.abs(sound.samples.astype(np.int32)) > 0.01 * 32_768)
        assert np.diff(loud).max() / LISTEN_RATE == pytest.approx(0.8, abs=0.01)
    assert list(breaths(voices)) == ["our voice"]


def test_every_kind_of_noise_is_there_without_recordings(voices: Voices) -> None:
    """Each at the level that the table names."""
    found = noises(voices)
    assert found.keys() == LEVELS.keys()
    for kind, (level, sounds) in found.items():
        assert sounds, kind
        assert level == LEVELS[kind]
        assert [dbfs(sound) for _, sound in sounds] == pytest.approx([level] * len(sounds), abs=1)


def test_a_level_is_that_of_the_loud_parts() -> None:
    """Silence around a sound changes nothing, and the level asked for is what comes."""
    sound = noise(1.0, 8000)
    alone, among = dbfs(sound), dbfs(Pcm.join([Pcm.silence(2), sound, Pcm.silence(2)]))
    assert among == pytest.approx(alone, abs=0.3)
    assert dbfs(at_level(sound, -40)) == pytest.approx(-40, abs=0.2)
    assert cropped(Pcm.join([sound, Pcm.silence(1)])).seconds == pytest.approx(1.0, abs=0.01)


def test_a_wake_phrase_left_in_the_question_counts_as_wrong() -> None:
    """The question must be there whole, and nothing of how it was called."""
    text = "what's the weather in Jakarta?"
    good = Turn(text, 0.9, ("What's the weather in Jakarta?",), 1.0, whole=True)
    left = Turn(text, 0.9, ("Hey Jarvis, what's the weather in Jakarta?",), 1.0, whole=True)
    half = Turn(text, 0.9, ("Weather in Jakarta?",), 1.0, whole=False)
    assert [called_right(Answered(turn, [])) for turn in (good, left, half)] == [True, False, False]


def test_a_row_that_breaks_off_is_saved_with_what_it_had(tmp_path: Path) -> None:
    """A scene that hangs costs its row the rest, and no other row."""
    file = tmp_path / "found.json"
    report = Report(file)
    with report.section("short", "a question") as section:
        section.lines.append({"who": "ours", "median ms": percentile([800.0, 900.0], 50)})
        raise TimeoutError("no reply")
    saved = file.read_text()
    assert '"median ms": 850.0' in saved
    assert "Broken off: TimeoutError: no reply" in saved
