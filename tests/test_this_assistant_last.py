"""The last reply, said again; and where the time of the last answer went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, GatewayServer, Reply
from talking import Kit, Talk, talk

from assistant.events import (
    Event,
    Failed,
    Heard,
    Ignored,
    Requested,
    Said,
    Streamed,
    ToolCalled,
    TurnEnded,
)
from assistant.think import instant_assistant
from assistant.tools.language import Listening
from assistant.tools.last_reply import LastTurn, Spent, last_reply_tool, why_slow
from assistant.tools.this_assistant import Aloud, this_voice

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTION = Heard("What is the moon?", "en", 0.9, 2.0, 150.0)
TIMES = TurnEnded(
    endpoint_ms=70,
    stt_ms=200,
    first_token_ms=1100,
    first_clause_ms=40,
    tts_ms=190,
    held_ms=500,
    first_sound_ms=2100,
    total_ms=5000,
)


def told(last: LastTurn, *events: Event) -> LastTurn:
    """These happened."""
    for event in events:
        last.note(event)
    return last


async def repeated(last: LastTurn) -> str:
    """What "repeat that" answers."""
    return (await last_reply_tool(last).call('{"ask": "repeat"}')).text


async def explained(last: LastTurn) -> str:
    """What "why was that slow?" answers."""
    return (await last_reply_tool(last).call('{"ask": "why_slow"}')).text


class Watched:
    """A dialogue, and what notes what happens in it."""

    def __init__(self, it: Talk, last: LastTurn) -> None:
        self._it = it
        self._last = last
        self._noted = 0

    async def ask(self, text: str) -> str:
        """What is said to this."""
        await self._it.ask(text)
        told(self._last, *self._it.events[self._noted :])
        self._noted = len(self._it.events)
        return self._it.said[-1]


async def test_a_reply_is_said_again_word_for_word() -> None:
    """By the instant path: no model is asked, however often, and the words stay the same."""
    last = LastTurn()
    kit = Kit((this_voice(Aloud(last, Listening(["en"]), "en")),), (instant_assistant,))
    async with GatewayServer() as server, talk(server, kit=kit) as it:
        home = Watched(it, last)
        assert await home.ask("Repeat that.") == "I have not said anything yet."
        server.script(Reply("The moon is 4.5 billion years old."), Reply("It has no air."))
        await home.ask("How old is the moon?")
        for text in ("What did you say?", "Repeat that.", "Say that again."):
            assert await home.ask(text) == "The moon is 4.5 billion years old."
        await home.ask("And its air?")
        assert await home.ask("Sorry, I didn't catch that.") == "It has no air."
        time = await home.ask("What time is it?")
        assert await home.ask("Pardon?") == time
        assert len(server.chats) == 2


async def test_what_a_model_says_before_its_tools_is_not_said_again() -> None:
    """The answer is what came of them; also where the model itself asks for the last reply."""
    last = LastTurn()
    kit = Kit((this_voice(Aloud(last, Listening(["en"]), "en")),))
    async with GatewayServer() as server, talk(server, kit=kit) as it:
        home = Watched(it, last)
        light = Call("light", json.dumps({"state": "on"}))
        again = Call("last_reply", json.dumps({"ask": "repeat"}))
        server.script(
            Reply("One moment, I'll see to it.", calls=(light,)),
            Reply("The light is on."),
            Reply(calls=(again,)),
            Reply("I said that the light is on."),
        )
        await home.ask("Switch the light on.")
        assert last.reply == "The light is on."
        await home.ask("Hm, what was it that I was told?")
        assert last.reply == "The light is on."


@pytest.mark.parametrize(
    ("events", "reply"),
    [
        ([QUESTION, Requested(), Streamed("One "), Streamed("two three.")], "One two three."),
        ([QUESTION, ToolCalled("clock", "{}", "It is noon.", 1)], "It is noon."),
        ([QUESTION, Requested(), ToolCalled("web", "{}", "<page>", 900)], "Before."),
        ([QUESTION, Requested()], "Before."),
        ([QUESTION, Streamed("I only heard"), ToolCalled("clock", "{}", "Noon.", 1)], "Noon."),
    ],
)  # fmt: skip
async def test_a_reply_that_was_spoken_over_is_said_whole(
    events: Sequence[Event], reply: str
) -> None:
    """All of it that was made; what a tool told a model is none of it."""
    last = told(LastTurn(), Said("Before.", 100, interrupted=False), TurnEnded())
    heard = "One" if "One" in reply else ""
    told(last, *events, Said(heard, 900, interrupted=True), TurnEnded())
    assert await repeated(last) == reply


async def test_a_failure_and_an_announcement_can_be_said_again() -> None:
    """Whatever was said last: an apology, or a reminder that nobody asked for."""
    sorry = Said("I could not reach the model.", 900, interrupted=False)
    last = told(LastTurn(), QUESTION, Requested(), Streamed("The"), Failed("unreachable", "…"))
    told(last, sorry, TIMES)
    assert await repeated(last) == sorry.text
    told(last, Said("Here is your reminder: call mum.", 1, interrupted=False), TurnEnded())
    told(last, Ignored("noise", 0.2))
    assert await repeated(last) == "Here is your reminder: call mum."


async def test_the_time_is_told_stage_by_stage_the_longest_first() -> None:
    """In seconds and plain words; what took less than a tenth is not worth a word."""
    last = told(LastTurn(), QUESTION, Requested(), Streamed("It is."), *_ended(TIMES))
    assert await explained(last) == (
        "It took 2.1 seconds: 1.1 seconds until the model began, half a second until I was sure "
        "that you had finished, 0.2 seconds to write down what you said and 0.2 seconds until my "
        "voice was ready."
    )


async def test_a_tool_that_took_long_is_named() -> None:
    """For it is what the model waited for."""
    ran = [ToolCalled("weather", "{}", "Sun.", 800), ToolCalled("clock", "{}", "Noon.", 2)]
    last = told(LastTurn(), QUESTION, Requested(), *ran, Streamed("Sun."), *_ended(TIMES))
    words = await explained(last)
    assert "1.1 seconds for the model and its tools to begin" in words
    assert words.endswith("The tool weather took 0.8 seconds.")


def test_what_needed_no_model_blames_none() -> None:
    """A quick answer is told as one."""
    quick = TurnEnded(endpoint_ms=70, stt_ms=1000, first_token_ms=120, first_sound_ms=1234)
    assert why_slow(Spent(quick, by_model=False)) == (
        "It took 1.2 seconds: 1 second to write down what you said and 0.1 seconds to work it out."
    )
    assert why_slow(Spent(TurnEnded(first_sound_ms=40), by_model=False)) == "It took 0 seconds."
    slow = TurnEnded(first_token_ms=61_700, first_sound_ms=62_000)
    assert why_slow(Spent(slow, by_model=True)) == (
        "It took 62 seconds: 62 seconds until the model began."
    )


async def test_asking_twice_tells_of_the_same_turn() -> None:
    """The question after the time is not itself the slow one; nor is a reply said again."""
    last = LastTurn()
    assert await explained(last) == "I have not answered anything yet."
    told(last, QUESTION, Requested(), Streamed("It is."), *_ended(TIMES))
    first = await explained(last)
    for ask, result in (("why_slow", first), ("repeat", "It is.")):
        call = ToolCalled("last_reply", json.dumps({"ask": ask}), result, 1)
        told(last, QUESTION, call, *_ended(TurnEnded(stt_ms=1, first_sound_ms=2)))
        assert await explained(last) == first
    assert await repeated(last) == first
    told(last, *_ended(TurnEnded(first_sound_ms=3)))
    assert await explained(last) == first


def _ended(times: TurnEnded) -> tuple[Event, Event]:
    return Said("It is.", times.first_sound_ms, interrupted=False), times
