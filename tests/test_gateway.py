"""The client against a real server: what is sent, what is read, where the key goes."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from gateway_client import (
    CLOCK,
    KEY,
    MODEL,
    deltas,
    gateway,
    said,
    text_of,
)
from gateway_script import Call, Raw, Refusal, Reply, every
from gateway_server import GatewayServer
from pydantic import SecretStr

from assistant.config import GatewayConfig
from assistant.messages import Assistant, Finished, ToolCall, ToolResult, User
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import (
    BadReply,
    Fault,
    Insecure,
    NoKey,
    NotFound,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gateway_script import Scripted

    from assistant.messages import Message


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


@pytest.mark.parametrize(
    "odd",
    [
        {"newline": "\r\n", "comments": 2}, {"newline": "\r"}, {"cut": every(1)},
        {"cut": every(7), "newline": "\r\n"}, {"done": False}, {"usage": {"prompt_tokens": 1}},
        {"reasoning": "hm, so"}, {"finish": None}, {"tokens_per_s": 200},
    ],
)  # fmt: skip
async def test_whatever_the_form_the_text_is_the_same(
    server: GatewayServer, odd: dict[str, Any]
) -> None:
    """Cut inside characters, CRLF, comments, no `[DONE]`, a usage chunk, reasoning before it."""
    assert await said(server, Reply("Grüße, 😀 to you!", **odd)) == "Grüße, 😀 to you!"
    assert len(server.chats) == 1


@pytest.mark.parametrize("stream", [True, False])
async def test_streamed_and_whole_replies_are_the_same(
    server: GatewayServer, *, stream: bool
) -> None:
    """Text, calls, unknown fields, usage."""
    call = Call("clock", "", extra={"extra_content": {"google": {"thought_signature": "s"}}})
    server.script(Reply("One moment.", (call,), extra={"note": "n"}, usage={"prompt_tokens": 5}))
    async with gateway(server, stream=stream) as client:
        found = await deltas(client, CLOCK)
    assert text_of(found) == "One moment."
    assert isinstance(found[-2], ToolCall)
    assert found[-2].extra == call.extra
    assert isinstance(found[-1], Finished)
    assert (found[-1].reason, found[-1].extra) == ("tool_calls", {"note": "n"})
    assert found[-1].usage is not None
    assert found[-1].usage.prompt_tokens == 5


async def test_a_tool_round_trip(server: GatewayServer) -> None:
    """The second request carries call and result as the documentation wants them."""
    asked = User("What time is it?")
    async with gateway(server) as client, aclosing(client.stream([asked], [CLOCK])) as stream:
        (call, _) = [delta async for delta in stream]
        assert isinstance(call, ToolCall)
        messages: list[Message] = [
            asked,
            Assistant("", (call,)),
            ToolResult(call.id, "It is noon."),
        ]
        async with aclosing(client.stream(messages, [CLOCK])) as second:
            assert text_of([delta async for delta in second]) == "Here is what I found: It is noon."


@pytest.mark.parametrize("answered", ["application/json", "text/event-stream"])
async def test_the_answers_media_type_decides_how_it_is_read(
    server: GatewayServer, answered: str
) -> None:
    """Some servers stream, or do not, whatever was asked."""
    whole = b'{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}'
    body = whole if "json" in answered else b"data: " + whole + b"\n\ndata: [DONE]\n\n"
    for stream in (True, False):
        assert await said(server, Raw(body, content_type=answered), stream=stream) == "Hi"


@pytest.mark.parametrize(
    "raw",
    [
        Raw(b"<html><body>Welcome</body></html>", content_type="text/html"),
        Raw(b"no json", content_type="application/json"),
        Raw(b"data: nonsense\n\n"),
        Raw(b"\x1f\x8bnonsense", headers={"content-encoding": "gzip"}),
        Raw(status=302, headers={"location": "https://login.example.com/"}),
    ],
)
async def test_what_is_no_gateway_is_a_bad_reply(server: GatewayServer, raw: Raw) -> None:
    """A web page, no JSON, no chunk, bytes that cannot be unpacked, a redirect."""
    with pytest.raises(BadReply):
        await said(server, raw)
    assert len(server.chats) == 1


async def test_the_key_is_never_sent_on_a_redirect() -> None:
    """Neither to the same host nor to another."""
    async with GatewayServer() as other, GatewayServer(key=KEY) as server:
        for place in (f"{other.base_url}/chat/completions", "/v1/elsewhere"):
            server.script(Raw(status=307, headers={"location": place}))
            async with gateway(server, KEY) as client:
                with pytest.raises(BadReply, match="base_url"):
                    await deltas(client)
        assert other.requests == []
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, r"with 302, which sends us on, and does not say where to"),
        ({"location": ""}, r"does not say where to"),
        ({"location": "https://login.example.com/x"}, r"sends us on to login\.example\.com, where"),
        ({"location": "/v2/chat"}, r"sends us on to another path of its own"),
        ({"location": "http://[::1"}, r"sends us on to another address"),
    ],
)
async def test_a_redirect_says_where_it_leads(
    server: GatewayServer, headers: dict[str, str], words: str
) -> None:
    """To another host, to another path, or nowhere; and which setting to look at."""
    server.script(Raw(status=302, headers=headers))
    with pytest.raises(BadReply, match=words) as caught:
        await said(server)
    assert "[gateway] base_url" in str(caught.value)


@pytest.mark.parametrize(
    "script",
    [
        Refusal(401, f"Incorrect key {KEY}", KEY, KEY, KEY),
        Raw(f"You sent Bearer {KEY}".encode(), status=500, content_type="text/plain"),
        Raw(f'data: {{"error": {{"message": "Bad key {KEY}"}}}}\n\n'.encode(), cut=every(9)),
        Raw(f"data: {KEY}\n\n".encode()),
        Raw(f"{KEY}".encode(), content_type="application/json"),
        Raw(status=302, headers={"location": f"https://{KEY}/{KEY}"}),
    ],
)
async def test_the_key_is_in_no_error(server: GatewayServer, script: Scripted) -> None:
    """Though the server repeats it; nor in the traceback, nor in what the client is printed as."""
    server.key = KEY
    server.script(script)
    async with gateway(server, KEY, retries=0) as client:
        with pytest.raises(Fault) as caught:
            await deltas(client)
        shown = "".join(traceback.format_exception(caught.value)) + repr(vars(client))
    assert KEY not in f"{shown} {caught.value!r} {caught.value.facts} {caught.value.spoken}"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_the_key_is_in_no_error_about_models(server: GatewayServer) -> None:
    """The server repeats what it was asked for."""
    async with gateway(server, KEY) as client:
        with pytest.raises(NotFound) as caught:
            await client.model(KEY)
    assert KEY not in f"{caught.value!r} {caught.value.facts}"


async def test_nothing_is_sent_without_a_key_or_over_an_open_line() -> None:
    """Public hosts only; it is said at once."""
    async with HttpGateway(GatewayConfig(), None) as client:
        with pytest.raises(NoKey):
            await deltas(client)
        await client.warm()
    async with HttpGateway(
        GatewayConfig(base_url="http://example.com/v1"), SecretStr(KEY)
    ) as open_:
        with pytest.raises(Insecure):
            await deltas(open_)
        with pytest.raises(Insecure):
            await open_.models()


async def test_attribution_is_sent_only_by_wish(server: GatewayServer) -> None:
    """`x-title` and `http-referer`; and no header says more than it must."""
    await said(server)
    await said(server, app_name="My home", app_url="https://home.example.com")
    first, second = (seen.headers for seen in server.requests)
    assert not {"x-title", "http-referer", "authorization", "cookie"} & set(first)
    assert (second["x-title"], second["http-referer"]) == ("My home", "https://home.example.com")


async def test_models_are_listed_and_looked_up(server: GatewayServer) -> None:
    """A name with a slash in it is one name; an unknown one is not found."""
    async with gateway(server) as client:
        names = [model.id for model in await client.models()]
        assert MODEL in names
        assert (await client.model(MODEL)).context_window == 200_000
        with pytest.raises(NotFound, match="no/such"):
            await client.model("no/such")
    assert "authorization" not in server.requests[0].headers
