"""Whoever carries orders out, and whoever gives them: for the tests of both ends.

Flows in: orders. Flows out: what was ordered, and the answers. Refuses to know: the socket's code.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.control_socket import NAME
from assistant.orders import Mute, Order, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.events import Event

PROGRAM = Path(__file__).parent / "control_program.py"


class Owner:
    """Carries orders out: a hand-written conversation."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.events: list[Event] = []
        self.changed = asyncio.Condition()
        self.hold = asyncio.Event()
        """Not set: orders wait."""
        self.hold.set()
        self.error: Exception | None = None
        self.under_way = 0
        self.most_under_way = 0

    async def carry_out(self, order: Order) -> Status:
        """The status after an order."""
        self.under_way += 1
        self.most_under_way = max(self.under_way, self.most_under_way)
        try:
            async with self.changed:
                self.orders.append(order)
                self.changed.notify_all()
            await self.hold.wait()
            if self.error:
                raise self.error
            return Status("listening", muted=isinstance(order, Mute))
        finally:
            self.under_way -= 1

    async def until(self, count: int) -> list[Order]:
        """The orders, once there are so many."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.orders) >= count)
        return self.orders


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A place for a socket; pytest's own folders may have paths too long for one."""
    with tempfile.TemporaryDirectory(prefix="ctl-") as name:
        yield Path(name) / "c"


async def connected(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client of ours."""
    return await asyncio.open_unix_connection(folder / NAME)


async def asked(folder: Path, line: bytes, *, end: bool = False) -> dict[str, Any]:
    """The answer to a line."""
    reader, writer = await connected(folder)
    try:
        writer.write(line)
        if end:
            writer.write_eof()
        answer: dict[str, Any] = json.loads(await reader.readline())
        assert await reader.read() == b""
        return answer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.contextmanager
def serving(folder: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that takes orders, ready."""
    with subprocess.Popen(
        [sys.executable, PROGRAM, folder, *more],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
