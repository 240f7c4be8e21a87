"""Voice-activity detection in two steps: webrtcvad as the cheap gate, Silero to confirm.

Flows in: frames. Flows out: a probability of speech for each. Refuses to know: where utterances
begin and end.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import webrtcvad

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE
from assistant.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.audio.pcm import Pcm
    from assistant.config import VadConfig

_CHUNK = 512
"""Samples that Silero takes at a time, at 16 kHz (its model card)."""
_CONTEXT = 64
"""Samples of the chunk before, which go in again (its model card)."""
_LEAD_FRAMES = 20
"""Frames kept while the gate is shut: Silero hears them first when it opens, for its state."""
_HOLD_FRAMES = 50
"""Frames that the gate stays open after webrtcvad's last word."""


class Silero:
    """Silero VAD v6 as ONNX, on one thread: about 0.2 ms for a chunk of 32 ms.

    The model file is the one inside faster-whisper's package.
    """

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                _silero_file(), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own without a common base
            raise ModelError(
                f"The voice-activity model inside faster-whisper does not load: {error}. "
                "Install the program again with: make setup"
            ) from error
        self.reset()

    def reset(self) -> None:
        """Forget what came before."""
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def probability(self, chunk: NDArray[np.float32]) -> float:
        """0 to 1 for a chunk of shape (512,), float32 within ±1, at 16 kHz."""
        window = np.concatenate([self._context, chunk])[np.newaxis]
        output, self._h, self._c = self._session.run(
            None, {"input": window, "h": self._h, "c": self._c}
        )
        self._context = chunk[-_CONTEXT:]
        return float(output.reshape(-1)[-1])


class GatedDetector:
    """Silero behind webrtcvad: a quiet room costs next to nothing."""

    def __init__(self, config: VadConfig) -> None:
        self._gate = webrtcvad.Vad(config.aggressiveness)
        self._silero = Silero()
        self._lead: deque[NDArray[np.float32]] = deque(maxlen=_LEAD_FRAMES)
        self._waiting: list[NDArray[np.float32]] = []
        self._hold = 0
        self._probability = 0.0

    def reset(self) -> None:
        """Forget what came before."""
        self._shut()
        self._lead.clear()

    def probability(self, frame: Pcm) -> float:
        """0 to 1 for this frame; steps every 32 ms, and is 0 while the gate is shut."""
        samples = frame.as_float()
        if self._gate.is_speech(frame.samples.tobytes(), LISTEN_RATE):
            self._hold = _HOLD_FRAMES
        elif self._hold == 0:
            self._lead.append(samples)
            return 0.0
        else:
            self._hold -= 1
        self._waiting.extend(self._lead)
        self._lead.clear()
        self._waiting.append(samples)
        self._confirm()
        if self._hold == 0:
            self._shut()
        return self._probability

    def _confirm(self) -> None:
        """Let Silero hear every whole chunk that waits."""
        if len(self._waiting) * FRAME_SAMPLES < _CHUNK:
            return
        sound = np.concatenate(self._waiting)
        whole = len(sound) - len(sound) % _CHUNK
        for start in range(0, whole, _CHUNK):
            self._probability = self._silero.probability(sound[start : start + _CHUNK])
        self._waiting = [sound[whole:]]

    def _shut(self) -> None:
        self._silero.reset()
        self._waiting.clear()
        self._hold = 0
        self._probability = 0.0


def _silero_file() -> str:
    import faster_whisper  # noqa: PLC0415  # only its folder is wanted; Whisper imports it anyway

    folder = Path(faster_whisper.__file__).parent / "assets"
    return str(next(folder.glob("silero_vad*.onnx"), folder / "silero_vad_v6.onnx"))
