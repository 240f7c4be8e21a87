"""What the chunks of one reply add up to: text, tool calls, usage, and what we do not know.

Flows in: chunks (or a whole reply) as parsed JSON. Flows out: deltas. An `error` is looked for
before anything else, since it comes in a stream that began with 200 too. Reasoning never becomes
text. Refuses to know: bytes, events, time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assistant.messages import Finished, TextDelta, Usage
from assistant.think.gateway_errors import ServerError
from assistant.think.json_values import clean, clean_text, merge
from assistant.think.refusals import classify, is_refusal, of_value
from assistant.think.tool_calls import ToolCalls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.messages import Delta, JsonValue

_KNOWN = {
    "role",
    "content",
    "refusal",
    "tool_calls",
    "function_call",
    "reasoning",
    "reasoning_content",
}
"""Fields of a message that are not sent back as unknown: they are ours, or reasoning in plain
words, which some servers refuse to have back. (`reasoning_details` does go back.)"""
_NAME = 200
"""Characters of a model's name that are kept."""
_REASONING = ("reasoning", "reasoning_content", "reasoning_details")

MOST_USD = 10_000.0
"""US dollars beyond which a request's cost is no cost but nonsense."""


class ReplyParts:
    """Chunks in, deltas out."""

    def __init__(self, made_up: str) -> None:
        """`made_up` begins the ids of tool calls that came without one."""
        self._calls = ToolCalls(made_up)
        self._half = ""
        self._spoke = False
        self._extra: dict[str, JsonValue] = {}
        self._usage: Usage | None = None
        self._model = ""
        self.reason = ""
        """Why the model ended, once it said so."""
        self.tokens = 0
        """How many chunks brought something."""

    def push(self, chunk: Mapping[str, JsonValue]) -> Iterator[TextDelta]:
        """The text of a chunk; the rest is kept for the end. Raises Fault."""
        if is_refusal(chunk):
            raise classify(of_value(dict(chunk)))
        self._usage = _usage(chunk.get("usage")) or self._usage
        if isinstance(model := chunk.get("model"), str) and model:
            self._model = clean_text(model[:_NAME])
        choice = _first(chunk.get("choices"))
        if choice is None:
            return
        if error := choice.get("error"):
            raise classify(of_value(error))
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            again = "delta" not in choice and self._spoke  # the whole message, after its pieces
            text = self._message(delta)
            if text and not again:
                self._spoke = True
                yield TextDelta(text)
        reason = choice.get("finish_reason")
        if reason == "error":
            raise ServerError("The model ended its reply with an error.")
        if isinstance(reason, str):
            self.reason = reason or self.reason

    def finish(self) -> Iterator[Delta]:
        """Half a character that was left, the tool calls in order, and the end. Raises Fault."""
        if self._half:
            yield TextDelta(clean_text(self._half))
            self._half = ""
        yield from self._calls.finish()
        yield Finished(clean_text(self.reason), self._usage, clean(self._extra), self._model)

    def _message(self, message: Mapping[str, JsonValue]) -> str:
        """The text of a delta or a message; tool calls and unknown fields are kept."""
        text = self._joined(_text(message.get("content")) + _text(message.get("refusal")))
        called = self._calls.push(message.get("tool_calls"))
        function = message.get("function_call")  # the form before tool_calls
        if isinstance(function, dict):
            called = self._calls.push([{"index": 0, "function": function}])
        if text or called or any(message.get(key) for key in _REASONING):
            self.tokens += 1
        unknown = {
            key: value for key, value in message.items() if key not in _KNOWN and value is not None
        }
        merge(self._extra, unknown)
        return text

    def _joined(self, text: str) -> str:
        """The text with the half character before it, less the half one at its end."""
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return clean_text(text)


def _first(choices: JsonValue) -> Mapping[str, JsonValue] | None:
    """The choice with index 0, or the first where none has an index."""
    if not isinstance(choices, list):
        return None
    for choice in choices:
        if isinstance(choice, dict) and (choice.get("index") is None or choice["index"] == 0):
            return choice
    return None


def _text(content: JsonValue) -> str:
    """The text of a content that is a string, or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "".join(_part(part) for part in content)


def _part(part: JsonValue) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type") not in ("text", "output_text", None):
        return ""
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _usage(value: JsonValue) -> Usage | None:
    if not isinstance(value, dict):
        return None
    cost = _number(value.get("cost"))
    if cost is not None and cost > MOST_USD:
        cost = None
    asked, answered = (_number(value.get(f"{kind}_tokens")) for kind in ("prompt", "completion"))
    if asked is answered is cost is None:
        return None
    return Usage(int(asked or 0), int(answered or 0), cost)


def _number(value: JsonValue) -> float | None:
    """A number of zero or more, also from a string, as prices are."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
