"""What a reply used is asked for and recorded, whatever server it comes from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from books import PAID, Books
from gateway_client import MODEL, OTHER, QuickClock, deltas, gateway, text_of
from gateway_script import Raw, Refusal, Reply
from gateway_server import GatewayServer

from assistant.config import GatewayConfig
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway_script import Json, Scripted

REFUSED = Refusal(400, "Unknown parameter: 'stream_options'.", param="stream_options")


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


def asked(server: GatewayServer) -> list[bool]:
    """Which of the requests asked for the usage."""
    return ["stream_options" in chat for chat in server.chats]


def picky(request: Json) -> Scripted:
    """A server that knows no `stream_options`."""
    return REFUSED if "stream_options" in request else Reply("Fine.")


async def test_the_tokens_of_every_streamed_turn_are_recorded(
    server: GatewayServer, tmp_path: Path
) -> None:
    """Also of a server that is not the gateway, and without a limit."""
    books = Books(tmp_path)
    server.script(Reply("Hello to you."))
    async with books.client(server) as client:
        await deltas(client)
    (row,) = books.used
    assert row.prompt_tokens
    assert row.completion_tokens == 3
    assert row.unknown_tokens == 0


@pytest.mark.parametrize(
    "refusal",
    [
        REFUSED,
        Refusal(400, "include_usage is not supported"),
        Raw(
            b'{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"No"}]}',
            status=422,
            content_type="application/json",
        ),
    ],
)
async def test_a_server_that_refuses_it_is_asked_again_at_once_without(
    server: GatewayServer, refusal: Scripted
) -> None:
    """No wait, no retry used up, and for the rest of the run it is left out."""
    server.script(refusal, Refusal(500), Reply("Fine."))
    clock = QuickClock()
    config = GatewayConfig(base_url=server.base_url, retries=1)
    async with HttpGateway(config, None, clock) as client:
        assert text_of(await deltas(client)) == "Fine."
        assert len(clock.slept) == 1  # for the 500
        await deltas(client)
    assert asked(server) == [True, False, False, False]
    assert {chat["model"] for chat in server.chats} == {MODEL}


async def test_turns_at_the_same_time_are_each_asked_again(server: GatewayServer) -> None:
    """Both had asked for the usage before the first refusal was there."""
    server.script(*[picky] * 4)
    async with gateway(server, retries=0) as client, asyncio.TaskGroup() as group:
        turns = [group.create_task(deltas(client)) for _ in range(2)]
    assert [text_of(turn.result()) for turn in turns] == ["Fine.", "Fine."]


async def test_a_server_that_refuses_for_ever_is_not_asked_for_ever(server: GatewayServer) -> None:
    """It names what was not even sent: then it is an error like any other."""
    server.script(*[REFUSED] * 9)
    async with gateway(server) as client:
        with pytest.raises(BadRequest):
            await deltas(client)
    assert asked(server) == [True, False]


async def test_the_rest_of_a_broken_reply_is_asked_without_it_too(server: GatewayServer) -> None:
    """What was said before is not said again."""
    server.script(Reply("One two three.", after=2, then="reset"), REFUSED, Reply("three."))
    async with gateway(server, models=[OTHER]) as client:
        assert text_of(await deltas(client)) == "One two three."
    assert asked(server) == [True, True, False]


async def test_what_was_not_told_is_not_nothing(server: GatewayServer, tmp_path: Path) -> None:
    """No usage, an empty one, one of zeros: unknown tokens, and no zero."""
    books = Books(tmp_path)
    chunk = b'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
    zero = b'data: {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}\n\n'
    empty = b'data: {"choices":[],"usage":{}}\n\n'
    async with books.client(server) as client:
        for usage in (b"", empty, zero):
            server.script(Raw(chunk + usage + b"data: [DONE]\n\n"))
            await deltas(client)
    (row,) = books.used
    assert (row.requests, row.prompt_tokens, row.completion_tokens) == (3, None, None)
    assert row.unknown_tokens == 3
    async with books.client(server) as client:
        server.script(PAID)
        await deltas(client)
    (row,) = books.used
    assert (row.prompt_tokens, row.completion_tokens, row.unknown_tokens) == (70, 9, 3)
