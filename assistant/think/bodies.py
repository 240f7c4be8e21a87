"""What a reply's body is: a stream of events, lines of JSON, one JSON, or a web page.

Flows in: the bytes of a successful response. Flows out: deltas, as they arrive. The bytes decide
and not the label: servers stream what they call JSON, and send whole what they call a stream.
Refuses to know: HTTP, media types, time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.think import deltas
from assistant.think.deltas import Deltas, whole
from assistant.think.gateway_errors import BadReply, BrokenStream
from assistant.think.json_values import parsed
from assistant.think.refusals import is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.messages import Delta, JsonObject, JsonValue, TextDelta

_MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8."""
_LINE_END = re.compile(rb"[\r\n]")
_COMMENT = 64 * 1024
"""Bytes of a comment at the very start whose end is waited for."""
_GROWTH = 1.1
"""How much more of a body there is before it is parsed again, so that many pieces cost little."""


class Body:
    """The bytes of a body in, its deltas out."""

    def __init__(self, made_up: str = "call_") -> None:
        """`made_up` begins the ids of tool calls that came without one."""
        self._made_up = made_up
        self._events = Deltas(made_up)
        self._kept = bytearray()
        self._form = ""
        self._first_line = True
        self._parse_at = 0.0
        self._whole = self._over = False

    @property
    def tokens(self) -> int:
        """How many chunks brought something: text, reasoning, or a piece of a tool call."""
        return self._events.tokens

    @property
    def whole(self) -> bool:
        """Whether all of the reply is there, so that a cut loses nothing."""
        return self._whole or self._events.whole

    @property
    def over(self) -> bool:
        """Whether nothing of the reply can follow."""
        return self._over or self._events.over

    def push(self, data: bytes) -> Iterator[TextDelta]:
        """The text that these bytes complete. Raises Fault."""
        if not self._form:
            data = self._begin(data)
        if self._form == "json":
            data = self._json(data)
        if self._form == "events":
            yield from self._events.push(data)

    def close(self) -> Iterator[Delta]:
        """What remains once no byte follows, with `Finished` as the last. Raises Fault."""
        if self._form != "json":
            yield from self._events.close()
            return
        body = bytes(self._kept)
        yield from self._lines(body) if parsed(body) is None else whole(body, self._made_up)

    def _begin(self, data: bytes) -> bytes:
        """The bytes from the first that counts on; it decides what they are. Raises BadReply."""
        self._kept += data
        if _MARK.startswith(self._kept):
            return b""
        data = bytes(self._kept).removeprefix(_MARK).lstrip()
        while data.startswith(b":") and (b"\n" in data or b"\r" in data):
            data = _LINE_END.split(data, maxsplit=1)[1].lstrip()  # it keeps a connection alive
        self._kept.clear()
        if not data or (data.startswith(b":") and len(data) < _COMMENT):
            self._kept += data
            return b""
        if data.startswith(b"<"):
            raise BadReply(
                "The gateway answers with a web page, and not as a gateway. "
                "Check [gateway] base_url."
            )
        self._form = "json" if data.startswith((b"{", b"[")) else "events"
        return data

    def _json(self, data: bytes) -> bytes:
        """Keep the bytes; all of them back once they turn out to be a chunk a line."""
        self._kept += data
        if len(self._kept) > deltas.MAX_REPLY:
            raise BadReply(f"The gateway sent a reply of over {deltas.MAX_REPLY:,} bytes.")
        if self._first_line and b"\n" in data:
            self._first_line = False
            if _is_chunk(parsed(bytes(self._kept).partition(b"\n")[0])):
                self._form = "events"
                return bytes(self._kept)
        if data.strip():
            self._look()
        return b""

    def _look(self) -> None:
        """See whether what is kept is all of the reply."""
        self._whole = self._over = False
        if self._kept.rstrip().endswith((b"}", b"]")) and len(self._kept) >= self._parse_at:
            self._parse_at = len(self._kept) * _GROWTH
            value = parsed(bytes(self._kept))
            self._whole, self._over = _is_reply(value), _is_finished(value)

    def _lines(self, body: bytes) -> Iterator[Delta]:
        """The deltas of what is not one JSON: several, a line each. Raises Fault."""
        lines = Deltas(self._made_up)
        try:
            found = [*lines.push(body), *lines.close()]
        except (BadReply, BrokenStream):
            found = list(whole(body))  # whose error has the first words of it
        yield from found


def _is_chunk(value: JsonValue) -> bool:
    """Whether a JSON is a piece of a reply, and no whole one."""
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    pieces = choices if isinstance(choices, list) else []
    return value.get("object") == "chat.completion.chunk" or any(
        isinstance(piece, dict) and "delta" in piece for piece in pieces
    )


def _is_reply(value: JsonValue) -> bool:
    """Whether a JSON is a whole reply, or an error."""
    one = _one(value)
    return bool(one) and not _is_chunk(one) and (bool(one.get("choices")) or is_refusal(one))


def _is_finished(value: JsonValue) -> bool:
    """Whether a JSON is one to which nothing is added: it says why it ended, or is an error."""
    one = _one(value)
    choices = one.get("choices")
    ends = choices[0] if isinstance(choices, list) and choices else None
    told = isinstance(ends, dict) and bool(ends.get("finish_reason"))
    return is_refusal(one) or (told and not _is_chunk(one))


def _one(value: JsonValue) -> JsonObject:
    """The object itself, or the first of a list; an empty one for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else {}
