"""A program that takes orders and keys, as small as can be, for tests that signal and end it.

Flows in: the socket's folder, and a terminal on stdin. Flows out: a line on stdout for each order
and notice. `crash` as the second argument makes any order fail past all that is foreseen.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.control import Control
from assistant.keyboard import Keyboard
from assistant.orders import Mute, Status, Unmute, order_line

if TYPE_CHECKING:
    from assistant.events import Event
    from assistant.orders import Order


def told(line: str) -> None:
    """Whoever started us reads it at once."""
    os.write(1, line.encode() + b"\n")


async def main() -> None:
    """Take orders until SIGTERM, Ctrl-C or the key q."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    crashed = asyncio.Event()
    status = Status("listening", muted=False)

    async def carry_out(order: Order) -> Status:
        told(order_line(order))
        if "crash" in sys.argv:
            crashed.set()
        nonlocal status
        match order:
            case Mute(seconds):
                status = Status("listening", muted=True, muted_for_s=seconds)
            case Unmute():
                status = Status("listening", muted=False)
            case _:
                pass
        return status

    def emit(event: Event) -> None:
        told(repr(event))

    async with (
        Control(carry_out, emit, [Path(sys.argv[1])]) as control,
        Keyboard(control.post, task.cancel, emit),
    ):
        told("ready")
        await crashed.wait()
        raise RuntimeError("crash")


if __name__ == "__main__":
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(main())
    told("over")
