"""The client against a server that fails: errors, retries, deadlines, and what goes on."""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from gateway_client import (
    CLOCK,
    HELLO,
    MODEL,
    OTHER,
    THIRD,
    QuickClock,
    deltas,
    gateway,
    said,
    text_of,
)
from gateway_script import Call, Chunks, Raw, Refusal, Reply, Reset, Silence, every
from gateway_server import GatewayServer

from assistant.config import GatewayConfig
from assistant.messages import TextDelta, ToolCall
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import (
    BadRequest,
    BrokenStream,
    Fault,
    Forbidden,
    NotFound,
    OutOfCredit,
    RateLimited,
    ServerError,
    Stalled,
    Unauthorized,
    UnreachableAtHome,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway_script import Ending, Json, Scripted


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (401, Unauthorized), (403, Forbidden), (404, NotFound),
     (429, RateLimited), (500, ServerError), (503, ServerError)],
)  # fmt: skip
async def test_each_documented_error_is_its_own_class(
    server: GatewayServer, status: int, kind: type[Fault]
) -> None:
    """With message, type, param, code, status and a sentence to say."""
    server.script(Refusal(status, "No.", "some_error", "model", "some_code", {"retry-after": "60"}))
    async with gateway(server, retries=0) as client:
        with pytest.raises(kind) as caught:
            await deltas(client)
    fault = caught.value
    assert (fault.type, fault.param, fault.code, fault.status) == (
        "some_error", "model", "some_code", status,
    )  # fmt: skip
    assert fault.spoken == kind.plain
    assert fault.retry_after_s == 60


@pytest.mark.parametrize("first", [Refusal(500), Refusal(503), Reset(), Refusal(429),
                                   Reply("x", after=0, then="close"),
                                   Reply("x", after=0, then="error")])  # fmt: skip
async def test_what_may_pass_is_asked_again_before_the_first_word(
    server: GatewayServer, first: Scripted
) -> None:
    """5xx, a reset, 429, an error in a stream that has said nothing."""
    assert await said(server, first, Reply("Fine.")) == "Fine."
    assert len(server.chats) == 2


async def test_it_waits_as_long_as_it_is_told_to(server: GatewayServer) -> None:
    """`Retry-After`, up to a few seconds; beyond them the next model is asked."""
    server.script(Refusal(429, headers={"retry-after": "2"}), Reply("Fine."))
    clock = QuickClock()
    config = GatewayConfig(base_url=server.base_url, models=[OTHER])
    async with HttpGateway(config, None, clock) as client:
        await deltas(client)
        server.script(Refusal(429, headers={"retry-after": "60"}), Reply("Fine."))
        await deltas(client)
    assert clock.slept == [2, 0]
    assert [chat["model"] for chat in server.chats] == [MODEL, MODEL, MODEL, OTHER]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
async def test_what_will_not_pass_is_not_asked_again(server: GatewayServer, status: int) -> None:
    """Once is enough."""
    server.script(Refusal(status))
    async with gateway(server) as client:
        with pytest.raises(Fault):
            await deltas(client)
    assert len(server.chats) == 1


async def test_insufficient_balance_is_not_asked_again(server: GatewayServer) -> None:
    """Though it comes as 429."""
    server.script(Refusal(429, "Insufficient balance"))
    async with gateway(server) as client:
        with pytest.raises(OutOfCredit):
            await deltas(client)
    assert len(server.chats) == 1


async def test_the_next_model_answers_when_one_stalls(server: GatewayServer) -> None:
    """Keep-alives are no tokens: the deadline for the first token holds."""
    stalled = Reply("x", after=0, then="stall", keep_alive_s=0.02)
    text = await said(server, stalled, Reply("Fine."), models=[OTHER], first_token_s=0.4)
    assert text == "Fine."
    assert [chat["model"] for chat in server.chats] == [MODEL, OTHER]


@pytest.mark.parametrize("then", ["stall", "reset", "cut", "close", "error"])
async def test_what_breaks_off_goes_on_from_what_was_said(server: GatewayServer, then: Any) -> None:  # noqa: ANN401
    """With the next model, and nothing is said twice though it repeats the end."""
    broken = Reply("It is sunny today and very warm.", after=5, then=then, keep_alive_s=0.02)
    rest = Reply("today and very warm.")
    text = await said(server, broken, rest, models=[OTHER], between_tokens_s=0.4)
    assert text == "It is sunny today and very warm."
    second = server.chats[1]
    assert second["model"] == OTHER
    assert second["messages"][1] == {"role": "assistant", "content": "It is sunny today and"}
    assert second["messages"][2]["role"] == "user"


async def test_the_same_model_goes_on_once_where_there_is_no_other(server: GatewayServer) -> None:
    """Then the error is raised, with what was said already out."""
    server.script(Reply("One two three.", after=1, then="reset"))
    server.script(Reply("two three.", after=1, then="reset"))
    async with gateway(server) as client, aclosing(client.stream(HELLO, [])) as stream:
        assert await anext(stream) == TextDelta("One")
        assert await anext(stream) == TextDelta(" two")
        with pytest.raises(BrokenStream):
            await anext(stream)
    assert len(server.chats) == 2


async def test_a_reply_that_is_complete_does_not_wait_for_its_tail(server: GatewayServer) -> None:
    """The model said that it finished; `[DONE]` and the usage never come."""
    chunk = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    raw = Raw(Chunks((chunk,), done=False).bytes(), whole=False)
    assert await said(server, raw) == "Hi"
    assert len(server.chats) == 1


@pytest.mark.parametrize(
    ("script", "settings", "words"),
    [
        (Silence(), {"first_token_s": 0.1}, "first_token_s"),
        (Reply("x", first_token_s=9), {"first_token_s": 0.1}, "first_token_s"),
        (Reply("a b", tokens_per_s=5), {"turn_s": 0.1}, "turn_s"),
        (Reply("a b", first_token_s=9), {"stream": False, "turn_s": 0.1}, "turn_s"),
    ],
)
async def test_no_silence_is_longer_than_its_deadline(
    server: GatewayServer, script: Scripted, settings: dict[str, Any], words: str
) -> None:
    """No headers, no token, too slow: cut on time, and the setting is named."""
    began = asyncio.get_running_loop().time()
    with pytest.raises(Stalled, match=words):
        await said(server, script, **settings)
    assert asyncio.get_running_loop().time() - began < 3
    await server.idle()


@pytest.mark.parametrize("silent", [Silence(), Reply("x", first_token_s=9)])
async def test_a_whole_reply_that_does_not_come_leaves_time_for_the_next_model(
    server: GatewayServer, silent: Scripted
) -> None:
    """`stream = false`: the silent model has a share of the turn, and the next one answers."""
    settings: dict[str, Any] = {"stream": False, "turn_s": 1.0, "first_token_s": 0.2}
    text = await said(server, silent, Reply("Fine."), models=[OTHER], **settings)
    assert text == "Fine."
    assert [chat["model"] for chat in server.chats] == [MODEL, OTHER]


async def test_once_begun_the_deadline_is_between_tokens(server: GatewayServer) -> None:
    """A long reply outlasts the first token's deadline; a pause in it is named for what it is."""
    steady = Reply("a b c d e f g h", tokens_per_s=10)
    assert await said(server, steady, first_token_s=0.5, between_tokens_s=0.5) == steady.text
    stalled = Reply("a b", after=1, then="stall")
    with pytest.raises(Stalled, match="between_tokens_s"):
        await said(server, stalled, stalled, first_token_s=5, between_tokens_s=0.2)


async def test_large_refusals_use_up_no_connection(server: GatewayServer) -> None:
    """Their bodies are not read to the end; the connection is closed instead."""
    for _ in range(10):
        server.script(Raw(b"x" * 500_000, status=400))
    async with gateway(server, connect_s=1) as client:
        for _ in range(10):
            with pytest.raises(BadRequest):
                await deltas(client)
        assert text_of(await deltas(client)) == "You said: Hello."


async def test_the_listeners_pauses_are_not_the_models(server: GatewayServer) -> None:
    """A voice that takes its time is no stall."""
    server.script(Reply("one two three"))
    settings: dict[str, Any] = {"between_tokens_s": 0.2, "turn_s": 0.3}
    async with gateway(server, **settings) as client, aclosing(client.stream(HELLO, [])) as stream:
        async for _ in stream:
            await asyncio.sleep(0.15)


async def test_nobody_listening_is_unreachable() -> None:
    """A closed port, after a few tries."""
    async with GatewayServer() as gone:
        pass
    async with gateway(gone) as client:
        with pytest.raises(UnreachableAtHome, match="cannot be reached"):
            await deltas(client)


async def test_a_call_that_broke_off_is_asked_for_again_and_made_once(
    server: GatewayServer,
) -> None:
    """A tool call is given only when it is whole: what was half there ran nowhere."""
    calls = (Call("clock", '{"place": "home"}'),)
    server.script(Reply("", calls, after=3, then="reset"), Reply("", calls))
    async with gateway(server) as client:
        found = await deltas(client, CLOCK)
    assert [delta.arguments for delta in found if isinstance(delta, ToolCall)] == [
        '{"place": "home"}'
    ]


async def test_text_before_a_call_that_broke_off_is_said_once(server: GatewayServer) -> None:
    """The call is made by the continuation, with the text before it as already said."""
    calls = (Call("clock", '{"place": "home"}'),)
    server.script(Reply("Let me look.", calls, after=5, then="reset"))
    server.script(Reply("Let me look.", calls))
    async with gateway(server) as client:
        found = await deltas(client, CLOCK)
    assert text_of(found) == "Let me look."
    assert len([delta for delta in found if isinstance(delta, ToolCall)]) == 1


async def test_random_faults_never_hang_nor_say_anything_twice(server: GatewayServer) -> None:
    """Sixty turns with seeded faults: each ends with all its words, and each word once."""
    chance = random.Random(3)
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    endings: list[Ending] = ["end", "stall", "reset", "cut", "close", "error"]
    settings: dict[str, Any] = {"first_token_s": 0.4, "between_tokens_s": 0.4}

    def rest(request: Json) -> Reply:
        """The words after those that the request says were said; or a few of them again."""
        heard = len(request["messages"][1]["content"].split()) if request["messages"][1:] else 0
        return Reply(" ".join(words[max(0, heard - chance.randrange(3)) :]))

    async with gateway(server, models=[OTHER, THIRD], **settings) as client:
        for _ in range(60):
            after, then = chance.randrange(9), chance.choice(endings)
            broken = Reply(" ".join(words), after=after, then=then, cut=every(11))
            server.script(replace(broken, after=None) if then == "end" else broken)
            server.script(*[rest] * (then != "end"))
            assert text_of(await deltas(client)) == " ".join(words)
        assert server.open <= 2
