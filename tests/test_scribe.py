"""What was written of a long utterance at a pause is kept: only its tail is left at its end."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from assistant.audio.pcm import Pcm
from assistant.clock import SystemClock
from assistant.config import EndpointConfig
from assistant.listen.patience import Patience
from assistant.listen.scribe import LONG_S, Scribe
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.interfaces import Transcript
    from assistant.listen.whisper import Whisper

LONG = (
    "Please tell me how old the moon is, and how far away it is, and who has walked on it until "
    "today, and how many people have seen it from the other side."
)
TAIL = "And then tell me the capital of Australia."


class Counting:
    """The real transcriber, and how many seconds it was given each time."""

    def __init__(self, whisper: Whisper) -> None:
        self._whisper = whisper
        self.seconds: list[float] = []

    def transcribe(self, sound: Pcm) -> Transcript:
        """The words."""
        self.seconds.append(sound.seconds)
        return self._whisper.transcribe(sound)


@asynccontextmanager
async def writing(whisper: Whisper) -> AsyncIterator[tuple[Scribe, Counting]]:
    """A scribe, and what it asks of the transcriber."""
    counting = Counting(whisper)
    async with Worker("stt") as stt:
        yield Scribe(counting, stt, Patience(EndpointConfig()), SystemClock()), counting


async def test_only_the_tail_of_a_long_utterance_is_left(
    tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """Its words are those of both parts, once each."""
    head, tail = say(LONG), say(TAIL)
    assert head.seconds > LONG_S
    async with writing(tiny) as (scribe, counting):
        await scribe.read(head)
        reading = await scribe.read(Pcm.join([head, tail]))
    assert counting.seconds == pytest.approx([head.seconds, tail.seconds], abs=0.01)
    text = reading.transcript.text.lower()
    assert text.count("moon") == 1
    assert text.index("moon") < text.index("australia")
    assert reading.audio_s == pytest.approx(head.seconds + tail.seconds)


async def test_a_short_one_is_written_whole_again(tiny: Whisper, say: Callable[[str], Pcm]) -> None:
    """Whisper writes better the more it hears."""
    head, tail = say("How old is the moon?"), say(TAIL)
    both = Pcm.join([head, tail])
    async with writing(tiny) as (scribe, counting):
        await scribe.read(head)
        await scribe.read(both)
    assert counting.seconds == pytest.approx([head.seconds, both.seconds])


async def test_another_utterance_has_nothing_of_the_one_before(
    tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """What was kept belongs to the sound that it was written of."""
    async with writing(tiny) as (scribe, counting):
        await scribe.read(say(LONG))
        reading = await scribe.read(Pcm.join([say(TAIL), say(LONG)]))
    assert len(counting.seconds) == 2
    assert reading.transcript.text.lower().index("australia") < 60
