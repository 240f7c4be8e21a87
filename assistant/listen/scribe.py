"""The scribe: the sound of an utterance in, its transcript out, begun before it is asked for.

At a pause the transcription begins; when that was all, it is taken, and the silence that ends an
utterance has paid for it. It refuses to know what a pause is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from assistant.audio.pcm import Pcm
    from assistant.interfaces import Clock, Transcriber, Transcript
    from assistant.worker import Worker


@dataclass(frozen=True, slots=True)
class Written:
    """A transcript with what it took."""

    transcript: Transcript
    audio_s: float
    stt_ms: float
    """Milliseconds that the transcription itself took, whenever it began."""


class Scribe:
    """Transcribes one sound at a time, on its Worker."""

    def __init__(self, transcriber: Transcriber, worker: Worker, clock: Clock) -> None:
        self._transcriber = transcriber
        self._worker = worker
        self._clock = clock
        self._begun: tuple[Pcm, Future[Written]] | None = None

    def begin(self, sound: Pcm) -> None:
        """Transcribe this sound in case it is asked for."""
        self.drop()
        self._begun = (sound, self._submit(sound))

    def drop(self) -> None:
        """Nobody will ask for what was begun."""
        if self._begun is not None:
            self._begun[1].cancel()
        self._begun = None

    async def take(self, sound: Pcm) -> Written:
        """The transcript of this sound: what was begun, if it was the same. Raises ModelError."""
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] is sound:
            return await asyncio.wrap_future(begun[1])
        return await asyncio.wrap_future(self._submit(sound))

    def _submit(self, sound: Pcm) -> Future[Written]:
        return self._worker.submit(partial(self._write, sound))

    def _write(self, sound: Pcm) -> Written:
        started = self._clock.monotonic()
        transcript = self._transcriber.transcribe(sound)
        return Written(transcript, sound.seconds, (self._clock.monotonic() - started) * 1000)
