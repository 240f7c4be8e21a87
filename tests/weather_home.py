"""A household that asks for the weather: the real client, record and file; a server of ours."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weather_server import WeatherServer

from assistant.config import HomeConfig, WeatherConfig
from assistant.household.weather.forecasts import Weather
from assistant.household.weather.keeping import Kept
from assistant.household.weather.source import OpenMeteo
from assistant.storage import NAME, Storage, StorageWorker
from assistant.think.ledger import Ledger, Sent, sent
from assistant.think.record import Contents, Outgoing, recorded
from assistant.tools.weather import weather

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from assistant.household.weather.words import Units
    from assistant.interfaces import Clock
    from assistant.think.record import Outcome, Record

BERLIN = HomeConfig(place="Berlin")


class WallClock:
    """A clock that a test sets; it begins on a Sunday at four in the afternoon in Berlin."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)

    def later(self, **much: float) -> None:
        """So much time goes by."""
        self.at += timedelta(**much)

    def monotonic(self) -> float:
        """Seconds."""
        return self.at.timestamp()

    def now(self) -> datetime:
        """The time that was set."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Nobody waits."""


@dataclass
class Asking:
    """Somebody who asks."""

    server: WeatherServer
    known: Weather
    units: Units
    clock: Clock

    async def __call__(self, ask: str = "sky", when: str = "today", place: str = "") -> str:
        """The answer. Raises ToolError."""
        (tool,) = weather(self.known, self.units, self.clock).tools
        arguments = {"ask": ask, "when": when, "place": place}
        return (await tool.call(json.dumps(arguments))).text


@asynccontextmanager
async def asking(
    folder: Path,
    home: HomeConfig = BERLIN,
    config: WeatherConfig | None = None,
    clock: WallClock | None = None,
    server: WeatherServer | None = None,
) -> AsyncIterator[Asking]:
    """A program that runs while the body does; with a server of its own where none is given."""
    clock = clock or WallClock()
    if server is None:
        async with WeatherServer() as own, asking(folder, home, config, clock, own) as person:
            yield person
        return
    config = server.config(config or WeatherConfig())
    async with (
        StorageWorker(Storage(folder / NAME, clock.now)) as storage,
        OpenMeteo(config, going_out(Ledger(storage, clock))) as source,
    ):
        known = Weather(source, Kept(storage), home, config.fresh_min * 60, clock)
        yield Asking(server, known, config.units, clock)


class going_out:  # noqa: N801  # a function that is made of a record
    """The record's own way of noting a request, as the composition root mounts it."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def __call__(
        self, method: str, host: str, path: str, letters: int
    ) -> AbstractAsyncContextManager[Outcome]:
        """Around a request."""
        contents = Contents(text_chars=letters)
        return recorded(self._record, Outgoing(method, path, host, contents=contents))


def record_of(folder: Path) -> list[Sent]:
    """All that was sent, as `assistant gateway sent --all` shows it."""
    with closing(Storage(folder / NAME, lambda: datetime.now(UTC))) as storage:
        return sent(storage, 1000, local=True)
