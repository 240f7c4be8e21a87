"""The end of a turn by its melody: the sound up to a pause in, how likely that was all out.

Refuses to know: words, how long to wait, when it is asked. It is not to be trusted alone: cut off
in mid-sentence, our own voice sounds finished to it more often than not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.errors import ModelError
from assistant.modelfiles.manifest import Manifest, shipped
from assistant.modelfiles.store import pull_command

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_SAMPLES = 8 * LISTEN_RATE
"""What the model hears at once: the last 8 s (its repository's README)."""
_LEAST_VARIANCE = 1e-7
"""Added to the variance, so that silence can be divided by it; Whisper's extractor has the same."""


class SmartTurn:
    """Smart Turn v3 as ONNX, on one thread: about 50 ms. One call at a time: it lives on a Worker.

    A head on Whisper tiny's encoder, trained on people and on synthetic voices in 23 languages
    (huggingface.co/pipecat-ai/smart-turn-v3).
    """

    def __init__(self, path: Path) -> None:
        """Load the .onnx file. Raises ModelError."""
        self._path = path
        self._session = _load(path)
        self._log_mel = _extractor()

    def warm(self) -> None:
        """Run once, so that the first pause is not slow. Raises ModelError."""
        self.finished(Pcm.silence(1))

    def finished(self, sound: Pcm) -> float:
        """0 to 1: how likely that was all; the sound, shape (n,), with the pause's first silence.

        Only its last 8 s count. Another rate than `LISTEN_RATE` is resampled. Raises ModelError.
        """
        features = self._log_mel(window(sound), padding=0)[np.newaxis]
        try:
            (chances,) = self._session.run(None, {"input_features": features})
            return float(np.asarray(chances).reshape(-1)[0])  # a probability, though named logits
        except Exception as error:  # onnxruntime raises classes of its own without a common base
            raise ModelError(
                f"{self._path}: the turn-end model could not hear {sound.seconds:.1f} s: {error}. "
                + _way_out(self._path)
            ) from error


def window(sound: Pcm) -> NDArray[np.float32]:
    """The last 8 s with zeros before them where it is shorter: shape (128000,), mean 0, variance 1.

    The level of speech so does not matter, and the end stands where the model expects it. The zeros
    count for mean and variance, because they did in its training.
    """
    samples = sound.resampled(LISTEN_RATE).as_float()[-_SAMPLES:]
    padded = np.pad(samples, (_SAMPLES - len(samples), 0))
    normal: NDArray[np.float32] = (padded - padded.mean()) / np.sqrt(padded.var() + _LEAST_VARIANCE)
    return normal


def _extractor() -> Any:  # noqa: ANN401  # faster-whisper has no types
    """Whisper's log-mel features, shape (80, 800) for 8 s: 80 bands, a frame each 10 ms."""
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415  # takes a second

    return FeatureExtractor(feature_size=80)


def _load(path: Path) -> Any:  # noqa: ANN401  # onnxruntime has no types
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime raises classes of its own without a common base
        raise ModelError(
            f"{path}: the turn-end model does not load: {error}. {_way_out(path)}"
        ) from error


def _way_out(path: Path) -> str:
    """The command that fetches this model; one of the user's own has none."""
    folder = path.parent
    if any(model.name == folder.name for model in Manifest.read(shipped()).models):
        return f"Fetch it again with: {pull_command(folder.name, folder.parent)}"
    return "Put a whole one there, or choose another with [endpoint] turn_end."
