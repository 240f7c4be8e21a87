"""Taking back what was done: the last deeds, for a while, the latest first, each once.

Flows in: deeds as they are done. Flows out: the tool `undo`. Refuses to know: which tool did them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.messages import ToolSchema

if TYPE_CHECKING:
    from assistant.interfaces import Clock

_MOST: Final = 20
"""Deeds that are kept at most."""


@dataclass(frozen=True, slots=True)
class _Done:
    deed: Deed
    until: float


class Undoing:
    """The tool `undo`, with the deeds that it can still take back."""

    risk = Risk.WRITES
    schema = ToolSchema(
        name="undo",
        description=(
            "Take back what was just done by a tool: the last thing, called again the one before "
            "it. Only for a short while after it was done."
        ),
        parameters={
            "type": "object",
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": _MOST,
                    "default": 1,
                    "description": "How many deeds to take back, the latest first.",
                }
            },
            "additionalProperties": False,
        },
    )

    def __init__(self, clock: Clock, seconds: float) -> None:
        """`seconds`: how long a deed can be taken back."""
        self._clock = clock
        self._seconds = seconds
        self._done: list[_Done] = []

    def add(self, deed: Deed) -> None:
        """This was done. One that cannot be taken back is kept too: "that" means the last deed."""
        self._forget()
        self._done = [*self._done, _Done(deed, self._clock.monotonic() + self._seconds)][-_MOST:]

    @property
    def ready(self) -> bool:
        """Whether there is something to take back."""
        self._forget()
        return any(done.deed.undo is not None for done in self._done)

    async def call(self, arguments: str) -> Deed:
        """Take back the last deeds, and say so. Raises ToolError."""
        sentences: list[str] = []
        for _ in range(_count(arguments)):
            try:
                sentences.append(await self._undo_one())
            except ToolError as error:
                if not sentences:
                    raise
                sentences.append(str(error))
                break
        return Deed(" ".join(sentences))

    async def _undo_one(self) -> str:
        self._forget()
        if not self._done:
            raise ToolError(
                f"There is nothing to undo: I did nothing in the last {self._seconds:g} seconds."
            )
        deed = self._done.pop().deed  # first of all, so that it is never taken back twice
        if deed.undo is None:
            raise ToolError(f"That cannot be undone: {deed.text}")
        return await deed.undo()

    def _forget(self) -> None:
        now = self._clock.monotonic()
        self._done = [done for done in self._done if now <= done.until]


def _count(arguments: str) -> int:
    """How many deeds to take back. Raises ToolError."""
    try:
        given = json.loads(arguments or "{}")
    except json.JSONDecodeError:
        given = None
    count = given.get("count", 1) if isinstance(given, dict) and not given.keys() - {"count"} else 0
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST:
        raise ToolError(
            f"undo was not run. Its only parameter is count, a number from 1 to {_MOST}; "
            f"it got {arguments!r}."
        )
    return count
