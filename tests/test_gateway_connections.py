"""Connections: one is kept warm, and none is left when a reply is given up at any point."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

import pytest
from gateway_script import Raw, Refusal, Reply, Silence
from gateway_server import GatewayServer
from pydantic import SecretStr

from assistant.config import GatewayConfig
from assistant.messages import TextDelta, User
from assistant.think.gateway import HttpGateway

if TYPE_CHECKING:
    from gateway_script import Scripted

SLOW = Reply("one two three four five", first_token_s=0.02, tokens_per_s=50)


def gateway(server: GatewayServer, key: str = "") -> HttpGateway:
    """A client for it."""
    config = GatewayConfig(base_url=server.base_url)
    return HttpGateway(config, SecretStr(key) if key else None)


async def read(client: HttpGateway, upto: int = 1000) -> int:
    """How many deltas came; the stream is closed after so many."""
    count = 0
    async with aclosing(client.stream([User("Hello.")], [])) as stream:
        async for _ in stream:
            count += 1
            if count == upto:
                break
    return count


def others() -> set[asyncio.Task[object]]:
    """The tasks beside this one and the server's."""
    running = asyncio.all_tasks() - {asyncio.current_task()}
    return {task for task in running if "_serve" not in repr(task.get_coro())}


async def settle() -> None:
    """Let what is being closed close."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_connection_serves_many_turns() -> None:
    """The body is read to its end, also after `[DONE]`, and the connection is used again."""
    async with GatewayServer() as server:
        async with gateway(server) as client:
            for _ in range(5):
                await read(client)
            await client.models()
            assert server.connections == 1
        await server.idle()


async def test_warming_opens_the_connection_that_the_next_turn_uses() -> None:
    """Without the key; and not again while one was used lately."""
    async with GatewayServer() as server, gateway(server, "k" * 9) as client:
        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(client.warm())
        assert [seen.method for seen in server.requests] == ["HEAD"]
        assert "authorization" not in server.requests[0].headers
        await read(client)
        await client.warm()
        assert [seen.method for seen in server.requests] == ["HEAD", "POST"]
        assert server.connections == 1


async def test_warming_again_after_a_reply_was_given_up() -> None:
    """Its connection is gone, so the next turn would have to open one."""
    async with GatewayServer() as server, gateway(server) as client:
        server.script(SLOW)
        await read(client, 2)
        await server.idle()
        await client.warm()
        await read(client)
        assert server.connections == 2


async def test_warming_beside_a_stream_disturbs_neither() -> None:
    """A turn may begin while the connection is being opened."""
    async with GatewayServer() as server, gateway(server) as client:
        server.script(SLOW)
        async with asyncio.TaskGroup() as group:
            warm = group.create_task(client.warm())
            assert await read(client) == 6
            await warm


async def test_warming_never_raises() -> None:
    """Nobody is there, or the server refuses, or the network is not."""
    async with GatewayServer() as gone:
        pass
    for url in (gone.base_url, "http://127.0.0.1:1/v1", "http://no-such-host.local/v1"):
        async with HttpGateway(GatewayConfig(base_url=url), None) as client:
            await client.warm()


@pytest.mark.parametrize("upto", range(1, 7))
async def test_closing_the_stream_closes_the_connection(upto: int) -> None:
    """After any delta, at once; the server sees it, and no task is left."""
    async with GatewayServer() as server, gateway(server) as client:
        server.script(SLOW)
        assert await read(client, upto) == upto
        if upto < 6:
            async with asyncio.timeout(1):
                await server.idle()
        await settle()
        assert others() == set()
        assert await read(client) == 4


@pytest.mark.parametrize("after_ms", [0, 1, 2, 5, 10, 25, 45, 65, 85, 105])
@pytest.mark.parametrize("script", [SLOW, Silence(), Refusal(500), Raw(b": hi\n\n", whole=False)])
async def test_cancelling_at_any_point_leaves_nothing(script: Scripted, after_ms: int) -> None:
    """While connecting, waiting, reading, backing off: no task, no open connection."""
    async with GatewayServer() as server:
        async with gateway(server) as client:
            server.script(*[script] * 4)
            with suppress(TimeoutError):
                async with asyncio.timeout(after_ms / 1000):
                    await read(client)
            await settle()
            assert others() == set()
            async with asyncio.timeout(1):
                await server.until(lambda: server.open <= 1)  # one may wait to be used again
        async with asyncio.timeout(1):
            await server.idle()


async def test_cancelling_a_turn_is_cancelled_and_not_an_error() -> None:
    """`CancelledError` goes through, and the next turn works."""
    async with GatewayServer() as server, gateway(server) as client:
        server.script(Silence())
        async with asyncio.TaskGroup() as group:
            turn = group.create_task(read(client))
            await server.until(lambda: bool(server.requests))
            turn.cancel()
        assert turn.cancelled()
        assert await read(client) == 4


async def test_two_streams_at_once_do_not_mix() -> None:
    """A speculative request beside the one that is spoken."""
    async with GatewayServer() as server, gateway(server) as client:

        async def words(text: str) -> str:
            stream = client.stream([User(text)], [])
            async with aclosing(stream):
                return "".join([d.text async for d in stream if isinstance(d, TextDelta)])

        async with asyncio.TaskGroup() as group:
            turns = [group.create_task(words(f"number {n}")) for n in range(6)]
        assert [turn.result() for turn in turns] == [f"You said: number {n}" for n in range(6)]
