"""The rules of the turn-end model: what it is given, what it hears, what it says when broken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.errors import ModelError
from assistant.listen.turn_end import SmartTurn, window
from assistant.modelfiles.manifest import Manifest, shipped
from assistant.modelfiles.store import ModelStore, pull_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.interfaces import TurnEndModel

TURNS = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "turn"
AFTER_S = 0.2
"""Silence after the speech when the model is asked."""


@pytest.fixture(scope="module")
def path(models: Path) -> Path:
    """The model's file, found as the program finds it."""
    return ModelStore(models, Manifest.read(shipped())).require("smart-turn", "turn-end")


@pytest.fixture(scope="module")
def model(path: Path) -> SmartTurn:
    """The model, warm."""
    found = SmartTurn(path)
    found.warm()
    return found


def paused(sound: Pcm) -> Pcm:
    """An utterance of `say` as it is when the pause is noticed."""
    return sound.cut(0, sound.seconds - 0.65 + AFTER_S)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Play some music by", 0.110),
        ("Play some music by Miles Davis.", 0.989),
        ("Turn on the", 0.053),
        ("Turn on the light in the kitchen.", 0.977),
        ("What is the", 0.834),
    ],
)
def test_it_hears_what_the_publishers_own_features_make_it_hear(
    model: SmartTurn, say: Callable[[str], Pcm], text: str, expected: float
) -> None:
    """The figures are those of the feature code that its publisher ships (pipecat-ai 1.14.0)."""
    assert model.finished(paused(say(text))) == pytest.approx(expected, abs=0.08)


def test_a_voice_that_stays_up_is_less_finished_than_one_that_falls(
    model: SmartTurn, say: Callable[[str], Pcm]
) -> None:
    """And it is a model like any other to those who wait for it."""
    hears: TurnEndModel = model
    cut = hears.finished(paused(say("Remind me tomorrow at nine to")))
    whole = hears.finished(paused(say("Remind me tomorrow at nine to take out the trash.")))
    assert cut < 0.5 < whole


def test_only_the_last_eight_seconds_count(model: SmartTurn, say: Callable[[str], Pcm]) -> None:
    """However long somebody speaks, a call takes the same time and hears the end."""
    long = Pcm.join([say("The quick brown fox jumped over the lazy dog.")] * 4)
    assert long.seconds > 12
    assert model.finished(long) == model.finished(long.cut(long.seconds - 8))


def test_soft_speech_is_heard_like_loud_speech(model: SmartTurn, say: Callable[[str], Pcm]) -> None:
    """A sixth of the level changes next to nothing."""
    loud = paused(say("Turn on the"))  # which as it is, at a sixth, sounds finished to the model
    soft = Pcm((loud.samples // 6).astype(np.int16))
    assert model.finished(soft) == pytest.approx(model.finished(loud), abs=0.1)


def test_another_rate_is_resampled(model: SmartTurn, say: Callable[[str], Pcm]) -> None:
    """A sound at 48,000 Hz says the same."""
    sound = paused(say("What time is it?"))  # which three times as slow sounds unfinished
    assert model.finished(sound.resampled(48_000)) == pytest.approx(model.finished(sound), abs=0.1)


def test_the_end_of_the_sound_stands_at_the_end_of_the_window() -> None:
    """Zeros go before it, and mean and variance are those of the whole window."""
    tone = np.sin(np.arange(LISTEN_RATE) / 3).astype(np.float32)
    found = window(Pcm.from_float(tone))
    assert found.shape == (8 * LISTEN_RATE,)
    assert found.mean() == pytest.approx(0, abs=1e-4)
    assert found.var() == pytest.approx(1, abs=1e-3)
    assert np.ptp(found[: 7 * LISTEN_RATE]) == 0
    assert np.corrcoef(found[7 * LISTEN_RATE :], tone)[0, 1] > 0.999


@pytest.mark.parametrize("seconds", [0, 0.01, 3, 40])
def test_silence_of_any_length_has_a_probability(model: SmartTurn, seconds: float) -> None:
    """No division by zero, no sound too short or too long."""
    assert 0 <= model.finished(Pcm.silence(seconds)) <= 1


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_file_that_does_not_load_says_how_to_mend_it(
    tmp_path: Path, content: bytes | None
) -> None:
    """Missing, empty or damaged: the path, and the command that fetches it into its folder."""
    path = tmp_path / "smart-turn-v3.2" / "smart.onnx"
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as failure:
        SmartTurn(path)
    assert str(path) in str(failure.value)
    assert str(failure.value).endswith(pull_command("smart-turn-v3.2", tmp_path))


def test_a_model_of_ones_own_is_not_to_be_fetched(tmp_path: Path) -> None:
    """No command brings it back: its path, and the setting that names it."""
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"another with \[endpoint\] turn_end\.$"):
        SmartTurn(path)


def test_a_model_for_something_else_says_so_when_it_is_warmed() -> None:
    """A voice-activity model has other inputs; that is no crash in the middle of a turn."""
    import faster_whisper  # noqa: PLC0415  # a second to import

    other = next((Path(faster_whisper.__file__).parent / "assets").glob("silero_vad*.onnx"))
    with pytest.raises(ModelError, match="could not hear"):
        SmartTurn(other).warm()


@pytest.mark.skipif(not TURNS.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize(
    ("name", "finished"),
    [
        ("en_sm_smart-turn-01-false-16khz", False),
        ("en_sm_smart-turn-02-false-16khz", False),
        ("en_s2igap_1c4b2042", True),
        ("en_s2igap_77a26007", True),
        ("en_s2igap_f141586d", True),
    ],
)
def test_it_knows_recorded_turns(model: SmartTurn, name: str, finished: bool) -> None:  # noqa: FBT001
    """People who broke off, and people who were done."""
    samples, rate = sf.read(TURNS / f"{name}.wav", dtype="int16")
    assert (model.finished(Pcm(samples, rate)) >= 0.5) is finished
