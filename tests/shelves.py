"""The household's tools over a real file: called as the model calls them.

Flows in: a folder, and calls. Flows out: what they say, and what is undone.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.errors import ToolError
from assistant.household.facts import Facts
from assistant.household.lists import Lists
from assistant.household.notes import Notes
from assistant.storage import NAME, Storage, StorageWorker
from assistant.tools.lists import lists_family
from assistant.tools.memory import memory_family
from assistant.tools.notes import notes_family

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from assistant.deeds import Undo


class SteppingClock:
    """A second later each time it is looked at."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

    def monotonic(self) -> float:
        """Seconds."""
        return self.now().timestamp()

    def now(self) -> datetime:
        """Now, which is later than before."""
        self._now += timedelta(seconds=1)
        return self._now

    async def sleep(self, seconds: float) -> None:
        """No time to lose."""
        self._now += timedelta(seconds=seconds)


class Shelves:
    """The stores and their tools."""

    def __init__(self, storage: StorageWorker) -> None:
        clock = SteppingClock()
        self.storage = storage
        self.notes = Notes(storage, clock)
        self.lists = Lists(storage, clock)
        self.facts = Facts(storage, clock)
        families = (
            notes_family(self.notes),
            lists_family(self.lists),
            memory_family(self.facts),
        )
        self._tools = {tool.schema.name: tool for family in families for tool in family.tools}
        self.last: Undo | None = None
        """What takes the last deed back."""

    async def __call__(self, tool: str, **arguments: object) -> str:
        """What a tool says, also where it is that it could not."""
        try:
            deed = await self._tools[tool].call(json.dumps(arguments))
        except ToolError as error:
            return str(error)
        if tool.startswith("change"):
            self.last = deed.undo
        return deed.text

    async def add(self, *items: str, name: str = "") -> str:
        """Put items on a list."""
        return await self("change_list", action="add", items=list(items), name=name)

    async def undo(self) -> str:
        """Take the last deed back; empty where it left nothing to take back."""
        if self.last is None:
            return ""
        try:
            return await self.last()
        except ToolError as error:
            return str(error)

    async def fill(self, *, full: bool = True) -> None:
        """Let the disk be full, as SQLite sees it, or have room again."""

        def work(storage: Storage) -> None:
            with storage.transact() as db:
                (pages,) = db.execute("PRAGMA page_count").fetchone()
                db.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

        await self.storage.run(work)


@asynccontextmanager
async def shelves(folder: Path) -> AsyncIterator[Shelves]:
    """The tools over the file of this folder."""
    async with StorageWorker(Storage(folder / NAME, SteppingClock().now)) as storage:
        yield Shelves(storage)
