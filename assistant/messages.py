"""What passes between us, the model and the tools.

Flows in: nothing; these are plain values. Refuses to know: HTTP, JSON on the wire, sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

JsonValue = bool | int | float | str | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
"""Anything that JSON can hold."""
JsonObject = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture that goes out with a user message."""

    data: bytes
    media_type: str
    """`image/png`, `image/jpeg` or `image/webp`."""
    detail: Literal["auto", "low", "high"] = "auto"


@dataclass(frozen=True, slots=True)
class FilePart:
    """A document that goes out with a user message."""

    data: bytes
    media_type: str
    filename: str


Part = ImagePart | FilePart


@dataclass(frozen=True, slots=True)
class System:
    """What the assistant is told about itself."""

    text: str


@dataclass(frozen=True, slots=True)
class User:
    """What a person said, with what they showed."""

    text: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool."""

    id: str
    name: str
    arguments: str
    """JSON text, as it came; an empty string means no arguments."""
    extra: JsonObject = field(default_factory=dict)
    """Fields that we do not know (thought signatures, say): sent back unchanged."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """What the model said, and the tools that it asked for."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    extra: JsonObject = field(default_factory=dict)
    """Unknown fields of the message, sent back unchanged."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered."""

    call_id: str
    text: str


Message = System | User | Assistant | ToolResult


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next few characters of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a request cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    """US dollars; None where the gateway did not say."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The stream is over."""

    reason: str
    """`stop`, `length`, `tool_calls`, `content_filter`, or empty where none was given."""
    usage: Usage | None = None
    extra: JsonObject = field(default_factory=dict)
    """Unknown fields of the assistant's message, to be sent back with it."""
    model: str = ""
    """The model that answered, where it was told: with fallbacks, not always the one asked."""


Delta = TextDelta | ToolCall | Finished
"""One step of a streamed reply. A `ToolCall` comes whole, once its arguments are complete."""


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A tool as the model sees it."""

    name: str
    description: str
    parameters: JsonObject
    """JSON Schema of an object."""
