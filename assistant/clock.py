"""Real time, for everything that takes a `Clock`."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import datetime


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds that never jump, those included in which the machine slept.

        Python's own `time.monotonic` stands still then, on Linux and on macOS (its manual's `time`
        and `clock_gettime(3)`): a timer would ring late by a whole night. Whoever waits on the loop
        waits by that clock all the same, so that he must look again at once in a while.
        """
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        if sys.platform == "darwin":
            return time.clock_gettime(time.CLOCK_MONOTONIC)
        return time.monotonic()

    def now(self) -> datetime:
        """The wall clock, in the machine's zone."""
        return datetime.now().astimezone()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
