"""Where an utterance begins and ends: frames and probabilities in, what was heard out.

Pure: it counts audio time, so a recording gives the same result however fast it is fed. It
refuses to know how the probability came about and what was said.

Speech that goes on at `max_utterance_s` is cut there: the utterance is what was said so far. The
rest of that speech is nothing new, and nobody talks over it: up to its next silence (`hangover_ms`)
it is passed over, while `voiced_ms` says that somebody speaks. A person pauses for so long within
another `max_utterance_s`; what does not is a television. From then on it counts as a noise of the
room: it holds nothing back any more, and begins nothing until it pauses or the assistant is called
(`attend`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio.pcm import FRAME_S, Pcm

if TYPE_CHECKING:
    from assistant.config import EndpointConfig

_AGAIN_MS = 60
"""Milliseconds of speech after a pause that count as going on: a click is no word, and to begin
the transcription anew costs more than to notice 60 ms later."""
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
    silence_s: float
    """Audio time since the last speech."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The speech goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Silence for as long as was to be waited, or the longest utterance: that was all."""

    sound: Pcm
    """The very object that the last `Paused` carried, where there was one."""
    silence_s: float
    """Audio time since the last speech."""
    cut: bool = False
    """Whether the speech went on: its rest is passed over, and `Over` follows."""


@dataclass(frozen=True, slots=True)
class Over:
    """The rest of a speech that was cut is over, or is heeded no more."""

    endless: bool = False
    """Whether it goes on all the same: no person speaks like that."""


HeardSpeech = SpeechStarted | Paused | Resumed | Utterance | Over


class Endpointer:
    """Counts speech and silence, and says what they add up to."""

    def __init__(self, config: EndpointConfig, threshold: float) -> None:
        self._threshold = threshold
        self._onset = _frames(config.onset_ms)
        self._pause = _frames(config.pause_ms)
        self._longest_pause = max(_frames(config.longest_pause_ms), self._pause)
        self._patience = self._longest_pause
        self._longest = _frames(config.max_utterance_s * 1000)
        self._rest_silence = _frames(config.hangover_ms)
        self._rest = 0
        self._again = _frames(_AGAIN_MS)
        self._voiced = 0
        self._before: deque[Pcm] = deque(maxlen=_frames(config.preroll_ms) + self._onset)
        self._frames: list[Pcm] = []
        self._paused: Pcm | None = None
        self._speech = 0
        self._silence = 0

    @property
    def voiced_ms(self) -> float:
        """Milliseconds of speech in what is being said, also before it counts as a beginning."""
        if self._rest > self._longest:
            return 0.0
        return (self._voiced or self._speech) * FRAME_S * 1000

    @property
    def sound(self) -> Pcm | None:
        """What was said so far, with its pre-roll; None where nobody speaks, or after a cut."""
        return Pcm.join(self._frames) if self._frames else None

    def wait(self, milliseconds: float) -> None:
        """How much silence ends this utterance; holds until the speech goes on.

        Until told, it is `longest_pause_ms`.
        """
        self._patience = max(_frames(milliseconds), self._pause)

    def push(self, frame: Pcm, probability: float, still_ms: float = 0.0) -> list[HeardSpeech]:
        """What this frame, with its probability of speech, brings about; mostly nothing.

        `still_ms`: for how long there was no sound at all. The detector notices a silence late;
        once it does, a pause has lasted for so long already.
        """
        spoken = probability >= self._threshold - _HYSTERESIS
        if self._rest:
            return self._rest_push(frame, spoken=spoken)
        if not self._frames:
            return self._wait(frame, probability)
        self._frames.append(frame)
        if self._paused:
            heard = self._paused_push(spoken=spoken)
        else:
            heard = self._spoken_push(_frames(still_ms), spoken=spoken)
        if spoken and len(self._frames) >= self._longest and not self._paused:
            heard.append(self._cut())
        return heard

    def _spoken_push(self, still: int, *, spoken: bool) -> list[HeardSpeech]:
        """One more frame while somebody speaks; so many were without a sound."""
        if spoken:
            self._silence = 0
            self._voiced += 1
            return []
        self._silence += 1
        silence = max(self._silence, still)
        if silence < self._pause:
            return []
        self._paused = Pcm.join(self._frames)
        return [Paused(self._paused, silence * FRAME_S)]

    def _paused_push(self, *, spoken: bool) -> list[HeardSpeech]:
        """One more frame in a pause."""
        self._silence += 1
        self._speech = self._speech + 1 if spoken else 0
        if self._speech >= self._again:
            self._voiced += self._speech
            self._paused = None
            self._silence = self._speech = 0
            self._patience = self._longest_pause
            return [Resumed()]
        return self.flush() if self._silence >= self._patience and not self._speech else []

    def _cut(self) -> Utterance:
        """What was said so far; it goes on, and its rest is passed over."""
        utterance, voiced = Utterance(Pcm.join(self._frames), 0.0, cut=True), self._voiced
        self.reset()
        self._rest, self._voiced = 1, voiced
        return utterance

    def _rest_push(self, frame: Pcm, *, spoken: bool) -> list[HeardSpeech]:
        """One more frame of what is passed over."""
        self._before.append(frame)
        self._rest += 1
        self._silence = 0 if spoken else self._silence + 1
        heeded = self._rest <= self._longest + 1
        if self._silence >= self._rest_silence:
            self.attend()
            return [Over()] if heeded else []
        return [Over(endless=True)] if self._rest == self._longest + 1 else []

    def attend(self) -> None:
        """What comes now is heard, also where the rest of a speech is still passed over."""
        if self._rest:
            before = self._before.copy()
            self.reset()
            self._before.extend(before)

    def flush(self) -> list[HeardSpeech]:
        """The utterance under way, if any: the sound ended, or was made to."""
        heeded = 0 < self._rest <= self._longest
        if not self._frames:
            self.reset()
            return [Over()] if heeded else []
        sound = self._paused or Pcm.join(self._frames)
        silence_s = self._silence * FRAME_S
        self.reset()
        return [Utterance(sound, silence_s)]

    def reset(self) -> None:
        """Forget the utterance under way and what came before it."""
        self._before.clear()
        self._rest = 0
        self._frames = []
        self._paused = None
        self._speech = self._silence = self._voiced = 0
        self._patience = self._longest_pause

    def _wait(self, frame: Pcm, probability: float) -> list[HeardSpeech]:
        self._before.append(frame)
        self._speech = self._speech + 1 if probability >= self._threshold else 0
        if self._speech < self._onset:
            return []
        self._frames = list(self._before)
        self._before.clear()
        self._voiced, self._speech = self._speech, 0
        return [SpeechStarted()]


def _frames(milliseconds: float) -> int:
    return max(1, round(milliseconds / 1000 / FRAME_S))
