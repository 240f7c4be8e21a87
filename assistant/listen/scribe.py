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
    """Milliseconds of silence after which these words, by themselves, are all."""


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
        """The words of this sound, and how long to wait for more by these. Raises ModelError.

        Cancelled, what has not begun does not begin.
        """
        writing = self._worker.submit(partial(self._write, sound, self._kept))
        try:
            written = await asyncio.wrap_future(writing)
        finally:
            writing.cancel()
        wait_ms = self._patience.wait_ms(written.transcript.text, None, written.transcript.language)
        return Reading(written.transcript, sound.seconds, written.ms, wait_ms)

    async def listen(self, sound: Pcm, words: Transcript) -> float:
        """How long to wait for more, in milliseconds of silence, by the words and their melody.

        It is asked after the words: beside the transcription it would take twice its time, and
        the transcription too.
        """
        finished = await self._finished(sound)
        return self._patience.wait_ms(words.text, finished, words.language)

    async def _finished(self, sound: Pcm) -> float | None:
        """How likely that was all, 0 to 1; None where only the words can tell."""
        if self._turn_end is None:
            return None
        model, worker = self._turn_end
        try:
            return await worker.run(partial(model.finished, sound))
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
