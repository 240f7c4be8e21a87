"""What tools do: how much is at stake, what has happened, and how it is taken back.

Plain values. Refuses to know: any tool.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.messages import Part

Undo = Callable[[], Awaitable[str]]
"""Takes a deed back and says so in a sentence. Raises ToolError where it cannot be any more."""


class Risk(enum.Enum):
    """How much a call of a tool is at stake."""

    READS = "reads"
    """It changes nothing."""
    WRITES = "writes"
    """It changes something, and that can be undone."""
    FINAL = "final"
    """It cannot be undone, so it is confirmed by voice first."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a call has done."""

    text: str
    """In words that can be said; the model and the person get the same ones."""
    undo: Undo | None = None
    """How to take it back; None where it changed nothing, or cannot be undone."""
    parts: tuple[Part, ...] = ()
    """Pictures and documents that the model is to look at next."""
