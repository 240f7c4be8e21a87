"""A timer in a household's file, as a program that has ended since has set it.

Flows in: the folder, and the seconds until it rings. Refuses to know: who will ring.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assistant.clock import SystemClock
from assistant.household.agenda import Agenda
from assistant.household.bell import Bell
from assistant.storage import NAME, Storage, StorageWorker
from assistant.tools.timers import timers

if TYPE_CHECKING:
    from pathlib import Path


async def set_timer(folder: Path, seconds: float) -> None:
    """Set it."""
    clock = SystemClock()
    async with StorageWorker(Storage(folder / NAME, clock.now)) as storage:
        agenda = Agenda(storage, clock)
        family = timers(agenda, Bell(agenda, clock, lambda _: None, lambda: None))
        (setting,) = (tool for tool in family.tools if tool.schema.name == "timer_set")
        await setting.call(json.dumps({"seconds": seconds}))
