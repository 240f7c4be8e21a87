"""The microphone's switch: open, or closed for good or for a while.

Flows in: open and close. Flows out: whether it is closed, and for how long yet. Refuses to know:
microphones.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assistant.events import Muted

if TYPE_CHECKING:
    from assistant.events import Emit


class Switch:
    """Open at first."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._open = asyncio.Event()
        self._open.set()
        self._opening: asyncio.TimerHandle | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing may be heard."""
        return not self._open.is_set()

    @property
    def left_s(self) -> float | None:
        """Seconds until it opens by itself; None where it does not, or is open."""
        if not self.closed or self._opening is None:
            return None
        return max(0.0, self._opening.when() - asyncio.get_running_loop().time())

    def close(self, seconds: float | None) -> None:
        """Close it, for good or for so long."""
        self._forget()
        if seconds is not None:
            self._opening = asyncio.get_running_loop().call_later(seconds, self.open)
        if not self.closed:
            self._open.clear()
            self._emit(Muted(muted=True))

    def open(self) -> None:
        """Open it."""
        self._forget()
        if self.closed:
            self._emit(Muted(muted=False))
            self._open.set()

    async def wait(self) -> None:
        """Wait until it is open."""
        await self._open.wait()

    def _forget(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
