"""The client with a server that we did not write: llama.cpp, streaming a small model's words.

What the model says is of no account: at 135 million parameters it is mostly wrong.
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from peer_server import MODEL

from assistant.clock import SystemClock
from assistant.config import GatewayConfig, ToolsConfig
from assistant.dialogue import Dialogue, Question
from assistant.events import Said
from assistant.messages import Finished, TextDelta, ToolSchema, User
from assistant.speak.mouth import SilentMouth
from assistant.think.catalogue import Catalogue, check_model
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import TooLarge
from assistant.think.history import History
from assistant.think.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.events import Emit, Event
    from assistant.messages import Delta

SERVER = Path(__file__).parent / "peer_server.py"
LONG = 400
"""Tokens of a story that nobody hears to its end."""
STORY = "Tell me a long story about a unicorn."

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="make setup-test installs xllamacpp"
    ),
]


def gateway(url: str, **settings: Any) -> HttpGateway:  # noqa: ANN401
    """A client for it; the same words each time."""
    base = {"base_url": f"{url}/v1", "model": MODEL, "temperature": 0.0, "retries": 0}
    return HttpGateway(GatewayConfig(**{**base, "first_token_s": 30.0, **settings}), None)


def dialogue(client: HttpGateway, emit: Emit) -> Dialogue:
    """As the program has it, shown and not said."""
    clock = SystemClock()
    reply = Reply(client, None, [], ToolsConfig(), clock, emit)
    return Dialogue(reply, History("Be brief.", 900), SilentMouth(), clock, emit)


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """The address of the server, which is a process of its own."""
    with subprocess.Popen(
        [sys.executable, SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            assert url, "the server did not start"
            yield url
        finally:
            process.kill()


async def read(client: HttpGateway, text: str, *tools: ToolSchema) -> list[Delta]:
    """The whole reply."""
    async with aclosing(client.stream([User(text)], tools)) as stream:
        return [delta async for delta in stream]


async def test_its_models_are_listed_and_checked(peer: str, tmp_path: Path) -> None:
    """Without tags; the name is found, and a wrong one is not."""
    async with gateway(peer) as client:
        assert [model.id for model in await client.models()] == [MODEL]
        book = Catalogue(client, peer, SystemClock(), tmp_path)
        assert await check_model(GatewayConfig(model=MODEL), book) == []
        (sentence,) = await check_model(GatewayConfig(model="smollm-135m"), book)
    assert f"Did you mean '{MODEL}'?" in sentence


async def test_a_reply_streams_token_by_token(peer: str) -> None:
    """Each is given as it comes, and the usage at the end."""
    async with gateway(peer, max_tokens=24, gateway_options="always") as client:
        found = await read(client, STORY)
    assert len(found) > 15
    assert all(isinstance(delta, TextDelta) for delta in found[:-1])
    assert isinstance(found[-1], Finished)
    assert found[-1].reason == "length"
    assert found[-1].usage is not None
    assert found[-1].usage.completion_tokens == 24


async def test_streamed_and_whole_replies_are_the_same(peer: str) -> None:
    """At temperature 0, to the letter."""
    texts: list[str] = []
    for stream in (True, False):
        async with gateway(peer, max_tokens=16, stream=stream) as client:
            deltas = await read(client, "What is the capital of France?")
        texts.append("".join(delta.text for delta in deltas if isinstance(delta, TextDelta)))
    assert texts[0] == texts[1]
    assert texts[0]


async def test_interrupted_in_mid_stream_it_is_free_for_the_next_question(peer: str) -> None:
    """It has one slot: had it gone on with the story, the answer would have to wait for its end."""
    async with gateway(peer, max_tokens=LONG) as client:
        began = time.monotonic()
        async with aclosing(client.stream([User(STORY)], [])) as stream:
            await anext(stream)
            first = time.monotonic() - began
            for _ in range(9):
                await anext(stream)
        token = (time.monotonic() - began - first) / 9
    async with gateway(peer, max_tokens=4) as client:
        began = time.monotonic()
        assert len(await read(client, "Hello.")) > 1
        assert time.monotonic() - began < first + LONG / 2 * token


async def test_a_cancelled_turn_leaves_nothing_behind(peer: str) -> None:
    """A dialogue, spoken over; and the next turn is answered."""
    events: list[Event] = []
    under_way = asyncio.Event()

    def emit(event: Event) -> None:
        events.append(event)
        if len(events) == 9:
            under_way.set()

    async with gateway(peer, max_tokens=LONG) as client, asyncio.TaskGroup() as group:
        turn = group.create_task(dialogue(client, emit).answer(Question(STORY)))
        await under_way.wait()
        turn.cancel()
    assert turn.cancelled()
    async with gateway(peer, max_tokens=8) as client:
        assert await dialogue(client, emit).answer(Question("Who are you?"))
    first, second = (event for event in events if isinstance(event, Said))
    assert first.interrupted
    assert second.text
    assert not second.interrupted


async def test_what_does_not_fit_is_too_large(peer: str) -> None:
    """Its own words for it are understood."""
    async with gateway(peer) as client:
        with pytest.raises(TooLarge):
            await read(client, "word " * 3000)


async def test_tools_are_taken(peer: str) -> None:
    """Their schema at least: the model is too small to call them well."""
    clock = ToolSchema("clock", "The time.", {"type": "object", "properties": {}})
    async with gateway(peer, max_tokens=8) as client:
        assert isinstance((await read(client, "What time is it?", clock))[-1], Finished)
