"""The ears: frames in, what was heard out.

They join the detector, which judges frames, to the endpoint, which counts them, with the talk in
the background left out, and to the wake words, where there are any. They refuse to know what was
said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio.pcm import FRAME_S
from assistant.listen.endpoint import HeardSpeech
from assistant.listen.noise_floor import NoiseFloor
from assistant.listen.stillness import Stillness

if TYPE_CHECKING:
    from assistant.audio.pcm import Pcm
    from assistant.interfaces import SpeechDetector, WakeDetector
    from assistant.listen.endpoint import Endpointer


@dataclass(frozen=True, slots=True)
class Woke:
    """A wake word was said; what was said around it follows as speech."""

    word: str


HeardSound = Woke | HeardSpeech


class Ears:
    """Listens to one stream of frames; cheap enough to be called on the loop."""

    def __init__(
        self,
        detector: SpeechDetector,
        endpointer: Endpointer,
        wake: WakeDetector | None = None,
        preroll_ms: int = 0,
    ) -> None:
        """`preroll_ms`: how much from before a wake word's end belongs to what was said."""
        self._detector = detector
        self._endpointer = endpointer
        self._wake = wake
        self._floor = NoiseFloor()
        self._stillness = Stillness()
        frames = max(1, round(preroll_ms / 1000 / FRAME_S))
        self._slept: deque[tuple[Pcm, float]] = deque(maxlen=frames)

    @property
    def voiced_ms(self) -> float:
        """Milliseconds of speech in what is being said just now."""
        return self._endpointer.voiced_ms

    @property
    def sound(self) -> Pcm | None:
        """What is being said just now, with its pre-roll."""
        return self._endpointer.sound

    def wait(self, milliseconds: float) -> None:
        """How much silence ends what is being said just now."""
        self._endpointer.wait(milliseconds)

    def push(self, frame: Pcm, *, awake: bool = True) -> list[HeardSound]:
        """What this frame brings about; mostly nothing. Asleep, only a wake word does."""
        speech = self._detector.probability(frame)
        word = self._wake.push(frame, speech) if self._wake else None
        speech = self._floor.judge(frame, speech)
        still_ms = self._stillness.push(frame)
        heard: list[HeardSound] = [Woke(word)] if word else []
        if awake:
            if word:
                self._endpointer.attend()
            return heard + self._endpointer.push(frame, speech, still_ms)
        self._slept.append((frame, speech))
        if word:
            self._endpointer.reset()
            for earlier, judged in self._slept:
                heard += self._endpointer.push(earlier, judged)
            self._slept.clear()
        return heard

    def attend(self) -> None:
        """What comes now is heard, also where the rest of a long speech is still passed over."""
        self._endpointer.attend()

    def flush(self) -> list[HeardSpeech]:
        """The utterance under way, if the sound ended inside one."""
        self._detector.reset()
        return self._endpointer.flush()

    def reset(self) -> None:
        """Forget everything: what comes next has nothing to do with what came before."""
        self._detector.reset()
        self._endpointer.reset()
        self._slept.clear()
        if self._wake:
            self._wake.reset()
