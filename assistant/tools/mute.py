"""The microphone, closed by word of mouth.

Flows in: for how long. Flows out: a sentence. Refuses to know: who closes it, and how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from assistant.deeds import Risk
from assistant.household.spoken import said_length
from assistant.orders import LONGEST_MUTE_S, Mute
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

from assistant.orders import Order, Status

_LONGEST_MIN = LONGEST_MUTE_S / 60


def mute_tool(carry_out: Callable[[Order], Awaitable[Status]]) -> FunctionTool:
    """The tool `mute`; `carry_out` is who takes orders."""

    async def mute(minutes: Annotated[float, Field(gt=0, le=_LONGEST_MIN)] | None = None) -> str:
        """Stop listening: close the microphone, for some minutes or until it is opened by hand."""
        await carry_out(Mute(minutes * 60 if minutes else None))
        if minutes is None:
            return "My microphone is off. Press m, or type assistant unmute, to open it again."
        return f"My microphone is off for {said_length(minutes * 60)}."

    return FunctionTool(mute, Risk.WRITES)
