"""Where an utterance begins and ends: frames and probabilities in, what was heard out.

Pure: it counts audio time, so a recording gives the same result however fast it is fed. It
refuses to know how the probability came about and what was said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio.pcm import FRAME_S, Pcm

if TYPE_CHECKING:
    from assistant.config import EndpointConfig

_HYSTERESIS = 0.15
"""Speech goes on down to this much below the threshold, as in Silero's own iterator."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Silence for `pause_ms`: that may have been all."""

    sound: Pcm
    """What was said so far, with its pre-roll, up to the pause."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The speech goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Silence for `hangover_ms`, or the longest utterance: that was all."""

    sound: Pcm
    """The very object that the last `Paused` carried, where there was one."""
    silence_s: float
    """Audio time since the last speech."""
    cut: bool = False
    """Whether it was ended by its length."""


HeardSpeech = SpeechStarted | Paused | Resumed | Utterance


class Endpointer:
    """Counts speech and silence, and says what they add up to."""

    def __init__(self, config: EndpointConfig, threshold: float) -> None:
        self._threshold = threshold
        self._onset = _frames(config.onset_ms)
        self._pause = _frames(config.pause_ms)
        self._hangover = max(_frames(config.hangover_ms), self._pause)
        self._longest = _frames(config.max_utterance_s * 1000)
        self._before: deque[Pcm] = deque(maxlen=_frames(config.preroll_ms) + self._onset)
        self._frames: list[Pcm] = []
        self._paused: Pcm | None = None
        self._speech = 0
        self._silence = 0

    def push(self, frame: Pcm, probability: float) -> list[HeardSpeech]:
        """What this frame, with its probability of speech, brings about; mostly nothing."""
        if not self._frames:
            return self._wait(frame, probability)
        self._frames.append(frame)
        heard: list[HeardSpeech] = []
        if probability >= self._threshold - _HYSTERESIS:
            self._silence = 0
            if self._paused is not None:
                self._paused = None
                heard.append(Resumed())
        else:
            self._silence += 1
            if self._silence == self._pause:
                self._paused = Pcm.join(self._frames)
                heard.append(Paused(self._paused))
        if self._silence >= self._hangover or len(self._frames) >= self._longest:
            heard.extend(self.flush())
        return heard

    def flush(self) -> list[HeardSpeech]:
        """The utterance under way, if any: the sound ended, or was made to."""
        if not self._frames:
            return []
        sound = self._paused or Pcm.join(self._frames)
        silence_s = self._silence * FRAME_S
        cut = len(self._frames) >= self._longest
        self.reset()
        return [Utterance(sound, silence_s, cut)]

    def reset(self) -> None:
        """Forget the utterance under way and what came before it."""
        self._before.clear()
        self._frames = []
        self._paused = None
        self._speech = self._silence = 0

    def _wait(self, frame: Pcm, probability: float) -> list[HeardSpeech]:
        self._before.append(frame)
        self._speech = self._speech + 1 if probability >= self._threshold else 0
        if self._speech < self._onset:
            return []
        self._frames = list(self._before)
        self._before.clear()
        return [SpeechStarted()]


def _frames(milliseconds: float) -> int:
    return max(1, round(milliseconds / 1000 / FRAME_S))
