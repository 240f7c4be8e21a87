"""Bytes to server-sent events to deltas: the streamed reply, however it was cut.

Flows in: the bytes of a response's body. Flows out: `TextDelta`s at once, whole `ToolCall`s and
`Finished` at the end. Whatever the bytes are, nothing but a `Fault` is raised, and no more is kept
than the limits below. Refuses to know: HTTP, time, who asked.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from httpx_sse import ServerSentEvent
from httpx_sse._decoders import SSEDecoder  # its pure part, which the package does not export

from assistant.messages import TextDelta
from assistant.think.gateway_errors import BadReply, BrokenStream, Fault
from assistant.think.json_values import excerpt, parsed
from assistant.think.refusals import classify, is_refusal, of_value
from assistant.think.reply_parts import ReplyParts
from assistant.think.thoughts import Thoughts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.messages import Delta, JsonObject

MAX_LINE = 4 * 2**20
"""Bytes of one line; a chunk has a few hundred, a whole reply in one chunk some thousands."""
MAX_EVENT = 8 * 2**20
"""Bytes of one event, over all its `data:` lines."""
MAX_REPLY = 64 * 2**20
"""Bytes of all the events of a reply; 100,000 tokens take about 25 MB."""
MAX_JUNK = 50
"""Events in a row that are no chunk: keep-alives of all kinds are skipped, nonsense is not read
for ever."""
_STRAY = 2000
"""Bytes of what belongs to no reply that are kept to be shown."""
_PINGS = {"ping", "keepalive", "keep-alive", "heartbeat"}
"""Names of events that say nothing, whatever is in them."""
_FIELDS = ("data", "event", "id", "retry", "")
"""The fields of server-sent events; an empty one begins a comment."""


class Lines:
    """Bytes in, lines out: CRLF, CR and LF end them, and nothing else does (not U+2028)."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0
        self._after_cr = False
        self._begun = False

    def push(self, data: bytes) -> Iterator[str]:
        """The lines that these bytes complete. Raises BadReply."""
        if self._after_cr and data:
            data = data.removeprefix(b"\n")  # the second half of a CRLF that was cut
            self._after_cr = False
        if not data:
            return
        self._after_cr = data.endswith(b"\r")
        *lines, rest = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self._keep(line)
            yield self._take()
        self._keep(rest)

    def close(self) -> Iterator[str]:
        """The last line, which nothing ended."""
        if self._pieces:
            yield self._take()

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > MAX_LINE:
            raise BadReply(f"The gateway sent a line of over {MAX_LINE:,} bytes.")
        if piece:
            self._pieces.append(piece)

    def _take(self) -> str:
        line = b"".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        if not self._begun:
            self._begun = True
            line = line.removeprefix(b"\xef\xbb\xbf")
        return line.decode("utf-8", "replace")


class Events:
    """Bytes in, events out."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._decoder = SSEDecoder()
        self._event = 0
        self._reply = 0
        self.stray = ""
        """The first line that belongs to no event."""

    def push(self, data: bytes) -> Iterator[ServerSentEvent]:
        """The events that these bytes complete. Raises BadReply."""
        for line in self._lines.push(data):
            yield from self._line(line)

    def close(self) -> Iterator[ServerSentEvent]:
        """The last event, which no empty line ended."""
        for line in (*self._lines.close(), ""):
            yield from self._line(line)

    def _line(self, line: str) -> Iterator[ServerSentEvent]:
        if line.isspace():  # the gateway's documentation ends its events so
            line = ""
        if line.startswith("{"):  # proxies that forget `data:`, and JSON in lines
            yield from self._fields("", f"data:{line}", "")
        elif line.startswith("error:"):  # llama.cpp
            yield from self._fields("", "event:error", f"data:{line[6:]}", "")
        elif line.partition(":")[0] in _FIELDS:
            yield from self._fields(line)
        elif line.strip()[:5].lower() == "data:":  # to the standard an unknown field
            yield from self._fields(f"data:{line.strip()[5:]}")
        else:
            self.stray = self.stray or line[:_STRAY]

    def _fields(self, *lines: str) -> Iterator[ServerSentEvent]:
        for line in lines:
            yield from self._field(line)

    def _field(self, line: str) -> Iterator[ServerSentEvent]:
        if line.startswith("data"):
            self._event += len(line)
            self._reply += len(line)
        if self._event > MAX_EVENT:
            raise BadReply(f"The gateway sent an event of over {MAX_EVENT:,} bytes.")
        if self._reply > MAX_REPLY:
            raise BadReply(f"The gateway sent a reply of over {MAX_REPLY:,} bytes.")
        event = self._decoder.decode(line)
        if not line:
            self._event = 0
        if event is not None and (event.data or event.event == "error"):
            yield event


class Deltas:
    """The bytes of a streamed reply in, its deltas out."""

    def __init__(self, made_up: str = "call_") -> None:
        """`made_up` begins the ids of tool calls that came without one."""
        self._events = Events()
        self._parts = ReplyParts(made_up)
        self._thoughts = Thoughts()
        self._chunks = 0
        self._junk = 0
        self._nonsense = ""
        self.over = False
        """Whether `[DONE]` was read: nothing of the reply can follow."""

    @property
    def tokens(self) -> int:
        """How many chunks brought something: text, reasoning, or a piece of a tool call."""
        return self._parts.tokens

    @property
    def whole(self) -> bool:
        """Whether the model said that it is finished, so that a cut loses nothing."""
        return self.over or bool(self._parts.reason)

    def push(self, data: bytes) -> Iterator[TextDelta]:
        """The text in the chunks that these bytes complete. Raises Fault."""
        for event in self._events.push(data):
            yield from self._kept(event)

    def close(self) -> Iterator[Delta]:
        """What remains once no byte follows, with `Finished` as the last. Raises Fault."""
        for event in self._events.close():
            before, _, last = event.data.rpartition("\n")
            if last.startswith("{") and parsed(last) is None and parsed(event.data) is None:
                event = ServerSentEvent(event.event, before)  # noqa: PLW2901  # it is cut short
            if event.data or event.event == "error":
                yield from self._kept(event)
        if not self._chunks and self._nonsense:
            raise _no_chunk(self._nonsense)
        if not self._chunks and self._events.stray:
            raise _no_reply(self._events.stray)
        if not self.whole:
            raise BrokenStream("The gateway's stream ended before the reply did.")
        yield from _spoken(self._parts.finish(), self._thoughts)

    def _kept(self, event: ServerSentEvent) -> Iterator[TextDelta]:
        """The text of an event. What goes wrong once the reply is there takes nothing back."""
        try:
            yield from self._event(event)
        except Fault:
            if not self.whole:
                raise
            self.over = True

    def _event(self, event: ServerSentEvent) -> Iterator[TextDelta]:
        if self.over or event.event in _PINGS:
            return
        if event.data.strip() == "[DONE]":
            self.over = True
            return
        chunk = parsed(event.data)
        if event.event == "error":
            raise classify(of_value(chunk if isinstance(chunk, dict | list) else event.data))
        if isinstance(chunk, dict):
            yield from self._chunk(chunk)
        elif isinstance(chunk, list) and chunk and isinstance(chunk[0], dict):
            yield from self._chunk(chunk[0])  # how Gemini sends an error
        elif "\n" in event.data:  # a server that forgets the empty lines between its events
            for line in event.data.split("\n"):
                yield from self._event(ServerSentEvent(event.event, line))
        else:
            self._skip(event.data)

    def _chunk(self, chunk: JsonObject) -> Iterator[TextDelta]:
        self._chunks += 1
        self._junk = 0
        for delta in self._parts.push(chunk):
            if text := self._thoughts.push(delta.text):
                yield delta if text is delta.text else TextDelta(text)

    def _skip(self, data: str) -> None:
        """Pass over what is no chunk, unless it may be one that lost words. Raises BadReply."""
        self._junk += bool(data)
        self._nonsense = self._nonsense or data
        if self._junk > MAX_JUNK or data.lstrip().startswith("{"):
            raise _no_chunk(data)


def whole(body: bytes, made_up: str = "call_") -> Iterator[Delta]:
    """The deltas of a reply that came in one piece, as JSON. Raises Fault."""
    reply = parsed(body)
    if isinstance(reply, list) and reply:
        reply = reply[0]
    if not isinstance(reply, dict):
        raise _no_reply(body[:_STRAY].decode("utf-8", "replace"))
    choices = reply.get("choices")
    if not is_refusal(reply) and not (isinstance(choices, list) and any(choices)):
        if isinstance(reply.get("message"), str) and "code" not in reply:
            raise classify(of_value(reply))
        raise BadReply("The gateway sent a reply without choices.")
    parts = ReplyParts(made_up)
    yield from _spoken(chain(parts.push(reply), parts.finish()), Thoughts())


def _no_chunk(data: str) -> BadReply:
    return BadReply(f"The gateway sent something that is no chunk: {excerpt(data, 80)!r}.")


def _no_reply(text: str) -> BadReply:
    return BadReply(f"The gateway sent something that is no reply: {excerpt(text, 80)!r}.")


def _spoken(deltas: Iterable[Delta], thoughts: Thoughts) -> Iterator[Delta]:
    """The last deltas of a reply without its thoughts, and what was held before them."""
    for delta in deltas:
        text = thoughts.push(delta.text) if isinstance(delta, TextDelta) else thoughts.flush()
        if text:
            yield TextDelta(text)
        if not isinstance(delta, TextDelta):
            yield delta
