"""The transcription, with the real models: what is said comes back, what is not said does not."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import SttConfig
from assistant.errors import ConfigError, ModelError
from assistant.listen.transcript_checks import plain_words
from assistant.listen.whisper import Whisper

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

AUDIO = Path(__file__).resolve().parent.parent.parent / "shared" / "audio"
QUESTION = "What will the weather be like tomorrow?"


def sound(samples: NDArray[np.float64]) -> Pcm:
    """Samples within ±1 as sound."""
    return Pcm.from_float(samples.astype(np.float32))


def noises() -> dict[str, Pcm]:
    """Three seconds each of what a room is full of, made from fixed random numbers."""
    rng = np.random.default_rng(3)
    t = np.arange(3 * LISTEN_RATE) / LISTEN_RATE
    white = rng.standard_normal(len(t))
    clicks = 1e-4 * white
    for at in rng.integers(0, len(t) - 200, 8):
        clicks[at : at + 160] += 0.5 * rng.standard_normal(160) * np.exp(-np.arange(160) / 30)
    chord = sum(np.sin(2 * np.pi * f * t) for f in (262, 330, 392)) * np.exp(-3 * ((2 * t) % 1))
    return {
        "zeros": Pcm.silence(3),
        "faint": sound(1e-4 * white),
        "hiss": sound(1e-2 * white),
        "roar": sound(0.1 * white),
        "hum": sound(0.05 * np.sin(2 * np.pi * 50 * t) + 0.02 * np.sin(2 * np.pi * 150 * t)),
        "clicks": sound(clicks),
        "music": sound(0.1 * chord),
        "blink": Pcm.silence(0.05),
        "nothing": Pcm.silence(0),
    }


def test_the_words_come_back(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """A sentence is written with its casing and marks, and with how sure that is."""
    transcript = tiny.transcribe(say(QUESTION))
    assert transcript.text == QUESTION
    assert transcript.refused == ""
    assert transcript.language == "en"
    assert 0.3 < transcript.confidence <= 1


def test_the_cut_window_hears_what_the_full_one_hears(
    tiny: Whisper, models: Path, say: Callable[[str], Pcm]
) -> None:
    """On clear speech nothing is lost by encoding a third of the window."""
    full = Whisper(models / "faster-whisper-tiny.en", SttConfig(cut_window=False))
    for text in (QUESTION, "Set a timer for ten minutes.", "Please turn off the kitchen lights."):
        cut_words = plain_words(tiny.transcribe(say(text)).text)
        assert cut_words == plain_words(full.transcribe(say(text)).text)


@pytest.mark.parametrize("word", ["Stop.", "Yes.", "No.", "Okay.", "Bye.", "Thank you."])
def test_a_single_word_is_heard(tiny: Whisper, say: Callable[[str], Pcm], word: str) -> None:
    """Also the words that are refused where nobody spoke them."""
    transcript = tiny.transcribe(say(word))
    assert plain_words(transcript.text) == plain_words(word)


def test_a_word_without_silence_around_it_is_heard(
    tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """A third of a second is enough."""
    tight = say("Stop.").cut(0.42, 0.85)
    assert plain_words(tiny.transcribe(tight).text) == ["stop"]


def test_quiet_speech_is_heard(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """Speech 40 dB below a near voice is still speech."""
    quiet = Pcm((say(QUESTION).samples / 100).astype(np.int16))
    assert plain_words(tiny.transcribe(quiet).text) == plain_words(QUESTION)


@pytest.mark.parametrize("name", noises())
def test_noise_is_no_question(tiny: Whisper, name: str) -> None:
    """Silence, hiss, hum, clicks and music give no text, and a reason."""
    transcript = tiny.transcribe(noises()[name])
    assert transcript.text == ""
    assert transcript.refused in {"silence", "no-speech", "noise", "hallucination"}


def test_long_sounds_lose_nothing(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """Sentences over more than a minute all come back, in their order."""
    colours = ["red", "green", "blue", "white", "black", "brown", "yellow", "orange"]
    parts = [say(f"The colour of the house is {colour}.") for colour in colours]
    spaced = [Pcm.join([part, Pcm.silence(5)]) for part in parts]
    long = Pcm.join(spaced)
    assert long.seconds > 60
    words = plain_words(tiny.transcribe(long).text)
    assert [word for word in words if word in colours] == colours


def test_a_result_does_not_depend_on_what_came_before(
    tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """The same sound gives the same transcript, whatever was transcribed in between."""
    question = say(QUESTION)
    first = tiny.transcribe(question)
    tiny.transcribe(noises()["roar"])
    tiny.transcribe(say("Stop."))
    assert tiny.transcribe(question) == first


def test_two_requests_of_a_kind_are_both_kept(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """What looks like a loop is looked at again, and believed when it is there again."""
    asked = "Wake me at seven on Monday. And wake me at seven on Friday."
    words = plain_words(tiny.transcribe(say(asked)).text)
    assert "monday" in words
    assert "friday" in words


def test_another_rate_is_resampled(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """A recording at 48 kHz is heard like one at 16 kHz."""
    assert plain_words(tiny.transcribe(say(QUESTION).resampled(48_000)).text) == plain_words(
        QUESTION
    )


def test_one_of_the_allowed_languages_is_chosen(base: Whisper, say: Callable[[str], Pcm]) -> None:
    """With several languages the one that is spoken is found; it is never another."""
    transcript = base.transcribe(say(QUESTION))
    assert transcript.language == "en"
    assert plain_words(transcript.text) == plain_words(QUESTION)


def test_one_language_can_be_listened_for(models: Path, say: Callable[[str], Pcm]) -> None:
    """While it is chosen every utterance is taken for it; then they are told apart again."""
    only = ""
    config = SttConfig(languages=["en", "id"], threads=1)
    whisper = Whisper(models / "faster-whisper-base", config, lambda: only)
    sound = say("What is the weather like tomorrow?")
    assert whisper.transcribe(sound).language == "en"
    only = "id"
    assert whisper.transcribe(sound).language == "id"
    only = "fr"  # not one of them: as if none was chosen
    assert whisper.transcribe(sound).language == "en"


def test_an_english_model_refuses_other_languages(models: Path) -> None:
    """The message names the model, the language and the way out."""
    with pytest.raises(ConfigError, match=r"tiny\.en hears only English.*'id'.*Choose base"):
        Whisper(
            models / "faster-whisper-tiny.en", SttConfig(model="tiny.en", languages=["en", "id"])
        )


@pytest.mark.parametrize(("code", "near"), [("english", "en"), ("fre", "fr"), ("en-US", "en")])
def test_an_unknown_language_is_refused_with_near_ones(models: Path, code: str, near: str) -> None:
    """A name or a longer code instead of two letters is met with the two letters."""
    with pytest.raises(ConfigError, match=f"{code}.*{near}"):
        Whisper(models / "faster-whisper-tiny.en", SttConfig(languages=[code]))


def test_a_missing_folder_is_a_model_error(tmp_path: Path) -> None:
    """The message says which file is missing and how to get it."""
    with pytest.raises(ModelError, match=r"model\.bin is missing.*models pull base"):
        Whisper(tmp_path / "nowhere", SttConfig())


def test_a_damaged_model_is_a_model_error(models: Path, tmp_path: Path) -> None:
    """A model cut short by a broken download is named, and how to get it again."""
    folder = tmp_path / "broken"
    shutil.copytree(
        models / "faster-whisper-tiny.en", folder, ignore=shutil.ignore_patterns("model.bin")
    )
    (folder / "model.bin").write_bytes(b"\x06\x00\x00\x00whatever")
    with pytest.raises(ModelError, match="does not load"):
        Whisper(folder, SttConfig(model="tiny.en"))


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")
def test_recorded_noise_is_no_question_and_recorded_words_are(tiny: Whisper) -> None:
    """Of real recordings, short noises give nothing and single words something."""
    with (AUDIO / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["duration_s"]]
    noise = [row for row in rows if row["path"].startswith("noise/none_esc")][::4]
    words = [row for row in rows if row["path"].startswith("utterance/en_sc_")]
    for row in noise + words:
        samples, rate = sf.read(AUDIO / row["path"], dtype="int16")
        transcript = tiny.transcribe(Pcm(samples, rate))
        assert bool(transcript.text) == (row in words), (row["path"], transcript)
