"""The test server speaks the protocol: by the official client, and by its own strictness."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any, get_args

import openai
import pytest
from gateway_rules import MODELS, check
from gateway_script import Call, CallForm, Refusal, Reply
from gateway_server import GatewayServer
from openai import AsyncOpenAI

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MODEL = "anthropic/claude-sonnet-4"
HELLO: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "Hello."}]}
TOOL: Any = {"type": "function", "function": {"name": "clock", "parameters": {}}}
CALL = {"id": "1", "type": "function", "function": {"name": "clock", "arguments": "{}"}}
PDF = base64.b64encode(b"%PDF-1.4").decode()


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """The server, with a key."""
    async with asyncio.timeout(20), GatewayServer(key="right") as running:
        yield running


@pytest.fixture
async def client(server: GatewayServer) -> AsyncIterator[AsyncOpenAI]:
    """The official client."""
    async with AsyncOpenAI(api_key="right", base_url=server.base_url, max_retries=0) as official:
        yield official


async def test_the_official_client_lists_models(client: AsyncOpenAI) -> None:
    """And looks one up, whose name has a slash in it."""
    assert [model.id async for model in client.models.list()] == [model["id"] for model in MODELS]
    assert (await client.models.retrieve(MODEL)).owned_by == "anthropic"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("no/such")


async def test_the_official_client_reads_a_whole_reply(client: AsyncOpenAI) -> None:
    """With its usage."""
    reply = await client.chat.completions.create(**HELLO)
    assert reply.choices[0].message.content == "You said: Hello."
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 3


async def test_the_official_client_reads_a_stream(client: AsyncOpenAI) -> None:
    """With its usage in the last chunk, whose choices are empty."""
    options: Any = {"include_usage": True}
    stream = await client.chat.completions.create(**HELLO, stream=True, stream_options=options)
    chunks = [chunk async for chunk in stream]
    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == "You said: Hello."
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None


@pytest.mark.parametrize("form", ["fragments", "interleaved", "whole", "together"])
async def test_the_official_client_reads_tool_calls(
    server: GatewayServer,
    client: AsyncOpenAI,
    form: Any,  # noqa: ANN401
) -> None:
    """In the forms that it understands: it goes by the index."""
    server.script(Reply("", (Call("clock", '{"a": 1}'), Call("clock", "{}")), form=form))
    async with client.chat.completions.stream(**HELLO, tools=[TOOL]) as stream:
        message = (await stream.get_final_completion()).choices[0].message
    assert message.tool_calls is not None
    assert [call.function.arguments for call in message.tool_calls] == ['{"a": 1}', "{}"]
    assert form in get_args(CallForm)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, openai.BadRequestError), (401, openai.AuthenticationError),
        (403, openai.PermissionDeniedError), (404, openai.NotFoundError),
        (429, openai.RateLimitError), (500, openai.InternalServerError),
    ],
)  # fmt: skip
async def test_the_official_client_reads_errors(
    server: GatewayServer, client: AsyncOpenAI, status: int, kind: type[openai.APIStatusError]
) -> None:
    """With type, param and code."""
    server.script(Refusal(status, "No.", "some_error", "model", "some_code"))
    with pytest.raises(kind) as caught:
        await client.chat.completions.create(**HELLO)
    assert (caught.value.type, caught.value.param, caught.value.code) == (
        "some_error", "model", "some_code",
    )  # fmt: skip


async def test_a_wrong_key_is_refused(server: GatewayServer) -> None:
    """As documented, with 401; the models need none."""
    async with AsyncOpenAI(api_key="wrong", base_url=server.base_url) as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.chat.completions.create(**HELLO)
        await stranger.models.list()


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"model": 7}, "model"), ({"temperature": 3}, "temperature"), ({"top_p": -1}, "top_p"),
        ({"temperature": True}, "temperature"), ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"), ({"frequency_penalty": 3}, "frequency_penalty"),
        ({"presence_penalty": "1"}, "presence_penalty"), ({"stop": [1]}, "stop"),
        ({"stream": "yes"}, "stream"), ({"frames": 1}, "frames"), ({"tools": {}}, "tools"),
        ({"tool_choice": "auto"}, "tool_choice"), ({"tools": [TOOL, TOOL]}, "tools[1]"),
        ({"stream_options": {}}, "stream_options"), ({"messages": []}, "messages"),
        ({"providerOptions": {"gateway": {"x": 1}}}, "providerOptions"),
        ({"messages": [{"role": "robot", "content": ""}]}, "messages[0].role"),
        ({"messages": [{"role": "tool", "tool_call_id": "1", "content": ""}]},
         "messages[0].tool_call_id"),
        ({"messages": [{"role": "assistant", "content": None, "tool_calls": [CALL]}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": None}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "x"}]}]}, "messages[0].content[0]"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_as_documented_is_refused(change: dict[str, Any], param: str) -> None:
    """With 400, and the parameter that is wrong."""
    refusal = check({**HELLO, **change})
    assert refusal is not None
    assert (refusal.status, refusal.param) == (400, param)


@pytest.mark.parametrize(
    ("part", "right"),
    [
        ({"type": "file", "file": {"data": PDF, "media_type": "application/pdf"}}, True),
        ({"type": "file", "file": {"data": "JVBERi0", "media_type": "application/pdf"}}, False),
        ({"type": "file", "file": {"data": PDF, "media_type": "image/png"}}, False),
        ({"type": "file", "file": {"data": PDF, "media_type": "text/x"}}, False),
        ({"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/"}}, True),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,/9j/"}}, False),
        ({"type": "image_url", "image_url": {"url": "https://example.com/x.png"}}, False),
        ({"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/", "detail": "x"}},
         False),
    ],
)  # fmt: skip
def test_pictures_and_documents_are_looked_into(part: dict[str, Any], *, right: bool) -> None:
    """Base64 that decodes to what it says it is."""
    refusal = check({**HELLO, "messages": [{"role": "user", "content": [part]}]})
    assert (refusal is None) is right


async def test_tokens_come_at_their_pace(server: GatewayServer, client: AsyncOpenAI) -> None:
    """The first after its delay, the others evenly; the median is off by a few milliseconds."""
    await client.chat.completions.create(**HELLO)  # its first request imports a lot
    server.script(Reply("word " * 20, first_token_s=0.1, tokens_per_s=100))
    loop = asyncio.get_running_loop()
    stream = await client.chat.completions.create(**HELLO, stream=True)
    arrived = [loop.time() async for _ in stream][:20]
    due = [server.requests[1].at + 0.1 + n / 100 for n in range(20)]
    late = sorted(at - then for at, then in zip(arrived, due, strict=True))
    assert late[0] > -0.001
    assert late[10] < 0.015
