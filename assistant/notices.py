"""What went wrong and nobody asked about: errors in, each said once when there is room for it.

Flows in: errors, as they happen. Flows out: turns, begun by whoever knows whose turn it is. Refuses
to know: who speaks, and how it is said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.errors import AssistantError
    from assistant.interfaces import Clock
    from assistant.turn import Turn

_LOOK_S = 0.1
"""Seconds between two looks whether there is room. Speech and turns end in many ways, and a dead
microphone brings no frame that could tell; nobody looks while there is nothing to tell."""


class Notices:
    """Errors that wait to be told, oldest first."""

    def __init__(self, begin: Callable[[AssistantError], Turn | None], clock: Clock) -> None:
        """`begin` the turn in which this is said; None where somebody speaks or is answered."""
        self._begin = begin
        self._clock = clock
        self._waiting: deque[AssistantError] = deque()
        self._telling = False

    @property
    def due(self) -> bool:
        """Whether something waits, and nobody is telling it yet."""
        return bool(self._waiting) and not self._telling

    def add(self, error: AssistantError) -> bool:
        """Keep it until there is room; False where one of its kind waits, or is being told."""
        if any(waiting.kind == error.kind for waiting in self._waiting):
            return False
        self._waiting.append(error)
        return True

    async def tell(self) -> None:
        """Tell all that waits. What is interrupted before it was heard is told again."""
        self._telling = True
        try:
            while self._waiting:
                turn = self._begin(self._waiting[0])
                if turn is None or turn.task is None:
                    await self._clock.sleep(_LOOK_S)
                    continue
                await asyncio.wait([turn.task])
                if turn.floor.taken or not turn.task.cancelled():
                    self._waiting.popleft()
        finally:
            self._telling = False
