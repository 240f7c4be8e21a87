"""The scribe: the sound of an utterance in, its words out, and how long to wait for more.

What was written of a long utterance at an earlier pause is kept, so that only its tail is left to
be written at its end. It refuses to know what a pause is and whose turn it is.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from assistant.audio.pcm import Pcm
from assistant.errors import ModelError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from assistant.interfaces import Clock, Transcriber, Transcript, TurnEndModel
    from assistant.listen.patience import Patience
    from assistant.worker import Worker

_LOG = logging.getLogger(__name__)
LONG_S = 8.0
"""Seconds of sound from which what was written at a pause is kept. Shorter, all of it is written
again: Whisper writes better the more it hears."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A transcript with what it took."""

    transcript: Transcript
    audio_s: float
    stt_ms: float
    """Milliseconds that the transcription itself took."""
    wait_ms: float
    """Milliseconds of silence after which these words are all that was to be said."""


@dataclass(frozen=True, slots=True)
class _Written:
    sound: Pcm
    transcript: Transcript
    ms: float


class Scribe:
    """Reads one sound at a time."""

    def __init__(
        self,
        transcriber: Transcriber,
        worker: Worker,
        patience: Patience,
        clock: Clock,
        turn_end: tuple[TurnEndModel, Worker] | None = None,
    ) -> None:
        """`turn_end`: the model that hears whether that was all, and its own thread."""
        self._transcriber = transcriber
        self._worker = worker
        self._patience = patience
        self._clock = clock
        self._turn_end = turn_end
        self._kept: _Written | None = None

    async def read(self, sound: Pcm) -> Reading:
        """The words of this sound, and how long to wait for more. Raises ModelError.

        Cancelled, what has not begun does not begin.
        """
        hearing = self._hear(sound)
        writing = self._worker.submit(partial(self._write, sound, self._kept))
        try:
            written = await asyncio.wrap_future(writing)
            finished = await self._finished(hearing)
        finally:
            writing.cancel()
            if hearing:
                hearing.cancel()
        words = written.transcript
        wait_ms = self._patience.wait_ms(words.text, finished, words.language)
        return Reading(words, sound.seconds, written.ms, wait_ms)

    def _hear(self, sound: Pcm) -> Future[float] | None:
        if self._turn_end is None:
            return None
        model, worker = self._turn_end
        return worker.submit(partial(model.finished, sound))

    async def _finished(self, hearing: Future[float] | None) -> float | None:
        """How likely that was all, 0 to 1; None where only the words can tell."""
        if hearing is None:
            return None
        try:
            return await asyncio.wrap_future(hearing)
        except ModelError as error:
            _LOG.warning("the turn-end model failed, the words decide: %s", error)
            return None

    def _write(self, sound: Pcm, kept: _Written | None) -> _Written:
        """On the Worker."""
        began = self._clock.monotonic()
        if kept is not None and _continues(kept.sound, sound):
            tail = self._transcriber.transcribe(Pcm(sound.samples[len(kept.sound.samples) :]))
            words = _joined(kept.transcript, tail)
        else:
            words = self._transcriber.transcribe(sound)
        written = _Written(sound, words, (self._clock.monotonic() - began) * 1000)
        if sound.seconds >= LONG_S and words.text:
            self._kept = written
        return written


def _continues(earlier: Pcm, later: Pcm) -> bool:
    """Whether one sound begins with the other."""
    length = len(earlier.samples)
    return length < len(later.samples) and np.array_equal(earlier.samples, later.samples[:length])


def _joined(head: Transcript, tail: Transcript) -> Transcript:
    if not tail.text:
        return head
    confidence = min(head.confidence, tail.confidence)
    return replace(head, text=f"{head.text} {tail.text}", confidence=confidence)
