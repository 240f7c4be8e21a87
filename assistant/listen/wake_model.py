"""Wake-word models: a name or a path in, a score for every 30 ms of sound out.

The only module that knows pymicro-wakeword, which runs the models of microWakeWord. The library
hands what it could not load on to C code that falls over it, so all that can be wrong with a file
is found here first. It refuses to know what score is enough.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pymicro_wakeword
from pydantic import BaseModel, Field, ValidationError
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures
from pymicro_wakeword.wakeword import TfLiteWakeWord

from assistant.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from assistant.audio.pcm import Pcm

_PACKAGE = Path(pymicro_wakeword.__file__).parent
_CHANNELS = 40
"""Bands that the front end makes of 10 ms, and a model takes (microWakeWord's documentation)."""
_BYTE_TYPES = {3, 9}
"""TensorFlow Lite's numbers of uint8 and int8, which the library can fill and read."""
_CUTOFFS = {"hey_jarvis": 0.90, "hey_mycroft": 0.98}
"""Where a model's own cutoff was found worse, by tests/bench_wake.py on 0.74 hours of recordings
and five hours more of speech. hey_jarvis missed two of four at its own 0.97; at 0.90 it misses one,
and wakes at one "hey chatterbox" and never in the five hours. hey_mycroft woke eight times wrongly
at its own 0.95, and at 0.98 twice; it missed none of two at either."""

Features = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Shape (1, 1, 40): the loudness in 40 bands of 30 ms of sound, 10 ms after the one before."""


class FrontEnd:
    """Sound to features, for all models at once; 12 µs a frame."""

    def __init__(self) -> None:
        self._features = MicroWakeWordFeatures()

    def push(self, frame: Pcm) -> list[Features]:
        """The features that end with this frame: one for each 10 ms, none for the first two."""
        return list(self._features.process_streaming(frame.samples.tobytes()))

    def reset(self) -> None:
        """Forget what came before."""
        self._features.reset()


class _Numbers(BaseModel):
    """The table `micro` of a model's description."""

    probability_cutoff: Annotated[float, Field(gt=0, lt=1)]
    sliding_window_size: Annotated[int, Field(ge=1, le=1000)]
    feature_step_size: Literal[10] = 10
    """Milliseconds from one feature to the next."""


class _Description(BaseModel):
    """What lies beside a model's network, by ESPHome's documentation of micro_wake_word."""

    wake_word: Annotated[str, Field(min_length=1)]
    model: Annotated[str, Field(min_length=1)]
    """The network's file, beside this one."""
    micro: _Numbers


class WakeModel:
    """One wake word's model; keeps state over the last 1.7 seconds. 12 µs a feature."""

    def __init__(self, name: str, path: Path, cutoff: float | None = None) -> None:
        description = _read(path)
        network = path.parent / description.model
        if not network.is_file():
            raise ModelError(
                f"The wake model {path} names {description.model!r} as its network, and there is "
                f"no such file beside it. Put {network.name} into {path.parent}"
            )
        library = next((_PACKAGE / "lib").glob("*tensorflowlite_c.*"), _PACKAGE / "lib")
        _check(network, library)
        self.name = name
        """What it is called in the settings."""
        self.phrase = description.wake_word
        """What is said, as it is written: `Hey Jarvis`."""
        self.cutoff = cutoff or description.micro.probability_cutoff
        """Score from which it counts, where the settings say nothing."""
        self._pushed = 0
        self._network = _Network(
            name,
            wake_word=self.phrase,
            tflite_model=network,
            probability_cutoff=self.cutoff,
            sliding_window_size=description.micro.sliding_window_size,
            trained_languages=[],
            libtensorflowlite_c_path=library,
        )

    def push(self, features: Features) -> float | None:
        """The score, 0 to 1, mean of the model's own window; None for two features of three."""
        score = self._network.process_streaming_prob(features)
        self._pushed += 1
        return score if self._pushed % self._network.stride == 0 else None

    def reset(self) -> None:
        """Forget what came before; 0.2 ms."""
        self._pushed = 0
        self._network.restart()


class _Network(MicroWakeWord):
    """The library's model, that can begin anew without reading its file again.

    The library's own `reset` loads it again, and ends the program where it is gone by then.
    """

    def restart(self) -> None:
        """Make the interpreter anew: the state lies in resource variables, which none clears."""
        self._features.clear()
        self._probabilities.clear()
        self.lib.TfLiteInterpreterDelete(self.interpreter)
        self.interpreter = self.lib.TfLiteInterpreterCreate(self.model, None)
        self.lib.TfLiteInterpreterAllocateTensors(self.interpreter)
        self.input_tensor = self.lib.TfLiteInterpreterGetInputTensor(self.interpreter, 0)
        self.output_tensor = self.lib.TfLiteInterpreterGetOutputTensor(self.interpreter, 0)


def known() -> dict[str, Path]:
    """The wake words that come with the program, and where their descriptions lie."""
    return {path.stem: path for path in sorted((_PACKAGE / "models").glob("*.json"))}


def name_of(word: str) -> str:
    """What a wake word is called: `hey_jarvis` for "Hey Jarvis", the file's stem for a path."""
    if _is_path(word):
        return Path(word).stem
    return re.sub(r"[\s-]+", "_", word.strip()).lower()


def load(word: str) -> WakeModel:
    """The model of this name or path.

    Raises ConfigError for no such name, ModelError for a file that is not there or does not hold
    a wake model.
    """
    name = name_of(word)
    if not _is_path(word):
        if name not in known():
            raise ConfigError(
                f"[wake] word = {word!r}: there is no such wake word. {near(name, known())} "
                "A model of your own is given by the path of its .json"
            )
        return WakeModel(name, known()[name], _CUTOFFS.get(name))
    path = Path(word).expanduser()
    if path.suffix == ".tflite":
        path = path.with_suffix(".json")
    if not path.is_file():
        there = {file.name: file for file in path.parent.glob("*.json")}
        hint = near(path.name, there) if there else "The path of a microWakeWord .json is needed."
        raise ModelError(f"[wake] word = {word!r}: there is no file {path}. {hint}")
    return WakeModel(name, path)


def near(name: str, names: dict[str, Path]) -> str:
    """Which of the names may be meant, as a sentence; all of them where none is alike."""
    if alike := difflib.get_close_matches(name, names, 1, 0.5):
        return f"Did you mean {alike[0]!r}?"
    return f"There are: {', '.join(names)}."


def _is_path(word: str) -> bool:
    return "/" in word or word.startswith("~") or Path(word).suffix in {".json", ".tflite"}


def _read(path: Path) -> _Description:
    try:
        return _Description.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        problem = f"{where}: {first['msg'].replace('Input should', 'should')}"
    except (OSError, ValueError) as error:
        problem = str(error)
    raise ModelError(
        f"The wake model {path} is not a description as microWakeWord writes it ({problem}). "
        "Get the .json and the .tflite of the model again"
    )


def _check(network: Path, library: Path) -> None:
    """Load the network once with every step looked at. Raises ModelError."""
    try:
        lib = TfLiteWakeWord(library).lib
    except OSError as error:
        raise ModelError(
            f"TensorFlow Lite inside pymicro-wakeword does not load: {error}. "
            "Install the program again with: make setup"
        ) from error
    model = interpreter = None
    try:
        model = lib.TfLiteModelCreateFromFile(str(network.resolve()).encode())
        interpreter = lib.TfLiteInterpreterCreate(model, None) if model else None
        if not interpreter or lib.TfLiteInterpreterAllocateTensors(interpreter) != 0:
            raise ModelError(
                f"The wake model {network} does not load: it is damaged, or no TensorFlow Lite "
                "model. Get its .json and its .tflite again"
            )
        given = lib.TfLiteInterpreterGetInputTensor(interpreter, 0)
        score = lib.TfLiteInterpreterGetOutputTensor(interpreter, 0)
        shape = [lib.TfLiteTensorDim(given, i) for i in range(lib.TfLiteTensorNumDims(given))]
        types = {lib.TfLiteTensorType(given), lib.TfLiteTensorType(score)}
        fits = shape[:1] + shape[2:] == [1, _CHANNELS] and types <= _BYTE_TYPES
        if not fits or lib.TfLiteTensorByteSize(score) != 1:
            raise ModelError(
                f"The wake model {network} takes {shape} and is none of microWakeWord's, which "
                f"take [1, 3, {_CHANNELS}] bytes and give one. Models of other kinds cannot be used"
            )
    finally:
        if interpreter:
            lib.TfLiteInterpreterDelete(interpreter)
        if model:
            lib.TfLiteModelDelete(model)
