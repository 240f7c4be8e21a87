"""What the test server is told to answer: replies, refusals and faults, and their bytes.

Flows in: a script's dataclasses, chosen by a test. Flows out: the JSON and the events of the
gateway's documentation, or what odd servers make of them. Refuses to know: sockets, time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal

Json = dict[str, Any]
Cut = Callable[[bytes], Iterator[bytes]]
CallForm = Literal[
    "fragments", "interleaved", "whole", "together", "bare", "nulls", "no-index", "no-id",
    "reused-index", "changing-id", "legacy",
]  # fmt: skip
"""How a tool call is written; see `call_deltas`."""
Ending = Literal["end", "stall", "reset", "cut", "close", "error"]
"""What happens once the tokens are out: a proper end, silence, RST, a body without its end, a
proper end of the body before the reply is whole, or an `error` chunk."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that the model makes."""

    name: str
    arguments: str = "{}"
    id: str | None = None
    """None: made from its position."""
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The model answers."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    first_token_s: float = 0.0
    tokens_per_s: float = 0.0
    """0: as fast as they can be sent."""
    form: CallForm = "fragments"
    finish: str | None = ""
    """`finish_reason`; empty: what is right; None: never told."""
    usage: Json | None = None
    """None: counted from the words."""
    done: bool = True
    """Whether `[DONE]` is sent."""
    after: int | None = None
    """Tokens that are sent before `then`; None: all."""
    then: Ending = "end"
    error: Json = field(default_factory=lambda: {"message": "Overloaded", "type": "server_error"})
    """What `then="error"` sends."""
    reasoning: str = ""
    extra: Json = field(default_factory=dict)
    """Unknown fields of the assistant's message."""
    comments: int = 0
    """Keep-alive comments before each event."""
    keep_alive_s: float = 0.0
    """While silent, a comment is sent so often; 0: never."""
    newline: str = "\n"
    cut: Cut | None = None
    """How the bytes are cut; None: event by event."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """The model answers with these very chunks."""

    chunks: tuple[Json, ...]
    done: bool = True

    def bytes(self) -> bytes:
        """The events."""
        return b"".join(map(event, self.chunks)) + event("[DONE]") * self.done


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the documentation."""

    status: int
    message: str = "Invalid request"
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """Any response: a redirect, a web page, half a body."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Cut | None = None
    whole: bool = True
    """False: the connection ends before the body does."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The request is read, and nothing is answered."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The request is read, and the connection is reset."""


Scripted = Reply | Chunks | Refusal | Raw | Silence | Reset


def every(size: int) -> Cut:
    """Cut the bytes into pieces of this size, wherever that falls."""

    def cut(data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), size):
            yield data[start : start + size]

    return cut


def tokens(text: str) -> list[str]:
    """The text in the pieces that a model would send: words with the space before them."""
    return re.findall(r"\s*\S+(?:\s+\Z)?|\s+\Z", text)


def error_json(refusal: Refusal) -> Json:
    """The documented form of an error."""
    return {
        "error": {
            "message": refusal.message,
            "type": refusal.type,
            "param": refusal.param,
            "code": refusal.code,
        }
    }


def whole_json(reply: Reply, request: Json, number: int) -> Json:
    """The reply in one piece, as documented."""
    calls = [_whole_call(call, place) for place, call in enumerate(reply.calls)]
    message: Json = {"role": "assistant", "content": reply.text or None, **reply.extra}
    if reply.reasoning:
        message["reasoning"] = reply.reasoning
    if reply.form == "legacy" and calls:
        message["function_call"] = calls[0]["function"]
    elif calls:
        message["tool_calls"] = calls
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1677652288,
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(reply)}],
        "usage": _usage(reply, request),
    }


def deltas(reply: Reply) -> list[Json]:
    """The `delta` of each chunk that counts as a token."""
    result: list[Json] = [{"reasoning": word} for word in tokens(reply.reasoning)]
    result += [{"content": word} for word in tokens(reply.text)]
    result += call_deltas(reply.calls, reply.form)
    if reply.extra:
        result.append(dict(reply.extra))
    return [{"role": "assistant", **first} for first in result[:1]] + result[1:]


def closing(reply: Reply, request: Json) -> list[Json]:
    """The chunks after the last token: why it ended, and the usage with no choices."""
    result: list[Json] = []
    reason = _finish(reply)
    if reason is not None:
        result.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (request.get("stream_options") or {}).get("include_usage") or reply.usage:
        result.append({"choices": [], "usage": _usage(reply, request)})
    return result


def chunk(body: Json, model: str, number: int) -> Json:
    """A chunk around a delta, or around choices that stand already."""
    head = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion.chunk",
        "created": 1677652288,
        "model": model,
    }
    if "choices" in body:
        return {**head, **body}
    return {**head, "choices": [{"index": 0, "delta": body, "finish_reason": None}]}


def event(data: Json | str, newline: str = "\n", comments: int = 0) -> bytes:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f": keep-alive{newline}{newline}" * comments + f"data: {text}{newline * 2}").encode()


def call_deltas(calls: Sequence[Call], form: CallForm) -> list[Json]:
    """The `delta`s that bring these calls, in one of the forms that servers use."""
    wholes = [_whole_call(call, place) for place, call in enumerate(calls)]
    columns = [_fragments(call, n, form) for n, call in enumerate(wholes)]
    rows: list[tuple[Json | None, ...]] = [(piece,) for column in columns for piece in column]
    match form:
        case "whole":
            rows = [({"index": n, **call},) for n, call in enumerate(wholes)]
        case "together":
            rows = [tuple({"index": n, **call} for n, call in enumerate(wholes))] * bool(calls)
        case "bare":  # neither id nor index
            rows = [({"function": call["function"]},) for call in wholes]
        case "reused-index":
            rows = [({"index": 0, **call},) for call in wholes]
        case "interleaved":
            rows = list(zip_longest(*columns))
        case "legacy":
            return [{"function_call": call["function"]} for call in wholes[:1]]
        case _:
            pass
    return [{"tool_calls": [piece for piece in row if piece is not None]} for row in rows]


def _fragments(call: Json, index: int, form: CallForm) -> list[Json]:
    """The call in pieces of five characters, in the form's way of saying whose they are."""
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    first: Json = {"index": index, **call, "function": {"name": name, "arguments": ""}}
    pieces: list[Json] = [first]
    for n, piece in enumerate(re.findall(r"(?s).{1,5}", arguments)):
        following: Json = {"index": index, "function": {"arguments": piece}}
        if form == "nulls":
            following |= {"id": None, "type": None}
            following["function"] |= {"name": None}
        elif form == "changing-id":
            following["id"] = f"{call['id']}-{n}"
        elif form == "no-index":
            following["id"] = call["id"]
        pieces.append(following)
    for piece in pieces:
        if form == "no-index":
            del piece["index"]
        if form == "no-id":
            piece.pop("id", None)
    return pieces


def _whole_call(call: Call, place: int) -> Json:
    function = {"name": call.name, "arguments": call.arguments}
    name = call.id if call.id is not None else f"call_{place + 1}"
    return {"id": name, "type": "function", "function": function, **call.extra}


def _finish(reply: Reply) -> str | None:
    return ("tool_calls" if reply.calls else "stop") if reply.finish == "" else reply.finish


def _usage(reply: Reply, request: Json) -> Json:
    if reply.usage is not None:
        return reply.usage
    asked = len(json.dumps(request["messages"])) // 4
    answered = len(deltas(reply))
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "cost": round(asked * 3e-6 + answered * 15e-6, 8),
    }
