"""The ears: frames in, what was heard out.

They join the detector, which judges frames, to the endpoint, which counts them. They refuse to
know what was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.listen.endpoint import Endpointer, HeardSpeech

if TYPE_CHECKING:
    from assistant.audio.pcm import Pcm
    from assistant.config import EndpointConfig, VadConfig
    from assistant.interfaces import SpeechDetector


class Ears:
    """Listens to one stream of frames; cheap enough to be called on the loop."""

    def __init__(self, detector: SpeechDetector, endpoint: EndpointConfig, vad: VadConfig) -> None:
        self._detector = detector
        self._endpointer = Endpointer(endpoint, vad.threshold)

    def push(self, frame: Pcm) -> list[HeardSpeech]:
        """What this frame brings about; mostly nothing."""
        return self._endpointer.push(frame, self._detector.probability(frame))

    def flush(self) -> list[HeardSpeech]:
        """The utterance under way, if the sound ended inside one."""
        self._detector.reset()
        return self._endpointer.flush()

    def reset(self) -> None:
        """Forget everything: what comes next has nothing to do with what came before."""
        self._detector.reset()
        self._endpointer.reset()
