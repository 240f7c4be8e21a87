"""A reply that claims a deed that no tool did, through the whole dialogue."""

from __future__ import annotations

import json

import pytest
from gateway_server import Call, GatewayServer, Reply
from shelf import BURN, Shelf, kit_of, put
from talking import LIMITS, talk

from assistant.config import ToolsConfig
from assistant.messages import Assistant, User


async def test_it_is_not_said_and_the_model_does_it() -> None:
    """The model is told, and calls the tool; the claim is in no history."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(
            Reply("Sure. I've added the cup to the list. Anything else?"),
            Reply(calls=(put("cup"),)),
            Reply("The cup is up."),
            Reply("Yes."),
        )
        assert await it.ask("Put the cup up.")
        await it.ask("Really?")
        told = server.chats[1]["messages"][-2:]
        later = json.dumps(server.chats[2]["messages"] + server.chats[3]["messages"])
    assert told[0] == {
        "role": "assistant",
        "content": "Sure. I've added the cup to the list. Anything else?",
    }
    assert "nothing was done" in told[1]["content"]
    assert " ".join(it.said[0].split()) == "Sure. The cup is up."
    assert "I've added" not in later
    assert "nothing was done" not in later
    roles = [message["role"] for message in server.chats[3]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert shelf.things == ["cup"]


async def test_a_second_claim_becomes_a_plain_sentence() -> None:
    """The model is told once; then the person is."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("Done."), Reply("I've set a timer."), Reply("Fine."))
        assert await it.ask("Set a timer.")
        assert len(server.chats) == 2
        await it.ask("Thanks.")
    assert it.said[0].startswith("That did not happen:")
    assert it.turns[:2] == [User("Set a timer."), Assistant(it.said[0])]


async def test_the_model_may_admit_it() -> None:
    """What it says instead is the answer."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("I've set a timer."), Reply("I cannot set timers here."))
        assert await it.ask("Set a timer.")
    assert it.said == ["I cannot set timers here."]
    assert it.turns == [User("Set a timer."), Assistant("I cannot set timers here.")]


async def test_a_call_that_comes_after_it_is_made() -> None:
    """The confirmation comes from the tool's result, and nobody is told off."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(
            Reply("I've added the cup to the list.", calls=(put("cup"),)), Reply("It is up.")
        )
        assert await it.ask("Put the cup up.")
        assert len(server.chats) == 2
        assert server.chats[1]["messages"][-2]["content"] in {None, ""}
    assert it.said == ["It is up."]


async def test_what_a_tool_did_may_be_claimed() -> None:
    """By one that changes something, and did."""
    async with GatewayServer() as server, talk(server, kit=kit_of(Shelf())) as it:
        server.script(Reply(calls=(put("cup"),)), Reply("Done. I've added it."))
        assert await it.ask("Put the cup up.")
    assert it.said == ["Done. I've added it."]


@pytest.mark.parametrize("call", [put("elephant"), Call("look"), BURN])
async def test_a_tool_that_did_nothing_is_no_deed(call: Call) -> None:
    """It failed, only looked, or waits for a yes."""
    async with GatewayServer() as server, talk(server, kit=kit_of(Shelf())) as it:
        server.script(Reply(calls=(call,)), Reply("Done."), Reply("I could not."))
        assert await it.ask("Put the elephant up.")
    assert it.said == ["I could not."]


async def test_a_torn_sentence_has_an_end() -> None:
    """Where only its subject was said."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(
            Reply("Milk has been added to your list.", tokens_per_s=200),
            Reply("I have no list."),
        )
        assert await it.ask("Add milk to my list.")
    assert " ".join(it.said[0].split()) == "Milk \u2014 not yet. I have no list."


async def test_without_a_round_left_the_person_is_told_at_once() -> None:
    """The limit of rounds holds, and no error is made of it."""
    once = ToolsConfig(max_rounds=1)
    async with GatewayServer() as server, talk(server, limits=once) as it:
        server.script(Reply("Done."))
        assert await it.ask("Set a timer.")
    assert it.said[0].startswith("That did not happen:")


async def test_it_can_be_switched_off() -> None:
    """Then all is said."""
    off = ToolsConfig(**{**LIMITS.model_dump(), "promise_check": False})
    async with GatewayServer() as server, talk(server, limits=off) as it:
        server.script(Reply("Done."))
        assert await it.ask("Set a timer.")
    assert it.said == ["Done."]
