"""What Whisper gets to see of a sound: the speech in it, and a window no longer than it needs.

Flows in: samples at `LISTEN_RATE` and how likely each step of them is speech. Flows out: the
stretch to transcribe, and that stretch padded to a window. Pure; refuses to know: models, words.

Whisper was trained on windows of 30 s and spends nearly all its time on them, however little was
said. A shorter window is as good if what fills it up looks like a recording's faint noise: with
zeros it goes into loops. So it does, shorter window or not, where seconds of silence stand around
the speech; cutting those off did more than any length of window that was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import LISTEN_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

STEP = 512
"""Samples to each probability of speech: Silero's step, 32 ms."""
HOP = 160
"""Samples to each frame of features: Whisper's hop, 10 ms."""
FULL_FRAMES = 3000
"""Whisper's own window, 30 s."""
LEAST_FRAMES = 1200
"""The shortest window, 12 s: with 10 s base got 2 % and tiny.en 7 % more words wrong, with 14 s
neither got fewer than the noise of the measurement, and with 8 s nearly twice as many."""
_ROUND_FRAMES = 50
_MARGIN_FRAMES = 100
_LEAD = round(0.3 * LISTEN_RATE)
_TAIL = round(0.4 * LISTEN_RATE)
_SPEECH = 0.3
_PIECE_STEPS = 28 * LISTEN_RATE // STEP
_LEAST_PIECE_STEPS = 3 * LISTEN_RATE // STEP
_PAUSE_STEPS = LISTEN_RATE // STEP
_NOISE_LEVEL = 1e-4
_NOISE = (np.random.default_rng(0).standard_normal(FULL_FRAMES * HOP) * _NOISE_LEVEL).astype(
    np.float32
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sound of up to 30 s with the bounds of its speech."""

    samples: NDArray[np.float32]
    """Shape (n,), within ±1, at `LISTEN_RATE`."""
    spoken: slice
    """The samples from shortly before the first speech to shortly after the last."""
    peak: float
    """The highest probability of speech, 0 to 1."""

    @property
    def spoken_s(self) -> float:
        """Seconds of what is `spoken`."""
        return len(self.samples[self.spoken]) / LISTEN_RATE


def stretch(samples: NDArray[np.float32], speech: NDArray[np.float32]) -> Stretch:
    """Find the speech, by its probability for each `STEP` samples, shape (ceil(n / STEP),).

    All of the samples are `spoken` where nothing in them seems to be speech.
    """
    found = np.flatnonzero(speech > _SPEECH)
    first, last = (int(found[0]), int(found[-1]) + 1) if len(found) else (0, len(speech))
    return Stretch(
        samples,
        slice(max(0, first * STEP - _LEAD), min(len(samples), last * STEP + _TAIL)),
        peak=float(speech.max(initial=0.0)),
    )


def pieces(samples: NDArray[np.float32], speech: NDArray[np.float32]) -> Iterator[Stretch]:
    """The sound as stretches that fit into Whisper's window; one where it fits whole.

    A longer one is cut in every pause of a second, and where there is none in time, where speech is
    least likely ("cut" of WhisperX, Bain et al. 2023, arXiv:2303.00747). Over a long pause Whisper
    likes to stop; so no piece has one inside.
    """
    begin = 0
    while len(speech) - begin > _PIECE_STEPS:
        end = begin + _cut(speech[begin : begin + _PIECE_STEPS])
        yield stretch(samples[begin * STEP : end * STEP], speech[begin:end])
        begin = end
    yield stretch(samples[begin * STEP :], speech[begin:])


def _cut(speech: NDArray[np.float32]) -> int:
    """The step to cut at: amid the first long pause, else where speech is least likely."""
    quiet = 0
    for step in range(_LEAST_PIECE_STEPS, len(speech)):
        quiet = quiet + 1 if speech[step] < _SPEECH else 0
        if quiet == _PAUSE_STEPS:
            return step - _PAUSE_STEPS // 2
    half = len(speech) // 2
    return half + int(np.argmin(np.convolve(speech[half:], np.ones(9) / 9, "same")))


def frames_for(seconds: float) -> int:
    """Length of the window for a sound, in frames of 10 ms: `LEAST_FRAMES` to `FULL_FRAMES`."""
    wanted = seconds * 100 + _MARGIN_FRAMES
    rounded = -(-round(wanted) // _ROUND_FRAMES) * _ROUND_FRAMES
    return min(FULL_FRAMES, max(LEAST_FRAMES, rounded))


def padded(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """The samples with faint noise after them, shape (frames * HOP,); the same noise each time."""
    window = _NOISE[: frames * HOP].copy()
    window[: len(samples)] = samples[: len(window)]
    return window
