"""The window after a reply: it closes, whatever sounds, with a tone; nothing keeps it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gateway_server import Reply
from household import household, television

from assistant.audio import chimes
from assistant.audio.pcm import Pcm
from assistant.config import WakeConfig
from assistant.events import Heard, Ignored, Said, Slept, TurnEnded
from assistant.interfaces import Transcript
from assistant.orders import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

WAKE = WakeConfig(word="hey_jarvis", command_s=4, follow_up_s=2, follow_up_question_s=4)


class Refusing:
    """A transcriber for which nothing is speech."""

    def transcribe(self, sound: Pcm) -> Transcript:
        """No words, and why."""
        del sound
        return Transcript("", 0.0, "en", "hallucination")


async def test_what_is_refused_does_not_keep_it_awake(
    voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Sound after sound: the window closes after its seconds, with a tone, and is not renewed."""
    wake = WAKE.model_copy(update={"command_s": 2})
    async with household(Refusing(), voice, wake=wake) as home:
        await home.talk.order(Trigger())
        sounded_s = home.speaker.queued_s
        noise = Pcm.join([television(say, 0.9), Pcm.silence(0.9)])
        await home.air.say(Pcm.join([noise] * 4))
        assert len(home.of(Slept)) == 2
        assert 1 <= len(home.of(Ignored)) <= 3
        assert home.speaker.queued_s - sounded_s == pytest.approx(chimes.closing().seconds)
        assert home.asked == []


async def test_what_begins_in_the_window_is_heard_to_its_end(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A question that begins late and ends after the window is answered, and opens the next one."""
    wake = WAKE.model_copy(update={"command_s": 1.5})
    async with household(tiny, voice, wake=wake) as home:
        home.server.script(Reply("Very old."))
        await home.talk.order(Trigger())
        await home.air.say(
            Pcm.join([Pcm.silence(0.6), say("Please tell me now how old the moon is.")])
        )
        await home.until(TurnEnded)
        assert len(home.of(Slept)) == 1  # only the one at the start
        await home.until(Slept, 2)
    assert home.said == ["Very old."]


async def test_a_television_that_talks_over_the_replies_is_counted(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A reply that is spoken over counts as well; over the last one nobody asks anything more."""
    long = " ".join(["And then the story goes on and on."] * 6)
    wake = WAKE.model_copy(update={"max_follow_ups": 1})
    async with household(tiny, voice, wake=wake) as home:
        home.server.script(*[Reply(long) for _ in range(12)])
        await home.talk.order(Trigger())
        programme = say("The weather is going to be very nice.")
        home.air.put(Pcm.join([Pcm.join([programme, Pcm.silence(2.0)])] * 12))
        await home.until(Slept, 2)
        assert len(home.of(Heard)) == wake.max_follow_ups + 1
        assert all(said.interrupted for said in home.of(Said))
        assert home.talk.status.state == "asleep"
