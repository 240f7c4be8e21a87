"""What the gateway's documentation says, asked of the client over HTTP, a test for each row.

The rows are listed in `conformance.py`, with those that other files hold. The server refuses
whatever is not as documented, so a reply proves that the request was.
"""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from gateway_client import CLOCK, KEY, MODEL, OTHER, QuickClock, deltas, gateway, said, text_of
from gateway_rules import check
from gateway_script import Call, Raw, Refusal, Reply
from gateway_server import GatewayServer
from pydantic import SecretStr, ValidationError

from assistant import typed
from assistant.config import Config, GatewayConfig, InstantConfig
from assistant.keys import gateway_key
from assistant.messages import (
    Assistant,
    FilePart,
    Finished,
    ImagePart,
    System,
    TextDelta,
    ToolCall,
    ToolResult,
    Usage,
    User,
)
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import BadRequest, NotFound, RateLimited, Unauthorized

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from assistant.messages import Message

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n"
STREAMED = (
    b'data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1677652288,'
    b'"model":"anthropic/claude-sonnet-4","choices":[{"index":0,"delta":{"content":"Once"},'
    b'"finish_reason":null}]}\n \n'
    b'data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1677652288,'
    b'"model":"anthropic/claude-sonnet-4","choices":[{"index":0,"delta":{"content":" upon"},'
    b'"finish_reason":null}]}\n \ndata: [DONE]\n'
)
"""The documentation's stream, letter for letter; its empty lines hold a space."""
CALLED = {
    "id": "chatcmpl-123",
    "object": "chat.completion",
    "created": 1677652288,
    "model": "anthropic/claude-sonnet-4",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_123",
                        "type": "function",
                        "function": {
                            "name": "get_weather",
                            "arguments": '{"location": "San Francisco, CA", "unit": "celsius"}',
                        },
                    }
                ],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {"prompt_tokens": 82, "completion_tokens": 18, "total_tokens": 100},
}
"""The documentation's tool call."""
REFUSED = {
    "error": {
        "message": "Invalid request: missing required parameter 'model'",
        "type": "invalid_request_error",
        "param": "model",
        "code": "missing_parameter",
    }
}
"""The documentation's error."""


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


async def asked(server: GatewayServer, *messages: Message) -> str:
    """What is answered to these messages."""
    async with gateway(server) as client, aclosing(client.stream(messages, [CLOCK])) as stream:
        return text_of([delta async for delta in stream])


def test_the_base_url_is_the_documented_one() -> None:
    """Unless the settings say otherwise."""
    assert GatewayConfig().base_url == "https://ai-gateway.vercel.sh/v1"


def test_the_second_variable_holds_the_key_where_the_first_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`AI_GATEWAY_API_KEY`, else `VERCEL_OIDC_TOKEN`."""
    monkeypatch.delenv("AI_GATEWAY_API_KEY", raising=False)
    monkeypatch.setenv("VERCEL_OIDC_TOKEN", "second")
    key = gateway_key()
    assert key is not None
    assert key.get_secret_value() == "second"


async def test_the_headers_are_the_documented_ones() -> None:
    """The key as a bearer, the body as JSON; a local server needs no key."""
    async with GatewayServer(key=KEY) as server:
        async with gateway(server, KEY) as client:
            await deltas(client)
        headers = server.requests[0].headers
        assert headers["authorization"] == f"Bearer {KEY}"
        assert headers["content-type"] == "application/json"
        with pytest.raises(Unauthorized):
            await said(server)


async def test_the_documented_stream_is_read(server: GatewayServer) -> None:
    """To the letter."""
    server.script(Raw(STREAMED))
    async with gateway(server) as client:
        found = await deltas(client)
    assert found[:2] == [TextDelta("Once"), TextDelta(" upon")]


async def test_the_documented_tool_call_is_read(server: GatewayServer) -> None:
    """With its usage."""
    server.script(Raw(json.dumps(CALLED).encode(), content_type="application/json"))
    async with gateway(server, stream=False) as client:
        call, finished = await deltas(client)
    arguments = '{"location": "San Francisco, CA", "unit": "celsius"}'
    assert call == ToolCall("call_123", "get_weather", arguments)
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.usage) == ("tool_calls", Usage(82, 18))


async def test_the_documented_error_is_read(server: GatewayServer) -> None:
    """Message, type, param and code."""
    body = json.dumps(REFUSED).encode()
    server.script(Raw(body, status=400, content_type="application/json"))
    async with gateway(server) as client:
        with pytest.raises(BadRequest) as caught:
            await deltas(client)
    fault = caught.value
    found = {
        "message": fault.facts.message, "type": fault.type, "param": fault.param,
        "code": fault.code,
    }  # fmt: skip
    assert found == REFUSED["error"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stream", True), ("stream", False), ("temperature", 0), ("temperature", 2),
        ("max_tokens", 1), ("max_tokens", 8192), ("top_p", 0), ("top_p", 1),
        ("frequency_penalty", -2), ("frequency_penalty", 2), ("presence_penalty", -2),
        ("presence_penalty", 2), ("stop", "END"), ("stop", ["a", "b"]),
    ],
    ids=str,
)  # fmt: skip
async def test_a_parameter_within_its_range_is_sent_and_taken(
    server: GatewayServer, name: str, value: object
) -> None:
    """At both ends of it; and it is left out where it is not set."""
    assert await said(server, **{name: value}) == "You said: Hello."
    assert server.chats[0][name] == value
    await said(server)
    assert set(server.chats[1]) == {"model", "messages", "stream", "stream_options"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stream", "yes"), ("temperature", -0.01), ("temperature", 2.01), ("temperature", "hot"),
        ("max_tokens", 0), ("max_tokens", 1.5), ("top_p", -0.01), ("top_p", 1.01),
        ("frequency_penalty", -2.01), ("frequency_penalty", 2.01), ("presence_penalty", -2.01),
        ("presence_penalty", 2.01), ("stop", 7), ("stop", [1]),
    ],
    ids=str,
)  # fmt: skip
def test_a_parameter_outside_its_range_is_refused_before_it_is_sent(
    name: str, value: object
) -> None:
    """By the settings; and the server would refuse it too."""
    with pytest.raises(ValidationError, match=name):
        GatewayConfig.model_validate({name: value})
    messages = [{"role": "user", "content": "Hello."}]
    refusal = check({"model": MODEL, "messages": messages, name: value})
    assert refusal is not None
    assert (refusal.status, refusal.param) == (400, name)


@pytest.mark.parametrize("missing", ["model", "messages"])
async def test_the_required_parameters_are_always_sent(server: GatewayServer, missing: str) -> None:
    """Without one of them the server refuses."""
    await said(server)
    sent = server.chats[0]
    assert sent[missing]
    refusal = check({key: value for key, value in sent.items() if key != missing})
    assert refusal is not None
    assert (refusal.status, refusal.code, refusal.param) == (400, "missing_parameter", missing)


@pytest.mark.parametrize("choice", ["auto", "none", "required", "clock"])
async def test_a_tool_choice_is_sent_and_taken(server: GatewayServer, choice: str) -> None:
    """Three words, or one function, which goes as an object."""
    async with gateway(server, tool_choice=choice) as client:
        await deltas(client, CLOCK)
    one = {"type": "function", "function": {"name": "clock"}}
    assert server.chats[0]["tool_choice"] == (one if choice == "clock" else choice)


@pytest.mark.parametrize("choice", ["weather", "maybe"])
async def test_a_tool_choice_that_is_none_is_not_sent(server: GatewayServer, choice: str) -> None:
    """A tool that is not offered: the server would refuse the whole request."""
    async with gateway(server, tool_choice=choice) as client:
        await deltas(client, CLOCK)
    assert "tool_choice" not in server.chats[0]
    assert check({**server.chats[0], "tool_choice": choice}) is not None


@pytest.mark.parametrize(
    "message",
    [
        User("Hello, how are you?"),
        User("What's in this image?", (ImagePart(PNG, "image/png", "auto"),)),
        User("What's in this image?", (ImagePart(PNG, "image/png", "low"),)),
        User("What's in this image?", (ImagePart(PNG, "image/png", "high"),)),
        User("Summarize this document", (FilePart(PDF, "application/pdf", "document.pdf"),)),
    ],
    ids=["text", "image-auto", "image-low", "image-high", "file"],
)
async def test_a_message_form_is_sent_and_taken(server: GatewayServer, message: User) -> None:
    """The server decodes what is in it, and says how large it is."""
    answer = await asked(server, System("Be brief."), message)
    assert message.text in answer
    assert ("picture" in answer) == bool(message.parts and isinstance(message.parts[0], ImagePart))
    assert ("document.pdf" in answer) == any(isinstance(p, FilePart) for p in message.parts)


async def test_a_picture_that_a_tool_made_goes_into_the_next_user_message(
    server: GatewayServer,
) -> None:
    """The result itself is text."""
    call = ToolCall("1", "clock", "{}")
    result = ToolResult("1", "The snapshot follows.")
    shown = User("", (ImagePart(PNG, "image/png"),))
    answer = await asked(server, User("Look."), Assistant("", (call,)), result, shown)
    assert "picture" in answer
    roles = [message["role"] for message in server.chats[0]["messages"]]
    assert roles == ["user", "assistant", "tool", "user"]


async def test_a_model_that_is_not_there_is_not_found(server: GatewayServer) -> None:
    """404 for a chat too."""
    async with gateway(server, model="no/such") as client:
        with pytest.raises(NotFound, match="no/such"):
            await deltas(client)


async def test_few_tools_are_sent(
    server: GatewayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the program offers are at most 14."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("AI_GATEWAY_API_KEY", KEY)
    road = GatewayConfig(base_url=server.base_url)
    config = Config(gateway=road, instant=InstantConfig(enabled=False))
    assert await typed.ask(config, "What is new?", lambda _: None)
    assert 1 <= len(server.chats[0]["tools"]) <= 14


async def test_the_usage_comes_in_the_last_chunk(server: GatewayServer) -> None:
    """Where it was asked for, with its cost."""
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "cost": 0.00042}
    server.script(Reply("Fine.", usage=usage))
    async with gateway(server, gateway_options="always") as client:
        finished = (await deltas(client))[-1]
    assert server.chats[0]["stream_options"] == {"include_usage": True}
    assert isinstance(finished, Finished)
    assert finished.usage == Usage(5, 2, 0.00042)


async def test_the_gateways_options_are_taken(server: GatewayServer) -> None:
    """Fallbacks, order, only, sort, caching, retention, reasoning: as the server knows them."""
    options: dict[str, Any] = {
        "models": [OTHER], "order": ["bedrock"], "only": ["bedrock"], "caching": True,
        "zero_data_retention": True, "reasoning_effort": "low", "gateway_options": "always",
    }  # fmt: skip
    assert await said(server, **options) == "You said: Hello."
    sent = server.chats[0]["providerOptions"]["gateway"]
    assert (sent["models"], sent["sort"], sent["caching"]) == ([OTHER], "ttft", "auto")
    assert sent["zeroDataRetention"] is True
    assert server.chats[0]["reasoning"] == {"effort": "low", "exclude": True}


async def test_retry_after_may_be_a_date_or_stand_in_the_body(server: GatewayServer) -> None:
    """The date counts from the server's own, else from our clock."""
    late = {"retry-after": "Wed, 21 Oct 2026 07:28:02 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    server.script(Refusal(429, headers=late), Reply("Fine."))
    body = b'{"error": {"message": "Slow down", "metadata": {"raw": "x"}, "retry_after": 3}}'
    server.script(Raw(body, status=429, content_type="application/json"), Reply("Fine."))
    clock = QuickClock()
    async with HttpGateway(GatewayConfig(base_url=server.base_url), None, clock) as client:
        await deltas(client)
        await deltas(client)
        server.script(*[Refusal(429, headers={"retry-after": "Sat, 21 Oct 2999 07:28:00 GMT"})] * 3)
        with pytest.raises(RateLimited) as caught:
            await deltas(client)
    assert clock.slept == [2, 3]
    assert caught.value.retry_after_s is not None
    year = datetime.now(UTC).year + caught.value.retry_after_s / (365.25 * 86_400)
    assert 2998 < year < 3001


async def test_reasoning_is_never_spoken(server: GatewayServer) -> None:
    """In its own field, or in the text as local models write it."""
    assert await said(server, Reply("It is noon.", reasoning="What time may it be?")) == (
        "It is noon."
    )
    assert await said(server, Reply("<think>\nNoon?\n</think>\n\nIt is noon.")) == "It is noon."


@pytest.mark.parametrize("known", [True, False])
async def test_the_credits_are_texts(*, known: bool) -> None:
    """`GET /credits` wants the key."""
    async with GatewayServer(key=KEY) as server:
        config = GatewayConfig(base_url=server.base_url)
        async with HttpGateway(config, SecretStr(KEY if known else "x" * 9)) as client:
            if known:
                left = await client.credits()
                assert (left.balance, left.total_used) == ("95.50", "4.50")
            else:
                with pytest.raises(Unauthorized):
                    await client.credits()


async def test_the_models_items_are_read_whole(server: GatewayServer) -> None:
    """Without a key, with tags and with prices as texts."""
    async with gateway(server) as client:
        item = next(model for model in await client.models() if model.id == MODEL)
    assert "authorization" not in server.requests[0].headers
    assert (item.owned_by, item.type, item.max_tokens) == ("anthropic", "language", 8192)
    assert {"tool-use", "vision", "file-input"} == set(item.tags)
    assert item.pricing == {"input": "0.000003", "output": "0.000015"}


@pytest.mark.parametrize("detail", ["auto", "low", "high"])
async def test_a_picture_is_a_data_url(server: GatewayServer, detail: Any) -> None:  # noqa: ANN401
    """With its detail, and the bytes as they are."""
    await asked(server, User("Look.", (ImagePart(PNG, "image/png", detail),)))
    part = server.chats[0]["messages"][0]["content"][1]["image_url"]
    assert part["detail"] == detail
    assert base64.b64decode(part["url"].removeprefix("data:image/png;base64,")) == PNG


async def test_text_before_a_call_and_the_call_come_once(server: GatewayServer) -> None:
    """Each in its place, though the reason to finish says `stop`."""
    server.script(Reply("One moment.", (Call("clock"),), finish="stop"))
    async with gateway(server) as client:
        found = await deltas(client, CLOCK)
    assert text_of(found) == "One moment."
    assert [type(delta) for delta in found[-2:]] == [ToolCall, Finished]
