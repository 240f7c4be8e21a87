"""Orders and interruptions, taken by a conversation that listens and speaks; bad rooms too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from gateway_server import Reply
from household import household
from turn_table import LONG

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import WakeConfig
from assistant.errors import UsageError
from assistant.events import Heard, Ignored, Muted, Said, Slept, SpeakingBegan, TurnEnded, Woke
from assistant.orders import Mute, Stop, ToggleMute, Trigger, Unmute

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

WAKE = WakeConfig(word="hey_jarvis")


async def test_with_a_stop_word_other_words_let_the_reply_go_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Neither softer nor shorter; "stop" ends it, and asks for nothing."""
    async with household(tiny, voice, interruption="stop-word") as home:
        home.server.script(Reply(LONG))
        await home.air.say(say("Tell me a long story."))
        await home.sounding()
        await home.air.say(say("How old is the moon?"))
        await home.until(Ignored)
        assert [event.reason for event in home.of(Ignored)] == ["not a stop word"]
        assert home.talk.status.state == "speaking"
        await home.air.say(say("Stop talking."))
        await home.until(Said)
        assert home.of(Said)[0].interrupted
        assert len(home.asked) == 1


async def test_muting_closes_the_microphone_and_unmuting_opens_it(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Really: what is said meanwhile reaches nobody, and what is said afterwards is answered."""
    async with household(tiny, voice) as home:
        home.server.script(Reply("Very old."))
        status = await home.talk.order(Mute())
        assert status.muted
        await home.when(lambda: not home.air.open)
        with pytest.raises(UsageError, match="assistant unmute"):
            await home.talk.order(Trigger())
        await home.talk.order(Unmute())
        await home.when(lambda: home.air.open)
        assert home.air.opened == 2
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded)
        await home.talk.order(ToggleMute())
        await home.when(lambda: not home.air.open)
        await home.talk.order(Mute(0.05))
        await home.when(lambda: home.air.open)
    assert [event.muted for event in home.of(Muted)] == [True, False, True, False]
    assert home.said == ["Very old."]


async def test_the_order_to_stop_ends_the_reply_and_the_talk_goes_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """What was heard of it is remembered as interrupted; the next question is answered."""
    async with household(tiny, voice) as home:
        home.server.script(Reply(LONG), Reply("Very old."))
        await home.air.say(say("Tell me a long story."))
        await home.sounding()
        status = await home.talk.order(Stop())
        assert status.state == "listening"
        assert home.of(Said)[0].interrupted
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, 2)
    assert home.said[1] == "Very old."
    assert "interrupted" in home.history.messages()[2].text


async def test_a_trigger_wakes_it_and_ends_a_reply(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Asleep nothing is heard; triggered it listens; triggered in its reply it listens again."""
    async with household(tiny, voice, wake=WAKE) as home:
        home.server.script(Reply(LONG), Reply("Very old."))
        await home.air.say(say("Is anybody there?"))
        assert not home.of(Heard)
        await home.talk.order(Trigger())
        await home.air.say(say("Tell me a long story."))
        await home.until(SpeakingBegan)
        await home.sounding()
        await home.talk.order(Trigger())
        assert home.of(Said)[0].interrupted
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, 2)
        assert len(home.of(Woke)) == 2
        assert len(home.of(Slept)) == 1
    assert home.said[1] == "Very old."


async def test_two_people_at_once_are_one_turn_at_most(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Equally loud: some words or none come of it, and the next question is answered."""
    one = say("What is the weather going to be like in the mountains?").samples
    other = say("My sister wants to buy a new bicycle for her birthday.").resampled(13_000).samples
    length = min(len(one), len(other))
    both = np.clip(one[:length].astype(np.int32) + other[:length], -32_768, 32_767)
    async with household(tiny, voice) as home:
        home.server.script(*[Reply("I see.")] * 3)
        await home.air.say(Pcm.join([Pcm(both.astype(np.int16), LISTEN_RATE), Pcm.silence(2.0)]))
        await home.when(lambda: home.talk.status.state == "listening")
        turns = len(home.of(TurnEnded))
        assert len(home.of(Heard)) == turns <= 1
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, turns + 1)
    assert "moon" in home.asked[-1].lower()
    assert home.said[-1] == "I see."
