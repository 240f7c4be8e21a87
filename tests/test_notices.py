"""What goes wrong unasked is shown at once and said once, when nobody speaks or is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway_server import Reply
from household import household
from turn_table import LONG, table

from assistant.errors import DeviceError, ModelError
from assistant.events import Failed, Heard, Said, SpeechBegan, TurnEnded
from assistant.turn import Replied

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

GONE = DeviceError("The microphone brings nothing but zeros.", spoken="It is deaf.")
DUMB = ModelError("The wake model does not load.", spoken="It is dumb.")


async def test_it_is_shown_and_said_once_and_remembered_nowhere(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """One event, one sentence, no history; and the next question is answered."""
    async with household(tiny, voice) as home:
        home.server.script(Reply("Very old."))
        home.talk.tell(GONE)
        assert [(it.kind, it.message) for it in home.of(Failed)] == [("device", str(GONE))]
        await home.until(Said)
        assert home.said == [GONE.spoken]
        assert len(home.history.messages()) == 1
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, 2)
    assert home.said == [GONE.spoken, "Very old."]
    assert [message["role"] for message in home.server.chats[0]["messages"]] == ["system", "user"]


async def test_it_waits_for_whoever_speaks_and_is_answered(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """In mid-sentence it is kept; after the reply to that sentence it is said."""
    async with household(tiny, voice) as home:
        home.server.script(Reply("It is very old.", first_token_s=0.5))
        home.air.put(say("Please tell me how old the moon is."))
        await home.until(SpeechBegan)
        home.talk.tell(GONE)
        await home.until(Said, 2)
    assert home.said == ["It is very old.", GONE.spoken]
    assert not any(said.interrupted for said in home.of(Said))


async def test_one_of_a_kind_waits(tiny: Whisper, voice: Piper) -> None:
    """However often it is told meanwhile; another kind waits beside it, and later it may return."""
    async with household(tiny, voice) as home:
        for _ in range(3):
            home.talk.tell(GONE)
        home.talk.tell(DUMB)
        await home.until(Said, 2)
        assert home.said == [GONE.spoken, DUMB.spoken]
        assert len(home.of(Failed)) == 2
        home.talk.tell(GONE)
        await home.until(Said, 3)
    assert home.said[-1] == GONE.spoken


async def test_what_is_told_before_it_runs_is_said_at_the_start(
    tiny: Whisper, voice: Piper
) -> None:
    """A model that does not load is found out before there is anybody to listen."""
    async with household(tiny, voice, before=lambda home: home.talk.tell(GONE)) as home:
        await home.until(Said)
    assert home.said == [GONE.spoken]


async def test_a_microphone_that_brings_nothing_cannot_keep_it_back(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Also where it died in the middle of a sentence, which is never over now."""
    async with household(tiny, voice) as home:
        home.air.put(say("Please tell me how old the moon is."))
        await home.until(SpeechBegan)
        home.air.dead = True
        home.talk.tell(GONE)
        await home.until(Said)
        home.air.dead = False
    assert home.said[0] == GONE.spoken


async def test_speech_over_it_stops_it_as_any_reply(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The question is answered; what nobody asked about is no part of its history."""
    long = ModelError("It does not load.", spoken=LONG)
    async with household(tiny, voice) as home:
        home.server.script(Reply("Very old."))
        home.talk.tell(long)
        await home.sounding()
        await home.air.say(say("Please tell me how old the moon is."))
        await home.until(TurnEnded, 2)
    first, second = home.of(Said)
    assert first.interrupted
    assert LONG.startswith(first.text)
    assert second.text == "Very old."
    assert [message["role"] for message in home.server.chats[-1]["messages"]] == ["system", "user"]


async def test_interrupted_before_it_was_heard_it_is_told_again(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Who happens to speak just then is answered, and loses nothing."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("Very old."))
        found.turns.tell(GONE)
        for _ in range(5):  # it is begun, and the voice has had no time to speak
            await asyncio.sleep(0)
        assert found.turns.busy
        assert found.speaker.queued_s == 0
        found.go_on(say("How old is the moon?"))
        await found.until(Said, 2)
    assert [said.text for said in found.of(Said)] == ["Very old.", GONE.spoken]
    assert len(found.of(Heard)) == 1
    assert [news for news in found.turns.news if isinstance(news, Replied)] == [
        Replied(asked=False)
    ]
