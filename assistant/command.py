"""What the commands share: words of their help, who shows what happens, how they wait.

Flows in: a coroutine, or where to print. Flows out: its result or an exit code, or whoever shows
events. Refuses to know: what the work is.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from assistant.view import JsonLines, LiveView, PlainText

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from rich.console import Console

    from assistant.events import Emit

T = TypeVar("T")
EVERYWHERE: Final = (
    "Everywhere, before or after the command: --config FILE, --set section.key=value "
    "(repeatable), --debug."
)
"""Stands below the help of each command."""
Json = Annotated[bool, typer.Option("--json", help="One JSON event a line, for programs.")]
"""The option of the commands whose events a program may read."""
_TERMINATED = 143
"""Exit code of what SIGTERM ended before it was done; ending a conversation is no failure."""


@contextlib.contextmanager
def watching(
    console: Console, errors: Console, *, json: bool, live: bool = False
) -> Iterator[Emit]:
    """Whoever shows what happens: a program's lines, a live view, or plain text."""
    if json:
        yield JsonLines(sys.stdout)
    elif live and console.is_terminal:
        with LiveView(console) as view:
            yield view
    else:
        yield PlainText(console, errors)


def wait(work: Coroutine[None, None, T]) -> T:
    """The result; SIGTERM ends the work as Ctrl-C does, with everything closed."""

    async def owned() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # for the type checker
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(owned())
    except asyncio.CancelledError:
        sys.exit(0 if "run" in sys.argv else _TERMINATED)
