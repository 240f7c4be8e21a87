"""The mouth: early first clause, every word said, silence at once, never nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from assistant.audio.wav import WavSpeaker, read_sound
from assistant.errors import GatewayError
from assistant.floor import Floor
from assistant.speak.mouth import SpeakingMouth
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

STORY = "Once upon a time, there was a king. He had three daughters, and each wanted a garden."


async def one_by_one(text: str, size: int = 3, wait_s: float = 0.0) -> AsyncGenerator[str]:
    """A text as a model would send it."""
    for start in range(0, len(text), size):
        await asyncio.sleep(wait_s)
        yield text[start : start + size]


def ours() -> Floor:
    """A floor that is given: speak at once."""
    return Floor(given=True)


class Counting:
    """The real voice, counting what it was asked to say."""

    def __init__(self, voice: Piper) -> None:
        self.voice = voice
        self.language = voice.language
        self.asked: list[str] = []

    def pieces(self, text: str) -> Iterator[Pcm]:
        """The sound, noted."""
        self.asked.append(text)
        yield from self.voice.pieces(text)


async def test_every_word_is_said(tmp_path: Path, voice: Piper, base: Whisper) -> None:
    """What comes out of the speaker is the whole text, to its last word."""
    file = tmp_path / "said.wav"
    async with Worker("tts") as worker, WavSpeaker(file, realtime=False) as speaker:
        heard = await SpeakingMouth(voice, worker, speaker).say(one_by_one(STORY), print, ours())
    assert heard == STORY
    text = base.transcribe(read_sound(file)).text.lower()
    for word in ("once", "king", "daughters", "garden"):
        assert word in text


async def test_the_first_clause_is_said_while_the_rest_arrives(voice: Piper) -> None:
    """The first sound comes before the last delta."""
    marks: list[str] = []

    async def deltas() -> AsyncGenerator[str]:
        yield "Once upon a time, there"
        for _ in range(200):
            if "first_sound" in marks:
                break
            await asyncio.sleep(0.05)
        marks.append("last delta")
        yield " was a king."

    async with Worker("tts") as worker, WavSpeaker(None, realtime=False) as speaker:
        await SpeakingMouth(voice, worker, speaker).say(deltas(), marks.append, ours())
    assert marks.index("first_sound") < marks.index("last delta")


async def test_what_came_before_a_failure_is_said(voice: Piper) -> None:
    """The words that arrived are spoken, and then the failure is raised."""

    async def deltas() -> AsyncGenerator[str]:
        yield "The first sentence. And a half"
        raise GatewayError("it broke off")

    async with Worker("tts") as worker, WavSpeaker(None, realtime=False) as speaker:
        mouth = SpeakingMouth(voice, worker, speaker)
        with pytest.raises(GatewayError, match="broke off"):
            await mouth.say(deltas(), print, ours())
    assert mouth.heard() == "The first sentence. And a half"


@pytest.mark.parametrize("text", ["", "👍", "```\ncode\n```", "***", "\n\n"])
async def test_nothing_to_say_is_still_not_silence(voice: Piper, text: str) -> None:
    """A reply without a sayable word ends in a chime."""
    async with Worker("tts") as worker, WavSpeaker(None, realtime=False) as speaker:
        assert (
            await SpeakingMouth(voice, worker, speaker).say(one_by_one(text, 1), print, ours())
            == ""
        )
        assert speaker.played_s > 0.1


async def test_markup_is_not_read_aloud(voice: Piper) -> None:
    """The voice gets words; what is kept is the text as it came."""
    counting = Counting(voice)
    async with Worker("tts") as worker, WavSpeaker(None, realtime=False) as speaker:
        mouth = SpeakingMouth(counting, worker, speaker)
        heard = await mouth.say(one_by_one("**Dinner** is at 8:00 😀."), print, ours())
    assert heard.startswith("**Dinner**")
    assert counting.asked == ["Dinner is at eight o'clock."]


async def test_a_cancelled_reply_synthesises_no_more(voice: Piper) -> None:
    """After `stop` the voice is not asked again, and the speaker has nothing left."""
    counting = Counting(voice)
    long = " ".join(f"This is sentence number {n} of many." for n in range(40))
    async with Worker("tts") as worker, WavSpeaker(None, realtime=True) as speaker:
        mouth = SpeakingMouth(counting, worker, speaker)
        async with asyncio.TaskGroup() as group:
            saying = group.create_task(mouth.say(one_by_one(long, 9, 0.001), print, ours()))
            while speaker.played_s < 0.3:  # noqa: ASYNC110  # the speaker's time has no event
                await asyncio.sleep(0.02)
            saying.cancel()
            await asyncio.wait([saying])
            heard = mouth.stop()
            asked = len(counting.asked)
            await asyncio.sleep(0.3)
        assert len(counting.asked) <= asked + 1
        assert speaker.queued_s == speaker.played_s
    assert 0 < len(heard.split()) < 20
    assert long.startswith(heard)
