"""The tool calls of one reply, put together from whatever pieces a server sends.

Flows in: the `tool_calls` of each chunk. Flows out: whole `ToolCall`s, in order. A piece belongs
to the call of its id, else of its index, else of its position; nulls say nothing. What servers do
to those three is listed in openai/openai-python#2806, anomalyco/opencode#43328 and
googleapis/python-genai#2868. Refuses to know: bytes, text, what a tool is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.messages import ToolCall
from assistant.think.gateway_errors import BadReply
from assistant.think.json_values import clean, clean_text, merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.messages import JsonObject, JsonValue

MAX_CALLS = 128
"""Calls in one reply, beyond which it is nonsense; OpenAI takes 128 tools in a request."""
_MARKS = re.compile(r'(?s)\\.?|["{}\[\]]')
_KNOWN = {"id", "index", "type", "function", "name", "arguments"}


class Braces:
    """Whether an object in JSON is complete, told piece by piece."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self.closed = False
        """Whether the last bracket that was opened has been closed: nothing can follow."""

    def push(self, piece: str) -> None:
        """Take the next characters."""
        if self._escaped and piece:
            piece = piece[1:]
            self._escaped = False
        for found in _MARKS.findall(piece):
            if found[0] == "\\":
                self._escaped = len(found) == 1
            elif found == '"':
                self._in_text = not self._in_text
            elif not self._in_text:
                self._depth += 1 if found in "{[" else -1
                self.closed = self._depth == 0


@dataclass(slots=True)
class _Open:
    """A call that may still grow."""

    place: int
    """How many calls began before it."""
    id: str = ""
    index: int | None = None
    name: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    """Characters in the pieces."""
    braces: Braces = field(default_factory=Braces)
    extra: dict[str, JsonValue] = field(default_factory=dict)

    def add(self, arguments: str) -> None:
        """Append to the arguments, unless it is the whole of them said again."""
        again = len(arguments) == self.length and self.braces.closed
        if not arguments or (again and arguments == "".join(self.pieces)):
            return
        self.pieces.append(arguments)
        self.length += len(arguments)
        self.braces.push(arguments)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one element of `tool_calls` says; empty where it says nothing."""

    id: str
    index: int | None
    name: str
    arguments: str
    extra: JsonObject


class ToolCalls:
    """Pieces in, whole calls out."""

    def __init__(self, made_up: str) -> None:
        """`made_up` begins the ids of calls that came without one; unique in a conversation."""
        self._made_up = made_up
        self._open: list[_Open] = []
        self._last: _Open | None = None

    def push(self, pieces: JsonValue) -> bool:
        """Take the `tool_calls` of one chunk; whether they said anything. Raises BadReply."""
        if isinstance(pieces, dict):
            pieces = [pieces]
        if not isinstance(pieces, list):
            return False
        read = [_read(piece) for piece in pieces if isinstance(piece, dict)]
        for place, piece in enumerate(read):
            self._take(piece, place if len(read) > 1 else None)
        return bool(read)

    def finish(self) -> list[ToolCall]:
        """The calls, by index where they have one, else as they began. Raises BadReply."""
        calls = [call for call in self._open if call.name or call.pieces]
        calls.sort(key=lambda call: call.place if call.index is None else call.index)
        if any(not call.name for call in calls):
            raise BadReply("The model asked for a tool without naming it.")
        result: list[ToolCall] = []
        for call in calls:
            taken = {earlier.id for earlier in result}
            given = clean_text(call.id)
            result.append(
                ToolCall(
                    given if given and given not in taken else f"{self._made_up}{call.place}",
                    clean_text(call.name),
                    clean_text("".join(call.pieces)),
                    clean(call.extra),
                )
            )
        return result

    def _take(self, piece: _Piece, place: int | None) -> None:
        call = self._find(piece, place)
        if call is None:
            if len(self._open) >= MAX_CALLS:
                raise BadReply(f"The model asked for more than {MAX_CALLS} tools at once.")
            call = _Open(len(self._open))
            self._open.append(call)
        self._last = call
        call.id = call.id or piece.id
        call.name = call.name or piece.name
        call.index = piece.index if call.index is None else call.index
        call.add(piece.arguments)
        merge(call.extra, piece.extra)

    def _find(self, piece: _Piece, place: int | None) -> _Open | None:
        """The call that the piece goes on with; None where it begins one."""
        if piece.id:
            for known in reversed(self._open):
                if known.id == piece.id:
                    same = not (known.name and piece.name) or known.name == piece.name
                    return known if same else None  # one id for several calls
        call = self._at(piece.index, place)
        if call is None or not piece.name:  # an id that changes with each piece means nothing
            return call
        if piece.id and call.id:
            return None  # a reused index
        return None if _another(call, piece) else call

    def _at(self, index: int | None, place: int | None) -> _Open | None:
        if index is not None:
            found = [call for call in self._open if call.index == index]
            return found[-1] if found else None
        if place is not None:
            return self._open[place] if place < len(self._open) else None
        return self._last


def _another(call: _Open, piece: _Piece) -> bool:
    """Whether a piece that names a tool begins a call, rather than saying the name again."""
    if not call.name:
        return False
    if call.name != piece.name:
        return True
    return bool(piece.arguments) and call.braces.closed


def _read(piece: Mapping[str, JsonValue]) -> _Piece:
    function = piece.get("function")
    body: Mapping[str, JsonValue] = function if isinstance(function, dict) else piece
    index = piece.get("index")
    extra: dict[str, JsonValue] = {
        key: value for key, value in piece.items() if key not in _KNOWN and value is not None
    }
    within: dict[str, JsonValue] = {
        key: value
        for key, value in body.items()
        if body is not piece and key not in {"name", "arguments"} and value is not None
    }
    if within:
        extra["function"] = within
    return _Piece(
        id=_word(piece.get("id")),
        index=index if isinstance(index, int) and not isinstance(index, bool) else None,
        name=_word(body.get("name")),
        arguments=_arguments(body.get("arguments")),
        extra=extra,
    )


def _word(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _arguments(value: JsonValue) -> str:
    """JSON text; some servers send the object itself."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
