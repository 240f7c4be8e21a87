"""A shelf to put things on: tools of every risk, and what became of them.

Flows in: calls, and the time. Flows out: deeds, and a log. It refuses to know what is expected.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attachment_files import drawing, saved
from gateway_server import Call
from talking import Kit

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.messages import ImagePart, ToolCall
from assistant.think import instant_undo
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.interfaces import Tool

BURN = Call("burn", '{"shelf": "left"}')


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.time

    def now(self) -> datetime:
        """Some day."""
        return datetime(2026, 11, 22, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        """As long as it takes: what waits here waits for tools."""
        await asyncio.sleep(seconds)


class Shelf:
    """A thing to change: what is on it, and what has happened to it."""

    def __init__(self) -> None:
        self.things: list[str] = []
        self.log: list[str] = []

    def tools(self) -> list[Tool]:
        """Put, clear (which is final), look, and photograph."""

        async def put(thing: str) -> Deed:
            """Put a thing on the shelf."""
            if thing == "elephant":
                raise ToolError("An elephant does not fit.")
            self.things.append(thing)
            self.log.append(f"put {thing}")

            async def back() -> str:
                self.things.remove(thing)
                self.log.append(f"took {thing}")
                return f"The {thing} is off the shelf again."

            return Deed(f"The {thing} is on the shelf.", back)

        async def burn(shelf: str = "all") -> str:
            """Burn the shelf. It never comes back."""
            self.log.append(f"burnt {shelf}")
            return "The shelf is burnt."

        async def look() -> str:
            """Look at the shelf."""
            self.log.append("looked")
            return "On it: " + (", ".join(self.things) or "nothing")

        async def photograph() -> Deed:
            """Take a picture of the shelf."""
            return Deed("Here is the picture.", parts=(ImagePart(saved(drawing()), "image/png"),))

        async def paint() -> str:
            """Paint it, for good and without a question."""
            self.log.append("painted")
            return "The shelf is painted."

        return [
            FunctionTool(put, Risk.WRITES),
            FunctionTool(burn, Risk.FINAL),
            FunctionTool(look),
            FunctionTool(photograph),
            FunctionTool(paint, Risk.WRITES),
        ]


class Sentences:
    """Ways to ask for the shelf's tools without a model."""

    INTENTS: Mapping[str, Mapping[str, Sequence[str]]] = {
        "en": {"Put": ["put a cup on the shelf"], "Burn": ["burn the shelf"]}
    }

    def call_of(self, intent: str, slots: Mapping[str, object]) -> ToolCall | None:
        """The call."""
        assert not slots
        return {
            "Put": ToolCall("instant", "put", '{"thing": "cup"}'),
            "Burn": ToolCall("instant", "burn", "{}"),
        }[intent]


def put(thing: str, call_id: str | None = None) -> Call:
    """A call."""
    return Call("put", json.dumps({"thing": thing}), id=call_id)


def kit_of(shelf: Shelf, clock: HandClock | None = None) -> Kit:
    """With instant sentences."""
    return Kit(shelf.tools(), (Sentences(), instant_undo), clock or HandClock())


def results(chat: dict[str, Any]) -> list[str]:
    """What the tools answered in the last round before a request."""
    texts: list[str] = []
    for message in reversed(chat["messages"]):
        if message["role"] != "tool":
            break
        texts.insert(0, message["content"])
    return texts
