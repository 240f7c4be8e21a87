"""The streamed reply: bytes to events to deltas, however they are cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from gateway_script import Call, Reply, chunk, closing, deltas, event
from hypothesis import given
from hypothesis import strategies as st
from read_pieces import cut_at, read_by

from assistant.messages import Finished, TextDelta, ToolCall, Usage
from assistant.think import deltas as module
from assistant.think.deltas import Deltas, Events, Lines, whole
from assistant.think.gateway_errors import (
    BadReply,
    BrokenStream,
    OutOfCredit,
    RateLimited,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.messages import Delta

REQUEST = {"messages": [], "stream_options": {"include_usage": True}}
REPLY = Reply(
    "Grüße, 😀 wörld.\u2028 Next line.",
    (Call("clock"), Call("weather", '{"place": "Łódź"}')),
    form="interleaved",
    reasoning="thinking aloud",
    extra={"extra_content": {"google": {"thought_signature": "abc"}}},
    usage={"prompt_tokens": 7, "completion_tokens": 9, "cost": "0.0021"},
)


def stream(reply: Reply, newline: str = "\n", comments: int = 0) -> bytes:
    """The bytes of a reply."""
    bodies = [*deltas(reply), *closing(reply, REQUEST)]
    parts = [event(chunk(body, "m", 1), newline, comments) for body in bodies]
    return b"".join(parts) + event("[DONE]", newline) * reply.done


def chunks(*bodies: dict[str, Any], done: bool = True) -> bytes:
    """The bytes of these chunks."""
    return b"".join(event(chunk(body, "m", 1)) for body in bodies) + event("[DONE]") * done


def read(pieces: Iterable[bytes]) -> list[Delta]:
    """The deltas of a stream."""
    decoder = Deltas("made_")
    found: list[Delta] = []
    for piece in pieces:
        found += decoder.push(piece)
    return [*found, *decoder.close()]


def outcome(pieces: Iterable[bytes]) -> list[object]:
    """The deltas of a stream, with the error it ends in as the last."""
    return read_by(Deltas("made_"), pieces)


def text_of(found: Iterable[Delta]) -> str:
    """All the text."""
    return "".join(delta.text for delta in found if isinstance(delta, TextDelta))


NOISE = st.lists(
    st.sampled_from(
        [
            b"data: ", b"data:", b"\n", b"\r", b"\r\n", b"\n\n", b": x", b"[DONE]", b"{", b"}",
            b"null", b"[]", b'{"choices":[{"delta":{"content":"a"}}]}', b"\xff", b"\xf0\x9f",
            b'{"choices":[{"index":[],"delta":{"content":[{"type":{}}]}}]}', b"event: error",
            b'{"error":{"code":{}}}', b'{"error":[[[[[[[1]]]]]]]}', b"id: 1", b"retry: 9",
            b'{"choices":[{"delta":{"tool_calls":[{"index":{},"id":1,"function":[]}]}}]}',
            b'{"choices":[{"delta":{"tool_calls":{"function":{"name":"f","arguments":7}}}}]}',
            b'{"choices":[{"finish_reason":"stop","delta":{"x":["\\ud800"]}}],"usage":{"cost":-1}}',
            b'{"choices":[{"finish_reason":{},"delta":[]}],"usage":[]}', b'"\\ud83d"',
            b'{"choices":[{"delta":{"content":"\\ud83d"}}]}', b"[" * 3000, b"9" * 5000,
        ]
    )
    | st.binary(max_size=20),
    max_size=25,
)  # fmt: skip


@given(st.lists(st.integers(0, 10_000), max_size=40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_cut_of_the_bytes_gives_the_same_deltas(places: list[int], newline: str) -> None:
    """Where the network cuts, inside a character or a CRLF too, changes nothing."""
    data = stream(REPLY, newline, comments=1)
    assert read(cut_at(data, places)) == read([data])


def test_every_byte_by_itself_gives_the_same_deltas() -> None:
    """The finest cut there is."""
    data = stream(REPLY, "\r\n")
    assert read(data[n : n + 1] for n in range(len(data))) == read([data])


def test_a_whole_reply_gives_its_text_calls_usage_and_unknown_fields() -> None:
    """Text at once; then the calls in order; then the end with usage and what we do not know."""
    found = read([stream(REPLY)])
    assert text_of(found) == REPLY.text
    assert found[-3:] == [
        ToolCall("call_1", "clock", "{}"),
        ToolCall("call_2", "weather", '{"place": "Łódź"}'),
        Finished("tool_calls", Usage(7, 9, 0.0021), REPLY.extra, "m"),
    ]


@given(NOISE, st.lists(st.integers(0, 100_000), max_size=8))
def test_no_bytes_raise_anything_but_our_error(pieces: list[bytes], places: list[int]) -> None:
    """Whatever comes, and however it is cut: the same deltas, then at most one of our errors."""
    data = b"".join(pieces)
    found = outcome([data])
    assert outcome(cut_at(data, places)) == found
    for delta in found:
        str(delta).encode()  # nothing in it that cannot be spoken or stored


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([
            "choices", "delta", "content", "tool_calls", "function", "id", "index", "name",
            "arguments", "error", "message", "value", "usage", "cost", "finish_reason", "code",
            "error_message", "status", "reasoning", "text", "type", "extra_content",
        ]), inner, max_size=5,
    ),
    max_leaves=25,
))  # fmt: skip
def test_no_json_raises_anything_but_our_error(value: Any) -> None:  # noqa: ANN401
    """Any value where a chunk should be."""
    outcome([event(value), event("[DONE]")])
    outcome([event({"choices": [{"delta": value}]}), event("[DONE]")])


def test_only_cr_and_lf_end_lines() -> None:
    """U+2028, U+0085 and form feeds are text, though `str.splitlines` cuts there."""
    text = "a\u2028b\u2029c\x85d\x0ce\x0bf\x1cg"
    assert list(Lines().push(f"{text}\r\nh\ri\nj".encode())) == [text, "h", "i"]


def test_a_byte_order_mark_is_dropped() -> None:
    """Once, at the very start, also when it is cut."""
    data = b"\xef\xbb\xbfdata: x\n\n"
    assert [event.data for event in Events().push(data)] == ["x"]
    events = Events()
    found = [event.data for byte in data for event in events.push(bytes([byte]))]
    assert found == ["x"]


def test_an_event_may_have_several_data_lines_and_comments_between() -> None:
    """They are joined by line feeds, which JSON does not mind."""
    data = b': hi\ndata: {"choices": [{"delta":\n: still here\ndata: {"content": "x"}}]}\n\n'
    assert text_of(read([data, event("[DONE]")])) == "x"


def test_an_error_inside_the_stream_is_found_before_the_choices() -> None:
    """With choices beside it or without; the text before it was already given."""
    failing = {"choices": [], "error": {"message": "Slow down", "type": "rate_limit_error"}}
    decoder = Deltas()
    found = decoder.push(chunks({"content": "Well"}, failing))
    assert next(found) == TextDelta("Well")
    with pytest.raises(RateLimited, match="Slow down"):
        next(found)


def test_the_useful_text_of_an_error_may_be_json_inside_it() -> None:
    """`error.value.error_message` holds JSON (vercel/ai#18303)."""
    inner = {"error": {"message": "Insufficient balance", "code": 429}}
    error = {"error": {"value": {"error_message": json.dumps(inner), "status": 500}}}
    with pytest.raises(OutOfCredit, match="Insufficient balance") as caught:
        read([event(error)])
    assert caught.value.status == 429
    assert caught.value.code == "429"


@pytest.mark.parametrize(
    "line",
    [
        b'data: {"error": "it broke"}\n\n',
        b'error: {"message": "it broke", "code": 500, "error": true}\n\n',
        b'{"error": {"message": "it broke"}}\n\n',
        b'event: error\ndata: {"type": "error", "message": "it broke"}\n\n',
        b'data: {"choices": [{"index": 0, "error": {"message": "it broke"}}]}\n\n',
        b'data: {"choices": [{"finish_reason": "error"}]}\n\n',
    ],
)
def test_errors_come_in_many_forms(line: bytes) -> None:
    """As text, without `data:`, as an event, in the choice, or as a reason to finish."""
    with pytest.raises(ServerError):
        read([line])


def test_a_usage_chunk_has_empty_choices() -> None:
    """It is the last, or stands in between, or lacks `choices` altogether."""
    usage = {"prompt_tokens": 3, "completion_tokens": 4}
    data = event({"usage": usage}) + chunks({"content": "x"}, {"choices": [], "usage": None})
    assert read([data])[-1:] == [Finished("", Usage(3, 4), model="m")]


def test_an_empty_usage_takes_nothing_back() -> None:
    """Some servers send one beside every chunk; what was told stays told."""
    usage = {"prompt_tokens": 3, "completion_tokens": 4}
    bodies: list[dict[str, Any]] = [{"choices": [], "usage": told} for told in (usage, {}, None)]
    assert read([chunks({"content": "x"}, *bodies)])[-1] == Finished("", Usage(3, 4), model="m")


def test_a_missing_done_is_fine_once_the_model_said_it_finished() -> None:
    """`finish_reason` is enough."""
    finished = Finished("stop", Usage(0, 1, 1.5e-5), model="m")
    assert read([stream(Reply("Hi", done=False))])[-1] == finished


def test_a_stream_that_ends_with_neither_is_broken() -> None:
    """A clean end of the body is none of the reply; half an event neither."""
    data = chunks({"content": "Once"}, done=False)
    for broken in (b"", data, data + b'data: {"choi'):
        with pytest.raises(BrokenStream):
            read([broken])


def test_the_last_event_needs_no_empty_line() -> None:
    """Some servers forget it."""
    assert isinstance(read([chunks({"content": "x"}, done=False) + b"data: [DONE]"])[-1], Finished)


def test_content_may_be_a_list_of_parts_or_a_refusal() -> None:
    """Text parts are text, thoughts are not, and a refusal is what the model says."""
    parts = ["a", {"type": "text", "text": "b"}, {"type": "thinking", "thinking": "no"}, 7]
    assert text_of(read([chunks({"content": parts}, {"content": None, "refusal": "c"})])) == "abc"


def test_reasoning_is_never_text_but_counts_as_a_token() -> None:
    """The model is alive, and says nothing; what must go back goes back."""
    details = [[{"text": "hm"}], [{"text": "ah"}]]
    bodies: list[dict[str, Any]] = [{"reasoning": "hm"}, {"reasoning_content": "so"}]
    bodies += [{"content": "", "reasoning_details": detail} for detail in details]
    decoder = Deltas()
    assert list(decoder.push(chunks(*bodies))) == []
    assert decoder.tokens == 4
    finished = list(decoder.close())[-1]
    extra = {"reasoning_details": [{"text": "hm"}, {"text": "ah"}]}
    assert finished == Finished("", extra=extra, model="m")


def test_an_empty_delta_is_no_token() -> None:
    """Servers greet with a role and nothing else, and then stall."""
    decoder = Deltas()
    list(decoder.push(chunks({"role": "assistant", "content": ""}, {}, done=False)))
    assert decoder.tokens == 0


def test_of_several_choices_the_first_is_taken() -> None:
    """By its index, wherever it stands."""
    choices = [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]
    assert text_of(read([chunks({"choices": choices})])) == "yes"


def test_a_character_may_be_cut_between_two_chunks() -> None:
    r"""`\ud83d` in one and `\ude00` in the next are one emoji; a lone half becomes U+FFFD."""
    two = rb'data: {"choices":[{"delta":{"content":"\ud83d"}}]}' + b"\n\n"
    two += rb'data: {"choices":[{"delta":{"content":"\ude00!\ud83d"}}]}' + b"\n\n"
    assert text_of(read([two, event("[DONE]")])) == "😀!\ufffd"


def test_what_is_no_chunk_is_a_bad_reply() -> None:
    """Not JSON, or JSON that is no object."""
    for data in ("nonsense", "7", "[1]", '{"a": '):
        with pytest.raises(BadReply, match="no chunk"):
            read([event(data)])


def test_nothing_follows_done() -> None:
    """What comes after `[DONE]` is not of this reply."""
    decoder = Deltas()
    assert list(decoder.push(event("[DONE]") + event("nonsense"))) == []
    assert decoder.over


@pytest.mark.parametrize(
    ("limit", "data"),
    [
        ("MAX_LINE", b"data: " + b"x" * 500),
        ("MAX_EVENT", b"data: 0123456789\n" * 50),
        ("MAX_REPLY", event({"choices": []}) * 50),
    ],
)
def test_there_is_a_limit_to_lines_events_and_replies(
    limit: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond it nothing is kept, and our error says so."""
    monkeypatch.setattr(module, limit, 400)
    with pytest.raises(BadReply, match="over 400 bytes"):
        read([data])


def test_the_limit_of_an_event_is_of_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small ones are a reply."""
    monkeypatch.setattr(module, "MAX_EVENT", 400)
    assert len(read([chunks(*[{"content": "x"}] * 50)])) == 51


def test_the_whole_message_after_its_pieces_is_not_said_again() -> None:
    """Some servers end a stream with the message that its deltas made."""
    message = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}
    assert text_of(read([chunks({"content": "Hi"}, message)])) == "Hi"
    assert text_of(read([chunks(message)])) == "Hi"


def test_a_reply_in_one_piece_gives_the_same_calls_and_end() -> None:
    """`stream = false`: text in one delta, the rest as streamed."""
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": "Well.", "tool_calls": [call], "sig": "x"}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    assert list(whole(json.dumps(body).encode())) == [
        TextDelta("Well."),
        ToolCall("call_1", "f", "{}"),
        Finished("tool_calls", extra={"sig": "x"}),
    ]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"choices": []}', b"\xff"])
def test_a_whole_reply_that_is_none_is_a_bad_reply(body: bytes) -> None:
    """Nothing, a web page, no choices."""
    with pytest.raises(BadReply):
        list(whole(body))
