"""Whose turn it is before the reply is heard: early turns leave no trace, halves are joined."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, Reply
from turn_table import LONG, MANNER, finished, table

from assistant.audio.pcm import Pcm
from assistant.events import Heard, Requested, Said, Streamed, TurnEnded
from assistant.turn import Called, Manner, Replied, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper


@pytest.mark.parametrize("point", ["begun", "read", "requested", "streamed", "synthesised"])
async def test_a_turn_that_was_begun_too_early_leaves_no_trace(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], point: str
) -> None:
    """Given up at any point: no sound, no deed, no history, no event, no stream, no task."""
    async with table(tiny, voice) as found:
        found.server.script(
            Reply(
                "It shall be done. And then we shall see what comes of it. ",
                (Call("light", '{"state": "on"}'),),
                first_token_s=20 if point == "requested" else 0,
                tokens_per_s=20,
                after=12,
                then="stall",
            )
        )
        found.turns.speech_began()
        turn = found.turns.begin(say("Please tell me how old the moon is."), 0.2)
        match point:
            case "read":
                await turn.read.wait()
            case "requested":
                await found.server.until(lambda: len(found.server.chats) == 1)
            case "streamed":
                await found.until(Streamed, 1)
            case "synthesised":
                await found.voiced.wait()
            case _:
                await asyncio.sleep(0)
        found.turns.drop()
        assert turn.task is not None
        await asyncio.wait([turn.task])
        if point in {"requested", "streamed", "synthesised"}:
            await found.server.idle()  # the stream is closed, and the connection with it
        assert found.speaker.queued_s == 0
        assert found.deeds == []
        assert found.told == []
        assert len(found.history.messages()) == 1


async def test_nothing_is_done_before_the_floor_is_given(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The request leaves early; the tool runs once it is sure, and once."""
    async with table(tiny, voice) as found:
        found.server.script(Reply(calls=(Call("light", '{"state": "on"}'),)), Reply("It is on."))
        sound = say("Please switch the light on.")
        found.turns.begin(sound, 0.2)
        await found.server.until(lambda: len(found.server.chats) == 1)
        await asyncio.sleep(0.3)  # the whole reply has arrived, and there is nothing to wait for
        assert (found.deeds, found.told, found.speaker.queued_s) == ([], [], 0)
        found.turns.commit(sound, 0.5)
        await finished(found)
        assert found.deeds == ["on"]
        kinds = [type(event) for event in found.told]
        assert kinds.index(Heard) < kinds.index(Requested)
        assert [said.text for said in found.of(Said)] == ["It is on."]
        assert found.of(TurnEnded)[0].early_requests == 0


async def test_nothing_is_spoken_before_the_floor_is_given(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The words are synthesised early; and heard once it is sure, and once."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("About four billion years. Shall I say more?"))
        sound = say("How old is the moon?")
        found.turns.begin(sound, 0.2)
        await found.voiced.wait()
        await asyncio.sleep(0.3)  # it could be heard by now, and there is nothing to wait for
        assert (found.told, found.speaker.queued_s) == ([], 0)
        found.turns.commit(sound, 0.5)
        await finished(found)
        (said,) = found.of(Said)
        assert said.text == "About four billion years. Shall I say more?"
        assert found.turns.news[-1] == Replied(asked=True)
        assert found.speaker.played_s > 1
        assert len(found.server.chats) == 1


async def test_going_on_before_the_reply_is_heard_makes_one_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The halves are joined: one answer to all of it, and the first request is told as well."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("Too early.", first_token_s=20), Reply("Very old."))
        found.go_on(say("Please tell me"))
        await found.server.until(lambda: len(found.server.chats) == 1)
        found.turns.speech_began()
        second = say("how old the moon is.")
        found.turns.begin(second, 0.2)
        await found.until(Heard, 2)
        found.turns.commit(second, 0.3)
        await finished(found)
        asked = found.server.chats[-1]["messages"]
        assert [message["role"] for message in asked] == ["system", "user"]
        assert "tell me" in asked[-1]["content"].lower()
        assert "moon" in asked[-1]["content"].lower()
        assert [said.text for said in found.of(Said)] == ["Very old."]
        assert len(found.of(Requested)) == 2


async def test_a_noise_while_it_thinks_does_not_disturb_the_answer(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A sound without words holds the answer back for a moment; the request is not repeated."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("Very old.", first_token_s=0.5))
        found.utter(say("How old is the moon?"))
        await found.server.until(lambda: len(found.server.chats) == 1)
        found.turns.speech_began()
        await found.voiced.wait()
        await asyncio.sleep(0.1)  # it could be heard by now, and there is nothing to wait for
        assert found.speaker.queued_s == 0
        found.utter(Pcm.silence(0.6))
        await finished(found)
        assert len(found.server.chats) == 1
        assert [said.text for said in found.of(Said)] == ["Very old."]


async def test_going_on_just_as_the_reply_begins_makes_one_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Who goes on then had begun to before he heard it: it falls silent, and answers the whole."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply(LONG), Reply("Very old."))
        second = say("how old is the moon?")
        found.utter(say("Please tell me"))
        await found.sounding(0.2)
        found.go_on(second)
        await finished(found)
        asked = found.server.chats[-1]["messages"]
        assert [message["role"] for message in asked] == ["system", "user"]
        assert "moon" in asked[-1]["content"].lower()
        assert [said.text for said in found.of(Said)] == ["Very old."]


async def test_what_was_done_is_not_done_again_when_the_person_goes_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Once a tool has run the halves are two turns: the deed is confirmed first, then the next."""
    async with table(tiny, voice) as found:
        found.server.script(
            Reply(calls=(Call("light", '{"state": "on"}'),)),
            Reply("It is on.", first_token_s=1.0),
            Reply("You are welcome."),
        )
        found.utter(say("Please switch the light on."))
        await found.server.until(lambda: len(found.server.chats) == 2)
        found.go_on(say("Thank you very much, my friend."))
        await finished(found, 2)
        assert found.deeds == ["on"]
        assert [said.text for said in found.of(Said)] == ["It is on.", "You are welcome."]


async def test_early_requests_are_counted_and_bounded(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """After so many that were given up, the next one waits until it is sure."""
    async with table(tiny, voice) as found:
        found.server.script(*[Reply("Very old.", first_token_s=0.1) for _ in range(5)])
        question = say("How old is the moon?")
        for count in (1, 2):
            found.turns.begin(question, 0.2)
            await found.server.until(lambda count=count: len(found.server.chats) == count)  # type: ignore[misc]
            found.turns.drop()
        turn = found.turns.begin(question, 0.2)
        await turn.read.wait()
        await asyncio.sleep(0.1)  # nothing leaves, so there is nothing to wait for
        assert len(found.server.chats) == 2
        found.turns.commit(question, 0.5)
        await finished(found)
        assert len(found.server.chats) == 3
        assert [event.early_requests for event in found.of(TurnEnded)] == [2]


@pytest.mark.parametrize(("early_requests", "sure_ms"), [(0, 5000), (2, 1)])
async def test_without_early_requests_nothing_leaves_before_the_end(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], early_requests: int, sure_ms: float
) -> None:
    """With none allowed, or where more words may come: the words are ready, the request waits."""
    manner = Manner(
        "en", stop_word_only=False, early_requests=early_requests, sure_ms=sure_ms, reopen_s=60
    )
    async with table(tiny, voice, manner) as found:
        found.server.script(Reply("Very old."))
        question = say("How old is the moon?")
        turn = found.turns.begin(question, 0.2)
        await turn.read.wait()
        await asyncio.sleep(0.05)
        assert found.server.chats == []
        found.turns.commit(question, 0.5)
        await finished(found)
        assert len(found.server.chats) == 1


async def test_the_wake_word_alone_is_acknowledged_once_that_was_all(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Most go on with their question after it, and no chime is to sound into that."""
    manner = replace(MANNER, wake_phrases=("Hey Jarvis",))
    async with table(tiny, voice, manner) as found:
        called = say("Hey Jarvis!")
        turn = found.turns.begin(called, 0.1)
        await turn.read.wait()
        await asyncio.sleep(0)
        waits = [news.ms for news in found.turns.news if isinstance(news, Wait)]
        assert waits == [MANNER.sure_ms]
        found.turns.drop()
        assert not [news for news in found.turns.news if isinstance(news, Called)]
        turn = found.turns.begin(called, 0.1)
        await turn.read.wait()
        found.turns.commit(called, 0.7)
        assert turn.task is not None
        await turn.task
        assert [news for news in found.turns.news if isinstance(news, Called)]
