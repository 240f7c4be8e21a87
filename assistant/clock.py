"""Real time, for everything that takes a `Clock`."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def now(self) -> datetime:
        """The wall clock, in the machine's zone."""
        return datetime.now().astimezone()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
