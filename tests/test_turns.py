"""A turn over a real HTTP server: answered, with tools or without, or failed and said so once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, GatewayServer, Refusal, Reply, Silence
from talking import talk

from assistant.config import ToolsConfig
from assistant.events import Failed, Requested, Streamed, ToolCalled, TurnEnded
from assistant.messages import Assistant, User

if TYPE_CHECKING:
    from collections.abc import Callable

HASTY = ToolsConfig(max_rounds=3, call_s=0.3, turn_s=0.2)


async def test_an_answer_is_said_and_remembered() -> None:
    """The next request carries the turn before it."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("The sky is blue."), Reply("Because of the air."))
        assert await it.ask("What colour is the sky?")
        assert await it.ask("Why?")
        roles = [message["role"] for message in server.chats[1]["messages"]]
    assert it.said == ["The sky is blue.", "Because of the air."]
    assert roles == ["system", "user", "assistant", "user"]
    assert [type(e) for e in it.events[:2]] == [Requested, Streamed]
    assert isinstance(it.events[-1], TurnEnded)


async def test_a_tool_runs_and_its_result_goes_back() -> None:
    """Text before the call is said once; the result is the next request's tool message."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(
            Reply("Let me see.", calls=(Call("light", '{"state": "on"}'),)),
            Reply("It is on."),
        )
        assert await it.ask("Is the light on?")
        last = server.chats[1]["messages"][-1]
    assert (last["role"], last["content"]) == ("tool", "The light is on.")
    assert " ".join(it.said[0].split()) == "Let me see. It is on."
    (called,) = it.of(ToolCalled)
    assert isinstance(called, ToolCalled)
    assert (called.name, json.loads(called.arguments)) == ("light", {"state": "on"})


async def test_tools_of_one_round_run_side_by_side() -> None:
    """Each call has its result, in the order of the calls; two that need each other both end."""
    async with GatewayServer() as server, talk(server) as it:
        lights = [Call("light", json.dumps({"state": s}), id=s) for s in ("on", "off")]
        one, other = (Call("meet", json.dumps({"who": who}), id=who) for who in ("one", "other"))
        calls = (lights[0], one, lights[1], other)
        server.script(Reply(calls=calls), Reply("Done."))
        assert await it.ask("Blink.")
        results = server.chats[1]["messages"][-4:]
    assert [(m["tool_call_id"], m["content"]) for m in results] == [
        ("on", "The light is on."),
        ("one", "met"),
        ("off", "The light is off."),
        ("other", "met"),
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("lamp"), "There is no tool 'lamp'"),
        (Call("light", '{"colour": 1}'), "light was not run"),
        (Call("light", "{{"), "light was not run"),
        (Call("slow"), "did not answer within"),
        (Call("broken"), "broken failed"),
    ],
)
async def test_a_tool_that_fails_tells_the_model(call: Call, words: str) -> None:
    """Unknown, wrongly called, too slow or broken: a sentence goes back, and the turn goes on."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply(calls=(call,)), Reply("I could not."))
        assert await it.ask("Do it.")
        assert words in server.chats[1]["messages"][-1]["content"]
    assert it.said == ["I could not."]


@pytest.mark.parametrize("filler", [True, False])
async def test_a_slow_tool_is_bridged_with_words(*, filler: bool) -> None:
    """After a second something is said, which the model sees as its own words; if it is wanted."""
    patient = ToolsConfig(call_s=1.3, filler=filler)
    async with GatewayServer() as server, talk(server, limits=patient) as it:
        server.script(Reply(calls=(Call("slow"),)), Reply("I could not."))
        assert await it.ask("Do it.")
        made = server.chats[1]["messages"][-2]
    assert made["tool_calls"][0]["function"]["name"] == "slow"
    assert (made["content"] or "") == ("Let me look." if filler else "")
    assert it.said == ["Let me look.\n\nI could not." if filler else "I could not."]


async def test_what_the_model_said_itself_is_the_first_of_the_words() -> None:
    """Before a slow call it is as good as "Let me look."; after a second the next words come."""
    async with GatewayServer() as server, talk(server, limits=ToolsConfig(call_s=1.3)) as it:
        server.script(Reply("One moment.", calls=(Call("slow"),)), Reply("I could not."))
        assert await it.ask("Do it.")
    assert " ".join(it.said[0].split()) == "One moment. Still looking. I could not."


async def test_a_quick_tool_needs_no_words() -> None:
    """Nothing is said where the wait is short."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply(calls=(Call("light", '{"state": "on"}'),)), Reply("It is on."))
        assert await it.ask("Light on.")
    assert it.said == ["It is on."]


async def test_endless_tool_calls_end() -> None:
    """After the limit of rounds the person is told."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(*[Reply(calls=(Call("light", '{"state": "on"}'),))] * 3)
        assert not await it.ask("Again and again.")
        assert len(server.chats) == 3
    assert "too many steps" in it.said[0]


async def test_a_turn_that_takes_too_long_asks_no_more() -> None:
    """Rounds of slow tools do not add up without end."""
    async with GatewayServer() as server, talk(server, limits=HASTY) as it:
        server.script(*[Reply(calls=(Call("slow"),))] * 3)
        assert not await it.ask("Take your time.")
        assert len(server.chats) == 1


async def test_the_instant_path_asks_nobody() -> None:
    """The time needs no request, and enters the history like any other turn."""
    async with GatewayServer() as server, talk(server) as it:
        assert await it.ask("What time is it?")
        assert server.requests == []
    assert it.said[0].startswith("It's ")
    assert it.turns == [User("What time is it?"), Assistant(it.said[0])]


async def test_a_command_that_must_go_on_is_not_known_as_a_whole_one() -> None:
    """Though its words are all there: who stops after "and" has not finished."""
    async with GatewayServer() as server, talk(server) as it:
        assert it.dialogue.knows("What time is it?", "en")
        for text in ("What time is it and", "What time is it...", "Why?"):
            assert not it.dialogue.knows(text, "en")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Refusal(401, "Invalid key", "authentication_error"), "unauthorized"),
        (Refusal(500, "Oops", "server_error"), "server-error"),
        (Reply(""), "empty-reply"),
        (Silence(), "stalled"),
    ],
)
async def test_a_failure_is_said_once_and_forgotten(reply: Reply | Refusal, kind: str) -> None:
    """One plain sentence; nothing of it in the history; the conversation goes on."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(reply, Reply("Here I am."))
        assert not await it.ask("Hello?")
        assert it.turns == []
        assert await it.ask("Hello again?")
    (failed,) = it.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.kind == kind
    assert len(it.said) == 2
    assert it.said[0]
    assert it.said[1] == "Here I am."


async def test_cuts_of_the_stream_do_not_change_the_turn() -> None:
    """However the bytes arrive, the same is said."""

    def odd(data: bytes) -> list[bytes]:
        return [data[i : i + 3] for i in range(0, len(data), 3)]

    chop: Callable[[bytes], list[bytes]] = odd
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("Grüße aus München! 你好。", cut=lambda data: iter(chop(data))))
        assert await it.ask("Say hello.")
    assert it.said == ["Grüße aus München! 你好。"]
