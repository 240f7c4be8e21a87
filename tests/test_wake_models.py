"""The wake words' models: named, with a threshold each, and what is wrong with a broken one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from waking import SHIPPED, WORDS, detector, words_heard

from assistant.config import WakeConfig
from assistant.errors import AssistantError, ConfigError, ModelError
from assistant.listen import wake

if TYPE_CHECKING:
    from pathlib import Path

    from waking import Say


def test_the_words_are_known_by_name_and_phrase() -> None:
    """Names may be written as people do; the phrase is what is taken off the transcript."""
    listening = detector("Hey Jarvis", "alexa")
    assert listening.phrases == {"hey_jarvis": "Hey Jarvis", "alexa": "Alexa"}
    models, _ = wake.load(WakeConfig(word="hey_jarvis, alexa"))
    assert [model.name for model in models] == ["hey_jarvis", "alexa"]
    models, _ = wake.load(WakeConfig(word="alexa,, alexa"))
    assert [model.name for model in models] == ["alexa"]


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
