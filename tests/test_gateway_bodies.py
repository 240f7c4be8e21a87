"""What a body is, is read off its bytes and not its label; what is no chunk is skipped or told."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from gateway_client import MODEL, OTHER, deltas, gateway, said, text_of
from gateway_script import Call, Raw, Reply, chunk, closing, event, every
from gateway_script import deltas as written
from gateway_server import GatewayServer
from hypothesis import given
from hypothesis import strategies as st
from read_pieces import cut_at, read_by

from assistant.messages import TextDelta
from assistant.think.bodies import Body
from assistant.think.deltas import MAX_JUNK
from assistant.think.gateway_errors import (
    BadReply,
    BadRequest,
    BrokenStream,
    Fault,
    NotFound,
    OutOfCredit,
    RateLimited,
    ServerError,
    Unauthorized,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

HI = {"choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}]}
LABELS = ["application/json", "application/x-ndjson", "text/event-stream", "text/plain"]
LABELS += ["text/html"]
FORMS = {
    "stream": b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
    "comment first": b': hello\n\ndata: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n',
    "event first": b'event: message\r\ndata: {"choices":[{"delta":{"content":"Hi"}}]}\r\n\r\n'
    b"data: [DONE]\r\n\r\n",
    "id first": b'id: 1\ndata: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
    "retry first": b'retry: 9\n\ndata: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n',
    "blank first": b'\n \r\n\tdata: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
    "marked first": b'\xef\xbb\xbfdata: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n',
    "no empty lines": b'data: {"choices":[{"delta":{"content":"H"}}]}\n'
    b'data: {"choices":[{"delta":{"content":"i"}}]}\ndata: [DONE]\n',
    "whole": json.dumps(HI).encode(),
    "whole, indented": json.dumps(HI, indent=2).encode(),
    "whole, indented, CRLF": b"\r\n" + json.dumps(HI, indent="\t").replace("\n", "\r\n").encode(),
    "whole, marked": b"\xef\xbb\xbf" + json.dumps(HI, indent=2).encode() + b"\n",
    "whole, after comments": b": processing\n\n: still\n\n" + json.dumps(HI, indent=2).encode(),
    "whole, then done": json.dumps(HI).encode() + b"\n\ndata: [DONE]\n\n",
    "lines": b'{"choices":[{"delta":{"content":"H"}}]}\n'
    b'{"choices":[{"delta":{"content":"i"},"finish_reason":"stop"}]}\n',
    "lines, the first of them empty": b'{"choices":[]}\n'
    b'{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}',
}
JUNK = [
    b"data: null\n\n", b"data: ping\n\n", b"data: 1\n\n", b"data: []\n\n", b"data:\n\n",
    b"data\n\n",
    b'data: "text"\n\n', b'event: ping\ndata: {"type": "ping"}\n\n', b"event: ping\ndata: {\n\n",
    b": keep-alive\n\n", b"\n", b"\r\n", b"id: 7\n\n", b"retry: 100\n\n", b"event: ping\n\n",
    b'event: heartbeat\ndata: {"choices":[{"delta":{"content":"no"}}]}\n\n', b"data: {}\n\n",
]  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


def read(pieces: Iterable[bytes]) -> list[object]:
    """The deltas of a body, with the error it ends in as the last."""
    return read_by(Body("made_"), pieces)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("label", LABELS)
async def test_the_bytes_decide_and_not_the_label(
    server: GatewayServer, form: str, label: str
) -> None:
    """Streams, whole replies and lines of JSON are read whatever they are called."""
    for cut in (None, every(3)):
        assert await said(server, Raw(FORMS[form], content_type=label, cut=cut)) == "Hi"
    assert len(server.chats) == 2


@pytest.mark.parametrize("form", FORMS)
def test_every_byte_by_itself_gives_the_same(form: str) -> None:
    """The finest cut there is."""
    data = FORMS[form]
    found = read([data])
    assert "".join(d.text for d in found if isinstance(d, TextDelta)) == "Hi"
    fine = read(data[n : n + 1] for n in range(len(data)))
    assert fine[-1] == found[-1]
    assert "".join(d.text for d in fine if isinstance(d, TextDelta)) == "Hi"


def test_lines_of_json_are_not_held_back() -> None:
    """Each line is spoken as it comes."""
    body = Body()
    assert list(body.push(b'{"choices":[{"delta":{"content":"One"}}]}\n')) == [TextDelta("One")]
    assert body.tokens == 1


async def test_a_whole_reply_needs_no_end_of_its_body(server: GatewayServer) -> None:
    """A server that keeps the connection open holds nothing up."""
    data = json.dumps(HI, indent=2).encode()
    began = asyncio.get_running_loop().time()
    for stream in (True, False):
        server.script(lambda _: Raw(data, content_type="application/json", whole=False))
        async with gateway(server, stream=stream) as client:
            assert text_of(await deltas(client)) == "Hi"
    assert asyncio.get_running_loop().time() - began < 2
    assert len(server.chats) == 2


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><p>Welcome</p>", "web page"),
        (b"\n <html>", "web page"),
        (b"Please log in", "no reply: 'Please log in'"),
        (b"Please log in\n", "no reply: 'Please log in'"),
        (b"{ nonsense }", "no reply: '{ nonsense }'"),
        (b"[]", "no reply"),
        (b'{"hello": "world"}', "without choices"),
        (b'{"choices": [null]}', "without choices"),
        (b'{"choices": 3}', "without choices"),
        (b'{"code": 0, "message": "ok", "data": {}}', "without choices"),
        (b"x: y\n\ndata: [DONE]\n\n", "no reply: 'x: y'"),
        (b"data: nonsense\n\n", "no chunk: 'nonsense'"),
        (b"data: nonsense", "no chunk: 'nonsense'"),
        (b"data: nonsense\n\ndata: [DONE]\n\n", "no chunk: 'nonsense'"),
    ],
)
async def test_nonsense_is_told_as_such(
    server: GatewayServer, label: str, body: bytes, words: str
) -> None:
    """With its first words, whatever it is called, and it is not asked for again."""
    with pytest.raises(BadReply, match=words):
        await said(server, Raw(body, content_type=label))
    assert len(server.chats) == 1


@pytest.mark.parametrize("junk", JUNK)
async def test_one_junk_event_does_not_end_a_reply(server: GatewayServer, junk: bytes) -> None:
    """It is skipped: before the first word, between two, and after the last."""
    words = [event({"choices": [{"delta": {"content": word}}]}) for word in ("One", " two")]
    body = junk + words[0] + junk + words[1] + junk + event("[DONE]")
    assert await said(server, Raw(body)) == "One two"
    assert len(server.chats) == 1


def test_nothing_but_junk_is_nonsense() -> None:
    """After so many in a row no more is read; a real chunk between them starts the count anew."""
    real = event({"choices": [{"delta": {"content": "x"}}]})
    most = b"data: 1\n\n" * MAX_JUNK
    assert read([most + real + most + real + event("[DONE]")])[:2] == [TextDelta("x")] * 2
    assert read([real + most + b"data: 1\n\n" + real])[1][0] is BadReply  # type: ignore[index]


def test_a_chunk_that_is_cut_short_is_not_skipped() -> None:
    """It may have held words: the rest is asked for, and nothing is left out in silence."""
    real = event({"choices": [{"delta": {"content": "One"}}]})
    found = read([real + b'data: {"choices":[{"delta":{"content":" tw\n\n' + real])
    assert found[0] == TextDelta("One")
    assert found[1][0] is BadReply  # type: ignore[index]


async def test_what_follows_a_garbled_chunk_is_asked_for(server: GatewayServer) -> None:
    """And nothing is said twice."""
    body = event({"choices": [{"delta": {"content": "One two"}}]}) + b'data: {"choices":[{"del\n\n'
    text = await said(server, Raw(body), Reply("two three."), models=[OTHER])
    assert text == "One two three."
    assert [chat["model"] for chat in server.chats] == [MODEL, OTHER]


ERRORS: list[tuple[str, type[Fault]]] = [
    ('{"message": "Slow down", "code": 429}', RateLimited),
    ('{"message": "Slow down", "code": "rate_limit_exceeded"}', RateLimited),
    ('{"code": 401, "message": "No such key"}', Unauthorized),
    ('{"error": "Unauthorized"}', Unauthorized),
    ('{"error": "too bad", "code": 401}', Unauthorized),
    ('{"error": "model \'x\' not found"}', NotFound),
    ('{"detail": "Not authenticated"}', Unauthorized),
    ('{"detail": "Rate limit exceeded"}', RateLimited),
    ('{"status": 400, "message": "No"}', BadRequest),
    ('{"code": 1113, "msg": "Insufficient balance"}', OutOfCredit),
    ('{"status": "error", "message": "it broke"}', ServerError),
    ('[{"error": {"code": 429, "message": "Slow down"}}]', RateLimited),
]


@pytest.mark.parametrize(("error", "kind"), ERRORS)
@pytest.mark.parametrize("form", ["{}", "data: {}\n\n", "event: error\ndata: {}\n\n", "{}\n\n"])
async def test_an_error_after_200_is_of_its_own_class(
    server: GatewayServer, error: str, kind: type[Fault], form: str
) -> None:
    """As an event, as the whole body; whatever it is called, and whatever was asked."""
    for label in ("application/json", "text/event-stream"):
        for stream in (True, False):
            server.script(*[Raw(form.format(error).encode(), content_type=label)] * 2)
            with pytest.raises(kind) as caught:
                await said(server, stream=stream, retries=0)
            assert type(caught.value) is kind
            assert caught.value.spoken == kind.plain
            assert "it gave no reason" not in str(caught.value)


@pytest.mark.parametrize(
    "late",
    [
        b'data: {"error": "late"}\n\n', b'data: {"error": "late"}', b"data: 1\n\n" * 60,
        b"data: {\n\n", b"event: error\ndata: late\n\n", b"<html>",
    ],
)  # fmt: skip
async def test_what_goes_wrong_after_the_end_takes_nothing_back(
    server: GatewayServer, late: bytes
) -> None:
    """The model said that it is finished: nothing more is asked for, and nothing said twice."""
    finish = event({"choices": [{"delta": {"content": "One two."}, "finish_reason": "stop"}]})
    usage = event({"choices": [], "usage": {"prompt_tokens": 5}})
    assert await said(server, Raw(finish + late), models=[OTHER]) == "One two."
    assert await said(server, Raw(finish + usage + late), models=[OTHER]) == "One two."
    assert len(server.chats) == 2


@pytest.mark.parametrize("prefix", [b" data: ", b"\tdata:", b"Data: ", b"DATA:"])
def test_a_slip_in_the_name_of_a_field_loses_no_words(prefix: bytes) -> None:
    """To the standard it is an unknown field; here it would be silence."""
    words = [{"choices": [{"delta": {"content": text}}]} for text in ("One", " two")]
    slipped = prefix + json.dumps(words[1]).encode() + b"\n\n"
    found = read([event(words[0]) + slipped + event("[DONE]")])
    assert found[:2] == [TextDelta("One"), TextDelta(" two")]


def test_a_whole_reply_that_does_not_say_it_ends_may_go_on() -> None:
    """Lines that hold messages: none is lost, and the reply is whole after each."""
    lines = [json.dumps({"choices": [{"message": {"content": t}}]}).encode() for t in ("One", "!")]
    body = Body()
    assert not list(body.push(lines[0] + b"\n"))
    assert body.whole
    assert not body.over
    assert next(iter(body.close())) == TextDelta("One")


def test_an_error_event_needs_no_json() -> None:
    """A text, or nothing at all, with an empty line after it or without."""
    for data, kind in ((b"data: Too many requests", RateLimited), (b"data: ", ServerError)):
        for end in (b"\n\n", b"\n", b""):
            found = read([b"event: error\n" + data + end])
            assert found[0][0] is kind, (data, end)  # type: ignore[index]


def test_a_message_of_success_is_no_error() -> None:
    """Some servers say `code: 0` or 200 beside their choices, or before them."""
    for more in ({"code": 0, "message": "ok"}, {"code": 200}, {"code": "0"}, {"status": "running"}):
        chunks = event(more) + event(more | {"choices": [{"delta": {"content": "x"}}]})
        assert read([chunks + event("[DONE]")])[0] == TextDelta("x")


def test_an_empty_stream_is_broken() -> None:
    """Nothing at all may pass: it is asked again."""
    for nothing in ([], [b""], [b"\n\n"], [b": hi\n\n"]):
        assert read(nothing)[0][0] is BrokenStream  # type: ignore[index]


REPLY = Reply("Grüße, 😀 wörld. Next line.", (Call("clock"),), reasoning="thinking aloud")
REAL = [
    event(chunk(body, "m", 1))
    for body in [*written(REPLY), *closing(REPLY, {"messages": [], "stream_options": None})]
] + [event("[DONE]")]


@given(
    st.lists(st.lists(st.sampled_from(JUNK), max_size=3), min_size=len(REAL), max_size=len(REAL)),
    st.lists(st.integers(0, 10_000), max_size=30),
)
def test_any_junk_between_the_chunks_changes_nothing(
    junk: list[list[bytes]], places: list[int]
) -> None:
    """Junk, comments and keep-alives anywhere, cut anywhere: the same text and the same calls."""
    mixed = b"".join(b"".join([*before, real]) for before, real in zip(junk, REAL, strict=True))
    assert read(cut_at(mixed, places)) == read([b"".join(REAL)])


@given(
    st.lists(
        st.sampled_from([*JUNK, *FORMS.values()])
        | st.sampled_from([b"{", b"}", b"<", b"[", b"\n", b'{"error": 1}', b"\xef\xbb", b" "])
        | st.binary(max_size=9),
        max_size=6,
    ),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_no_body_raises_anything_but_our_error(pieces: list[bytes], places: list[int]) -> None:
    """Whatever comes, and however it is cut; the text is the same where it is a stream."""
    for delta in read(cut_at(b"".join(pieces), places)):
        str(delta).encode()
