"""The wake word with the real models: who says it wakes, and nothing else does."""

from __future__ import annotations

import csv
import json
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pymicro_wakeword
import pytest
import soundfile as sf

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import VadConfig, WakeConfig
from assistant.errors import AssistantError, ConfigError, ModelError
from assistant.listen import wake
from assistant.listen.vad import GatedDetector
from assistant.listen.wake import WakeWords

if TYPE_CHECKING:
    from collections.abc import Callable

    Say = Callable[[str], Pcm]

AUDIO = Path(__file__).resolve().parent.parent.parent / "shared" / "audio"
SHIPPED = Path(pymicro_wakeword.__file__).parent / "models"
WORDS = ["hey_jarvis", "okay_nabu", "hey_mycroft", "alexa"]
SENTENCES = (
    "What will the weather be like tomorrow?",
    "Play some jazz music in the kitchen, please.",
    "The harvest is late this year, said the old farmer.",
    "Okay, then put the bread into the oven.",
    "My craft project needs more paper and a lot of glue.",
    "A lecture about elections begins at seven.",
)


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


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Hey Jarvis.", "hey_jarvis"),
        ("Hey Jarvis, what's the weather in Jakarta?", "hey_jarvis"),
        ("Okay Nabu.", "okay_nabu"),
        ("Okay Nabu, set a timer for ten minutes.", "okay_nabu"),
        ("Hey Mycroft.", "hey_mycroft"),
        ("Hey Mycroft, what time is it?", "hey_mycroft"),
        ("Alexa.", "alexa"),
        ("Alexa, turn on the kitchen lights.", "alexa"),
    ],
)
def test_a_wake_word_is_heard_alone_and_with_its_request(say: Say, text: str, word: str) -> None:
    """Each of several words wakes once, by its own name, whatever follows in the same breath."""
    assert words_heard(detector(*WORDS), say(text)) == [word]


def test_it_wakes_before_the_request_is_over(say: Say) -> None:
    """The word is told within half a second of its end, not when the speaker has finished."""
    alone = say("Hey Jarvis.")
    end = alone.seconds - 0.65
    (woke,) = hear(detector("hey_jarvis"), say("Hey Jarvis, what's the weather in Jakarta?"))
    assert end - 0.3 < woke[1] < end + 0.5


@pytest.mark.parametrize("gain", [4.0, 0.1, 0.02])
def test_a_loud_and_a_soft_voice_wake_alike(say: Say, gain: float) -> None:
    """From clipped to 34 dB below a near voice: the front end evens the level out."""
    sound = say("Hey Jarvis, what time is it?")
    louder = Pcm.from_float(sound.as_float() * np.float32(gain))
    assert words_heard(detector("hey_jarvis"), louder) == ["hey_jarvis"]


def test_a_wake_word_after_long_quiet_and_after_talk_is_heard(say: Say) -> None:
    """What the models did not hear while they rested makes no difference to what they hear."""
    word = say("Hey Jarvis.")
    sound = spaced(word, Pcm.silence(20), word, say(SENTENCES[0]), word)
    assert words_heard(detector("hey_jarvis"), sound) == ["hey_jarvis"] * 3


def test_other_speech_does_not_wake(say: Say) -> None:
    """Sentences with words that resemble the wake words wake none of the four."""
    sound = spaced(*(say(sentence) for sentence in SENTENCES))
    assert words_heard(detector(*WORDS), sound) == []


def test_only_the_chosen_word_wakes(say: Say) -> None:
    """Who chose Alexa is not woken by Hey Jarvis."""
    assert words_heard(detector("alexa"), spaced(say("Hey Jarvis."), say("Alexa."))) == ["alexa"]


def test_none_is_heard_in_the_refractory_time(say: Say) -> None:
    """A second word within the time is not looked for, of any name; after it, it is."""
    twice = Pcm.join([say("Hey Jarvis."), say("Alexa.")])
    assert words_heard(detector(*WORDS, refractory_ms=4000), twice) == ["hey_jarvis"]
    assert words_heard(detector(*WORDS, refractory_ms=500), twice) == ["hey_jarvis", "alexa"]


def test_one_word_wakes_once_without_a_refractory_time(say: Say) -> None:
    """A score that stays high is one word, not one for each 30 ms."""
    assert words_heard(detector("hey_jarvis", refractory_ms=0), say("Hey Jarvis.")) == [
        "hey_jarvis"
    ]


def test_without_a_voice_it_does_not_wake(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    """The wake word and the voice activity must agree, in a quiet room and in a noisy one."""
    sound = spaced(say("Hey Jarvis."))
    assert words_heard(detector("hey_jarvis"), sound, speech=0.0) == []
    listening = detector("hey_jarvis")
    with caplog.at_level(logging.INFO, "assistant.listen.wake"):
        assert words_heard(listening, sound, speech=0.3) == []
    assert listening.near_misses == 1
    assert "no voice with it" in caplog.text
    assert words_heard(detector("hey_jarvis"), sound, speech=0.6) == ["hey_jarvis"]


def test_a_voice_of_a_moment_ago_agrees(say: Say) -> None:
    """The score comes after the word: speech counts for half a second, and no longer."""
    sound = spaced(say("Hey Jarvis."))
    (woke,) = hear(detector("hey_jarvis"), sound, speech=1.0)
    for voiced_until, expected in ((woke[1] - 0.4, ["hey_jarvis"]), (woke[1] - 1.2, [])):
        listening = detector("hey_jarvis")
        cut = round(voiced_until / 0.01) * FRAME_SAMPLES
        heard = words_heard(listening, Pcm(sound.samples[:cut]), 1.0)
        assert heard + words_heard(listening, Pcm(sound.samples[cut:]), 0.1) == expected


def test_a_threshold_decides_and_a_near_miss_is_told(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    """Just below the threshold it does not wake, and the peak is logged once with its score."""
    sound = spaced(say("Okay Nabu."))
    scorer = detector("okay_nabu", thresholds={"okay_nabu": 0.999})
    hear(scorer, sound, 1.0)
    miss = scorer.last_miss
    assert miss is not None
    assert miss.score > 0.8
    strict = detector("okay_nabu", thresholds={"okay_nabu": miss.score + 0.005})
    with caplog.at_level(logging.INFO, "assistant.listen.wake"):
        assert words_heard(strict, sound, 1.0) == []
    assert strict.near_misses == 1
    assert [f"{miss.score:.2f}" in record.getMessage() for record in caplog.records] == [True]
    lenient = detector("okay_nabu", thresholds={"okay_nabu": miss.score - 0.005})
    assert words_heard(lenient, sound, 1.0) == ["okay_nabu"]
    assert lenient.near_misses == 0


def test_any_cut_of_the_frames_gives_the_same(say: Say) -> None:
    """Time is samples counted: steps of 10 ms and of 80 wake in the same place."""
    sound = spaced(say("Hey Jarvis."), say("Alexa."), say("Alexa, what time is it?"))
    fine = hear(detector(*WORDS), sound, 1.0)
    for step in (FRAME_SAMPLES * 2, FRAME_SAMPLES * 8, 100):
        coarse = hear(detector(*WORDS), sound, 1.0, step)
        assert [word for word, _ in coarse] == [word for word, _ in fine]
        for (_, one), (_, other) in zip(fine, coarse, strict=True):
            assert abs(one - other) <= step / LISTEN_RATE


def test_reset_forgets_everything(say: Say) -> None:
    """Half a word before and half after are none; and what comes next is heard as if first."""
    sound = say("Hey Jarvis.")
    middle = (0.4 + sound.seconds - 0.65) / 2
    listening = detector("hey_jarvis", refractory_ms=10_000)
    first = hear(listening, sound)
    assert len(first) == 1
    listening.reset()
    hear(listening, sound.cut(0, middle))
    listening.reset()
    assert hear(listening, sound.cut(middle)) == []
    listening.reset()
    assert hear(listening, sound) == first


def test_what_came_before_the_gate_opened_is_heard(say: Say) -> None:
    """The gate opens in the middle of the word: its beginning is heard too, each time anew."""
    sound = say("Hey Jarvis.")
    listening = detector("hey_jarvis")
    for _ in range(3):
        assert words_heard(listening, Pcm.join([Pcm.silence(1), sound.cut(0, 0.7)]), 0.0) == []
        assert words_heard(listening, sound.cut(0.7), 1.0) == ["hey_jarvis"]
        hear(listening, Pcm.silence(2), 0.0)


def test_no_score_lasts_across_the_quiet(say: Say) -> None:
    """A word that no voice agreed with does not wake when somebody speaks much later."""
    sound = say("Hey Jarvis.")
    (woke,) = hear(detector("hey_jarvis"), sound, 1.0)
    listening = detector("hey_jarvis")
    assert words_heard(listening, sound.cut(0, woke[1] + 0.1), 0.3) == []
    assert words_heard(listening, Pcm.silence(5), 0.0) == []
    assert words_heard(listening, Pcm.silence(1), 1.0) == []


def test_a_near_miss_that_the_quiet_ends_is_told(say: Say) -> None:
    """Where the gate shuts upon a peak, that was the peak."""
    listening = detector("hey_jarvis", thresholds={"hey_jarvis": 0.999})
    hear(listening, say("Hey Jarvis.").cut(0, 1.15), 1.0)
    assert listening.scores["hey_jarvis"] > 0.6
    assert listening.near_misses == 0
    hear(listening, Pcm.silence(0.1), 0.0)
    assert listening.near_misses == 1


def test_it_rests_in_the_quiet(say: Say) -> None:
    """Where the gate is shut no model runs: its score stays at nothing, whatever is played."""
    listening = detector("hey_jarvis")
    hear(listening, say("Hey Jarvis.").cut(0, 0.9), 1.0)
    hear(listening, say("Hey Jarvis.").cut(0.9), 0.0)
    assert listening.scores == {"hey_jarvis": 0.0}


def test_the_words_are_known_by_name_and_phrase() -> None:
    """Names may be written as people do; the phrase is what is taken off the transcript."""
    listening = detector("Hey Jarvis", "alexa")
    assert listening.phrases == {"hey_jarvis": "Hey Jarvis", "alexa": "Alexa"}
    models, _ = wake.load(WakeConfig(word="hey_jarvis, alexa"))
    assert [model.name for model in models] == ["hey_jarvis", "alexa"]


def test_each_word_has_its_models_own_threshold_or_the_settings() -> None:
    """The settings win; a model of one's own never takes the threshold of ours of its name."""
    assert detector("alexa", "hey_jarvis", thresholds={"hey_jarvis": 0.7}).thresholds == {
        "alexa": 0.9,
        "hey_jarvis": 0.7,
    }
    assert detector(*WORDS).thresholds == {
        "hey_jarvis": 0.90,
        "okay_nabu": 0.85,
        "hey_mycroft": 0.98,
        "alexa": 0.90,
    }
    assert detector(str(SHIPPED / "hey_jarvis.json")).thresholds == {"hey_jarvis": 0.97}


def test_a_model_of_ones_own_is_loaded_by_its_path(tmp_path: Path, say: Say) -> None:
    """Its .json, or its .tflite with the .json beside it; named for the file."""
    description = json.loads((SHIPPED / "hey_jarvis.json").read_text(encoding="utf-8"))
    shutil.copy(SHIPPED / "hey_jarvis.tflite", tmp_path / "net.tflite")
    own = description | {"model": "net.tflite", "wake_word": "Hey Butler"}
    (tmp_path / "butler.json").write_text(json.dumps(own), encoding="utf-8")
    listening = detector(str(tmp_path / "butler.json"), thresholds={"butler": 0.8})
    assert listening.phrases == {"butler": "Hey Butler"}
    assert words_heard(listening, say("Hey Jarvis.")) == ["butler"]
    shutil.copy(tmp_path / "butler.json", tmp_path / "net.json")
    assert detector(str(tmp_path / "net.tflite")).phrases == {"net": "Hey Butler"}


def error_of(word: str) -> AssistantError:
    """What is wrong with the only word that there is."""
    models, errors = wake.load(WakeConfig(word=[word]))
    assert models == []
    return errors[0]


def test_an_unknown_word_is_met_with_a_near_one() -> None:
    """The way out is named."""
    error = error_of("hey_jarvos")
    assert isinstance(error, ConfigError)
    assert "'hey_jarvos'" in str(error)
    assert "Did you mean 'hey_jarvis'?" in str(error)
    assert "There are: alexa, hey_jarvis" in str(error_of("xyz"))


def test_a_path_that_is_not_there_is_met_with_a_near_one(tmp_path: Path) -> None:
    """By what lies in the same folder."""
    shutil.copy(SHIPPED / "alexa.json", tmp_path / "alexa.json")
    error = error_of(str(tmp_path / "alexia.json"))
    assert isinstance(error, ModelError)
    assert "alexia.json" in str(error)
    assert "Did you mean 'alexa.json'?" in str(error)
    assert isinstance(error_of(str(tmp_path / "nowhere" / "a.json")), ModelError)
    assert isinstance(error_of(f"{tmp_path}/"), ModelError)


GOOD = json.loads((SHIPPED / "alexa.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Expecting value"),
        ("{", "Expecting"),
        ("[]", "dictionary"),
        ("\0\1", "Expecting value"),
        (json.dumps({"model": "alexa.tflite"}), "wake_word"),
        (json.dumps(GOOD | {"micro": {}}), "micro.probability_cutoff"),
        (json.dumps(GOOD | {"micro": GOOD["micro"] | {"probability_cutoff": 9}}), "less than 1"),
        (json.dumps(GOOD | {"micro": GOOD["micro"] | {"feature_step_size": 20}}), "step_size"),
        (json.dumps(GOOD | {"model": "gone.tflite"}), "gone.tflite"),
        (json.dumps(GOOD | {"model": "."}), "no such file"),
    ],
)
def test_a_broken_description_is_told(tmp_path: Path, text: str, words: str) -> None:
    """With the file, and what is wrong in it."""
    shutil.copy(SHIPPED / "alexa.tflite", tmp_path / "alexa.tflite")
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    error = error_of(str(path))
    assert isinstance(error, ModelError)
    assert str(path) in str(error)
    assert words in str(error)


def damaged(kind: str) -> bytes:
    """A network that is none any more."""
    whole = (SHIPPED / "alexa.tflite").read_bytes()
    shape = np.array([3, 1, 3, 40], np.int32).tobytes()
    match kind:
        case "empty":
            return b""
        case "garbage":
            return b"garbage " * 1000
        case "cut short":
            return whole[: len(whole) // 2]
        case _:
            assert shape in whole
            return whole.replace(shape, np.array([3, 1, 3, 39], np.int32).tobytes())


@pytest.mark.parametrize("kind", ["empty", "garbage", "cut short", "another shape"])
def test_a_broken_network_is_told_before_it_falls_over(tmp_path: Path, kind: str) -> None:
    """The library would end the whole program; here the file is named."""
    (tmp_path / "alexa.tflite").write_bytes(damaged(kind))
    shutil.copy(SHIPPED / "alexa.json", tmp_path / "mine.json")
    error = error_of(str(tmp_path / "mine.json"))
    assert isinstance(error, ModelError)
    assert str(tmp_path / "alexa.tflite") in str(error)


def test_one_broken_model_leaves_the_others() -> None:
    """The caller gets those that load, and what is wrong with the one that does not."""
    models, errors = wake.load(WakeConfig(word=["alexa", "hey_jarvos", "hey_mycroft"]))
    assert [model.name for model in models] == ["alexa", "hey_mycroft"]
    assert ["hey_jarvos" in str(error) for error in errors] == [True]


def test_a_threshold_for_no_word_and_a_word_twice_are_refused() -> None:
    """A slip of the pen in the settings is told, and not ignored; other words' thresholds stay."""
    with pytest.raises(ConfigError, match=r"'hey_jarvs'.*Did you mean 'hey_jarvis'\?"):
        wake.load(WakeConfig(word="alexa", thresholds={"hey_jarvs": 0.5}))
    wake.load(WakeConfig(word="alexa", thresholds={"hey_jarvis": 0.5}))
    with pytest.raises(ConfigError, match="'alexa' is there 2 times"):
        wake.load(WakeConfig(word=["alexa", str(SHIPPED / "alexa.json")]))


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")
def test_recorded_wake_words_wake_and_recorded_speech_does_not() -> None:
    """Of real people, every second Alexa wakes, and no English command does."""
    with (AUDIO / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["language"] == "en"]
    wakes = [row for row in rows if "wake/en_pv_alexa" in row["path"]][::2]
    others = [row for row in rows if row["path"].startswith("utterance/")][::4]
    listening = detector(*WORDS)
    for row in wakes + others:
        listening.reset()
        samples, rate = sf.read(AUDIO / row["path"], dtype="int16")
        sound = spaced(Pcm(samples, rate).resampled(LISTEN_RATE))
        assert words_heard(listening, sound) == ["alexa"] * (row in wakes), row["path"]
