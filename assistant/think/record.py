"""What is known of a request that leaves for the gateway: kinds and sizes, never content.

Flows in: a request before it is sent, and how it ended. Flows out: both, to whoever keeps a
record. Refuses to know: where the record is kept.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.errors import AssistantError
from assistant.messages import Assistant, FilePart, Finished, ImagePart, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from assistant.messages import Message, ToolSchema


@dataclass(frozen=True, slots=True)
class Contents:
    """What a request holds, by kind and size."""

    model: str = ""
    """The model that is asked; empty where none is."""
    text_chars: int = 0
    images: int = 0
    image_bytes: int = 0
    """Of the pictures themselves; base64 makes a third more of them."""
    files: int = 0
    file_bytes: int = 0
    tools: int = 0
    """Tools that are offered."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A body to be sent, with what it holds."""

    body: bytes
    contents: Contents


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request that is about to leave."""

    method: str
    path: str
    host: str
    size: int = 0
    """Bytes of the body."""
    contents: Contents = Contents()


@dataclass(slots=True)
class Outcome:
    """How a request ended; filled in as it goes on."""

    status: int | None = None
    """Of HTTP; None where there was no response."""
    error: str = ""
    """The error's kind, or `cancelled`; empty where all went well."""
    finished: Finished | None = None
    """The end of the reply, with what it cost."""


class Line(Protocol):
    """One request in a record."""

    def end(self, outcome: Outcome) -> None:
        """Note how it ended; returns at once."""


class Record(Protocol):
    """Keeps account of all that is sent."""

    async def begin(self, outgoing: Outgoing) -> Line:
        """Note a request before it is sent. Raises AssistantError where it must not be."""


class NoRecord:
    """Keeps nothing."""

    async def begin(self, outgoing: Outgoing) -> Line:  # noqa: ARG002  # the Protocol's
        """Nothing happens."""
        return self

    def end(self, outcome: Outcome) -> None:
        """Nothing happens."""


@asynccontextmanager
async def recorded(record: Record, outgoing: Outgoing) -> AsyncIterator[Outcome]:
    """A request, from before it is sent until it is over, however that is."""
    line = await record.begin(outgoing)
    outcome = Outcome()
    try:
        yield outcome
    except AssistantError as error:
        outcome.error = error.kind
        raise
    except Exception:
        outcome.error = AssistantError.kind
        raise
    except BaseException:  # cancelled, or its reader left: after the end nothing is missing
        outcome.error = "" if outcome.finished else "cancelled"
        raise
    finally:
        line.end(outcome)


def contents(model: str, messages: Sequence[Message], tools: Sequence[ToolSchema]) -> Contents:
    """What a request for a reply holds."""
    parts = [part for m in messages if isinstance(m, User) for part in m.parts]
    calls = [call for m in messages if isinstance(m, Assistant) for call in m.tool_calls]
    images = [len(part.data) for part in parts if isinstance(part, ImagePart)]
    files = [len(part.data) for part in parts if isinstance(part, FilePart)]
    return Contents(
        model=model,
        text_chars=sum(len(m.text) for m in messages) + sum(len(c.arguments) for c in calls),
        images=len(images),
        image_bytes=sum(images),
        files=len(files),
        file_bytes=sum(files),
        tools=len(tools),
    )
