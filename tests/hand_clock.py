"""A clock that a test moves by hand, and the agenda and the bell that live by it."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from assistant.household.agenda import Agenda
from assistant.household.bell import LOOK_S, Bell
from assistant.storage import NAME, Storage, StorageWorker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from concurrent.futures import Future
    from pathlib import Path

    from assistant.household.rings import Ringing

T = TypeVar("T")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday."""
_PATIENCE = 100
"""Times that it looks for somebody who sleeps: a bell always does, but for a moment."""


class HandClock:
    """Stands until it is moved; who sleeps on it wakes at the moment he asked for."""

    def __init__(self, now: datetime = NOON, zone: str = "UTC") -> None:
        self.wall = now.astimezone(UTC)
        self.zone = ZoneInfo(zone)
        self.time = 1234.5
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self.idle: Callable[[], Awaitable[None]] = settled
        """Waits until all who were woken have done what they do."""

    def monotonic(self) -> float:
        """The time that never jumps."""
        return self.time

    def now(self) -> datetime:
        """The wall clock."""
        return self.wall.astimezone(self.zone)

    async def sleep(self, seconds: float) -> None:
        """Wait until somebody has moved the clock so far."""
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.time + seconds, self._count, woken))
        await woken

    def jump(self, seconds: float) -> None:
        """Set the wall clock, and nothing else."""
        self.wall += timedelta(seconds=seconds)

    def suspend(self, seconds: float) -> None:
        """The machine sleeps: both clocks go on, and who sleeps on them is woken that much later.

        So does the loop's clock, which stands still meanwhile.
        """
        self._to(self.time + seconds)
        self._sleepers = [(due + seconds, n, woken) for due, n, woken in self._sleepers]

    async def pass_(self, seconds: float) -> None:
        """Let so much time go by, with a stop at each moment for which somebody sleeps."""
        end = self.time + seconds
        while (sleeper := await self._next()) and sleeper[0] <= end:
            heapq.heappop(self._sleepers)
            self._to(max(sleeper[0], self.time))
            sleeper[2].set_result(None)
        self._to(end)
        await self._next()

    async def _next(self) -> tuple[float, int, asyncio.Future[None]] | None:
        """Who wakes next, once all who were woken have gone to sleep again."""
        for _ in range(_PATIENCE):
            await self.idle()
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)
            if self._sleepers:
                return self._sleepers[0]
        return None

    def _to(self, time: float) -> None:
        self.wall += timedelta(seconds=time - self.time)
        self.time = time


async def settled() -> None:
    """Let all tasks that can go on do so; the file is waited for by those who write."""
    for _ in range(8):
        await asyncio.sleep(0)


@dataclass
class House:
    """An agenda, its bell, and what was heard of it."""

    clock: HandClock
    storage: CountedStorage
    agenda: Agenda
    bell: Bell
    heard: list[tuple[float, Ringing | None]] = field(default_factory=list)
    """When it rang anew, and None where it fell silent."""

    @property
    def rang(self) -> list[str]:
        """What was announced, in order."""
        return [ringing.words() for _, ringing in self.heard if ringing is not None]

    async def written(self) -> None:
        """Wait until all that was begun is in the file."""
        while True:
            await settled()
            asked = self.storage.asked + 1
            await self.storage.run(lambda _: None)
            await settled()
            if self.storage.asked == asked:
                return


class CountedStorage(StorageWorker):
    """Knows how often it was asked for something."""

    asked = 0

    def submit(self, work: Callable[[Storage], T]) -> Future[T]:
        """As the worker's own."""
        self.asked += 1
        return super().submit(work)


def storage_in(folder: Path) -> CountedStorage:
    """The file of a folder, on its thread."""
    return CountedStorage(Storage(folder / NAME, lambda: NOON))


@asynccontextmanager
async def house(
    folder: Path, clock: HandClock | None = None, look_s: float = LOOK_S
) -> AsyncIterator[House]:
    """A run of the program; the next one with the same folder finds its file."""
    clock = clock or HandClock()
    async with storage_in(folder) as storage:
        agenda = Agenda(storage, clock)
        await agenda.load()
        heard: list[tuple[float, Ringing | None]] = []
        bell = Bell(
            agenda,
            clock,
            lambda ringing: heard.append((clock.time, ringing)),
            lambda: heard.append((clock.time, None)),
            look_s,
        )
        home = House(clock, storage, agenda, bell, heard)
        clock.idle = home.written
        async with asyncio.TaskGroup() as group:
            running = group.create_task(bell.run(), name="bell")
            await home.written()
            yield home
            running.cancel()
